/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/array.h"

#include "kdump/dumps.h"

enum { BLOCK = 512 }; /* bytes in the unit of st_blocks, stat(2) */

enum part { PART_CORE, PART_UNFINISHED, PART_LOG };

/*
 * What dumps consist of, for whoever saved them (kdump-lib-initramfs.sh of RHEL, kdump-save of
 * SUSE, kdump-config of Debian). Of several the first counts.
 */
static const struct file {
	const char *name;
	enum part part;
	bool stamped; /* the folder's name stands behind it */
} files[] = {
	{ "vmcore", PART_CORE, false },
	{ "vmcore.flat", PART_CORE, false },
	{ "dump.", PART_CORE, true },
	{ "vmcore-incomplete", PART_UNFINISHED, false },
	{ "dump-incomplete.", PART_UNFINISHED, true },
	{ "vmcore-dmesg.txt", PART_LOG, false },
	{ "vmcore-dmesg-incomplete.txt", PART_LOG, false },
	{ "dmesg.", PART_LOG, true },
	{ "dmesg.txt", PART_LOG, false },
	{ "dmesg", PART_LOG, false },
};

static const char *const state_names[] = {
	[DUMP_COMPLETE] = "complete",     [DUMP_INCOMPLETE] = "incomplete",
	[DUMP_LOG_ONLY] = "log only",     [DUMP_EMPTY] = "empty",
	[DUMP_UNREADABLE] = "unreadable",
};

const char *dump_state_name(enum dump_state state)
{
	return state_names[state];
}

static void dump_done(struct dump *dump)
{
	free(dump->name);
	free(dump->core);
	free(dump->log);
}

void dumps_done(struct dumps *dumps)
{
	for (size_t i = 0; i < dumps->n; i++)
		dump_done(&dumps->v[i]);
	free(dumps->v);
	free(dumps->path);
	if (dumps->dir >= 0)
		close(dumps->dir);
	*dumps = (struct dumps)DUMPS_INIT;
}

int dump_open(const struct dumps *dumps, const struct dump *dump)
{
	int fd = openat(dumps->dir, dump->name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* As readdir(), with errno 0 at the end. */
static const struct dirent *next_entry(DIR *dir)
{
	errno = 0;
	return readdir(dir);
}

/* Which row of files[] is @name in the folder @folder? NULL: none. */
static const struct file *find_file(const char *name, const char *folder)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		size_t len = strlen(files[i].name);

		if (strncmp(name, files[i].name, len) == 0 &&
		    strcmp(name + len, files[i].stamped ? folder : "") == 0)
			return &files[i];
	}
	return NULL;
}

/* What a folder was seen to hold. */
struct contents {
	const struct file *core, *unfinished, *log; /* rows of files[] */
	uint64_t blocks;
	bool any; /* it is not empty */
};

static void keep_first(const struct file **kept, const struct file *file)
{
	if (!*kept || file < *kept)
		*kept = file;
}

static void see(struct contents *seen, const struct file *file, const struct stat *st)
{
	switch (file->part) {
	case PART_CORE: /* one without contents is nothing that was finished */
		keep_first(st->st_size > 0 ? &seen->core : &seen->unfinished, file);
		break;
	case PART_UNFINISHED:
		keep_first(&seen->unfinished, file);
		break;
	case PART_LOG:
		keep_first(&seen->log, file);
		break;
	}
}

static int look_into(int fd, const char *folder, struct contents *seen)
{
	_cleanup_closedir_ DIR *dir = fdopendir(fd);
	const struct dirent *entry;

	if (!dir) {
		int r = -errno;

		close(fd);
		return r;
	}
	while ((entry = next_entry(dir))) {
		const struct file *file;
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		seen->any = true;
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		seen->blocks += (uint64_t)st.st_blocks;
		file = find_file(entry->d_name, folder);
		if (file)
			see(seen, file, &st);
	}
	return -errno;
}

static int name_file(const struct file *file, const char *folder, char **ret)
{
	if (!file)
		return 0;
	if (asprintf(ret, "%s%s", file->name, file->stamped ? folder : "") < 0) {
		*ret = NULL;
		return -ENOMEM;
	}
	return 0;
}

