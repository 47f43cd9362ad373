/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "lib/cmdline.h"
#include "kexec/crash.h"
#include "kexec/elfcorehdr.h"

enum {
	LOW_MEMORY_END = 0xa0000,   /* x86's 640 KiB, used by the capture kernel's start */
	ELFCOREHDR_ALIGN = 1024,    /* elfcorehdr= is given in KiB */
	ELFCOREHDR_SIZE = 16 << 10, /* bytes at least */
	MEMMAP_RAM_MIN = 100 << 10, /* bytes: as kexec-tools has it */
};

int crash_no_reservation(const char *running, struct err *err)
{
	_cleanup_free_ char *asked = NULL;

	if (cmdline_value(running, "crashkernel", &asked) > 0)
		err_set(err, -ENODEV,
			"Memory for crashkernel is not reserved, though crashkernel=%s asked for "
			"it: the kernel's log (dmesg) says why",
			asked);
	else
		err_set(err, -ENODEV, "Memory for crashkernel is not reserved");
	return err_hint(err, -ENODEV,
			"Please reserve memory by passing\"crashkernel=Y@X\" parameter to kernel\n"
			"Then try to loading kdump kernel");
}

void crash_done(struct crash *crash)
{
	memory_map_done(&crash->memory);
	free(crash->memmap);
}

int crash_room(const struct machine *m, struct memory_map *ret, struct err *err)
{
	const struct memory_range *window;

	if (m->crash_windows.count == 0)
		return crash_no_reservation(m->cmdline, err);
	/* The kernel loads into its main reservation only; a second, low one is for DMA. */
	window = &m->crash_windows.ranges[m->crash_windows.count - 1];
	return memory_map_add(ret, window->start, window->end, MEMORY_RAM, err);
}

/* How many of the core's ranges lie below 640 KiB; they come first. */
static size_t low_count(const struct machine *m)
{
	size_t n = 0;

	while (n < m->dump.count && m->dump.ranges[n].end <= LOW_MEMORY_END)
		n++;
	return n;
}

/*
 * One place for all of them, as they lie: what is between them is the firmware's, not a
 * device's, and can be read.
 */
static int place_backup(const struct machine *m, struct plan *plan, struct err *err)
{
	size_t count = low_count(m);
	struct segment *s;
	int r;

	if (count == 0)
		return 0;
	plan->backup.from = m->dump.ranges[0].start;
	plan->backup.size = m->dump.ranges[count - 1].end - plan->backup.from;
	r = plan_place(plan, "backup", &(struct placement){ .size = plan->backup.size }, &s, err);
	if (r == 0)
		plan->backup.to = s->start;
	return r;
}

/* @room: bytes that it may grow to; 0: it stays as it is. */
static int place_elfcorehdr(const struct machine *m, uint64_t room, struct plan *plan,
			    struct segment **ret, struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map ranges = { NULL };
	struct placement where = { .align = ELFCOREHDR_ALIGN };
	size_t size;
	int r = elfcorehdr_ranges(m, &ranges, err);

	if (r < 0)
		return r;
	size = elfcorehdr_size(m, &ranges);
	where.size = room > 0 ? align_down(room + ELFCOREHDR_ALIGN - 1, ELFCOREHDR_ALIGN)
			      : ELFCOREHDR_SIZE;
	if (where.size < size)
		where.size = size;
	r = plan_place(plan, "elfcorehdr", &where, ret, err);
	if (r < 0)
		return r;
	(*ret)->owned = calloc(1, size);
	if (!(*ret)->owned)
		return err_oom(err);
	elfcorehdr_build(m, &ranges, &plan->backup, (*ret)->owned);
	(*ret)->content = (struct bytes){ (*ret)->owned, size };
	(*ret)->changes = room > 0;
	return 0;
}

/* The RAM that it may use: the windows and what is saved of the low memory. */
static int describe_ram(const struct machine *m, struct memory_map *map, struct err *err)
{
	size_t low = low_count(m);
	int r = 0;

	for (size_t i = 0; i < low && r == 0; i++)
		r = memory_map_add(map, m->dump.ranges[i].start, m->dump.ranges[i].end, MEMORY_RAM,
				   err);
	for (size_t i = 0; i < m->crash_windows.count && r == 0; i++)
		r = memory_map_add(map, m->crash_windows.ranges[i].start,
				   m->crash_windows.ranges[i].end, MEMORY_RAM, err);
	return r;
}

/*
 * The capture kernel's memory: its RAM, without what must stay as it is; and everything that
 * is not RAM, as the running kernel was told of it.
 */
static int describe_memory(const struct machine *m, const struct plan *plan,
			   const struct segment *elfcorehdr, struct memory_map *map,
			   struct err *err)
{
	const struct plan_backup *backup = &plan->backup;
	int r = describe_ram(m, map, err);

