/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vmcore-dmesg/core.h"

enum {
	IDENT_SIZE = 16,        /* bytes looked at to tell what the file is */
	SEGMENTS_MAX = 1 << 20, /* program headers; a core has one for each range of RAM */
};

/* ---- Headers ---- */

static void end_elf(Elf **elf)
{
	elf_end(*elf);
}

static int add_segment(struct core_segments *segments, const GElf_Phdr *phdr, struct err *err)
{
	const struct core_segment segment = {
		.vaddr = phdr->p_vaddr,
		.paddr = phdr->p_paddr,
		.offset = phdr->p_offset,
		.file_size = phdr->p_filesz,
		.mem_size = phdr->p_memsz,
	};

	return segments_add(segments, &segment, err);
}

static int read_segments(struct core *core, Elf *elf, const GElf_Ehdr *ehdr, struct err *err)
{
	size_t count;

	if (elf_getphdrnum(elf, &count) < 0)
		return err_set(err, -EBADMSG, "cannot count its program headers: %s",
			       elf_errmsg(-1));
	/* libelf counts those that the file holds. */
	if (ehdr->e_phnum != PN_XNUM && count < ehdr->e_phnum)
		return err_set(err, -EBADMSG, "cut short: it has %zu of its %u program headers",
			       count, (unsigned int)ehdr->e_phnum);
	if (count > SEGMENTS_MAX)
		return err_set(err, -EBADMSG, "damaged: it claims to have %zu program headers",
			       count);
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr phdr;
		int r = 0;

		if (!gelf_getphdr(elf, (int)i, &phdr))
			return err_set(err, -EBADMSG, "cannot read program header %zu of %zu: %s",
				       i, count, elf_errmsg(-1));
		if (phdr.p_type == PT_LOAD)
			r = add_segment(&core->loads, &phdr, err);
		else if (phdr.p_type == PT_NOTE)
			r = add_segment(&core->notes, &phdr, err);
		if (r < 0)
			return r;
	}
	return segments_sort(&core->loads, err);
}

/* Is this a machine whose kernel has 32-bit longs even when its cores are ELF64? */
static bool is_32bit_machine(uint16_t machine)
{
	return machine == EM_386 || machine == EM_ARM;
}

static int read_headers(struct core *core, struct err *err)
{
	_cleanup_(end_elf) Elf *elf = NULL;
	GElf_Ehdr ehdr;

	elf_version(EV_CURRENT);
	elf = elf_begin(core->fd, ELF_C_READ, NULL);
	if (!elf)
		return err_set(err, -EBADMSG, "cannot read its ELF header: %s", elf_errmsg(-1));
	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &ehdr))
		return err_set(err, -EBADMSG, "its ELF header is damaged or cut short");
	if (ehdr.e_type != ET_CORE)
		return err_set(err, -ENOEXEC, "is an ELF file, but not a core file");
	core->big_endian = ehdr.e_ident[EI_DATA] == ELFDATA2MSB;
	core->machine = ehdr.e_machine;
	core->word = gelf_getclass(elf) == ELFCLASS32 || is_32bit_machine(ehdr.e_machine) ? 4 : 8;
	return read_segments(core, elf, &ehdr, err);
}

enum format { FORMAT_ELF, FORMAT_COMPRESSED, FORMAT_FLATTENED };

/* Tell what a file is. */
static int check_magic(int fd, enum format *ret, struct err *err)
{
	uint8_t ident[IDENT_SIZE];
	ssize_t n = pread(fd, ident, sizeof(ident), 0);
	struct bytes b = { ident, n > 0 ? (size_t)n : 0 };

	if (n < 0 && errno == ESPIPE)
		return err_set(err, -ESPIPE, "is a pipe; save it to a file first");
	if (n < 0)
		return err_errno(err, -errno, "cannot read");
	if (n == 0)
		return err_set(err, -ENOEXEC, "is empty");
	if (bytes_has(b, 0, ELFMAG, SELFMAG))
		*ret = FORMAT_ELF;
	else if (bytes_has(b, 0, "KDUMP   ", 8)) /* diskdump_mod.h of makedumpfile */
		*ret = FORMAT_COMPRESSED;
	else if (bytes_has(b, 0, "makedumpfile", 12)) /* makedumpfile.h */
		*ret = FORMAT_FLATTENED;
	else
		return err_set(err, -ENOEXEC, "is not an ELF core file");
	return 0;
}

static int open_dump(struct core *core, enum format format, struct err *err)
{
	int r = dump_open(core->fd, &core->dump, &core->word, &core->big_endian, err);

	if (r == 0 || r == -ENOMEM)
		return r;
	if (format == FORMAT_COMPRESSED)
		return err_prefix(err, r, "a compressed dump (kdump format)");
	err_prefix(err, r, "a flattened dump");
	return err_hint(err, -EOPNOTSUPP, "rearrange it first: makedumpfile -R NEW < OLD");
}

int core_from_fd(int fd, struct core *ret, struct err *err)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	enum format format;
	int r = check_magic(fd, &format, err);

	if (r < 0)
		return r;
	core.fd = fd;
	r = format == FORMAT_ELF ? read_headers(&core, err) : open_dump(&core, format, err);
	if (r < 0) {
		core.fd = -1;
		return r;
	}
	*ret = core;
	core = (struct core)CORE_INIT;
	return 0;
}

int core_open(const char *path, struct core *ret, struct err *err)
{
	const bool is_input = strcmp(path, "-") == 0;
	_cleanup_close_ int fd = is_input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
					  : open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return err_errno(err, -errno, "cannot open");
	r = core_from_fd(fd, ret, err);
	if (r == 0)
		fd = -1;
	return r;
}

void core_close(struct core *core)
{
	dump_close(core->dump);
	segments_done(&core->loads);
	segments_done(&core->notes);
	close_fd(&core->fd);
	*core = (struct core)CORE_INIT;
}
