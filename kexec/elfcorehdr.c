/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bytes.h"
#include "kexec/elfcorehdr.h"

enum {
	HEADERS_MAX = PN_XNUM - 1, /* e_phnum's highest value that is a number */
	OTHER_HEADERS = 2,         /* beside the CPUs' and the ranges': vmcoreinfo, the kernel */
	HOLE_MAX = 16 << 20,       /* bytes; a longer hole may hide a device that nobody named */

	/* Below, x86's adapters have their memory and ROMs, named or not; RAM is saved elsewhere. */
	LOW_END = 0x100000,
};

/* Where each field of the ELF64 structures is: System V ABI, chapter 4 and 5. */
static void put_ehdr(uint8_t *p, const struct machine *m, size_t count)
{
	memcpy(p, ELFMAG, SELFMAG);
	p[EI_CLASS] = ELFCLASS64;
	p[EI_DATA] = ELFDATA2LSB;
	p[EI_VERSION] = EV_CURRENT;
	put_le(p + offsetof(Elf64_Ehdr, e_type), 2, ET_CORE);
	put_le(p + offsetof(Elf64_Ehdr, e_machine), 2, m->arch->elf_machine);
	put_le(p + offsetof(Elf64_Ehdr, e_version), 4, EV_CURRENT);
	put_le(p + offsetof(Elf64_Ehdr, e_phoff), 8, sizeof(Elf64_Ehdr));
	put_le(p + offsetof(Elf64_Ehdr, e_ehsize), 2, sizeof(Elf64_Ehdr));
	put_le(p + offsetof(Elf64_Ehdr, e_phentsize), 2, sizeof(Elf64_Phdr));
	put_le(p + offsetof(Elf64_Ehdr, e_phnum), 2, count);
}

struct phdr {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t size;
};

static uint8_t *put_phdr(uint8_t *p, const struct phdr *ph)
{
	put_le(p + offsetof(Elf64_Phdr, p_type), 4, ph->type);
	put_le(p + offsetof(Elf64_Phdr, p_flags), 4, ph->flags);
	put_le(p + offsetof(Elf64_Phdr, p_offset), 8, ph->offset);
	put_le(p + offsetof(Elf64_Phdr, p_vaddr), 8, ph->vaddr);
	put_le(p + offsetof(Elf64_Phdr, p_paddr), 8, ph->paddr);
	put_le(p + offsetof(Elf64_Phdr, p_filesz), 8, ph->size);
	put_le(p + offsetof(Elf64_Phdr, p_memsz), 8, ph->size);
	return p + sizeof(Elf64_Phdr);
}

static uint8_t *put_note(uint8_t *p, const struct note_area *note)
{
	const struct phdr ph = {
		.type = PT_NOTE,
		.offset = note->paddr,
		.paddr = note->paddr,
		.size = note->size,
	};

	return put_phdr(p, &ph);
}

static uint8_t *put_load(uint8_t *p, uint64_t offset, uint64_t vaddr, uint64_t paddr, uint64_t size)
{
	const struct phdr ph = {
		.type = PT_LOAD,
		.flags = PF_R | PF_W | PF_X,
		.offset = offset,
		.vaddr = vaddr,
		.paddr = paddr,
		.size = size,
	};

	return put_phdr(p, &ph);
}

/* Those of vmcoreinfo and the kernel: a kernel that is kept aside has none to show. */
static size_t other_headers(const struct machine *m)
{
	return (m->vmcoreinfo.size > 0 ? 1 : 0) + (m->kcore.text_size > 0 ? 1 : 0);
}

size_t elfcorehdr_size(const struct machine *m, const struct memory_map *ranges)
{
	return sizeof(Elf64_Ehdr) +
	       (m->cpu_count + other_headers(m) + ranges->count) * sizeof(Elf64_Phdr);
}

/* What lies between two ranges of RAM may be read if the firmware keeps it, or nobody has it. */
static bool may_be_read(const char *name)
{
	return strstr(name, "System RAM") || strcmp(name, "RAM buffer") == 0 ||
	       strcasecmp(name, "reserved") == 0 || strcmp(name, "ACPI Tables") == 0 ||
	       strcmp(name, "ACPI Non-volatile Storage") == 0;
}

