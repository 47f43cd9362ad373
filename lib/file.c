/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/file.h"

/* Bytes: more than any kernel or initrd, little enough for size_t arithmetic anywhere. */
#define FILE_MAP_MAX (UINT64_C(64) << 30)

enum { READ_STEP = 16 << 10 }; /* bytes asked for in one read */

int mapping_from_fd(int fd, const char *name, struct mapping *ret, struct err *err)
{
	struct mapping m = { .fd = fd };
	struct stat st;
	off_t size;
	void *p;

	if (fstat(fd, &st) < 0)
		return err_errno(err, -errno, "cannot read %s", name);
	if (S_ISDIR(st.st_mode))
		return err_errno(err, -EISDIR, "cannot read %s", name);
	size = S_ISREG(st.st_mode) ? st.st_size : lseek(fd, 0, SEEK_END);
	if (size < 0)
		return err_errno(err, -errno, "cannot find the size of %s", name);
	if ((uint64_t)size > FILE_MAP_MAX || (uint64_t)size > SIZE_MAX)
		return err_errno(err, -EFBIG, "cannot read %s", name);
	if (size > 0) {
		p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED)
			return err_errno(err, -errno, "cannot map %s", name);
		m.bytes = (struct bytes){ p, (size_t)size };
	}
	*ret = m;
	return 0;
}

int file_open(const char *path, struct err *cause)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int code = fd < 0 ? -errno : 0;
	struct stat st;

	if (code == 0 && fstat(fd, &st) < 0)
		code = -errno;
	if (code < 0)
		return err_set(cause, code, "%s", strerror(-code));
	if (S_ISFIFO(st.st_mode))
		return err_set(cause, -ESPIPE, "it is a pipe; write what comes out to a file");
	return TAKE_FD(fd);
}

int mapping_open(const char *path, struct mapping *ret, struct err *err)
{
	struct err cause = ERR_INIT;
	_cleanup_close_ int fd = file_open(path, &cause);
	int r;

	if (fd < 0)
		return err_set(err, fd, "cannot open %s: %s", path, cause.text);
	r = mapping_from_fd(fd, path, ret, err);
	if (r == 0)
		fd = -1;
	return r;
}

/* Bytes from the beginning of the page that holds @p to @p. */
static size_t into_page(const uint8_t *p)
{
	return (uintptr_t)p % (size_t)sysconf(_SC_PAGESIZE);
}

int mapping_slice(const struct mapping *from, struct bytes part, const char *name,
		  struct mapping *ret, struct err *err)
{
	struct mapping m = MAPPING_INIT;
	size_t before;
	void *p;

	if (part.size > 0) {
		before = into_page(part.data); /* where the file's mapping begins, a page does */
		p = mmap(NULL, before + part.size, PROT_READ, MAP_PRIVATE, from->fd,
			 part.data - from->bytes.data - (off_t)before);
		if (p == MAP_FAILED)
			return err_errno(err, -errno, "cannot map %s", name);
		m.bytes = (struct bytes){ (const uint8_t *)p + before, part.size };
	}
	*ret = m;
	return 0;
}

void mapping_close(struct mapping *m)
{
	size_t before = into_page(m->bytes.data);

	if (m->bytes.data)
		munmap((void *)(m->bytes.data - before), before + m->bytes.size);
	close_fd(&m->fd);
	*m = (struct mapping)MAPPING_INIT;
}

int file_read_fd(int fd, const char *name, size_t max, char **ret, size_t *ret_size,
		 struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t used = 0, capacity = 0;

	for (;;) {
		ssize_t n;

		if (array_reserve(&text, &capacity, used + READ_STEP + 1, 1) < 0)
			return err_oom(err);
		n = read(fd, text + used, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, -errno, "cannot read %s", name);
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > max)
			return err_errno(err, -EFBIG, "cannot read %s", name);
	}
	text[used] = '\0';
	*ret = TAKE_PTR(text);
	if (ret_size)
		*ret_size = used;
	return 0;
}

int file_write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}
