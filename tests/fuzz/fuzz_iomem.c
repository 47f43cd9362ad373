/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/iomem: any text, to a memory map with segments in it, which must all lie in RAM. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/firmware.h"
#include "kexec/plan.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sorted(const struct memory_map *map)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct memory_range *r = &map->ranges[i];

		check(r->start < r->end);
		check(i == 0 || r->start >= r[-1].start);
		check(i == 0 || r->type != r[-1].type || r->start > r[-1].end);
	}
}

static void place(struct plan *plan)
{
	static const struct placement places[] = {
		{ .size = 1 },
		{ .size = 0x9ec00, .bottom_up = true },
		{ .size = 0x30000, .align = 0x200000, .min = 0x1000000 },
		{ .size = 0x5000, .max = 0x100000000, .bottom_up = true },
	};

	for (size_t i = 0; i < 5 * ARRAY_SIZE(places); i++) {
		const struct placement *where = &places[i % ARRAY_SIZE(places)];
		struct segment *s;
		struct err err = ERR_INIT;
		int r = plan_place(plan, "it", where, &s, &err);

		check(r == 0 || ((r == -E2BIG || r == -EADDRNOTAVAIL) && err.text[0]));
		if (r < 0)
			continue;
		check(s->start >= where->min);
		check(!where->max || s->start + s->size <= where->max);
		check(!where->align || s->start % where->align == 0);
	}
	check(plan_check(plan, NULL) == 0);
}

/* All RAM of @memory, with holes cut where other things are. */
static void plan_in(const struct memory_map *memory)
{
	struct memory_map room = { NULL };
	struct plan plan;

	for (size_t i = 0; i < memory->count; i++)
		if (memory->ranges[i].type == MEMORY_RAM)
			check(memory_map_add(&room, memory->ranges[i].start, memory->ranges[i].end,
					     MEMORY_RAM, NULL) == 0);
	for (size_t i = 0; i < memory->count && i < 100; i++)
		if (memory->ranges[i].type != MEMORY_RAM)
			check(memory_map_cut(&room, memory->ranges[i].start, memory->ranges[i].end,
					     NULL) == 0);
	plan_init(&plan, &room);
	check_sorted(&plan.room);
	place(&plan);
	plan_done(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sysroot nothing = { "/nonexistent" };
	struct firmware firmware = { .boot_params = NULL };
	struct iomem iomem;
	struct err err = ERR_INIT;
	char *text = malloc(size + 1);
	int r;

	check(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	r = iomem_parse(text, &iomem, &err);
	if (r < 0) {
		check((r == -EBADMSG || r == -EPERM) && err.text[0]);
		free(text);
		return 0;
	}
	check(firmware_read(&nothing, &iomem, false, &firmware, &err) == 0);
	check_sorted(&firmware.memory);
	plan_in(&firmware.memory);
	firmware_done(&firmware);
	iomem_done(&iomem);
	return 0;
}
