/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdump/kmsg.h"

enum { FIELDS_BEFORE_TIME = 2 }; /* priority and number */

/* "PRIORITY,NUMBER,MICROSECONDS,FLAGS[,...];MESSAGE" */
static uint64_t usec_of(const char *prefix)
{
	for (int i = 0; i < FIELDS_BEFORE_TIME; i++) {
		prefix += strcspn(prefix, ",;");
		if (*prefix != ',')
			return 0;
		prefix++;
	}
	return strtoull(prefix, NULL, 10);
}

/*
 * One read of the device is one record. Below a sysroot it is a file, of which a read may take
 * several, or a part: both are told apart by their lines, as a record's first line alone has a
 * prefix.
 */
static int visit_records(char *text, kmsg_visitor *visit, void *ctx)
{
	char *line, *next;
	int r = 0;

	for (line = text; r == 0 && line; line = next) {
		char *message = strchr(line, ';');

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!message || message > line + strcspn(line, " "))
			continue;
		r = visit(ctx, usec_of(line), message + 1);
	}
	return r;
}

int kmsg_each(const struct sysroot *root, kmsg_visitor *visit, void *ctx)
{
	_cleanup_close_ int fd = sysroot_open(root, "/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char record[KMSG_RECORD_MAX + 1];
	int r = 0;

	for (unsigned int i = 0; fd >= 0 && r == 0 && i < KMSG_RECORDS_MAX; i++) {
		ssize_t n = read(fd, record, KMSG_RECORD_MAX);

		if (n < 0 && (errno == EPIPE || errno == EINTR)) /* overwritten meanwhile: go on */
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		r = visit_records(record, visit, ctx);
	}
	return r;
}

struct last {
	bool (*wanted)(const char *message);
	char **message;
};

static int keep_wanted(void *ctx, uint64_t usec _unused_, const char *message)
{
	struct last *last = ctx;

	if (!last->wanted(message))
		return 0;
	free(*last->message);
	*last->message = strdup(message);
	return *last->message ? 0 : -ENOMEM;
}

int kmsg_last(const struct sysroot *root, bool (*wanted)(const char *message), char **ret,
	      struct err *err)
{
	struct last last = { .wanted = wanted, .message = ret };

	*ret = NULL;
	if (kmsg_each(root, keep_wanted, &last) < 0) {
		free(*ret);
		*ret = NULL;
		return err_oom(err);
	}
	return 0;
}
