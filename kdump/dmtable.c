/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/number.h"

#include "kdump/dmtable.h"

#define CONTROL "/dev/" DM_DIR "/" DM_CONTROL_NODE

enum { FIRST_SIZE = 16 << 10 }; /* bytes tried first for a table */

static void row_done(struct dmtable_row *row)
{
	free(row->target);
	free(row->params);
}

void dmtable_done(struct dmtable *table)
{
	for (size_t i = 0; i < table->n; i++)
		row_done(&table->v[i]);
	free(table->v);
	*table = (struct dmtable){ NULL };
}

int dmtable_add(struct dmtable *table, const struct dmtable_row *row)
{
	struct dmtable_row copy = *row;

	copy.target = strdup(row->target);
	copy.params = strdup(row->params);
	if (!copy.target || !copy.params ||
	    array_reserve(&table->v, &table->capacity, table->n + 1, sizeof(copy)) < 0) {
		row_done(&copy);
		return -ENOMEM;
	}
	table->v[table->n++] = copy;
	return 0;
}

int dmtable_parse_row(char *line, struct dmtable_row *ret, struct err *err)
{
	char *pos = line;
	char *start = strsep(&pos, " "), *length = strsep(&pos, " ");
	char *target = strsep(&pos, " "), *params = pos;
	struct dmtable_row row = { .target = target, .params = params ? params : (char *)"" };

	if (!target || !target[0] || strlen(target) >= DM_MAX_TYPE_NAME ||
	    strlen(row.params) >= DMTABLE_PARAMS_MAX || number_parse(start, 10, &row.start) < 0 ||
	    number_parse(length, 10, &row.length) < 0 || row.length == 0)
		return err_set(err, -EINVAL, "this is no row of a device-mapper table");
	*ret = row;
	return 0;
}

/* See dmtable_read(). */
static int read_file(const struct sysroot *root, const char *sysfs, struct dmtable *ret,
		     struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX], *pos, *line;
	int r;

	snprintf(path, sizeof(path), "%s/dm/table", sysfs);
	r = sysroot_read(root, path, DMTABLE_SIZE_MAX, &text, NULL, err);
	pos = text;
	while (r == 0 && (line = strsep(&pos, "\n"))) {
		struct dmtable_row row;

		if (!line[0])
			continue;
		r = dmtable_parse_row(line, &row, err);
		if (r < 0)
			return err_prefix(err, r, "%s", path);
		if (dmtable_add(ret, &row) < 0)
			return err_oom(err);
	}
	return r;
}

static int open_control(struct err *err)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	return fd < 0 ? err_errno(err, -errno, "cannot open %s", CONTROL) : fd;
}

/* Ask for a table, with room for it of *@size, which grows. @ret: malloc()ed. */
static int ask(int fd, dev_t number, size_t *size, struct dm_ioctl **ret, struct err *err)
{
	for (; *size <= DMTABLE_SIZE_MAX; *size *= 2) {
		_cleanup_free_ struct dm_ioctl *dm = calloc(1, *size);

		if (!dm)
			return err_oom(err);
		*dm = (struct dm_ioctl){
			.version = { DM_VERSION_MAJOR, 0, 0 },
			.data_size = (uint32_t)*size,
			.data_start = sizeof(*dm),
			.flags = DM_STATUS_TABLE_FLAG,
			.dev = number,
		};
		if (ioctl(fd, DM_TABLE_STATUS, dm) < 0)
			return err_errno(err, -errno, "DM_TABLE_STATUS of device %u:%u",
					 major(number), minor(number));
		if (!(dm->flags & DM_BUFFER_FULL_FLAG)) {
			*ret = TAKE_PTR(dm);
			return 0;
		}
	}
	return err_set(err, -EFBIG, "the table of device %u:%u is too long", major(number),
		       minor(number));
}

/* Take the rows out of the kernel's answer, @size bytes. */
static int take_rows(const struct dm_ioctl *dm, size_t size, struct dmtable *ret, struct err *err)
{
	const char *data = (const char *)dm + dm->data_start;
	size_t room = size - dm->data_start, at = 0;

	for (uint32_t i = 0; i < dm->target_count; i++) {
		struct dm_target_spec spec;
		char target[DM_MAX_TYPE_NAME];
		struct dmtable_row row = { .target = target };

		if (at + sizeof(spec) >= room || i >= DMTABLE_ROWS_MAX)
			return err_set(err, -EBADMSG, "device-mapper's table is damaged");
		memcpy(&spec, data + at, sizeof(spec));
		snprintf(target, sizeof(target), "%.*s", (int)sizeof(spec.target_type) - 1,
			 spec.target_type);
		row.start = spec.sector_start;
		row.length = spec.length;
		row.params = (char *)data + at + sizeof(spec);
		if (!memchr(row.params, '\0', room - at - sizeof(spec)))
			return err_set(err, -EBADMSG, "device-mapper's table is damaged");
		if (dmtable_add(ret, &row) < 0)
			return err_oom(err);
		at = spec.next; /* counted from the first, here */
	}
	return 0;
}

