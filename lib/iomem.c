/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/iomem.h"

#define IOMEM_PATH "/proc/iomem"

enum { IOMEM_MAX = 64 << 20 }; /* bytes: room for a million lines */

void iomem_done(struct iomem *iomem)
{
	free(iomem->entries);
	free(iomem->text);
	*iomem = (struct iomem){ NULL };
}

/* "  00001000-0009fbff : System RAM"; the line is NUL-terminated and gets written into. */
static bool parse_line(char *line, struct iomem_entry *ret)
{
	char *p = line + strspn(line, " "), *end;
	uint64_t last;

	ret->depth = (unsigned int)(p - line) / 2;
	errno = 0;
	ret->start = strtoull(p, &end, 16);
	if (end == p || *end != '-')
		return false;
	p = end + 1;
	last = strtoull(p, &end, 16);
	if (end == p || errno || strncmp(end, " : ", 3) != 0 || last < ret->start)
		return false;
	ret->end = last == UINT64_MAX ? last : last + 1;
	ret->name = end + 3;
	return true;
}

static bool addresses_hidden(const struct iomem *iomem)
{
	for (size_t i = 0; i < iomem->count; i++)
		if (iomem->entries[i].start != 0 || iomem->entries[i].end != 1)
			return false;
	return iomem->count > 0;
}

int iomem_parse(char *text, struct iomem *ret, struct err *err)
{
	struct iomem iomem = { NULL };
	unsigned int number = 0;
	int r = 0;

	for (char *line = text, *next; line && *line; line = next) {
		struct iomem_entry entry;

		number++;
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!parse_line(line, &entry)) {
			r = err_set(err, -EBADMSG, IOMEM_PATH ":%u: not a range: %s", number, line);
			break;
		}
		r = array_reserve(&iomem.entries, &iomem.capacity, iomem.count + 1,
				  sizeof(*iomem.entries));
		if (r < 0) {
			err_oom(err);
			break;
		}
		iomem.entries[iomem.count++] = entry;
	}
	if (r == 0 && addresses_hidden(&iomem)) {
		r = err_set(err, -EPERM, IOMEM_PATH " shows no addresses");
		err_hint(err, r, "run this as root");
	}
	if (r < 0) {
		iomem_done(&iomem);
		return r;
	}
	iomem.text = text;
	*ret = iomem;
	return 0;
}

int iomem_read(const struct sysroot *root, struct iomem *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, IOMEM_PATH, IOMEM_MAX, &text, NULL, err);

	if (r == 0)
		r = iomem_parse(text, ret, err);
	if (r == 0)
		text = NULL;
	return r;
}
