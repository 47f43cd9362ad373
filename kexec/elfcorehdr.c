/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "lib/bytes.h"
#include "kexec/elfcorehdr.h"

/* Where each field of the ELF64 structures is: System V ABI, chapter 4 and 5. */
static void put_ehdr(uint8_t *p, const struct machine *m, size_t phdr_count)
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
	put_le(p + offsetof(Elf64_Ehdr, e_phnum), 2, phdr_count);
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

/* Notes of the CPUs, vmcoreinfo, the kernel, the ranges of RAM. */
static size_t phdr_count(const struct machine *m)
{
	return m->cpu_count + 2 + m->dump.count;
}

int elfcorehdr_size(const struct machine *m, size_t *ret, struct err *err)
{
	/* The capture kernel's reader takes e_phnum as it is and knows no PN_XNUM. */
	if (phdr_count(m) >= PN_XNUM)
		return err_set(err, -E2BIG,
			       "this machine's %zu CPUs and %zu ranges of memory are more than "
			       "an ELF core header has room for (%d)",
			       m->cpu_count, m->dump.count, PN_XNUM - 1);
	*ret = sizeof(Elf64_Ehdr) + phdr_count(m) * sizeof(Elf64_Phdr);
	return 0;
}

void elfcorehdr_build(const struct machine *m, const struct plan_backup *backup, uint8_t *out)
{
	uint8_t *p = out + sizeof(Elf64_Ehdr);

	put_ehdr(out, m, phdr_count(m));
	for (size_t i = 0; i < m->cpu_count; i++)
		p = put_note(p, &m->cpu_notes[i]);
	p = put_note(p, &m->vmcoreinfo);
	p = put_load(p, m->kernel_paddr, m->kcore.text_vaddr, m->kernel_paddr, m->kcore.text_size);
	for (size_t i = 0; i < m->dump.count; i++) {
		const struct memory_range *r = &m->dump.ranges[i];
		bool moved = backup->size && r->start == backup->from;

		p = put_load(p, moved ? backup->to : r->start, r->start + m->kcore.page_offset,
			     r->start, r->end - r->start);
	}
}
