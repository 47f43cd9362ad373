/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/bytes.h"
#include "kexec/kcore.h"

#define KCORE_PATH "/proc/kcore"

enum { HEADERS_MAX = 1 << 20 }; /* program headers accepted: 56 MiB of them */

#define OFFSET_MAX ((uint64_t)INT64_MAX / 2) /* of headers: far from where off_t overflows */

/* Where a class of ELF has what is read here: System V ABI, chapters 4 and 5. */
struct layout {
	unsigned int width; /* bytes of an address */
	unsigned int e_phoff, e_shoff, e_phentsize, e_phnum;
	unsigned int sh_info;
	unsigned int p_offset, p_vaddr, p_paddr, p_memsz;
	unsigned int phdr_size;
};

#define LAYOUT(n)                                                                                  \
	{                                                                                          \
		.width = (n) / 8, .e_phoff = offsetof(Elf##n##_Ehdr, e_phoff),                     \
		.e_shoff = offsetof(Elf##n##_Ehdr, e_shoff),                                       \
		.e_phentsize = offsetof(Elf##n##_Ehdr, e_phentsize),                               \
		.e_phnum = offsetof(Elf##n##_Ehdr, e_phnum),                                       \
		.sh_info = offsetof(Elf##n##_Shdr, sh_info),                                       \
		.p_offset = offsetof(Elf##n##_Phdr, p_offset),                                     \
		.p_vaddr = offsetof(Elf##n##_Phdr, p_vaddr),                                       \
		.p_paddr = offsetof(Elf##n##_Phdr, p_paddr),                                       \
		.p_memsz = offsetof(Elf##n##_Phdr, p_memsz), .phdr_size = sizeof(Elf##n##_Phdr),   \
	}

static const struct layout layout32 = LAYOUT(32);
static const struct layout layout64 = LAYOUT(64);

/* The file while it is read. */
struct reader {
	int fd;
	const struct layout *layout;
	bool big_endian;
	uint64_t phoff;
	uint64_t count; /* of program headers */
};

struct phdr {
	uint64_t type;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t size;
};

/* Fill @size bytes from @off. The file tells no true size: what is not there ends the read. */
static int read_at(int fd, uint64_t off, uint8_t *out, size_t size, struct err *err)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = pread(fd, out + done, size - done, (off_t)(off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, -errno, "cannot read " KCORE_PATH);
		if (n == 0)
			return err_set(err, -EBADMSG, KCORE_PATH ": its headers are cut short");
		done += (size_t)n;
	}
	return 0;
}

static uint64_t get(const struct reader *reader, struct bytes b, unsigned int off,
		    unsigned int width)
{
	uint64_t v = 0;

	return bytes_uint(b, off, width, reader->big_endian, &v) ? v : 0;
}

static struct phdr get_phdr(const struct reader *reader, struct bytes b)
{
	const struct layout *l = reader->layout;

	return (struct phdr){
		.type = get(reader, b, 0, 4),
		.offset = get(reader, b, l->p_offset, l->width),
		.vaddr = get(reader, b, l->p_vaddr, l->width),
		.paddr = get(reader, b, l->p_paddr, l->width),
		.size = get(reader, b, l->p_memsz, l->width),
	};
}

/* System V ABI: a count that e_phnum has no room for is in the first section header. */
static int count_in_section(struct reader *reader, struct bytes ehdr, struct err *err)
{
	const struct layout *l = reader->layout;
	uint64_t shoff = get(reader, ehdr, l->e_shoff, l->width);
	uint8_t word[4];
	int r;

	if (reader->count != PN_XNUM || shoff == 0)
		return 0;
	if (shoff > OFFSET_MAX)
		return err_set(err, -EBADMSG, KCORE_PATH ": its headers are cut short");
	r = read_at(reader->fd, shoff + l->sh_info, word, sizeof(word), err);
	if (r == 0)
		reader->count = get(reader, (struct bytes){ word, sizeof(word) }, 0, 4);
	return r;
}

/*
 * The kernel does not do that (fs/proc/kcore.c: read_kcore_iter()): it keeps the lowest 16
 * bits of the count, even if they are 0. But its first header is that of the notes, which
 * begin where the headers end.
 */
static int count_to_notes(struct reader *reader, struct err *err)
{
	uint8_t buffer[sizeof(Elf64_Phdr)];
	size_t size = reader->layout->phdr_size;
	struct phdr first;
	uint64_t real;
	int r = read_at(reader->fd, reader->phoff, buffer, size, err);

	if (r < 0)
		return r;
	first = get_phdr(reader, (struct bytes){ buffer, size });
	if (first.type != PT_NOTE || first.offset < reader->phoff ||
	    (first.offset - reader->phoff) % size != 0)
		return 0;
	real = (first.offset - reader->phoff) / size;
	if (real > reader->count && real % (PN_XNUM + 1) == reader->count)
		reader->count = real;
	return 0;
}

static int check_ident(struct reader *reader, const uint8_t *ident, struct err *err)
{
	unsigned int class = ident[EI_CLASS], data = ident[EI_DATA];

	if (memcmp(ident, ELFMAG, SELFMAG) != 0)
		return err_set(err, -EBADMSG, KCORE_PATH ": not an ELF file");
	if ((class != ELFCLASS32 && class != ELFCLASS64) ||
	    (data != ELFDATA2LSB && data != ELFDATA2MSB))
		return err_set(err, -EBADMSG, KCORE_PATH ": no known kind of ELF file (%u, %u)",
			       class, data);
	reader->layout = class == ELFCLASS32 ? &layout32 : &layout64;
	reader->big_endian = data == ELFDATA2MSB;
	return 0;
}

static int read_ehdr(struct reader *reader, struct err *err)
{
	uint8_t buffer[sizeof(Elf64_Ehdr)];
	const struct bytes ehdr = { buffer, sizeof(buffer) };
	uint64_t size;
	int r = read_at(reader->fd, 0, buffer, sizeof(buffer), err);

	if (r == 0)
		r = check_ident(reader, buffer, err);
	if (r < 0)
		return r;
	reader->phoff = get(reader, ehdr, reader->layout->e_phoff, reader->layout->width);
	reader->count = get(reader, ehdr, reader->layout->e_phnum, 2);
	size = get(reader, ehdr, reader->layout->e_phentsize, 2);
	if (size != reader->layout->phdr_size)
		return err_set(err, -EBADMSG, KCORE_PATH ": its program headers have %llu bytes",
			       (unsigned long long)size);
	if (reader->phoff > OFFSET_MAX)
		return err_set(err, -EBADMSG, KCORE_PATH ": its headers are cut short");
	r = count_in_section(reader, ehdr, err);
	if (r == 0)
		r = count_to_notes(reader, err);
	if (r == 0 && reader->count > HEADERS_MAX)
		return err_set(err, -EFBIG, KCORE_PATH ": says it has %llu program headers",
			       (unsigned long long)reader->count);
	return r;
}

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

static bool is_text(const struct text_search *search, const struct phdr *ph)
{
	if (search->stext)
		return search->stext >= ph->vaddr && search->stext - ph->vaddr < ph->size;
	return ph->vaddr >= search->min && ph->vaddr < search->max &&
	       ph->size <= search->max - ph->vaddr;
}

/*
 * The direct map's start, from its lowest entry. Kernels since 4.7 (464920104bf7,
 * "/proc/kcore: update physical address for kcore ram and text") give these entries their
 * physical address; before, it is 0 everywhere, and the lowest mapping, rounded down, is it.
 */
static uint64_t direct_map_start(const struct phdr *lowest, uint64_t direct_align)
{
	if (lowest->paddr != 0)
		return lowest->vaddr - lowest->paddr;
	return align_down(lowest->vaddr, direct_align);
}

static int scan(const struct reader *reader, struct bytes headers, const struct text_search *search,
		uint64_t direct_align, struct kcore *ret, struct err *err)
{
	struct phdr lowest = { .vaddr = UINT64_MAX };
	struct kcore kcore = { 0 };
	struct bytes one;
	bool memory = false;

	for (uint64_t i = 0; i < reader->count; i++) {
		struct phdr ph;

		if (!bytes_slice(headers, i * reader->layout->phdr_size, reader->layout->phdr_size,
				 &one))
			return err_set(err, -EBADMSG, KCORE_PATH ": its headers are cut short");
		ph = get_phdr(reader, one);
		if (ph.type != PT_LOAD)
			continue;
		if (kcore.text_size == 0 && is_text(search, &ph)) {
			kcore.text_vaddr = ph.vaddr;
			if (!align_up(ph.size, 4096, &kcore.text_size))
				return err_set(err, -EBADMSG, KCORE_PATH ": absurd segment size");
		} else if (ph.vaddr < lowest.vaddr) {
			lowest = ph;
			memory = true;
		}
	}
	if (kcore.text_size == 0)
		return err_set(err, -EBADMSG,
			       KCORE_PATH
			       ": Can't find kernel text map area from kcore: no segment holds "
			       "the kernel's text");
	if (!memory)
		return err_set(err, -EBADMSG, KCORE_PATH ": no segment shows the memory");
	kcore.page_offset = direct_map_start(&lowest, direct_align);
	*ret = kcore;
	return 0;
}

int kcore_read(const struct sysroot *root, uint64_t text_min, uint64_t text_max,
	       uint64_t direct_align, struct kcore *ret, struct err *err)
{
	struct text_search search = { find_stext(root), text_min, text_max };
	_cleanup_close_ int fd = sysroot_open(root, KCORE_PATH, O_RDONLY);
	_cleanup_free_ uint8_t *headers = NULL;
	struct reader reader = { .fd = fd };
	size_t size;
	int r;

	if (fd < 0)
		return err_errno(err, fd, "cannot open " KCORE_PATH);
	r = read_ehdr(&reader, err);
	if (r < 0)
		return r;
	size = (size_t)reader.count * reader.layout->phdr_size;
	headers = malloc(size + 1);
	if (!headers)
		return err_oom(err);
	/* At once: the kernel makes all of them anew for each read. */
	r = read_at(fd, reader.phoff, headers, size, err);
	if (r < 0)
		return r;
	return scan(&reader, (struct bytes){ headers, size }, &search, direct_align, ret, err);
}
