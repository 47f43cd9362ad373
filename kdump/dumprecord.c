/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/file.h"

#include "kdump/capturerecord.h"
#include "kdump/dumprecord.h"
#include "kdump/jsonfield.h"

void dump_record_done(struct dump_record *record)
{
	free(record->result);
	free(record->error);
	free(record->system_kernel);
	free(record->capture_kernel);
	free(record->collector);
	free(record->time_text);
	*record = (struct dump_record){ NULL };
}

/* The file's text; NULL without an error if there is none of a reasonable kind. */
static int read_text(const struct dumps *dumps, const struct dump *dump, char **ret,
		     size_t *ret_size, struct err *err)
{
	_cleanup_close_ int dir = dump_open(dumps, dump), fd = -1;
	struct stat st;
	int r;

	if (dir < 0)
		return 0;
	fd = openat(dir, CAPTURERECORD_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	r = file_read_fd(fd, CAPTURERECORD_NAME, CAPTURERECORD_MAX, ret, ret_size, err);
	return r == -ENOMEM ? r : 0;
}

static time_t read_time(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);

	return end && !*end ? timegm(&tm) : 0;
}

int dump_record_read(const struct dumps *dumps, const struct dump *dump, struct dump_record *ret,
		     struct err *err)
{
	_cleanup_(dump_record_done) struct dump_record record = { NULL };
	const struct {
		const char *key;
		char **value;
	} members[] = {
		{ "result", &record.result },
		{ "error", &record.error },
		{ "system_kernel", &record.system_kernel },
		{ "capture_kernel", &record.capture_kernel },
		{ "collector", &record.collector },
		{ "time", &record.time_text },
	};
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	int r = read_text(dumps, dump, &text, &size, err);

	*ret = (struct dump_record){ NULL };
	for (size_t i = 0; r >= 0 && text && i < ARRAY_SIZE(members); i++)
		r = jsonfield_string(text, size, members[i].key, members[i].value);
	if (r == -ENOMEM)
		return err_oom(err);
	if (r < 0 || !text)
		return 0;
	if (record.time_text)
		record.time = read_time(record.time_text);
	*ret = record;
	record = (struct dump_record){ NULL };
	return 0;
}
