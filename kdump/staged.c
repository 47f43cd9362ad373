/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/publish.h"
#include "kdump/rootpath.h"
#include "kdump/staged.h"

/* The folder that @path lies in, opened, and made if it is missing. */
static int open_folder(const char *path, struct err *err)
{
	char dir[PATH_MAX];
	int fd;

	snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
	if (dir[0] && mkdir(dir, 0755) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create %s", dir);
	fd = open(dir[0] ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? err_errno(err, -errno, "cannot open %s", dir) : fd;
}

int staged_begin(const struct sysroot *root, const char *path, mode_t mode, struct staged *ret,
		 struct err *err)
{
	_cleanup_(staged_done) struct staged s = STAGED_INIT;
	const char *name = strrchr(path, '/') + 1;
	struct rootpath full;
	int r = rootpath_join(root, path, &full, err);

	if (r < 0)
		return r;
	if ((size_t)snprintf(s.unfinished, sizeof(s.unfinished), "%s-incomplete", name) >=
	    sizeof(s.unfinished))
		return err_errno(err, -ENAMETOOLONG, "%s", path);
	snprintf(s.name, sizeof(s.name), "%s", name);
	r = open_folder(full.text, err);
	if (r < 0)
		return r;
	s.dir = r;
	/* On a read-only file system the one that is not there cannot be removed either. */
	if (unlinkat(s.dir, s.unfinished, 0) < 0 && errno != ENOENT && errno != EROFS)
		return err_errno(err, -errno, "cannot remove %s-incomplete", path);
	s.fd = openat(s.dir, s.unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	/* Where the umask took some away; FAT has no permissions to give. */
	if (s.fd < 0 || (fchmod(s.fd, mode) < 0 && errno != EPERM))
		return err_errno(err, -errno, "cannot create %s-incomplete", path);
	*ret = s;
	s = (struct staged)STAGED_INIT;
	return 0;
}

int staged_commit(struct staged *staged, struct err *err)
{
	int r = publish(staged->dir, staged->unfinished, staged->name, err);

	if (r == 0)
		staged->unfinished[0] = '\0';
	return r;
}

void staged_done(struct staged *staged)
{
	if (staged->fd >= 0) {
		if (staged->unfinished[0])
			unlinkat(staged->dir, staged->unfinished, 0);
		close(staged->fd);
	}
	if (staged->dir >= 0)
		close(staged->dir);
	*staged = (struct staged)STAGED_INIT;
}

int staged_write(const struct sysroot *root, const char *path, const char *text, mode_t mode,
		 struct err *err)
{
	_cleanup_(staged_done) struct staged staged = STAGED_INIT;
	struct rootpath real;
	struct stat st;
	bool is_there = rootpath_stat(root, path, &st) == 0;
	int r = 0;

	if (is_there)
		r = rootpath_real(root, path, &real, err);
	if (r == 0)
		r = staged_begin(root, is_there ? real.text : path,
				 is_there ? st.st_mode & 07777 : mode, &staged, err);
	if (r < 0)
		return r;
	if (is_there && fchown(staged.fd, st.st_uid, st.st_gid) < 0)
		return err_errno(err, -errno, "cannot give %s its owner", path);
	r = file_write_all(staged.fd, text, strlen(text));
	if (r < 0)
		return err_errno(err, r, "cannot write %s", path);
	return staged_commit(&staged, err);
}
