/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files without a name: written, joined, copied; also where the kernel has no memfd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/scratch.h"

#define TEXT(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

/* Plain C, no cmocka: also called in a child process. */
static bool holds(const struct mapping *m, const char *text, size_t size)
{
	char read_back[64];

	return m->bytes.size == size && memcmp(m->bytes.data, text, size) == 0 &&
	       pread(m->fd, read_back, sizeof(read_back), 0) == (ssize_t)size &&
	       memcmp(read_back, text, size) == 0;
}

/* kexec_file_load takes no file that is open for writing. */
static bool read_only(const struct mapping *m)
{
	return (fcntl(m->fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
}

/* The same number again if no descriptor was left open. */
static int next_fd(void)
{
	int fd = dup(STDERR_FILENO);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

static void test_join(_unused_ void **state)
{
	const struct bytes parts[] = { TEXT("abcde"), { NULL, 0 }, TEXT("fghi"), TEXT("j") };
	struct mapping m = MAPPING_INIT;
	int before = next_fd();

	assert_int_equal(scratch_join(parts, 4, 4, "it", &m, NULL), 0);
	assert_true(holds(&m, "abcde\0\0\0fghij", 13)); /* nothing behind the last one */
	assert_true(read_only(&m));
	mapping_close(&m);
	assert_int_equal(scratch_join(parts, 4, 1, "it", &m, NULL), 0);
	assert_true(holds(&m, "abcdefghij", 10));
	mapping_close(&m);
	assert_int_equal(scratch_join(parts, 0, 4, "it", &m, NULL), 0);
	assert_true(m.fd >= 0 && m.bytes.size == 0);
	mapping_close(&m);
	assert_int_equal(next_fd(), before);
}

static void test_join_far_apart(_unused_ void **state)
{
	const struct bytes parts[] = { TEXT("a"), TEXT("b") };
	struct mapping m = MAPPING_INIT;

	assert_int_equal(scratch_join(parts, 2, 1 << 20, "it", &m, NULL), 0);
	assert_int_equal(m.bytes.size, (1 << 20) + 1);
	assert_int_equal(m.bytes.data[0], 'a');
	assert_int_equal(m.bytes.data[1 << 20], 'b');
	for (size_t i = 1; i < 1 << 20; i++)
		assert_int_equal(m.bytes.data[i], 0);
	mapping_close(&m);
}

static void test_read(_unused_ void **state)
{
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	int fd = scratch_open(&err);
	size_t size = 0;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "ab\n", 3), 3);
	assert_int_equal(scratch_read(fd, "it", 2, &text, &size, &err), -EFBIG);
	assert_null(text);
	assert_int_equal(scratch_read(fd, "it", 3, &text, &size, &err), 0);
	assert_int_equal(size, 3);
	assert_string_equal(text, "ab\n");
	close(fd);
}

static void test_back_and_copy(_unused_ void **state)
{
	const struct bytes whole = TEXT("front and back");
	struct mapping m = MAPPING_INIT, slice = MAPPING_INIT;
	int fd;

	assert_int_equal(scratch_join(&whole, 1, 1, "it", &m, NULL), 0);
	fd = m.fd;
	assert_int_equal(scratch_back(&m, "it", NULL), 0);
	assert_int_equal(m.fd, fd); /* it had one */
	assert_int_equal(mapping_slice(&m, (struct bytes){ m.bytes.data + 6, 3 }, "it", &slice,
				       NULL),
			 0);
	assert_int_equal(slice.fd, -1);
	mapping_close(&m);
	assert_int_equal(scratch_back(&slice, "it", NULL), 0);
	assert_true(holds(&slice, "and", 3));
	assert_int_equal(scratch_copy(&slice, (struct bytes){ slice.bytes.data, 2 }, "it", NULL),
			 0);
	assert_true(holds(&slice, "an", 2));
	mapping_close(&slice);
	assert_int_equal(scratch_back(&slice, "it", NULL), 0); /* nothing stays nothing */
	assert_int_equal(slice.fd, -1);
}

static bool forbid_memfd(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_memfd_create, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { ARRAY_SIZE(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 &&
	       memfd_create("x", 0) < 0 && errno == ENOSYS;
}

/* In the child. Return: its exit status: 0 for good, else which step went wrong. */
static int without_memfd(void)
{
	const struct bytes parts[] = { TEXT("on"), TEXT("file") };
	struct mapping m = MAPPING_INIT;
	struct stat st;

	if (!forbid_memfd())
		return 77;
	if (scratch_join(parts, 2, 4, "it", &m, NULL) < 0 || !holds(&m, "on\0\0file", 8))
		return 1;
	if (!read_only(&m))
		return 2;
	if (fstat(m.fd, &st) < 0 || st.st_nlink != 0 || /* no name is left of it */
	    (st.st_mode & 0777) != 0600)
		return 3;
	mapping_close(&m);
	return 0;
}

static void test_without_memfd(_unused_ void **state)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(without_memfd());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* no seccomp here */
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),          cmocka_unit_test(test_join_far_apart),
		cmocka_unit_test(test_read),          cmocka_unit_test(test_back_and_copy),
		cmocka_unit_test(test_without_memfd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
