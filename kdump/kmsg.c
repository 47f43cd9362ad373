/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdump/kmsg.h"

/*
 * One read of the device is one record. Below a sysroot it is a file, of which a read may take
 * several, or a part: both are told apart by their lines, as a record's first line alone has a
 * prefix.
 */
static int take_records(char *text, bool (*wanted)(const char *message), char **last)
{
	char *line, *next;

	for (line = text; line; line = next) {
		char *message = strchr(line, ';');

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!message || message > line + strcspn(line, " ") || !wanted(message + 1))
			continue;
		free(*last);
		*last = strdup(message + 1);
		if (!*last)
			return -ENOMEM;
	}
	return 0;
}

int kmsg_last(const struct sysroot *root, bool (*wanted)(const char *message), char **ret,
	      struct err *err)
{
	_cleanup_close_ int fd = sysroot_open(root, "/dev/kmsg", O_RDONLY | O_NONBLOCK);
	char record[KMSG_RECORD_MAX + 1];
	int r = 0;

	*ret = NULL;
	for (unsigned int i = 0; fd >= 0 && r == 0 && i < KMSG_RECORDS_MAX; i++) {
		ssize_t n = read(fd, record, KMSG_RECORD_MAX);

		if (n < 0 && (errno == EPIPE || errno == EINTR)) /* overwritten meanwhile: go on */
			continue;
		if (n <= 0)
			break;
		record[n] = '\0';
		r = take_records(record, wanted, ret);
	}
	if (r < 0) {
		free(*ret);
		*ret = NULL;
		return err_oom(err);
	}
	return 0;
}
