/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "kdump/dumpspace.h"
#include "kdump/rootpath.h"
#include "kdump/savedump.h"

enum {
	MEMINFO_MAX = 64 << 10, /* bytes */
	MS_PER_S = 1000,
	/* makedumpfile(8), -d: what each bit leaves out. */
	LEVEL_CACHE = 2,
	LEVEL_USER = 8,
	LEVEL_FREE = 16,
};

/* A line "NAME: 123 kB" of /proc/meminfo, in bytes; 0 if there is none. */
static uint64_t meminfo_value(const char *text, const char *name)
{
	size_t len = strlen(name);

	while (strncmp(text, name, len) != 0 || text[len] != ':') {
		text = strchr(text, '\n');
		if (!text)
			return 0;
		text++;
	}
	return strtoull(text + len + 1, NULL, 10) << 10;
}

/* The dump level among makedumpfile's options; 0 for other programs. */
static unsigned long dump_level(const struct strv *collector)
{
	unsigned long level = 0;

	if (collector->n == 0 || !savedump_is_makedumpfile(collector->v[0]))
		return 0;
	for (size_t i = 1; i < collector->n; i++) {
		const char *word = collector->v[i];

		if (strncmp(word, "-d", 2) != 0)
			continue;
		if (word[2])
			level = strtoul(word + 2, NULL, 10);
		else if (i + 1 < collector->n)
			level = strtoul(collector->v[i + 1], NULL, 10);
	}
	return level;
}

static uint64_t less(uint64_t from, uint64_t what)
{
	return from > what ? from - what : 0;
}

uint64_t dumpspace_need(const char *meminfo, const struct strv *collector)
{
	unsigned long level = dump_level(collector);
	uint64_t need = meminfo_value(meminfo, "MemTotal");

	if (level & LEVEL_FREE)
		need = less(need, meminfo_value(meminfo, "MemFree"));
	if (level & LEVEL_USER)
		need = less(need, meminfo_value(meminfo, "AnonPages"));
	if (level & LEVEL_CACHE)
		need = less(need, meminfo_value(meminfo, "Cached") +
					  meminfo_value(meminfo, "SwapCached") +
					  meminfo_value(meminfo, "Buffers"));
	return need;
}

int dumpspace_read(const struct sysroot *root, const char *folder, const struct strv *collector,
		   struct dumpspace *ret, struct err *err)
{
	_cleanup_free_ char *meminfo = NULL;
	struct rootpath full;
	struct statvfs space;
	int r = sysroot_read(root, "/proc/meminfo", MEMINFO_MAX, &meminfo, NULL, err);

	if (r < 0)
		return r;
	*ret = (struct dumpspace){ .need = dumpspace_need(meminfo, collector) };
	if (!folder)
		return 0;
	r = rootpath_join(root, folder, &full, err);
	if (r < 0)
		return r;
	if (statvfs(full.text, &space) < 0)
		return err_errno(err, -errno, "%s", folder);
	ret->room = (uint64_t)space.f_bfree * space.f_frsize;
	return 0;
}

uint64_t dumpspace_seconds(uint64_t need, uint64_t bytes, uint64_t ms)
{
	double seconds = (double)need / (double)bytes * (double)(ms > 0 ? ms : 1) / MS_PER_S;
	uint64_t whole = (uint64_t)seconds;

	return (double)whole < seconds ? whole + 1 : whole;
}

int dumpspace_check(const struct sysroot *root, const char *folder, const char *device,
		    const struct strv *collector, char **ret, struct err *err)
{
	struct dumpspace space;
	int r = dumpspace_read(root, folder, collector, &space, err);

	if (r < 0 || space.room >= space.need)
		return r;
	if (asprintf(ret,
		     "Warning: There might not be enough space to save a vmcore. The size of %s "
		     "should be greater than %ju kilo bytes: %ju are free.",
		     device, (uintmax_t)(space.need >> 10), (uintmax_t)(space.room >> 10)) < 0) {
		*ret = NULL;
		return err_oom(err);
	}
	return 0;
}
