/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bytes.h"
#include "kexec/kcore.h"

#define KCORE_PATH "/proc/kcore"

/* Address of _stext, or 0 when /proc/kallsyms hides or lacks it. */
static uint64_t find_stext(const struct sysroot *root)
{
	_cleanup_fclose_ FILE *f = sysroot_fopen(root, "/proc/kallsyms");
	_cleanup_free_ char *line = NULL;
	size_t capacity = 0;
	ssize_t n;

	if (!f)
		return 0;
	while ((n = getline(&line, &capacity, f)) > 0) {
		/* "ffffffff81000000 T _stext" */
		if (n > 7 && strcmp(line + n - 8, " _stext\n") == 0)
			return strtoull(line, NULL, 16);
	}
	return 0;
}

struct text_search {
	uint64_t stext; /* 0: not known */
	uint64_t min, max;
};

static bool is_text(const struct text_search *search, const GElf_Phdr *ph)
{
	if (search->stext)
		return search->stext >= ph->p_vaddr && search->stext - ph->p_vaddr < ph->p_memsz;
	return ph->p_vaddr >= search->min && ph->p_vaddr < search->max &&
	       ph->p_memsz <= search->max - ph->p_vaddr;
}

/*
 * The direct map's start. Kernels since 4.7 (464920104bf7, "/proc/kcore: update physical
 * address for kcore ram and text") give the direct map's entries their physical address;
 * before, it is 0 everywhere, and the lowest mapping, rounded down, is the start.
 */
static uint64_t direct_map_start(const GElf_Phdr *ph, uint64_t lowest, uint64_t direct_align)
{
	if (ph && ph->p_paddr != 0)
		return ph->p_vaddr - ph->p_paddr;
	return align_down(lowest, direct_align);
}

static int scan(Elf *elf, const struct text_search *search, uint64_t direct_align,
		struct kcore *ret, struct err *err)
{
	GElf_Phdr ph, lowest = { .p_vaddr = UINT64_MAX };
	struct kcore kcore = { 0 };
	size_t count;

	if (elf_getphdrnum(elf, &count) != 0)
		return err_set(err, -EBADMSG, KCORE_PATH ": %s", elf_errmsg(-1));
	for (size_t i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &ph))
			return err_set(err, -EBADMSG, KCORE_PATH ": program header %zu: %s", i,
				       elf_errmsg(-1));
		if (ph.p_type != PT_LOAD)
			continue;
		if (kcore.text_size == 0 && is_text(search, &ph)) {
			kcore.text_vaddr = ph.p_vaddr;
			if (!align_up(ph.p_memsz, 4096, &kcore.text_size))
				return err_set(err, -EBADMSG, KCORE_PATH ": absurd segment size");
		} else if (ph.p_vaddr < lowest.p_vaddr) {
			lowest = ph;
		}
	}
	if (kcore.text_size == 0)
		return err_set(err, -EBADMSG, KCORE_PATH ": no segment holds the kernel's text");
	kcore.page_offset = direct_map_start(lowest.p_paddr == UINT64_MAX ? NULL : &lowest,
					     lowest.p_vaddr, direct_align);
	*ret = kcore;
	return 0;
}

static void end_elf(Elf **elf)
{
	elf_end(*elf);
}

int kcore_read(const struct sysroot *root, uint64_t text_min, uint64_t text_max,
	       uint64_t direct_align, struct kcore *ret, struct err *err)
{
	struct text_search search = { find_stext(root), text_min, text_max };
	_cleanup_close_ int fd = sysroot_open(root, KCORE_PATH, O_RDONLY);
	_cleanup_(end_elf) Elf *elf = NULL;

	if (fd < 0)
		return err_errno(err, fd, "cannot open " KCORE_PATH);
	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(err, -ENOTSUP, "libelf is too old: %s", elf_errmsg(-1));
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return err_set(err, -EBADMSG, KCORE_PATH ": not an ELF file");
	return scan(elf, &search, direct_align, ret, err);
}
