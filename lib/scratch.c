/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/scratch.h"

static int open_unlinked(const char *folder)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/kexec-kdump.XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

int scratch_open(struct err *err)
{
	int fd = memfd_create("scratch", MFD_CLOEXEC);

	if (fd < 0 && errno != ENOSYS)
		return err_errno(err, -errno, "no room for contents to unpack");
	if (fd < 0)
		fd = open_unlinked("/dev/shm");
	if (fd < 0)
		fd = open_unlinked("/tmp");
	return fd < 0 ? err_errno(err, fd, "no room for contents to unpack in /dev/shm and /tmp")
		      : fd;
}

int scratch_map(int fd, const char *name, struct mapping *ret, struct err *err)
{
	_cleanup_close_ int reader = -1;
	char path[32];
	int r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reader = open(path, O_RDONLY | O_CLOEXEC);
	r = mapping_from_fd(reader < 0 ? fd : reader, name, ret, err);
	if (r < 0)
		return r;
	if (TAKE_FD(reader) >= 0)
		close(fd);
	return 0;
}

/* Zeros behind @size bytes, up to a multiple of @align. */
static int pad(int fd, size_t size, size_t align)
{
	static const char zeros[4096];
	size_t left = (align - size % align) % align;

	while (left > 0) {
		size_t n = left < sizeof(zeros) ? left : sizeof(zeros);
		int r = file_write_all(fd, zeros, n);

		if (r < 0)
			return r;
		left -= n;
	}
	return 0;
}

int scratch_read(int fd, const char *name, size_t max, char **ret, size_t *ret_size,
		 struct err *err)
{
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, -errno, "cannot read %s", name);
	return file_read_fd(fd, name, max, ret, ret_size, err);
}

int scratch_join(const struct bytes *parts, size_t count, size_t align, const char *name,
		 struct mapping *ret, struct err *err)
{
	_cleanup_close_ int fd = scratch_open(err);
	int r = 0;

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < count && r == 0; i++) {
		r = file_write_all(fd, parts[i].data, parts[i].size);
		if (r == 0 && i + 1 < count)
			r = pad(fd, parts[i].size, align);
	}
	if (r < 0)
		return err_errno(err, r, "cannot copy %s", name);
	r = scratch_map(fd, name, ret, err);
	if (r == 0)
		fd = -1;
	return r;
}

int scratch_copy(struct mapping *m, struct bytes part, const char *name, struct err *err)
{
	struct mapping copy;
	int r = scratch_join(&part, 1, 1, name, &copy, err);

	if (r < 0)
		return r;
	mapping_close(m);
	*m = copy;
	return 0;
}

int scratch_back(struct mapping *m, const char *name, struct err *err)
{
	if (m->fd >= 0 || m->bytes.size == 0)
		return 0;
	return scratch_copy(m, m->bytes, name, err);
}
