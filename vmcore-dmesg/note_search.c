/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/note_search.h"
#include "vmcore-dmesg/placement.h"

enum {
	PIECE = 4 << 20, /* bytes that are read at a time */
	/* Three 32-bit numbers, the name, and where the contents begin. */
	NAME_OFFSET = 12,
	DESC_OFFSET = 24,
	ALIGN = 4,
	/* struct uts_namespace: a few fields of 65 bytes, and maybe a counter before them. */
	UTS_SIZE = 8 + 6 * 65,
	NOTES_MAX = 64, /* that are tried; a few kernels' at most are real */
};

static const char name[] = "VMCOREINFO";
static const char first_key[] = "OSRELEASE=";

/* A search under way. */
struct search {
	struct core *core;
	uint8_t *piece;
	uint64_t budget; /* bytes left to read: segments that overlap are damage */
	unsigned int tried;
	char *first; /* the first text that was found, and could not be confirmed; owned */
	size_t first_size;
	bool first_big_endian;
};

static void search_done(struct search *s)
{
	free(s->piece);
	free(s->first);
}

/* Is the release that a note names where the kernel has it? */
static bool is_confirmed(struct core *core, const struct vmcoreinfo *info)
{
	const size_t len = strlen(info->release);
	struct core_progress progress;
	uint8_t uts[UTS_SIZE];

	placement_set(core, info);
	if (len == 0 || info->init_uts_ns == VMCOREINFO_ABSENT)
		return false;
	/* What follows it need not be there. */
	if (core_read_vaddr(core, info->init_uts_ns, uts, sizeof(uts), &progress, NULL) < 0 &&
	    progress.good == 0)
		return false;
	return memmem(uts, progress.good, info->release, len);
}

/*
 * Read the header of a note at a physical address. Its byte order is the kernel's, which need
 * not be the file's: QEMU goes by what the firmware ran in last.
 * Return: is it right? *@ret_size: of the text.
 */
static bool read_header(const struct core *core, uint64_t addr, bool *ret_big_endian,
			uint64_t *ret_size)
{
	uint8_t header[DESC_OFFSET + sizeof(first_key) - 1];
	struct bytes b = { header, sizeof(header) };
	uint64_t name_size, type;

	if (core_read_paddr(core, addr, header, sizeof(header), NULL, NULL) < 0)
		return false;
	*ret_big_endian = header[0] == 0;
	return bytes_uint(b, 0, 4, *ret_big_endian, &name_size) && name_size == sizeof(name) &&
	       bytes_uint(b, 4, 4, *ret_big_endian, ret_size) && *ret_size >= sizeof(first_key) &&
	       *ret_size <= VMCOREINFO_MAX && bytes_uint(b, 8, 4, *ret_big_endian, &type) &&
	       type == 0 && bytes_has(b, DESC_OFFSET, first_key, sizeof(first_key) - 1);
}

/*
 * Look at a note at a physical address: its header is right, and the text is the kernel's.
 * Return: 1 if it is confirmed, and *@ret and *@ret_size; 0; -ENOMEM.
 */
static int try_note(struct search *s, uint64_t addr, char **ret, size_t *ret_size, struct err *err)
{
	_cleanup_free_ char *text = NULL, *copy = NULL;
	struct vmcoreinfo info;
	bool big_endian;
	uint64_t size;

	if (!read_header(s->core, addr, &big_endian, &size))
		return 0;
	s->tried++;
	text = malloc((size_t)size + 1);
	copy = malloc((size_t)size + 1);
	if (!text || !copy)
		return err_oom(err);
	if (core_read_paddr(s->core, addr + DESC_OFFSET, text, (size_t)size, NULL, NULL) < 0)
		return 0;
	text[size] = '\0';
	memcpy(copy, text, (size_t)size + 1);
	vmcoreinfo_parse(copy, (size_t)size, &info);
	s->core->big_endian = big_endian;
	if (is_confirmed(s->core, &info)) {
		*ret = text;
		*ret_size = (size_t)size;
		text = NULL;
		return 1;
	}
	if (!s->first) {
		s->first = text;
		s->first_size = (size_t)size;
		s->first_big_endian = big_endian;
		text = NULL;
	}
	return 0;
}

/* Try all notes whose names begin in the first @len bytes of the piece, read from @addr. */
static int search_piece(struct search *s, uint64_t addr, size_t len, char **ret, size_t *ret_size,
			struct err *err)
{
	size_t off = 0;
	int r = 0;

	while (r == 0 && s->tried < NOTES_MAX) {
		const uint8_t *found = memmem(s->piece + off, len - off, name, sizeof(name));

		if (!found)
			break;
		off = (size_t)(found - s->piece);
		if ((addr + off) % ALIGN == 0 && addr + off >= NAME_OFFSET)
			r = try_note(s, addr + off - NAME_OFFSET, ret, ret_size, err);
		off++;
	}
	return r;
}

static int search_segment(struct search *s, const struct core_segment *segment, char **ret,
			  size_t *ret_size, struct err *err)
{
	uint64_t done = 0;
	int r = 0;

	while (r == 0 && done < segment->file_size && s->budget > 0) {
		struct core_progress progress = { 0, 0 };
		uint64_t left = segment->file_size - done;
		size_t len = left < PIECE ? (size_t)left : PIECE;
		int read_result = core_read_file(s->core, segment->offset + done, s->piece, len,
						 &progress, NULL);

		s->budget -= progress.good < s->budget ? progress.good : s->budget;
		r = search_piece(s, segment->paddr + done, progress.good, ret, ret_size, err);
		if (read_result == -ENODATA)
			break; /* the file ends, whatever the header promises */
		/* A name may lie across the end of a piece, unless that ends for good. */
		if (read_result < 0)
			done += progress.good + progress.bad;
		else
			done += left > len ? len - sizeof(name) + 1 : len;
	}
	return r;
}

static int search_segments(struct search *s, char **ret, size_t *ret_size, struct err *err)
{
	const off_t file_size = lseek(s->core->fd, 0, SEEK_END);
	int r = 0;

	s->piece = malloc(PIECE);
	if (!s->piece)
		return err_oom(err);
	s->budget = file_size > 0 ? (uint64_t)file_size : 0;
	for (size_t i = 0; i < s->core->loads.count && r == 0; i++)
		r = search_segment(s, &s->core->loads.items[i], ret, ret_size, err);
	return r;
}

static bool is_of_the_kernel(const struct core *core)
{
	struct statfs fs;

	return fstatfs(core->fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int note_search(struct core *core, char **ret, size_t *ret_size, struct err *err)
{
	_cleanup_(search_done) struct search s = { .core = core };
	int r = is_of_the_kernel(core) ? 0 : search_segments(&s, ret, ret_size, err);

	if (r < 0)
		return r;
	if (r == 0 && !s.first)
		return err_set(err, -ENODATA,
			       "has no VMCOREINFO note, neither of its own nor in its memory: not "
			       "a core of a Linux kernel, or an incomplete one");
	if (r == 0) {
		core->big_endian = s.first_big_endian;
		*ret = s.first;
		*ret_size = s.first_size;
		s.first = NULL;
	}
	return 0;
}
