/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/earlyfs.h"
#include "kdump/imageroot.h"
#include "kdump/imageunpack.h"
#include "kdump/mountspace.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"

enum { UNPACK_SECONDS = 120 };

/* What is to be run, from which image. */
struct job {
	const struct sysroot *root;
	const char *image;
	char *const *argv;
	unsigned int seconds;
};

/*
 * The root is changed first, so that no link of the image leads anywhere else while its files are
 * written.
 */
static int enter(const struct sysroot *root, const char *image, const char *place, struct err *err)
{
	_cleanup_(mapping_close) struct mapping file = MAPPING_INIT;
	_cleanup_close_ int dir = -1;
	struct rootpath full;
	int r = rootpath_join(root, image, &full, err);

	if (r == 0)
		r = mapping_open(full.text, &file, err);
	if (r < 0)
		return r;
	dir = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_errno(err, -errno, "%s", place);
	/* pivot_root(2): the old root ends up below the new one, and is let go. */
	if (fchdir(dir) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
	    umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		return err_errno(err, -errno, "cannot change the root to the image's files");
	r = image_unpack(file.bytes, image, dir, err);
	return r < 0 ? r : earlyfs_mount(err);
}

static int run_inside(const char *place, const void *ctx, struct err *err)
{
	const struct job *job = ctx;
	const struct run_options options = { .seconds = job->seconds };
	int status = 0, r = enter(job->root, job->image, place, err);

	if (r == 0)
		r = run_program(job->argv, &options, &status, err);
	return r < 0 ? r : status;
}

int imageroot_run(const struct sysroot *root, const char *image, char *const *argv,
		  unsigned int seconds, int *ret_status, struct err *err)
{
	const struct job job = { root, image, argv, seconds };
	int r = mountspace_run(run_inside, &job, UNPACK_SECONDS + seconds, err);

	if (r < 0)
		return r;
	*ret_status = r;
	return 0;
}