int dmtable_read(const struct sysroot *root, const char *sysfs, dev_t number, struct dmtable *ret,
		 struct err *err)
{
	_cleanup_free_ struct dm_ioctl *dm = NULL;
	_cleanup_close_ int fd = -1;
	size_t size = FIRST_SIZE;
	int r;

	if (!sysroot_is_real(root))
		return read_file(root, sysfs, ret, err);
	fd = open_control(err);
	if (fd < 0)
		return fd;
	r = ask(fd, number, &size, &dm, err);
	return r < 0 ? r : take_rows(dm, size, ret, err);
}

/* A row, with those behind it that go on where it stops. Devices are compared as text. */
struct run {
	const struct dmtable_row *row; /* the first; NULL: there is none */
	uint64_t length;
	size_t next; /* index of the row behind the run */
};

/* Split what "linear" takes, DEVICE OFFSET. Return: the length of DEVICE; 0: it is no such row. */
static size_t parse_linear(const struct dmtable_row *row, uint64_t *offset)
{
	const char *space = strrchr(row->params, ' ');

	if (strcmp(row->target, "linear") != 0 || !space || number_parse(space, 10, offset) < 0)
		return 0;
	return (size_t)(space - row->params);
}

static struct run run_at(const struct dmtable *table, size_t at)
{
	struct run run = { .next = at };

	if (at >= table->n)
		return run;
	run.row = &table->v[at];
	for (; run.next < table->n; run.next++) {
		const struct dmtable_row *row = &table->v[run.next];
		uint64_t first, offset;
		size_t size = parse_linear(row, &offset);

		if (run.next > at &&
		    (size == 0 || size != parse_linear(run.row, &first) ||
		     memcmp(row->params, run.row->params, size) != 0 ||
		     offset != first + run.length || row->start != run.row->start + run.length))
			break;
		run.length += row->length;
	}
	return run;
}

bool dmtable_same(const struct dmtable *a, const struct dmtable *b)
{
	struct run x = run_at(a, 0), y = run_at(b, 0);

	for (; x.row && y.row; x = run_at(a, x.next), y = run_at(b, y.next))
		if (x.row->start != y.row->start || x.length != y.length ||
		    strcmp(x.row->target, y.row->target) != 0 ||
		    strcmp(x.row->params, y.row->params) != 0)
			return false;
	return !x.row && !y.row;
}

static int command(int fd, unsigned long request, const char *what, const char *name,
		   struct dm_ioctl *dm, struct err *err)
{
	*dm = (struct dm_ioctl){
		.version = { DM_VERSION_MAJOR, 0, 0 },
		.data_size = dm->data_size,
		.data_start = sizeof(*dm),
		.target_count = dm->target_count,
	};
	snprintf(dm->name, sizeof(dm->name), "%s", name);
	if (ioctl(fd, request, dm) < 0)
		return err_errno(err, -errno, "%s of %s", what, name);
	return 0;
}

/* The request that loads a table. @ret: malloc()ed. */
static int make_load(const struct dmtable *table, struct dm_ioctl **ret, struct err *err)
{
	size_t size = sizeof(**ret), at = size;
	struct dm_ioctl *dm;

	for (size_t i = 0; i < table->n; i++)
		size += sizeof(struct dm_target_spec) + strlen(table->v[i].params) + 8;
	dm = calloc(1, size);
	if (!dm)
		return err_oom(err);
	dm->data_size = (uint32_t)size;
	dm->target_count = (uint32_t)table->n;
	for (size_t i = 0; i < table->n; i++) {
		const struct dmtable_row *row = &table->v[i];
		/* Each row begins at a multiple of eight. */
		size_t next = (sizeof(struct dm_target_spec) + strlen(row->params) + 8) & ~7UL;
		struct dm_target_spec spec = {
			.sector_start = row->start,
			.length = row->length,
			.next = (uint32_t)next,
		};

		snprintf(spec.target_type, sizeof(spec.target_type), "%s", row->target);
		memcpy((char *)dm + at, &spec, sizeof(spec));
		strcpy((char *)dm + at + sizeof(spec), row->params);
		at += next;
	}
	*ret = dm;
	return 0;
}

int dmtable_create(const char *name, const struct dmtable *table, dev_t *ret, struct err *err)
{
	_cleanup_free_ struct dm_ioctl *load = NULL;
	struct dm_ioctl dm = { .data_size = sizeof(dm) };
	_cleanup_close_ int fd = open_control(err);
	int r = fd < 0 ? fd : make_load(table, &load, err);

	if (r == 0)
		r = command(fd, DM_DEV_CREATE, "DM_DEV_CREATE", name, &dm, err);
	if (r == 0)
		r = command(fd, DM_TABLE_LOAD, "DM_TABLE_LOAD", name, load, err);
	if (r == 0) /* which, without a flag, is to resume it: the table becomes the one in use */
		r = command(fd, DM_DEV_SUSPEND, "DM_DEV_SUSPEND", name, &dm, err);
	if (r == 0)
		*ret = dm.dev;
	return r;
}
