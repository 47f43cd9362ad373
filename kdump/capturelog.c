/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "kdump/capturelog.h"
#include "kdump/console.h"
#include "kdump/kmsg.h"

enum { USEC = 1000000 }; /* in a second */

struct merging {
	FILE *out;
	unsigned int next; /* line of the console's */
};

static void put(FILE *out, uint64_t usec, const char *text)
{
	fprintf(out, "[%5" PRIu64 ".%06" PRIu64 "] %s\n", usec / USEC, usec % USEC, text);
}

/* Write the console's lines up to the time @usec. */
static void put_console(struct merging *m, uint64_t usec)
{
	const char *line;
	uint64_t when;

	while ((line = console_line(m->next, &when)) && when <= usec) {
		put(m->out, when, line);
		m->next++;
	}
}

static int put_kernel(void *ctx, uint64_t usec, const char *message)
{
	struct merging *m = ctx;

	put_console(m, usec);
	put(m->out, usec, message);
	return 0;
}

int capturelog_make(const struct sysroot *root, char **ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	struct merging m = { .out = open_memstream(&text, &size) };
	int r;

	if (!m.out)
		return err_oom(err);
	r = kmsg_each(root, put_kernel, &m);
	put_console(&m, UINT64_MAX);
	if (fclose(m.out) == EOF || r < 0)
		return err_oom(err);
	*ret = TAKE_PTR(text);
	return 0;
}
