/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/attrs.h"
#include "lib/number.h"

#include "kdump/crashinfo.h"

enum {
	NOTES_MAX = 4 << 20, /* bytes: one note a CPU, and VMCOREINFO */
	SEGMENTS_SEEN = 16,  /* that are looked at; the notes are the first */
	NOTE_ALIGN = 4,      /* of name and contents (gABI, and the kernel's core files) */
	NOTE_HEADER = 12,
	NOTE_MAX = 256 << 10, /* bytes of VMCOREINFO */
	SHORT = 2,            /* bytes of these fields */
	WORD = 4,
};

/* In seconds since 1970; a later crash is none that can be believed. */
#define YEAR_10000 UINT64_C(253402300800)

/* What is different between the two classes: offsets and widths. */
struct layout {
	unsigned int phoff, phentsize, phnum; /* in the file's header */
	unsigned int p_offset, p_filesz;      /* in a segment's */
	unsigned int width;                   /* of offsets and sizes */
};

static const struct layout layout32 = {
	offsetof(Elf32_Ehdr, e_phoff),  offsetof(Elf32_Ehdr, e_phentsize),
	offsetof(Elf32_Ehdr, e_phnum),  offsetof(Elf32_Phdr, p_offset),
	offsetof(Elf32_Phdr, p_filesz), sizeof(Elf32_Off),
};
static const struct layout layout64 = {
	offsetof(Elf64_Ehdr, e_phoff),  offsetof(Elf64_Ehdr, e_phentsize),
	offsetof(Elf64_Ehdr, e_phnum),  offsetof(Elf64_Phdr, p_offset),
	offsetof(Elf64_Phdr, p_filesz), sizeof(Elf64_Off),
};

static void read_release(struct bytes value, struct crashinfo *info)
{
	if (value.size == 0 || value.size >= sizeof(info->release))
		return;
	memcpy(info->release, value.data, value.size);
	info->release[value.size] = '\0';
}

static void read_time(struct bytes value, struct crashinfo *info)
{
	char digits[24];

	if (value.size >= sizeof(digits))
		return;
	memcpy(digits, value.data, value.size);
	digits[value.size] = '\0';
	if (number_parse(digits, 10, &info->crash_time) < 0)
		info->crash_time = 0;
}

struct crashinfo crashinfo_parse(struct bytes text)
{
	static const struct {
		const char *key;
		void (*read)(struct bytes value, struct crashinfo *info);
	} keys[] = { { "OSRELEASE=", read_release }, { "CRASHTIME=", read_time } };
	struct crashinfo info = { .crash_time = 0 };

	while (text.size > 0) {
		const uint8_t *newline = memchr(text.data, '\n', text.size);
		size_t len = newline ? (size_t)(newline - text.data) : text.size;

		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			size_t key = strlen(keys[i].key);

			if (len >= key && memcmp(text.data, keys[i].key, key) == 0)
				keys[i].read((struct bytes){ text.data + key, len - key }, &info);
		}
		text.data += len + (newline ? 1 : 0);
		text.size -= len + (newline ? 1 : 0);
	}
	return info;
}

/* The contents of the note called VMCOREINFO among @notes; empty if there is none. */
static struct bytes find_note(struct bytes notes, bool big)
{
	static const char wanted[] = "VMCOREINFO";
	uint64_t at = 0, name, size, contents, next;

	while (bytes_uint(notes, at, WORD, big, &name) &&
	       bytes_uint(notes, at + WORD, WORD, big, &size)) {
		struct bytes found;

		if (!align_up(name, NOTE_ALIGN, &contents) || !align_up(size, NOTE_ALIGN, &next))
			break;
		contents += at + NOTE_HEADER;
		if (name == sizeof(wanted) && size <= NOTE_MAX &&
		    bytes_has(notes, at + NOTE_HEADER, wanted, sizeof(wanted)) &&
		    bytes_slice(notes, contents, size, &found))
			return found;
		at = contents + next;
	}
	return (struct bytes){ NULL, 0 };
}

/* The notes of segment @i, if that is what it holds, malloc()ed into @ret. */
static bool read_notes(int fd, struct bytes file, const struct layout *l, uint64_t header, bool big,
		       struct bytes *ret)
{
	uint64_t type, offset, size;
	uint8_t *data;

	if (!bytes_uint(file, header, WORD, big, &type) || type != PT_NOTE ||
	    !bytes_uint(file, header + l->p_offset, l->width, big, &offset) ||
	    !bytes_uint(file, header + l->p_filesz, l->width, big, &size) || size > NOTES_MAX)
		return false;
	data = malloc(size + 1);
	if (!data || pread(fd, data, size, (off_t)offset) != (ssize_t)size) {
		free(data);
		return false;
	}
	*ret = (struct bytes){ data, size };
	return true;
}

struct crashinfo crashinfo_read(const char *vmcore)
{
	_cleanup_close_ int fd = open(vmcore, O_RDONLY | O_CLOEXEC);
	struct crashinfo info = { .crash_time = 0 };
	uint64_t phoff, phentsize, phnum;
	const struct layout *l;
	uint8_t start[4096];
	ssize_t n = fd >= 0 ? pread(fd, start, sizeof(start), 0) : -1;
	struct bytes file = { start, n > 0 ? (size_t)n : 0 };
	bool big;

	if (file.size < EI_NIDENT || memcmp(start, ELFMAG, SELFMAG) != 0)
		return info;
	big = start[EI_DATA] == ELFDATA2MSB;
	l = start[EI_CLASS] == ELFCLASS32 ? &layout32 : &layout64;
	if (!bytes_uint(file, l->phoff, l->width, big, &phoff) || phoff >= sizeof(start) ||
	    !bytes_uint(file, l->phentsize, SHORT, big, &phentsize) ||
	    !bytes_uint(file, l->phnum, SHORT, big, &phnum))
		return info;
	for (uint64_t i = 0; i < phnum && i < SEGMENTS_SEEN; i++) {
		struct bytes notes = { NULL, 0 }, text;

		if (!read_notes(fd, file, l, phoff + i * phentsize, big, &notes))
			continue;
		text = find_note(notes, big);
		if (text.size > 0)
			info = crashinfo_parse(text);
		free((void *)notes.data);
		if (text.size > 0)
			break;
	}
	return info;
}

time_t crashinfo_dump_time(const struct crashinfo *info, time_t now)
{
	uint64_t crash = info->crash_time;

	return crash < YEAR_10000 && now < (time_t)crash ? (time_t)crash : now;
}
