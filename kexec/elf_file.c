/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "kexec/elf_file.h"

#define ALIGN_MAX (UINT64_C(1) << 30) /* of a program that is moved */

/* Where a class of ELF has what is read here. */
struct layout {
	unsigned int width; /* bytes of an address */
	unsigned int ehdr_size, e_phoff, e_phentsize, e_phnum;
	unsigned int phdr_size, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
};

#define LAYOUT(n)                                                                                  \
	{                                                                                          \
		.width = (n) / 8, .ehdr_size = sizeof(Elf##n##_Ehdr),                              \
		.e_phoff = offsetof(Elf##n##_Ehdr, e_phoff),                                       \
		.e_phentsize = offsetof(Elf##n##_Ehdr, e_phentsize),                               \
		.e_phnum = offsetof(Elf##n##_Ehdr, e_phnum), .phdr_size = sizeof(Elf##n##_Phdr),   \
		.p_offset = offsetof(Elf##n##_Phdr, p_offset),                                     \
		.p_vaddr = offsetof(Elf##n##_Phdr, p_vaddr),                                       \
		.p_paddr = offsetof(Elf##n##_Phdr, p_paddr),                                       \
		.p_filesz = offsetof(Elf##n##_Phdr, p_filesz),                                     \
		.p_memsz = offsetof(Elf##n##_Phdr, p_memsz),                                       \
		.p_align = offsetof(Elf##n##_Phdr, p_align),                                       \
	}

static const struct layout layout32 = LAYOUT(32);
static const struct layout layout64 = LAYOUT(64);

struct phdr {
	uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

/* The file while it is read. */
struct reader {
	struct bytes file;
	const struct layout *layout;
	uint64_t type;
	uint64_t phoff;
	uint64_t count;
};

/* 0 where the file has no such bytes: the caller has looked whether it has. */
static uint64_t get(struct bytes b, uint64_t off, unsigned int width)
{
	uint64_t v = 0;

	return bytes_uint(b, off, width, false, &v) ? v : 0;
}

/* Class and machine belong together: the x32 ABI is no kernel's. NULL: not wanted. */
static const struct layout *layout_of(struct bytes file, unsigned int kinds)
{
	static const uint8_t ident32[] = { 0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB };
	static const uint8_t ident64[] = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB };
	uint64_t machine = get(file, offsetof(Elf32_Ehdr, e_machine), 2);

	if ((kinds & ELF_X86_32) && bytes_has(file, 0, ident32, sizeof(ident32)) &&
	    (machine == EM_386 || machine == EM_IAMCU))
		return &layout32;
	if ((kinds & ELF_X86_64) && bytes_has(file, 0, ident64, sizeof(ident64)) &&
	    machine == EM_X86_64)
		return &layout64;
	return NULL;
}

static int truncated(struct bytes file, const char *where, struct err *err)
{
	return err_set(err, -EBADMSG,
		       "looks like an ELF executable, but is truncated in its %s (%zu bytes)",
		       where, file.size);
}

static int read_header(struct bytes file, unsigned int kinds, struct reader *ret, struct err *err)
{
	const struct layout *l = layout_of(file, kinds);
	uint64_t entry_size;

	if (!l)
		return ELF_FILE_NOT_MINE;
	*ret = (struct reader){
		.file = file,
		.layout = l,
		.type = get(file, offsetof(Elf32_Ehdr, e_type), 2),
		.phoff = get(file, l->e_phoff, l->width),
		.count = get(file, l->e_phnum, 2),
	};
	if (ret->type != ET_EXEC && ret->type != ET_DYN)
		return ELF_FILE_NOT_MINE;
	if (file.size < l->ehdr_size)
		return truncated(file, "header", err);
	entry_size = get(file, l->e_phentsize, 2);
	if (ret->count == 0 || ret->count == PN_XNUM || entry_size != l->phdr_size)
		return err_set(err, -EBADMSG,
			       "bad ELF executable: it has %" PRIu64 " program headers of %" PRIu64
			       " bytes",
			       ret->count, entry_size);
	if (!range_within(ret->phoff, ret->count * l->phdr_size, file.size))
		return truncated(file, "program headers", err);
	return 0;
}

static uint64_t type_of_phdr(const struct reader *reader, uint64_t number)
{
	return get(reader->file, reader->phoff + number * reader->layout->phdr_size, 4);
}

static struct phdr get_phdr(const struct reader *reader, uint64_t number)
{
	const struct layout *l = reader->layout;
	uint64_t at = reader->phoff + number * l->phdr_size;

	return (struct phdr){
		.offset = get(reader->file, at + l->p_offset, l->width),
		.vaddr = get(reader->file, at + l->p_vaddr, l->width),
		.paddr = get(reader->file, at + l->p_paddr, l->width),
		.filesz = get(reader->file, at + l->p_filesz, l->width),
		.memsz = get(reader->file, at + l->p_memsz, l->width),
		.align = get(reader->file, at + l->p_align, l->width),
	};
}

static bool wants_interpreter(const struct reader *reader)
{
	for (uint64_t i = 0; i < reader->count; i++)
		if (type_of_phdr(reader, i) == PT_INTERP)
			return true;
	return false;
}

static int add_load(const struct reader *reader, const struct phdr *phdr, struct program *program,
		    struct err *err)
{
	struct bytes content;

	if (!bytes_slice(reader->file, phdr->offset, phdr->filesz, &content))
		return err_set(err, -EBADMSG,
			       "looks like an ELF executable, but is truncated: it has %zu bytes, "
			       "its part at 0x%" PRIx64 " is said to be %" PRIu64 " at %" PRIu64,
			       reader->file.size, phdr->paddr, phdr->filesz, phdr->offset);
	if (phdr->align > ALIGN_MAX || (phdr->align & (phdr->align - 1)))
		return err_set(err, -EBADMSG,
			       "bad ELF executable: its alignment 0x%" PRIx64 " is no power of two",
			       phdr->align);
	if (phdr->align > program->align)
		program->align = phdr->align;
	return program_add(program, phdr->paddr, phdr->memsz, content, err);
}

/* An entry that is no virtual address of the file's is a physical one: Linux's. */
static uint64_t physical_entry(const struct reader *reader)
{
	const struct layout *l = reader->layout;
	uint64_t entry = get(reader->file, offsetof(Elf32_Ehdr, e_entry), l->width);

	for (uint64_t i = 0; i < reader->count; i++) {
		struct phdr phdr = get_phdr(reader, i);

		if (type_of_phdr(reader, i) == PT_LOAD && entry >= phdr.vaddr &&
		    entry - phdr.vaddr < phdr.memsz)
			return entry - phdr.vaddr + phdr.paddr;
	}
	return entry;
}

int elf_file_read(struct bytes file, unsigned int kinds, struct program *ret, struct err *err)
{
	struct reader reader;
	int r = read_header(file, kinds, &reader, err);

	if (r != 0)
		return r;
	if (wants_interpreter(&reader))
		return ELF_FILE_NOT_MINE;
	ret->align = 1;
	ret->movable = reader.type == ET_DYN;
	ret->entry = physical_entry(&reader);
	for (uint64_t i = 0; i < reader.count && r == 0; i++)
		if (type_of_phdr(&reader, i) == PT_LOAD) {
			struct phdr phdr = get_phdr(&reader, i);

			r = add_load(&reader, &phdr, ret, err);
		}
	return r == 0 ? program_settle(ret, err) : r;
}
