/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads one core many times in one process: cut short everywhere, and with bytes changed by
 * chance. What is read of a core cut short must be in the whole log, in order, and either all
 * of it or with an error. Prints what is wrong; the status is 0 if nothing is.
 *
 * probe CORE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/file.h"
#include "vmcore-dmesg/log.h"

enum {
	CUT = 4 << 10,      /* the file is cut at every multiple of this ... */
	MORE_CUTS = 150,    /* ... and at so many other places */
	DAMAGES = 150,      /* copies with changed bytes */
	PROBLEMS_MAX = 5,   /* printed */
	CORE_MAX = 4 << 20, /* bytes of the file */
};

/* Text of all records, each with the newline that it has or lacked. */
struct text {
	char *items;
	size_t count, capacity;
	size_t records, marks;
};

static int append(void *ctx, const struct record *record, struct err *err)
{
	struct bytes b = record->line.size > 0 ? record->line : record->text;
	struct text *text = ctx;

	if (record->kind == RECORD_GAP) {
		text->marks++;
		return 0;
	}
	text->records++;
	if (array_reserve(&text->items, &text->capacity, text->count + b.size + 1, 1) < 0)
		return err_oom(err);
	if (b.size > 0)
		memcpy(text->items + text->count, b.data, b.size);
	text->count += b.size;
	if (b.size == 0 || b.data[b.size - 1] != '\n')
		text->items[text->count++] = '\n';
	return 0;
}

/* Read a core. Return: what the program would end with, 0 or -errno. */
static int read_core(int fd, struct text *text, struct err *err)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	_cleanup_close_ int own = dup(fd);
	struct record_sink sink = { append, text };
	struct vmcoreinfo info;
	int r = core_from_fd(own, &core, err);

	text->count = text->records = text->marks = 0;
	if (r < 0)
		return r;
	own = -1;
	r = vmcoreinfo_load(&core, &info, err);
	return r < 0 ? r : log_read(&core, &info, &sink, err);
}

/*
 * Are @part's lines in @whole, in order? A line that was cut off may end early, and in a ring of
 * characters begin late.
 */
static bool is_part(const struct text *part, const struct text *whole)
{
	size_t at = 0, off = 0;

	while (off < part->count) {
		const char *line = part->items + off;
		const char *end = memchr(line, '\n', part->count - off);
		size_t len = (size_t)(end - line);
		const char *found = memmem(whole->items + at, whole->count - at, line, len);

		if (!found)
			return false;
		at = (size_t)(found - whole->items) + len;
		off += len + 1;
	}
	return true;
}

static int problems;

static void complain(const char *what, size_t where, const char *why)
{
	if (problems++ < PROBLEMS_MAX)
		printf("%s %zu: %s\n", what, where, why);
}

/* What is wrong with what was read of a damaged core, or NULL. */
static const char *fault(int r, const struct text *part, const struct err *err)
{
	if (r < 0 && !err->text[0])
		return "fails without saying why";
	if (r == 0 && part->records == 0)
		return "prints nothing and does not complain";
	return r == 0 && part->marks > 0 ? "marks a gap and does not complain" : NULL;
}

static void cut_at(int fd, size_t size, const struct text *whole, struct text *part)
{
	struct err err = ERR_INIT;
	const char *wrong;
	int r;

	if (ftruncate(fd, (off_t)size) < 0)
		abort();
	r = read_core(fd, part, &err);
	wrong = fault(r, part, &err);
	if (!wrong && r == 0 && part->count != whole->count)
		wrong = "is incomplete and does not complain";
	if (!wrong && !is_part(part, whole))
		wrong = "prints what the whole log does not have there";
	if (wrong)
		complain("cut to", size, wrong);
}

/* From the largest size to the smallest, so that nothing needs to be written again. */
static void cut_everywhere(int fd, size_t size, const struct text *whole, struct text *part)
{
	const size_t stride = size / MORE_CUTS + 1;
	size_t partial = 0;

	for (size_t at = size; at > 0; at--) {
		if ((at - 1) % CUT != 0 && (at - 1) % stride != 0)
			continue;
		cut_at(fd, at - 1, whole, part);
		partial += part->records > 0 && part->records < whole->records;
	}
	if (partial == 0)
		complain("cut", partial, "never printed a part of the log");
}

static void damage(int fd, const uint8_t *data, size_t size, size_t number, struct text *part)
{
	static const int counts[] = { 1, 1, 3, 40 };
	struct err err = ERR_INIT;
	const char *wrong;
	int r;

	if (pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	for (int i = counts[rand() % 4]; i > 0; i--) {
		uint8_t byte = (uint8_t)(rand() % 3 == 0 ? 0 : rand() % 2 == 0 ? 0xff : rand());

		if (pwrite(fd, &byte, 1, rand() % (off_t)size) != 1)
			abort();
	}
	r = read_core(fd, part, &err);
	wrong = fault(r, part, &err);
	if (wrong)
		complain("damage", number, wrong);
}

int main(int argc, char **argv)
{
	_cleanup_close_ int fd = memfd_create("core", MFD_CLOEXEC);
	struct text whole = { NULL }, part = { NULL };
	struct err err = ERR_INIT;
	uint8_t *data = malloc(CORE_MAX);
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	size_t size = file && data ? fread(data, 1, CORE_MAX, file) : 0;

	if (!file || size == 0 || size == CORE_MAX || file_write_all(fd, data, size) < 0 ||
	    read_core(fd, &whole, &err) < 0) {
		printf("cannot read the whole core: %s\n", err.text);
		return 1;
	}
	fclose(file);
	cut_everywhere(fd, size, &whole, &part);
	srand(1);
	for (size_t i = 0; i < DAMAGES; i++)
		damage(fd, data, size, i, &part);
	free(data);
	free(whole.items);
	free(part.items);
	return problems > 0;
}
