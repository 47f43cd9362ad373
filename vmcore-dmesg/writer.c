/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "vmcore-dmesg/writer.h"

enum { WRITER_SIZE = 256 << 10 }; /* bytes written at a time */

int writer_init(struct writer *w, int fd, struct err *err)
{
	*w = (struct writer){ .fd = fd, .data = malloc(WRITER_SIZE) };
	return w->data ? 0 : err_oom(err);
}

void writer_done(struct writer *w)
{
	free(w->data);
	*w = (struct writer){ .fd = -1 };
}

int writer_flush(struct writer *w, struct err *err)
{
	if (w->error == 0)
		w->error = file_write_all(w->fd, w->data, w->used);
	w->used = 0;
	if (w->error < 0)
		return err_errno(err, w->error, "cannot write the log");
	return 0;
}

int writer_put(struct writer *w, const void *data, size_t size, struct err *err)
{
	const char *p = data;

	while (size > 0) {
		size_t n = WRITER_SIZE - w->used;

		if (n > size)
			n = size;
		memcpy(w->data + w->used, p, n);
		w->used += n;
		p += n;
		size -= n;
		if (w->used == WRITER_SIZE) {
			int r = writer_flush(w, err);

			if (r < 0)
				return r;
		}
	}
	return 0;
}
