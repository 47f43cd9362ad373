/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/note.h"

enum {
	NOTES_MAX = 64 << 20,  /* bytes of a PT_NOTE: about 2 KiB for each CPU */
	NOTE_HEADER_SIZE = 12, /* Elf32_Nhdr and Elf64_Nhdr alike: three 32-bit fields */
};

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
	read_result = core_read_file(core, segment->offset, all, (size_t)segment->file_size,
				     &progress, &read_err);
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
