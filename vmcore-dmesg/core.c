/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <inttypes.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array.h"
#include "vmcore-dmesg/core.h"

enum {
	IDENT_SIZE = 16,           /* bytes looked at to tell what the file is */
	SEGMENTS_MAX = 1 << 20,    /* program headers; a core has one for each range of RAM */
	NOTES_MAX = 64 << 20,      /* bytes of a PT_NOTE: about 2 KiB for each CPU */
	NOTE_HEADER_SIZE = 12,     /* Elf32_Nhdr and Elf64_Nhdr alike: three 32-bit fields */
	UNREADABLE_UNIT = 4 << 10, /* bytes given up when the system cannot read at a place */
};

/* ---- Where segments begin ---- */

/* Where a segment begins, or NO_BASE. */
typedef uint64_t segment_base(const struct core_segment *segment);

#define NO_BASE UINT64_MAX

/*
 * Writers that know physical addresses only leave the virtual one 0. Taken for an address, it
 * would make a large segment reach into the kernel's half of a 32-bit machine.
 */
static uint64_t base_vaddr(const struct core_segment *segment)
{
	return segment->vaddr == 0 && segment->paddr != 0 ? NO_BASE : segment->vaddr;
}

static uint64_t base_paddr(const struct core_segment *segment)
{
	return segment->paddr;
}

struct order {
	const struct core_segments *segments;
	segment_base *base;
};

static int compare_bases(const void *a, const void *b, void *ctx)
{
	const struct order *order = ctx;
	const uint32_t *i = a, *j = b;
	uint64_t x = order->base(&order->segments->items[*i]);
	uint64_t y = order->base(&order->segments->items[*j]);

	return x != y ? (x > y) - (x < y) : (*i > *j) - (*i < *j);
}

/* The segments' indices in the order of addresses: makedumpfile -E writes very many. */
static int sort_segments(const struct core_segments *segments, segment_base *base, uint32_t **ret,
			 struct err *err)
{
	struct order order = { segments, base };
	uint32_t *indices = calloc(segments->count + 1, sizeof(*indices));

	if (!indices)
		return err_oom(err);
	for (size_t i = 0; i < segments->count; i++)
		indices[i] = (uint32_t)i;
	qsort_r(indices, segments->count, sizeof(*indices), compare_bases, &order);
	*ret = indices;
	return 0;
}

/* ---- Headers ---- */

static void end_elf(Elf **elf)
{
	elf_end(*elf);
}

static int append_segment(struct core_segments *segments, const GElf_Phdr *phdr, struct err *err)
{
	if (array_reserve(&segments->items, &segments->capacity, segments->count + 1,
			  sizeof(*segments->items)) < 0)
		return err_oom(err);
	segments->items[segments->count++] = (struct core_segment){
		.vaddr = phdr->p_vaddr,
		.paddr = phdr->p_paddr,
		.offset = phdr->p_offset,
		.file_size = phdr->p_filesz,
		.mem_size = phdr->p_memsz,
	};
	return 0;
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
			r = append_segment(&core->loads, &phdr, err);
		else if (phdr.p_type == PT_NOTE)
			r = append_segment(&core->notes, &phdr, err);
		if (r < 0)
			return r;
	}
	if (sort_segments(&core->loads, base_vaddr, &core->by_vaddr, err) < 0)
		return -ENOMEM;
	return sort_segments(&core->loads, base_paddr, &core->by_paddr, err);
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
	free(core->loads.items);
	free(core->by_vaddr);
	free(core->by_paddr);
	free(core->notes.items);
	close_fd(&core->fd);
	*core = (struct core)CORE_INIT;
}

void core_set_direct_map(struct core *core, uint64_t page_offset, uint64_t phys_offset)
{
	core->has_direct_map = true;
	core->page_offset = page_offset;
	core->phys_offset = phys_offset;
}

/* ---- Memory ---- */

/* Where the first @len bytes of a read come from. */
struct piece {
	enum { PIECE_NOWHERE, PIECE_FILE, PIECE_ZEROS } from;
	uint64_t len;
	uint64_t offset; /* in the file, for PIECE_FILE */
};

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The piece of @segment that begins @delta bytes behind its start, @len bytes at most. */
static struct piece piece_of(const struct core_segment *segment, uint64_t delta, uint64_t len)
{
	struct piece piece = { PIECE_ZEROS, min_u64(len, segment->mem_size - delta), 0 };

	if (delta < segment->file_size) {
		piece.from = PIECE_FILE;
		piece.len = min_u64(piece.len, segment->file_size - delta);
		if (!u64_add(segment->offset, delta, &piece.offset))
			piece.from = PIECE_NOWHERE;
	}
	return piece;
}

static bool covers(const struct core_segment *segment, segment_base *base, uint64_t addr)
{
	uint64_t start = base(segment);

	return start != NO_BASE && addr >= start && addr - start < segment->mem_size;
}