	if (r == 0)
		r = memory_map_cut(map, elfcorehdr->start, elfcorehdr->start + elfcorehdr->size,
				   err);
	if (r == 0 && backup->size)
		r = memory_map_cut(map, backup->to,
				   align_down(backup->to + backup->size + PLAN_PAGE_SIZE - 1,
					      PLAN_PAGE_SIZE),
				   err);
	for (size_t i = 0; i < m->firmware.memory.count && r == 0; i++) {
		const struct memory_range *range = &m->firmware.memory.ranges[i];

		if (range->type != MEMORY_RAM)
			r = memory_map_add(map, range->start, range->end, range->type, err);
	}
	memory_map_normalise(map);
	return r;
}

static int set_argument(const struct segment *elfcorehdr, struct crash *ret)
{
	snprintf(ret->argument, sizeof(ret->argument), "elfcorehdr=%" PRIu64 "K",
		 elfcorehdr->start / 1024);
	return 0;
}

/* Memory that the other kernel may use is put aside, nobody can say where: it is no core. */
static int leave_out_room(struct machine *m, const struct memory_map *room, struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map whole = { NULL };
	int r = 0;

	for (size_t i = 0; i < m->dump.count && r == 0; i++)
		r = memory_map_add(&whole, m->dump.ranges[i].start, m->dump.ranges[i].end,
				   MEMORY_RAM, err);
	if (r == 0)
		r = memory_map_subtract(&whole, room, err);
	if (r < 0)
		return r;
	m->dump = whole;
	whole = (struct memory_map){ NULL };
	return 0;
}

int crash_plan_context(const struct machine *m, struct plan *plan, struct crash *ret,
		       struct err *err)
{
	struct machine outside = *m; /* borrows all, and has a core of its own */
	struct segment *elfcorehdr;
	int r = leave_out_room(&outside, &plan->room, err);

	if (r < 0)
		return r;
	outside.vmcoreinfo.size = 0;
	if (memory_map_touches(&plan->room, m->kernel_paddr, m->kernel_paddr + m->kcore.text_size))
		outside.kcore.text_size = 0;
	r = place_elfcorehdr(&outside, 0, plan, &elfcorehdr, err);
	memory_map_done(&outside.dump);
	outside.crash_windows = plan->room;
	if (r == 0)
		r = describe_memory(&outside, plan, elfcorehdr, &ret->memory, err);
	return r == 0 ? set_argument(elfcorehdr, ret) : r;
}

/* What stands between size and start: Documentation/admin-guide/kernel-parameters.txt, memmap=. */
static char memmap_sign(const struct memory_range *range)
{
	switch (range->type) {
	case MEMORY_RAM: /* less than the kernel would use is not worth the line's room */
		return range->end - range->start >= MEMMAP_RAM_MIN ? '@' : '\0';
	case MEMORY_ACPI:
	case MEMORY_NVS:
		return '#';
	case MEMORY_PRAM:
		return '!';
	default:
		return '\0';
	}
}

/* "635K", or where that is not whole KiB, the number of bytes. */
static void put_size(FILE *out, uint64_t v)
{
	if (v % 1024 == 0)
		fprintf(out, "%" PRIu64 "K", v / 1024);
	else
		fprintf(out, "0x%" PRIx64, v);
}

/* The same map as in boot_params, for kernels that do not look there. */
static int write_memmap(const struct memory_map *memory, char **ret, struct err *err)
{
	size_t size;
	FILE *out = open_memstream(ret, &size);

	if (!out)
		return err_oom(err);
	fputs("memmap=exactmap", out);
	for (size_t i = 0; i < memory->count; i++) {
		const struct memory_range *range = &memory->ranges[i];
		char sign = memmap_sign(range);

		if (!sign)
			continue;
		fputs(" memmap=", out);
		put_size(out, range->end - range->start);
		fputc(sign, out);
		put_size(out, range->start);
	}
	return fclose(out) == 0 ? 0 : err_oom(err);
}

int crash_plan(const struct request *request, const struct machine *m, struct plan *plan,
	       struct crash *ret, struct err *err)
{
	struct segment *elfcorehdr;
	int r = place_backup(m, plan, err);

	if (r == 0)
		r = place_elfcorehdr(m, m->elfcorehdr_size, plan, &elfcorehdr, err);
	if (r == 0)
		r = describe_memory(m, plan, elfcorehdr, &ret->memory, err);
	if (r == 0 && request_has(request, OPTION_PASS_MEMMAP))
		r = write_memmap(&ret->memory, &ret->memmap, err);
	if (r < 0)
		return r;
	if (request_has(request, OPTION_HOTPLUG))
		plan->flags |= m->arch->hotplug_flag;
	return set_argument(elfcorehdr, ret);
}