static int find_unreadable(const struct machine *m, struct memory_map *ret, struct err *err)
{
	int r = memory_map_add(ret, 0, LOW_END, MEMORY_RESERVED, err);

	for (size_t i = 0; i < m->iomem.count && r == 0; i++) {
		const struct iomem_entry *entry = &m->iomem.entries[i];

		if (!may_be_read(entry->name))
			r = memory_map_add(ret, entry->start, entry->end, MEMORY_RESERVED, err);
	}
	memory_map_normalise(ret);
	return r;
}

/* Between two ranges. */
struct hole {
	uint64_t size;
	size_t before; /* index of the range below it */
};

static int compare_holes(const void *a, const void *b)
{
	const struct hole *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return (x->before > y->before) - (x->before < y->before);
}

/* Close the @count shortest holes of @map. */
static int join_nearest(const struct machine *m, struct memory_map *map, size_t count,
			struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map unreadable = { NULL };
	_cleanup_free_ struct hole *holes = calloc(map->count, sizeof(*holes));
	struct memory_range *ranges = map->ranges;
	size_t found = 0;
	int r = find_unreadable(m, &unreadable, err);

	if (!holes)
		return err_oom(err);
	for (size_t i = 0; i + 1 < map->count && r == 0; i++) {
		uint64_t start = ranges[i].end, end = ranges[i + 1].start;

		if (end - start <= HOLE_MAX && !memory_map_touches(&unreadable, start, end))
			holes[found++] = (struct hole){ end - start, i };
	}
	if (r < 0)
		return r;
	if (found < count)
		return err_set(err, -E2BIG,
			       "this machine's %zu CPUs and %zu ranges of memory are more than "
			       "an ELF core header has room for (%d), and too few of them can be "
			       "joined (%zu)",
			       m->cpu_count, map->count, HEADERS_MAX, found);
	qsort(holes, found, sizeof(*holes), compare_holes);
	for (size_t i = 0; i < count; i++)
		ranges[holes[i].before].end = ranges[holes[i].before + 1].start;
	memory_map_normalise(map);
	return 0;
}

int elfcorehdr_ranges(const struct machine *m, struct memory_map *ret, struct err *err)
{
	size_t most = HEADERS_MAX - OTHER_HEADERS;
	int r = 0;

	for (size_t i = 0; i < m->dump.count && r == 0; i++)
		r = memory_map_add(ret, m->dump.ranges[i].start, m->dump.ranges[i].end,
				   m->dump.ranges[i].type, err);
	if (r < 0)
		return r;
	if (m->cpu_count >= most)
		return err_set(err, -E2BIG,
			       "this machine's %zu CPUs are more than an ELF core header has room "
			       "for (%d)",
			       m->cpu_count, HEADERS_MAX);
	most -= m->cpu_count;
	return ret->count <= most ? 0 : join_nearest(m, ret, ret->count - most, err);
}

/* Where the contents of @range are to be found. */
static uint64_t place_of(const struct memory_range *range, const struct plan_backup *backup)
{
	if (range->start >= backup->from && range->end <= backup->from + backup->size)
		return backup->to + (range->start - backup->from);
	return range->start;
}

void elfcorehdr_build(const struct machine *m, const struct memory_map *ranges,
		      const struct plan_backup *backup, uint8_t *out)
{
	uint8_t *p = out + sizeof(Elf64_Ehdr);

	put_ehdr(out, m, m->cpu_count + other_headers(m) + ranges->count);
	for (size_t i = 0; i < m->cpu_count; i++)
		p = put_note(p, &m->cpu_notes[i]);
	if (m->vmcoreinfo.size > 0)
		p = put_note(p, &m->vmcoreinfo);
	if (m->kcore.text_size > 0)
		p = put_load(p, m->kernel_paddr, m->kcore.text_vaddr, m->kernel_paddr,
			     m->kcore.text_size);
	for (size_t i = 0; i < ranges->count; i++) {
		const struct memory_range *r = &ranges->ranges[i];

		p = put_load(p, place_of(r, backup), r->start + m->kcore.page_offset, r->start,
			     r->end - r->start);
	}
}