static int describe(const struct contents *seen, struct dump *dump)
{
	dump->size = seen->blocks * BLOCK;
	if (seen->core)
		dump->state = DUMP_COMPLETE;
	else if (seen->unfinished)
		dump->state = DUMP_INCOMPLETE;
	else
		dump->state = seen->log ? DUMP_LOG_ONLY : DUMP_EMPTY;
	if (name_file(seen->core ? seen->core : seen->unfinished, dump->name, &dump->core) < 0)
		return -ENOMEM;
	return name_file(seen->log, dump->name, &dump->log);
}

/* Look at the entry @name. Return: 1 if it is a dump, which @ret then is, 0 if not, -errno. */
static int read_dump(const struct dumps *dumps, const char *name, struct dump *ret)
{
	struct dump dump = { .state = DUMP_UNREADABLE };
	struct contents seen = { .any = false };
	int fd, r;

	if (!dump_name_read(name, &dump.said))
		return 0;
	dump.own = dump_name_is_of(name, dumps->host);
	dump.name = (char *)name; /* until it is ours */
	fd = dump_open(dumps, &dump);
	if (fd == -ENOTDIR || fd == -ELOOP || fd == -ENOENT)
		return 0;
	if (fd < 0 && fd != -EACCES)
		return fd;
	r = fd < 0 ? 0 : look_into(fd, name, &seen);
	if (r < 0)
		return r;
	if (seen.any && !seen.core && !seen.unfinished && !seen.log)
		return 0;
	dump.name = strdup(name);
	r = !dump.name ? -ENOMEM : fd < 0 ? 0 : describe(&seen, &dump);
	if (r < 0) {
		dump_done(&dump);
		return r;
	}
	*ret = dump;
	return 1;
}

static int add(struct dumps *dumps, const char *name, struct err *err)
{
	int r;

	if (array_reserve(&dumps->v, &dumps->capacity, dumps->n + 1, sizeof(*dumps->v)) < 0)
		return err_oom(err);
	r = read_dump(dumps, name, &dumps->v[dumps->n]);
	if (r < 0)
		return err_errno(err, r, "%s/%s", dumps->path, name);
	dumps->n += (size_t)r;
	return r;
}

static int by_time(const void *a, const void *b)
{
	const struct dump *left = a, *right = b;

	if (left->said.time != right->said.time)
		return left->said.time < right->said.time ? -1 : 1;
	return strcmp(left->name, right->name);
}

static int read_all(struct dumps *dumps, struct err *err)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int fd = fcntl(dumps->dir, F_DUPFD_CLOEXEC, 0);

	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		int r = -errno;

		close_fd(&fd);
		return err_errno(err, r, "cannot read %s", dumps->path);
	}
	while ((entry = next_entry(dir))) {
		int r = add(dumps, entry->d_name, err);

		if (r < 0)
			return r;
	}
	if (errno)
		return err_errno(err, -errno, "cannot read %s", dumps->path);
	if (dumps->n > 0)
		qsort(dumps->v, dumps->n, sizeof(*dumps->v), by_time);
	return 0;
}

static int open_folder(const struct sysroot *root, const char *path, struct dumps *ret,
		       struct err *err)
{
	ret->path = strdup(path);
	if (!ret->path)
		return err_oom(err);
	ret->dir = sysroot_open(root, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	if (ret->dir == -ENOENT)
		return err_set(err, -ENOENT, "Dump path %s does not exist.", path);
	return ret->dir < 0 ? err_errno(err, ret->dir, "cannot open %s", path) : 0;
}

int dumps_read(const struct sysroot *root, const char *path, struct dumps *ret, struct err *err)
{
	int r = open_folder(root, path, ret, err);

	return r < 0 ? r : read_all(ret, err);
}

int dumps_read_one(const struct sysroot *root, const char *path, struct dumps *ret, struct err *err)
{
	_cleanup_free_ char *parent = strdup(path);
	char *slash, *name;
	int r;

	if (!parent)
		return err_oom(err);
	for (size_t len = strlen(parent); len > 1 && parent[len - 1] == '/'; len--)
		parent[len - 1] = '\0';
	slash = strrchr(parent, '/');
	name = slash ? slash + 1 : parent;
	if (slash)
		*slash = '\0';
	r = open_folder(root, !slash ? "." : slash == parent ? "/" : parent, ret, err);
	if (r == 0)
		r = add(ret, name, err);
	if (r == 0)
		return err_set(err, -EINVAL, "%s is no dump", path);
	return r < 0 ? r : 0;
}
