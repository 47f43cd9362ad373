/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel file: any bytes, through the header's checks to a whole plan, which must be sound. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "kexec/purgatory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
	if (!good)
		abort();
}

/* A machine of 8 GiB with the usual hole below 4 GiB. */
static void make_room(struct memory_map *map)
{
	check(memory_map_add(map, 0x1000, 0x9fc00, MEMORY_RAM, NULL) == 0);
	check(memory_map_add(map, 0x100000, 0xbffe0000, MEMORY_RAM, NULL) == 0);
	check(memory_map_add(map, 0x100000000, 0x240000000, MEMORY_RAM, NULL) == 0);
}

static void plan_it(const struct load_input *input, const struct bzimage *bz)
{
	const struct purgatory_console console = { 0 };
	struct memory_map room = { NULL };
	struct plan plan;
	struct err err = ERR_INIT;
	int r;

	make_room(&room);
	plan_init(&plan, &room);
	r = purgatory_place(&plan, NULL, &err);
	if (r == 0)
		r = loader_bzimage64.plan(input, &plan, &err);
	if (r == 0) {
		const struct segment *kernel = &plan.segments[1];

		check(plan_check(&plan, &err) == 0);
		check(kernel->start % bz->alignment == 0 && kernel->start >= bz->pref_address);
		check(kernel->size >= bz->init_size);
		check(plan.kernel.ip == kernel->start + BZIMAGE_ENTRY64);
		/* Not verifying: an init_size of 4 GiB would be hashed for a minute. */
		check(purgatory_finish(&plan, &console, true, &err) == 0);
	} else {
		check(r == -EADDRNOTAVAIL && err.text[0]); /* nothing else can go wrong */
	}
	plan_done(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct request request = { .action = ACTION_LOAD };
	struct load_input input = {
		.kernel = { data, size },
		.cmdline = "ro",
		.request = &request,
	};
	struct machine machine = { .arch = NULL };
	struct bzimage bz;
	struct err err = ERR_INIT;
	int r = bzimage_parse(input.kernel, &bz, &err);

	check(loader_bzimage64.probe(input.kernel, NULL) ==
	      (r == BZIMAGE_NOT_MINE ? PROBE_NOT_MINE : r));
	if (r != 0) {
		check(r == BZIMAGE_NOT_MINE || ((r == -EBADMSG || r == -ENOTSUP) && err.text[0]));
		return 0;
	}
	check(bz.payload.size > 0 && bz.payload.data > data &&
	      bz.payload.data + bz.payload.size <= data + size);
	input.machine = &machine;
	make_room(&machine.firmware.memory);
	plan_it(&input, &bz);
	machine_done(&machine);
	return 0;
}