/* The last segment that begins at @addr or before, if it covers @addr, or NULL. */
static const struct core_segment *search_segment(const struct core *core, const uint32_t *order,
						 segment_base *base, uint64_t addr)
{
	size_t low = 0, high = order ? core->loads.count : 0;
	const struct core_segment *segment;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (base(&core->loads.items[order[middle]]) <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	segment = &core->loads.items[order[low - 1]];
	return covers(segment, base, addr) ? segment : NULL;
}

/*
 * Find @addr by the addresses that @base picks, and that @order puts in order. Segments may
 * overlap, so what the search does not find, all of them are asked for. A gap reaches to the
 * next segment.
 */
static struct piece find_piece(const struct core *core, segment_base *base, const uint32_t *order,
			       uint64_t addr, uint64_t len)
{
	const struct core_segment *found = search_segment(core, order, base, addr);
	struct piece gap = { PIECE_NOWHERE, len, 0 };

	if (found)
		return piece_of(found, addr - base(found), len);
	for (size_t i = 0; i < core->loads.count; i++) {
		const struct core_segment *segment = &core->loads.items[i];
		uint64_t start = base(segment);

		if (start == NO_BASE)
			continue;
		if (covers(segment, base, addr))
			return piece_of(segment, addr - start, len);
		if (start > addr && segment->mem_size > 0)
			gap.len = min_u64(gap.len, start - addr);
	}
	return gap;
}

static struct piece find_vaddr(const struct core *core, uint64_t addr, uint64_t len)
{
	struct piece piece = find_piece(core, base_vaddr, core->by_vaddr, addr, len);

	if (piece.from == PIECE_NOWHERE && core->has_direct_map && addr >= core->page_offset)
		return find_piece(core, base_paddr, core->by_paddr,
				  addr - core->page_offset + core->phys_offset, piece.len);
	return piece;
}

static struct piece find_paddr(const struct core *core, uint64_t addr, uint64_t len)
{
	return find_piece(core, base_paddr, core->by_paddr, addr, len);
}

/* Read @len bytes at @offset of the file, adding to *@progress. */
static int read_file(const struct core *core, uint64_t offset, uint8_t *buf, size_t len,
		     struct core_progress *progress, struct err *err)
{
	size_t done = 0;

	if (!range_within(offset, len, INT64_MAX)) {
		progress->bad = len;
		return err_set(err, -ENODATA, "the file cannot reach offset 0x%" PRIx64, offset);
	}
	while (done < len) {
		ssize_t n = pread(core->fd, buf + done, len - done, (off_t)(offset + done));
		int error = errno;

		if (n < 0 && error == EINTR)
			continue;
		if (n > 0) {
			done += (size_t)n;
			progress->good += (size_t)n;
			continue;
		}
		progress->bad = len - done;
		if (n == 0)
			return err_set(err, -ENODATA,
				       "the file is cut short: it has nothing at offset 0x%" PRIx64,
				       offset + done);
		progress->bad =
			(size_t)min_u64(len - done,
					UNREADABLE_UNIT - (offset + done) % UNREADABLE_UNIT);
		return err_errno(err, -error, "cannot read the file at offset 0x%" PRIx64,
				 offset + done);
	}
	return 0;
}

typedef struct piece piece_finder(const struct core *core, uint64_t addr, uint64_t len);

static int read_memory(const struct core *core, piece_finder *find, uint64_t addr, void *buf,
		       size_t len, struct core_progress *ret_progress, struct err *err)
{
	struct core_progress progress = { 0, 0 };
	uint8_t *p = buf;
	int r = 0;

	while (r == 0 && progress.good < len) {
		uint64_t at = addr + progress.good;
		size_t left = len - progress.good;
		struct piece piece = find(core, at, left);

		switch (piece.from) {
		case PIECE_FILE:
			r = read_file(core, piece.offset, p + progress.good, (size_t)piece.len,
				      &progress, err);
			break;
		case PIECE_ZEROS:
			memset(p + progress.good, 0, (size_t)piece.len);
			progress.good += (size_t)piece.len;
			break;
		case PIECE_NOWHERE:
			progress.bad = (size_t)piece.len;
			r = err_set(err, -ENXIO, "no program header covers it");
			break;
		}
	}
	if (r < 0)
		err_prefix(err, r, "cannot read memory at 0x%" PRIx64, addr + progress.good);
	if (ret_progress)
		*ret_progress = progress;
	return r;
}

/* Like core_read_vaddr(), of a dump; which of its pages are bad, only trying tells. */
static int read_dump(const struct core *core, uint64_t addr, void *buf, size_t len,
		     struct core_progress *ret_progress, struct err *err)
{
	struct core_progress progress = { 0, 0 };
	int r = dump_read(core->dump, addr, buf, len, &progress.good, err);

	if (r < 0) {
		addr += progress.good;
		progress.bad = (size_t)min_u64(len - progress.good,
					       UNREADABLE_UNIT - addr % UNREADABLE_UNIT);
		err_prefix(err, r, "cannot read memory at 0x%" PRIx64, addr);
	}
	if (ret_progress)
		*ret_progress = progress;
	return r;
}

int core_read_vaddr(const struct core *core, uint64_t addr, void *buf, size_t len,
		    struct core_progress *ret_progress, struct err *err)
{
	if (core->dump)
		return read_dump(core, addr, buf, len, ret_progress, err);
	return read_memory(core, find_vaddr, addr, buf, len, ret_progress, err);
}

int core_read_paddr(const struct core *core, uint64_t addr, void *buf, size_t len,
		    struct core_progress *ret_progress, struct err *err)
{
	return read_memory(core, find_paddr, addr, buf, len, ret_progress, err);
}

int core_read_uint(const struct core *core, uint64_t addr, unsigned int width, uint64_t *ret,
		   struct err *err)
{
	uint8_t data[8] = { 0 };
	int r;

	if (width > sizeof(data))
		return err_set(err, -EINVAL, "cannot read a number of %u bytes", width);
	r = core_read_vaddr(core, addr, data, width, NULL, err);
	if (r < 0)
		return r;
	if (!core_uint(core, (struct bytes){ data, width }, 0, width, ret))
		return err_set(err, -EINVAL, "cannot read a number of %u bytes", width);
	return 0;
}

/* ---- Notes ---- */

/* A note of a PT_NOTE, and where the next one begins. */
struct note {
	struct bytes name; /* with its NUL */
	struct bytes desc;
	uint64_t next; /* offset in the segment */
};

/*
 * Read the note at @off of @all. Name and contents each begin at a multiple of four: kernels
 * write their notes so in either class (fs/binfmt_elf.c, kernel/crash_core.c).
 */
static bool note_at(const struct core *core, struct bytes all, uint64_t off, struct note *ret)
{
	uint64_t name_size, desc_size, name_room, desc_room;
	uint64_t desc_off;

	if (!core_uint(core, all, off, 4, &name_size) ||
	    !core_uint(core, all, off + 4, 4, &desc_size) || !align_up(name_size, 4, &name_room) ||
	    !align_up(desc_size, 4, &desc_room))
		return false;
	desc_off = off + NOTE_HEADER_SIZE + name_room; /* far from overflow: 32-bit sizes */
	if (!bytes_slice(all, off + NOTE_HEADER_SIZE, name_size, &ret->name) ||
	    !bytes_slice(all, desc_off, desc_size, &ret->desc))
		return false;
	ret->next = desc_off + desc_room;
	return true;
}

/* Find a note in the contents of one PT_NOTE. Return: 1 if found, 0, or -EBADMSG. */
static int find_note(const struct core *core, struct bytes all, const char *name, struct bytes *ret,
		     struct err *err)
{
	size_t name_size = strlen(name) + 1;
	struct note note;

	for (uint64_t off = 0; range_within(off, NOTE_HEADER_SIZE, all.size); off = note.next) {
		if (!note_at(core, all, off, &note))
			return err_set(err, -EBADMSG,
				       "damaged: the note at offset 0x%" PRIx64
				       " of its PT_NOTE is larger than that",
				       off);
		if (note.name.size == name_size && bytes_has(note.name, 0, name, name_size)) {
			*ret = note.desc;
			return 1;
		}
	}
	return 0;
}

/* Look for a note in one PT_NOTE. Return: 1 if found, 0, or -errno. */
static int note_of_segment(const struct core *core, const struct core_segment *segment,
			   const char *name, size_t max, char **ret, size_t *ret_size,
			   struct err *err)
{
	_cleanup_free_ uint8_t *all = NULL;
	struct core_progress progress = { 0, 0 };
	struct err read_err = ERR_INIT;
	struct bytes desc = { NULL, 0 };
	int r, read_result;

	if (segment->file_size > NOTES_MAX)
		return err_set(err, -EBADMSG,
			       "damaged: it claims to have %" PRIu64 " bytes of notes",
			       segment->file_size);
	all = malloc((size_t)segment->file_size + 1);
	if (!all)
		return err_oom(err);
	read_result = read_file(core, segment->offset, all, (size_t)segment->file_size, &progress,
				&read_err);
	r = find_note(core, (struct bytes){ all, progress.good }, name, &desc, err);
	if (r <= 0 && read_result < 0) {
		*err = read_err;
		return err_prefix(err, -EBADMSG, "cannot read its notes");
	}
	if (r <= 0)
		return r;
	if (desc.size > max)
		return err_set(err, -EBADMSG, "damaged: its %s note has %zu bytes", name,
			       desc.size);
	*ret = malloc(desc.size + 1);
	if (!*ret)
		return err_oom(err);
	memcpy(*ret, desc.data, desc.size);
	(*ret)[desc.size] = '\0';
	*ret_size = desc.size;
	return 1;
}

int core_note(const struct core *core, const char *name, size_t max, char **ret, size_t *ret_size,
	      struct err *err)
{
	int failure = 0;

	for (size_t i = 0; i < core->notes.count; i++) {
		struct err this_err = ERR_INIT;
		int r = note_of_segment(core, &core->notes.items[i], name, max, ret, ret_size,
					&this_err);

		if (r > 0)
			return 0;
		if (r < 0 && failure == 0) {
			failure = r;
			if (err)
				*err = this_err;
		}
	}
	if (failure < 0)
		return failure;
	return err_set(err, -ENODATA,
		       "has no %s note: not a core of a Linux kernel, or an "
		       "incomplete one",
		       name);
}
