/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kdump/console.h"
#include "kdump/dumpname.h"
#include "kdump/foldersink.h"
#include "kdump/publish.h"

enum { NAME_TRIES = 3600 }; /* seconds after the wanted name that are tried */

struct folder {
	char *parent;
	char *path; /* NULL before the dump has begun */
	int fd;
};

/* mkdir -p of all above the last part; @path is put back as it was. */
static int make_parents(char *path, struct err *err)
{
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_errno(err, -errno, "cannot create %s", path);
		*p = '/';
	}
	return 0;
}

/* Make a new folder. @ret: malloc()ed path. */
static int make_folder(const struct sink *sink, time_t when, char **ret, struct err *err)
{
	const struct folder *folder = sink->state;
	int tries = sink->name ? 1 : NAME_TRIES;
	char name[DUMP_NAME_MAX];

	for (int i = 0; i < tries; i++) {
		_cleanup_free_ char *path = NULL;
		int r;

		sink_dump_name(sink, when + i, name);
		if (asprintf(&path, "%s/%s", folder->parent, name) < 0) {
			path = NULL;
			return err_oom(err);
		}
		r = i == 0 ? make_parents(path, err) : 0;
		if (r < 0)
			return r;
		if (mkdir(path, 0700) == 0) {
			*ret = TAKE_PTR(path);
			return 0;
		}
		if (errno != EEXIST)
			return err_errno(err, -errno, "cannot create %s", path);
	}
	return err_set(err, -EEXIST, "%s: no name is free after %s", folder->parent, name);
}

uint64_t foldersink_space(struct sink *sink)
{
	const char *parent = foldersink_parent(sink);
	struct statvfs fs;

	if (!parent || sink->lost)
		return UINT64_MAX;
	sink_alive(sink);
	if (statvfs(parent, &fs) == 0)
		return (uint64_t)fs.f_bfree * fs.f_frsize; /* root has what is reserved, too */
	/* Whatever the error is: there are several for a server that is gone, by version and kernel. */
	sink->lost = sink->remote && errno != ENOENT;
	if (sink->lost)
		console_say("the dump target's server does not answer any more: %s",
			    strerror(errno));
	return UINT64_MAX;
}

/* Something came to this end: if it failed, was it for the server? */
static int ended(struct sink *sink, int r)
{
	if (r < 0 && sink->remote)
		foldersink_space(sink);
	return r;
}

static int begin_folder(struct sink *sink, time_t when, struct err *err)
{
	struct folder *folder = sink->state;
	int r;

	sink_alive(sink);
	r = make_folder(sink, when, &folder->path, err);
	if (r < 0)
		return r;
	sink_alive(sink);
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0)
		return err_errno(err, -errno, "cannot open %s", folder->path);
	if (asprintf(&sink->where, "%s/", folder->path) < 0) {
		sink->where = NULL;
		return err_oom(err);
	}
	return 0;
}

static int begin(struct sink *sink, time_t when, struct err *err)
{
	return ended(sink, begin_folder(sink, when, err));
}

/* Closing writes what is left of the file, which a lost server lets nobody do in time. */
static void close_it(const struct sink *sink, struct sink_file *file)
{
	if (file->fd >= 0)
		sink_alive(sink);
	if (!sink->lost)
		close_fd(&file->fd);
	free(file->path);
	file->fd = -1;
	file->path = NULL;
}

static int open_file(struct sink *sink, struct sink_file *file, struct err *err)
{
	const struct folder *folder = sink->state;

	file->fd = -1;
	file->path = NULL;
	if (file->by_path) {
		if (asprintf(&file->path, "%s/%s", folder->path, file->unfinished) >= 0)
			return 0;
		file->path = NULL;
		return err_oom(err);
	}
	sink_alive(sink);
	file->fd = openat(folder->fd, file->unfinished,
			  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file->fd < 0)
		return ended(sink, err_errno(err, -errno, "cannot create %s", file->unfinished));
	return 0;
}

static uint64_t progress(struct sink *sink, const struct sink_file *file)
{
	const struct folder *folder = sink->state;
	struct stat st;

	sink_alive(sink);
	if (fstatat(folder->fd, file->unfinished, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT)
			ended(sink, -errno);
		return 0;
	}
	return (uint64_t)st.st_size + (uint64_t)st.st_blocks;
}

/*
 * Who else opens the file is not told by every kernel's NFS client of what failed for this one:
 * errors are asked for where it was written.
 */
static int close_written(struct sink *sink, struct sink_file *file, struct err *err)
{
	int fd = file->fd, r = 0;

	if (fd < 0)
		return 0;
	sink_alive(sink);
	if (fsync(fd) < 0)
		return err_errno(err, -errno, "cannot sync %s", file->unfinished);
	sink_alive(sink);
	if (close(fd) < 0 && errno != EINTR)
		r = err_errno(err, -errno, "cannot close %s", file->unfinished);
	file->fd = -1;
	return r;
}

static int finish_file(struct sink *sink, struct sink_file *file, struct err *err)
{
	const struct folder *folder = sink->state;
	int r = ended(sink, close_written(sink, file, err));

	close_it(sink, file);
	if (r < 0)
		return r;
	sink_alive(sink);
	if (fchmodat(folder->fd, file->unfinished, 0600, 0) < 0)
		return err_errno(err, -errno, "%s", file->unfinished);
	sink_alive(sink);
	r = publish_sync(folder->fd, file->unfinished, err);
	sink_alive(sink);
	return r < 0 ? r : publish_rename(folder->fd, file->unfinished, file->name, err);
}

static int publish_file(struct sink *sink, struct sink_file *file, struct err *err)
{
	return ended(sink, finish_file(sink, file, err));
}

static int keep(struct sink *sink, struct sink_file *file, struct err *err)
{
	const struct folder *folder = sink->state;
	int r;

	ended(sink, -EIO); /* what was to be written has failed */
	close_it(sink, file);
	if (sink->lost)
		return 0;
	sink_alive(sink);
	r = publish_sync(folder->fd, file->unfinished, err);
	return ended(sink, r);
}

static int discard(struct sink *sink, struct err *err)
{
	const struct folder *folder = sink->state;
	_cleanup_closedir_ DIR *dir = opendir(folder->path);
	const struct dirent *entry;

	/* Not every file system tells types. */
	while (dir && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(folder->fd, entry->d_name, 0) < 0)
			return err_errno(err, -errno, "cannot remove %s%s", sink->where,
					 entry->d_name);
	if (rmdir(folder->path) < 0)
		return err_errno(err, -errno, "cannot remove %s", sink->where);
	return 0;
}

static void done(struct sink *sink)
{
	struct folder *folder = sink->state;

	close_fd(&folder->fd);
	free(folder->parent);
	free(folder->path);
	free(folder);
}

static const struct sink_ops folder_ops = { .begin = begin,
					    .open = open_file,
					    .progress = progress,
					    .publish = publish_file,
					    .keep = keep,
					    .discard = discard,
					    .done = done };

const char *foldersink_parent(const struct sink *sink)
{
	const struct folder *folder = sink->state;

	return sink->ops == &folder_ops ? folder->parent : NULL;
}

int foldersink(const char *parent, const char *host, struct sink *ret, struct err *err)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	if (!folder)
		return err_oom(err);
	*ret = (struct sink){ .ops = &folder_ops, .state = folder };
	folder->fd = -1;
	folder->parent = strdup(parent);
	if (folder->parent && sink_set_host(ret, host, err) == 0)
		return 0;
	sink_done(ret);
	return err_oom(err);
}
