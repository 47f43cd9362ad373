/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A /proc/kcore in a tree: as the kernel writes it, or with a word of its own in one place.
 */
#ifndef TESTS_UNIT_KEXEC_KCORE_H
#define TESTS_UNIT_KEXEC_KCORE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/bytes.h"
#include "tests/unit/tree.h"

#define NO_PADDR UINT64_MAX

/** struct kcore_load - one PT_LOAD. */
struct kcore_load {
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t size;
};

/** kcore_kaslr - Debian 12 with KASLR and five levels: text above the middle of its GiB. */
static const struct kcore_load kcore_kaslr[] = {
	{ 0xffffffffb3e00000, 0x75800000, 0x2830000 },
	{ 0xff55a038c0000000, NO_PADDR, 0x31ffffffffffff },
	{ 0xffffffffc0000000, NO_PADDR, 0x3f000000 },
	{ 0xffffffffff600000, NO_PADDR, 0x1000 },
	{ 0xff401a4bc0001000, 0x1000, 0x9e000 },
	{ 0xff401a4bc0100000, 0x100000, 0x7feda000 },
};

/** kcore_make() - the bytes: a header, a PT_NOTE, then @count of @loads, then notes. */
static inline uint8_t *kcore_make(const struct kcore_load *loads, size_t count, size_t *size)
{
	const Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (uint16_t)(count + 1), /* as the kernel does it */
	};
	size_t notes = sizeof(ehdr) + (count + 1) * sizeof(Elf64_Phdr);
	Elf64_Phdr ph = { .p_type = PT_NOTE, .p_offset = notes, .p_filesz = 100 };
	uint8_t *data = calloc(1, notes + 100);

	assert_non_null(data);
	memcpy(data, &ehdr, sizeof(ehdr));
	memcpy(data + sizeof(ehdr), &ph, sizeof(ph));
	for (size_t i = 0; i < count; i++) {
		ph = (Elf64_Phdr){
			.p_type = PT_LOAD,
			.p_offset = 0x7fff00000000,
			.p_vaddr = loads[i].vaddr,
			.p_paddr = loads[i].paddr,
			.p_filesz = loads[i].size,
			.p_memsz = loads[i].size,
		};
		memcpy(data + sizeof(ehdr) + (i + 1) * sizeof(ph), &ph, sizeof(ph));
	}
	*size = notes + 100;
	return data;
}

/** kcore_put() - the same as a file. */
static inline void kcore_put(const struct tree *tree, const struct kcore_load *loads, size_t count)
{
	size_t size;
	uint8_t *data = kcore_make(loads, count, &size);

	tree_put(tree, "/proc/kcore", data, size);
	free(data);
}

#endif
