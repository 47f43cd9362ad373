/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/rawrecover.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"

/* How the flattened format begins (makedumpfile.h: MAKEDUMPFILE_SIGNATURE, padded to 16). */
#define SIGNATURE "makedumpfile\0\0\0\0"

enum {
	SIGNATURE_BYTES = sizeof(SIGNATURE) - 1,
	HEADER_BYTES = 512,  /* that are zeroed: those with the signature */
	STALL_SECONDS = 600, /* without a byte written */
	STAMP_MAX = sizeof("YYYY-MM-DD-HH:MM") + 16,
};

static int has_dump(int fd, const char *node, struct err *err)
{
	char found[SIGNATURE_BYTES];
	ssize_t n = pread(fd, found, sizeof(found), 0);

	if (n < 0)
		return err_errno(err, -errno, "cannot read %s", node);
	return n == SIGNATURE_BYTES && memcmp(found, SIGNATURE, SIGNATURE_BYTES) == 0;
}

struct growth {
	const char *file;
	off_t blocks;
};

static bool has_grown(void *ctx)
{
	struct growth *growth = ctx;
	struct stat st;
	bool grown;

	if (stat(growth->file, &st) < 0)
		return false;
	grown = st.st_blocks != growth->blocks;
	growth->blocks = st.st_blocks;
	return grown;
}

/* Let makedumpfile put the file together from the stream on the device. */
static int rebuild(const char *makedumpfile, int fd, const char *file, struct err *err)
{
	char *argv[] = { (char *)makedumpfile, (char *)"-R", (char *)file, NULL };
	struct growth growth = { .file = file };
	const struct run_options options = {
		.stdin_fd = fd, .seconds = STALL_SECONDS, .tick = has_grown, .ctx = &growth
	};
	_cleanup_close_ int made = -1;
	int status, r = run_program(argv, &options, &status, err);

	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "makedumpfile -R failed, exitcode:%d", status);
	if (r < 0)
		return r;
	made = open(file, O_RDONLY | O_CLOEXEC);
	if (made < 0 || fchmod(made, 0600) < 0 || fsync(made) < 0)
		return err_errno(err, -errno, "cannot save %s", file);
	return 0;
}

static int mark_taken(int fd, const char *node, struct err *err)
{
	static const char zeros[HEADER_BYTES];

	if (pwrite(fd, zeros, sizeof(zeros), 0) != sizeof(zeros) || fsync(fd) < 0)
		return err_errno(err, -errno, "cannot mark the dump on %s as taken", node);
	return 0;
}

static int make_folder(const struct sysroot *root, const char *path, char *ret, size_t size,
		       struct err *err)
{
	struct rootpath full;
	time_t now = time(NULL);
	char stamp[STAMP_MAX];
	struct tm tm = { 0 };
	int r = rootpath_join(root, path, &full, err);

	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%d-%H:%M", &tm);
	if (r == 0 && (size_t)snprintf(ret, size, "%s/%s", full.text, stamp) >= size)
		r = err_errno(err, -ENAMETOOLONG, "%s", path);
	if (r == 0 && mkdir(ret, 0700) < 0)
		r = err_errno(err, -errno, "cannot create %s", ret);
	return r;
}

/* Take the dump that is there. @ret: the file's name on the machine, malloc()ed. */
static int take(const struct sysroot *root, const char *makedumpfile, int fd, const char *node,
		const char *path, char **ret, struct err *err)
{
	char folder[PATH_MAX], file[PATH_MAX + 16];
	int r = make_folder(root, path, folder, sizeof(folder), err);

	if (r < 0)
		return r;
	snprintf(file, sizeof(file), "%s/vmcore", folder);
	r = rebuild(makedumpfile, fd, file, err);
	if (r < 0) {
		unlink(file);
		rmdir(folder);
		return r;
	}
	*ret = strdup(file + (sysroot_is_real(root) ? 0 : strlen(root->dir)));
	return *ret ? mark_taken(fd, node, err) : err_oom(err);
}

int rawrecover(const struct sysroot *root, const char *makedumpfile, const char *node,
	       const char *path, char **ret, struct err *err)
{
	_cleanup_close_ int fd = sysroot_open(root, node, O_RDWR);
	int r;

	*ret = NULL;
	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", node);
	r = has_dump(fd, node, err);
	return r <= 0 ? r : take(root, makedumpfile, fd, node, path, ret, err);
}
