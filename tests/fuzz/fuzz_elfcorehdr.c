/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The core header, there and back: a machine made of any bytes, and what libelf reads of the
 * header that is written for it. Two bytes are the CPUs; then, eight bytes are a step: how many
 * times, what is in a hole, how long it and the range of RAM behind it are.
 */
#include <errno.h>
#include <gelf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/bytes.h"
#include "kexec/elfcorehdr.h"
#include "tests/fuzz/check.h"

enum {
	STEP_SIZE = 8,
	RANGES_MAX = 70000, /* a few more than a header has room for */
	CPUS_MANY = 65400,
	MANY = 0xa5, /* the byte that makes a number a large one: seldom, as that takes long */
	HEADERS_MOST = 65534,
	LOW_END = 1 << 20,
};

#define PAGE_OFFSET UINT64_C(0xffff888000000000)
#define BACKUP_AT   UINT64_C(0x700000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a hole may have in it; the first ones may be read, the others never. */
static const char *const names[] = { NULL,   "Reserved",  "ACPI Tables",  "RAM buffer",
				     "GART", "PCI Bus 0", "Crash kernel", "Unusable memory" };

enum { READABLE_NAMES = 4 };

struct builder {
	struct machine machine;
	struct memory_map unreadable;
	uint64_t at;
};

static void name_hole(struct builder *b, uint64_t start, uint64_t end, unsigned int what)
{
	struct iomem *iomem = &b->machine.iomem;

	if (what >= READABLE_NAMES)
		check(memory_map_add(&b->unreadable, start, end, MEMORY_RAM, NULL) == 0);
	if (!names[what] || start == end)
		return;
	check(array_reserve(&iomem->entries, &iomem->capacity, iomem->count + 1,
			    sizeof(*iomem->entries)) == 0);
	iomem->entries[iomem->count++] =
		(struct iomem_entry){ .start = start, .end = end, .name = names[what] };
}

static void add_step(struct builder *b, const uint8_t *step)
{
	unsigned int times = (1 + step[0]) * (step[1] == MANY ? 256 : 1);
	unsigned int what = step[2] % ARRAY_SIZE(names);
	uint64_t hole = (uint64_t)(step[3] | step[4] << 8) << (step[7] % 12);
	uint64_t length = 1 + (uint64_t)(step[5] | step[6] << 8);

	while (times-- > 0 && b->machine.dump.count < RANGES_MAX) {
		name_hole(b, b->at, b->at + hole, what);
		b->at += hole;
		check(memory_map_add(&b->machine.dump, b->at, b->at + length, MEMORY_RAM, NULL) ==
		      0);
		b->at += length;
	}
}

static void build(struct builder *b, struct bytes in)
{
	struct machine *m = &b->machine;
	struct bytes step;

	m->arch = arch_find("x86_64");
	m->kcore = (struct kcore){ 0xffffffff81000000, 0x2000000, PAGE_OFFSET };
	m->kernel_paddr = 0x1000000;
	m->vmcoreinfo = (struct note_area){ 0x2200000, 4132 };
	if (!bytes_slice(in, 0, 2, &step))
		return;
	m->cpu_count = step.data[0] + (step.data[1] == MANY ? CPUS_MANY : 0);
	m->cpu_notes = calloc(m->cpu_count + 1, sizeof(*m->cpu_notes));
	check(m->cpu_notes != NULL);
	for (size_t i = 0; i < m->cpu_count; i++)
		m->cpu_notes[i] = (struct note_area){ 0x5000000 + i * 512, 368 };
	for (size_t at = 2; bytes_slice(in, at, STEP_SIZE, &step); at += STEP_SIZE)
		add_step(b, step.data);
	memory_map_normalise(&m->dump);
	memory_map_normalise(&b->unreadable);
}

static GElf_Phdr header(Elf *elf, size_t i)
{
	GElf_Phdr ph;

	check(gelf_getphdr(elf, (int)i, &ph) != NULL);
	return ph;
}

/* Every range of RAM is in one PT_LOAD, at its place or in the backup; nothing bad is. */
static void check_loads(const struct builder *b, const struct plan_backup *backup, Elf *elf,
			size_t first, size_t count)
{
	const struct memory_map *dump = &b->machine.dump;
	uint64_t last = 0;
	size_t next = 0;

	for (size_t i = first; i < count; i++) {
		GElf_Phdr ph = header(elf, i);
		uint64_t end = ph.p_paddr + ph.p_filesz;

		check(ph.p_type == PT_LOAD && ph.p_filesz == ph.p_memsz && ph.p_filesz > 0);
		check(ph.p_vaddr == ph.p_paddr + PAGE_OFFSET);
		check(i == first || ph.p_paddr > last);
		check(!memory_map_touches(&b->unreadable, ph.p_paddr, end));
		check(next < dump->count && dump->ranges[next].start == ph.p_paddr);
		check(dump->ranges[next].end == end || dump->ranges[next].end >= LOW_END);
		while (next < dump->count && dump->ranges[next].end <= end)
			next++;
		check(dump->ranges[next - 1].end == end);
		last = end;
		if (ph.p_paddr >= backup->from && end <= backup->from + backup->size)
			check(ph.p_offset == backup->to + ph.p_paddr - backup->from);
		else
			check(ph.p_offset == ph.p_paddr);
	}
	check(next == dump->count);
}

static void check_header(const struct builder *b, const struct memory_map *ranges)
{
	const struct machine *m = &b->machine;
	struct plan_backup backup = { .from = 0, .to = BACKUP_AT, .size = 0xa0000 };
	size_t size = elfcorehdr_size(m, ranges), count = 0;
	uint8_t *out = calloc(1, size);
	GElf_Phdr ph;
	Elf *elf;

	check(out != NULL);
	elfcorehdr_build(m, ranges, &backup, out);
	check(elf_version(EV_CURRENT) != EV_NONE);
	elf = elf_memory((char *)out, size);
	check(elf && elf_getphdrnum(elf, &count) == 0);
	check(count <= HEADERS_MOST && count == m->cpu_count + 2 + ranges->count);
	check(size == sizeof(Elf64_Ehdr) + count * sizeof(Elf64_Phdr));
	for (size_t i = 0; i <= m->cpu_count; i++) {
		ph = header(elf, i);
		check(ph.p_type == PT_NOTE && ph.p_offset == ph.p_paddr);
		check(ph.p_offset == (i < m->cpu_count ? m->cpu_notes[i].paddr : 0x2200000));
	}
	ph = header(elf, m->cpu_count + 1);
	check(ph.p_type == PT_LOAD && ph.p_vaddr == 0xffffffff81000000 && ph.p_paddr == 0x1000000);
	check_loads(b, &backup, elf, m->cpu_count + 2, count);
	elf_end(elf);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct builder b = { .at = 0 };
	struct memory_map ranges = { NULL };
	struct err err = ERR_INIT;
	int r;

	build(&b, (struct bytes){ data, size });
	r = elfcorehdr_ranges(&b.machine, &ranges, &err);
	if (r == 0)
		check_header(&b, &ranges);
	else
		check(r == -E2BIG && err.text[0] &&
		      b.machine.cpu_count + 2 + b.machine.dump.count > HEADERS_MOST);
	memory_map_done(&ranges);
	memory_map_done(&b.unreadable);
	memory_map_done(&b.machine.dump);
	free(b.machine.iomem.entries);
	free(b.machine.cpu_notes);
	return 0;
}
