/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

static int memfd_with(const char *data, size_t size)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* A path by which the contents of @fd can be opened. */
static const char *path_of(int fd, char buf[static PATH_MAX])
{
	snprintf(buf, PATH_MAX, "/proc/self/fd/%d", fd);
	return buf;
}

static void test_mapping(_unused_ void **state)
{
	_cleanup_close_ int fd = memfd_with("contents", 8);
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;
	char path[PATH_MAX];

	assert_int_equal(mapping_open(path_of(fd, path), &m, &err), 0);
	assert_int_equal(m.bytes.size, 8);
	assert_memory_equal(m.bytes.data, "contents", 8);
	assert_true(m.fd >= 0);
	mapping_close(&m);
	assert_int_equal(m.fd, -1);
	assert_null(m.bytes.data);
	mapping_close(&m); /* once more is fine */
}

static void test_mapping_of_nothing(_unused_ void **state)
{
	int fd = memfd_with("", 0);
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(mapping_from_fd(fd, "empty", &m, &err), 0);
	assert_int_equal(m.fd, fd);
	assert_int_equal(m.bytes.size, 0);
	mapping_close(&m);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void test_mapping_refused(_unused_ void **state)
{
	_cleanup_close_ int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(mapping_open("/nonexistent/file", &m, &err), -ENOENT);
	assert_string_equal(err.text, "cannot open /nonexistent/file: No such file or directory");
	assert_int_equal(mapping_open("/", &m, &err), -EISDIR);
	assert_string_equal(err.text, "cannot read /: Is a directory");
	assert_int_equal(mapping_from_fd(folder, "here", &m, &err), -EISDIR);
	assert_true(fcntl(folder, F_GETFD) >= 0); /* still the caller's */
	assert_int_equal(m.fd, -1);
}

/* Nobody writes into it, so that to wait for that would be for ever. */
static void test_pipe_refused(_unused_ void **state)
{
	char folder[] = "/tmp/test_file.XXXXXX", path[sizeof(folder) + 8];
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/pipe", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(mapping_open(path, &m, &err), -ESPIPE);
	assert_non_null(strstr(err.text, "it is a pipe"));
	assert_int_equal(m.fd, -1);
	assert_int_equal(unlink(path) + rmdir(folder), 0);
}

/* Pages that are not mapped: msync() says so. */
static bool unmapped(const uint8_t *p)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return msync((void *)(p - (uintptr_t)p % page), 1, MS_ASYNC) < 0 && errno == ENOMEM;
}

static void test_slice(_unused_ void **state)
{
	static char data[40000];
	static const size_t parts[][2] = { { 0, 40000 }, { 0, 1 },       { 39999, 1 },
					   { 4096, 1 },  { 4095, 2 },    { 8191, 16385 },
					   { 1, 39999 }, { 12288, 4096 } };

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7 + i / 256);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct mapping m = MAPPING_INIT, slice = MAPPING_INIT;
		const uint8_t *begin, *end;
		struct bytes part;

		assert_int_equal(mapping_from_fd(memfd_with(data, sizeof(data)), "it", &m, NULL),
				 0);
		assert_true(bytes_slice(m.bytes, parts[i][0], parts[i][1], &part));
		assert_int_equal(mapping_slice(&m, part, "it", &slice, NULL), 0);
		mapping_close(&m); /* the slice lives on */
		assert_int_equal(slice.fd, -1);
		assert_int_equal(slice.bytes.size, parts[i][1]);
		assert_memory_equal(slice.bytes.data, data + parts[i][0], parts[i][1]);
		begin = slice.bytes.data;
		end = begin + slice.bytes.size - 1;
		mapping_close(&slice);
		assert_true(unmapped(begin) && unmapped(end));
		assert_null(slice.bytes.data);
	}
}

static void test_slice_of_nothing(_unused_ void **state)
{
	const struct mapping m = { .fd = -1, .bytes = { (const uint8_t *)"x", 1 } };
	struct mapping slice = { .fd = 7 };
	struct err err = ERR_INIT;

	assert_int_equal(mapping_slice(&m, (struct bytes){ NULL, 0 }, "it", &slice, &err), 0);
	assert_int_equal(slice.fd, -1);
	assert_null(slice.bytes.data);
	mapping_close(&slice);
	assert_true(mapping_slice(&m, m.bytes, "it", &slice, &err) < 0); /* of no file */
	assert_non_null(strstr(err.text, "cannot map it"));
	assert_null(slice.bytes.data);
}

static void test_read(_unused_ void **state)
{
	static char large[100000];
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	size_t size = 0;

	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = 'y';
	fd = memfd_with(large, sizeof(large));
	assert_int_equal(file_read_fd(fd, "large", sizeof(large), &text, &size, &err), 0);
	assert_int_equal(size, sizeof(large));
	assert_memory_equal(text, large, size);
	assert_int_equal(text[size], '\0');
}

static void test_read_from_where_it_stands(_unused_ void **state)
{
	_cleanup_close_ int fd = memfd_with("0123456789", 10);
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	assert_int_equal(file_read_fd(fd, "it", 3, &text, NULL, &err), 0);
	assert_string_equal(text, "789");
}

static void test_read_too_much(_unused_ void **state)
{
	_cleanup_close_ int fd = memfd_with("0123456789", 10);
	char *text = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(file_read_fd(fd, "it", 9, &text, NULL, &err), -EFBIG);
	assert_string_equal(err.text, "cannot read it: File too large");
	assert_null(text);
}

static void test_read_error(_unused_ void **state)
{
	_cleanup_close_ int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *text = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(file_read_fd(folder, "/", 9, &text, NULL, &err), -EISDIR);
	assert_null(text);
}

static void test_write(_unused_ void **state)
{
	_cleanup_close_ int fd = memfd_with("", 0);
	_cleanup_close_ int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	char back[8];

	assert_int_equal(file_write_all(fd, "contents", 8), 0);
	assert_int_equal(pread(fd, back, 8, 0), 8);
	assert_memory_equal(back, "contents", 8);
	assert_int_equal(file_write_all(full, "x", 1), -ENOSPC);
	assert_int_equal(file_write_all(full, "x", 0), 0);
	assert_int_equal(file_write_all(-1, "x", 1), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mapping),
		cmocka_unit_test(test_mapping_of_nothing),
		cmocka_unit_test(test_mapping_refused),
		cmocka_unit_test(test_pipe_refused),
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_slice_of_nothing),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_read_from_where_it_stands),
		cmocka_unit_test(test_read_too_much),
		cmocka_unit_test(test_read_error),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
