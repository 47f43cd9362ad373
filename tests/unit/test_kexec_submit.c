/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel is asked for, and what is said of its answers: syscall() is this file's own,
 * and the kernel's settings a folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/kexec.h>
#include <sys/syscall.h>

#include "kexec/submit.h"
#include "tests/unit/one_tree.h"

/* The last call, and how it is to end. */
static struct {
	long number;
	unsigned long args[5];
	struct kexec_segment segments[PLAN_SEGMENTS_MAX];
	char cmdline[64];
	int error; /* 0: success */
} call;

long syscall(long number, ...)
{
	va_list ap;

	call.number = number;
	va_start(ap, number);
	for (size_t i = 0; i < (number == SYS_kexec_load ? 4 : 5); i++)
		call.args[i] = va_arg(ap, unsigned long);
	va_end(ap);
	if (number == SYS_kexec_load && call.args[1] > 0)
		memcpy(call.segments, (void *)call.args[2],
		       call.args[1] * sizeof(call.segments[0]));
	if (number == SYS_kexec_file_load && call.args[3])
		memcpy(call.cmdline, (void *)call.args[3], call.args[2]);
	errno = call.error;
	return call.error ? -1 : 0;
}

static int setup(_unused_ void **state)
{
	tree_make(&tree);
	memset(&call, 0, sizeof(call));
	return 0;
}

static void test_files(_unused_ void **state)
{
	struct file_load load = { .kernel_fd = 5, .initrd_fd = 6, .cmdline = "ro quiet" };

	assert_int_equal(submit_files(&load, &tree.root, NULL), 0);
	assert_int_equal(call.number, SYS_kexec_file_load);
	assert_int_equal((int)call.args[0], 5);
	assert_int_equal((int)call.args[1], 6);
	assert_int_equal(call.args[2], 9); /* with its NUL */
	assert_string_equal(call.cmdline, "ro quiet");
	assert_int_equal(call.args[4], 0);
	load.initrd_fd = -1;
	load.crash = true;
	assert_int_equal(submit_files(&load, &tree.root, NULL), 0);
	assert_int_equal((int)call.args[1], -1);
	assert_int_equal(call.args[4], KEXEC_FILE_ON_CRASH | KEXEC_FILE_NO_INITRAMFS);
}

static void test_segments(_unused_ void **state)
{
	static const uint8_t content[100];
	struct plan plan = {
		.segments = { { .name = "kernel",
				.content = { content, 100 },
				.start = 0x880000000,
				.size = 0x2000 },
			      { .name = "backup", .start = 0x1000, .size = 0x1000 } },
		.count = 2,
		.entry = 0x890000400,
	};
	const struct arch *arch = arch_find("x86_64");

	assert_int_equal(submit_plan(&plan, arch, true, &tree.root, NULL), 0);
	assert_int_equal(call.number, SYS_kexec_load);
	assert_int_equal(call.args[0], 0x890000400);
	assert_int_equal(call.args[1], 2);
	assert_int_equal(call.args[3], KEXEC_ON_CRASH | 62 << 16);
	assert_ptr_equal(call.segments[0].buf, content);
	assert_int_equal(call.segments[0].bufsz, 100);
	assert_int_equal((uintptr_t)call.segments[0].mem, 0x880000000);
	assert_int_equal(call.segments[0].memsz, 0x2000);
	assert_int_equal(call.segments[1].bufsz, 0);
	assert_int_equal(call.segments[1].memsz, 0x1000);
	assert_int_equal(submit_plan(&plan, arch, false, &tree.root, NULL), 0);
	assert_int_equal(call.args[3], 62 << 16);
}

static void test_unload(_unused_ void **state)
{
	assert_int_equal(submit_unload_files(true, &tree.root, NULL), 0);
	assert_int_equal(call.number, SYS_kexec_file_load);
	assert_int_equal((int)call.args[0], -1);
	assert_int_equal((int)call.args[1], -1);
	assert_int_equal(call.args[4], KEXEC_FILE_UNLOAD | KEXEC_FILE_ON_CRASH);
	assert_int_equal(submit_unload_files(false, &tree.root, NULL), 0);
	assert_int_equal(call.args[4], KEXEC_FILE_UNLOAD);
	assert_int_equal(submit_unload_segments(arch_find("x86_64"), true, &tree.root, NULL), 0);
	assert_int_equal(call.number, SYS_kexec_load);
	assert_int_equal(call.args[1], 0);
	assert_int_equal(call.args[3], KEXEC_ON_CRASH | 62 << 16);
}

/* The error of a load, by files or by segments, that ends with @error. */
static void refuse(bool by_file, int error, struct err *err)
{
	const struct file_load load = { .kernel_fd = 5, .initrd_fd = 6, .cmdline = "" };
	struct plan plan = { .count = 0 };

	call.error = error;
	if (by_file)
		assert_int_equal(submit_files(&load, &tree.root, err), -error);
	else
		assert_int_equal(submit_plan(&plan, arch_find("x86_64"), false, &tree.root, err),
				 -error);
	if (by_file && error == ENOSYS) {
		assert_string_equal(err->text, "syscall kexec_file_load not available.");
		return;
	}
	assert_non_null(
		strstr(err->text, by_file ? "kexec_file_load failed: " : "kexec_load failed: "));
	assert_non_null(strstr(err->text, strerror(error)));
}

static void assert_hint(bool by_file, int error, const char *hint)
{
	struct err err = ERR_INIT;

	refuse(by_file, error, &err);
	if (!strstr(err.hint, hint))
		print_message("# hint: %s\n", err.hint);
	assert_non_null(strstr(err.hint, hint));
}

static void test_message_has_the_segments(_unused_ void **state)
{
	struct plan plan = {
		.segments = { { .name = "kernel", .start = 0x880000000, .size = 0x2000 } },
		.count = 1,
		.entry = 0x400,
	};
	struct err err = ERR_INIT;

	call.error = EINVAL;
	assert_int_equal(submit_plan(&plan, arch_find("x86_64"), true, &tree.root, &err), -EINVAL);
	assert_string_equal(err.text, "kexec_load failed: Invalid argument\n"
				      "entry       = 0x400 flags = 0x3e0001\n"
				      "nr_segments = 1\n"
				      "segment[0].buf   = (nil) (kernel)\n"
				      "segment[0].bufsz = 0x0\n"
				      "segment[0].mem   = 0x880000000\n"
				      "segment[0].memsz = 0x2000");
}

/* The most segments there may be, the longest figures: nothing is cut. */
static void test_message_is_whole(_unused_ void **state)
{
	struct plan plan = { .count = PLAN_SEGMENTS_MAX };
	struct err err = ERR_INIT;

	for (unsigned int i = 0; i < PLAN_SEGMENTS_MAX; i++)
		plan.segments[i] = (struct segment){ .name = "a segment of a long name",
						     .start = UINT64_MAX,
						     .size = UINT64_MAX };
	call.error = EINVAL;
	assert_int_equal(submit_plan(&plan, arch_find("x86_64"), true, &tree.root, &err), -EINVAL);
	assert_non_null(strstr(err.text, "\nsegment[15].memsz = 0xffffffffffffffff"));
	assert_true(strlen(err.text) < ERR_TEXT_MAX - 256); /* the other call's answer in front */
}

/* Which call it was, and for which slot, decides what the cause may be. */
static void test_refusal_is_explained(_unused_ void **state)
{
	tree_text(&tree, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	assert_hint(false, EPERM, "use --kexec-file-syscall (-s)");
	assert_hint(true, EPERM, "sign the kernel with a key");
	tree_text(&tree, "/proc/sys/kernel/kexec_load_limit_reboot", "0\n");
	assert_hint(false, EPERM, "kernel.kexec_load_limit_reboot is 0");
	assert_hint(true, EPERM, "kernel.kexec_load_limit_reboot is 0");
}

static void test_refused_unload_is_explained(_unused_ void **state)
{
	struct err err = ERR_INIT;

	tree_text(&tree, "/proc/sys/kernel/kexec_load_limit_panic", "0\n");
	call.error = EPERM;
	assert_int_equal(submit_unload_files(true, &tree.root, &err), -EPERM);
	assert_string_equal(err.text, "kexec_file_load(unload) failed: Operation not permitted");
	assert_non_null(strstr(err.hint, "kexec_load_limit_panic"));
	assert_int_equal(submit_unload_segments(arch_find("x86_64"), true, &tree.root, &err),
			 -EPERM);
	assert_string_equal(err.text, "kexec unload failed: Operation not permitted");
	assert_non_null(strstr(err.hint, "kexec_load_limit_panic"));
}

/* What the kernel was to hold is known, and more than this machine has. */
static void test_need_is_told(_unused_ void **state)
{
	const struct file_load load = { .initrd_fd = -1, .cmdline = "", .need = 3 << 20 };
	struct plan plan = {
		.segments = { { .name = "kernel", .size = 2 << 20 },
			      { .name = "initrd", .start = 4 << 20, .size = 5 << 20 } },
		.count = 2,
	};
	struct err err = ERR_INIT;

	tree_text(&tree, "/proc/meminfo", "MemAvailable:     1024 kB\n");
	call.error = ENOMEM;
	assert_int_equal(submit_files(&load, &tree.root, &err), -ENOMEM);
	assert_non_null(strstr(err.hint, "1 MiB of memory are free, the new kernel needs 3 MiB"));
	assert_int_equal(submit_plan(&plan, arch_find("x86_64"), false, &tree.root, &err), -ENOMEM);
	assert_non_null(strstr(err.hint, "the new kernel needs 7 MiB"));
}

static void test_which_answers_leave_kexec_load(_unused_ void **state)
{
	static const int leave[] = { ENOSYS, EINVAL, ENOEXEC, ENOTSUP };
	static const int end[] = { EPERM, EBUSY, ENOMEM, EADDRNOTAVAIL, EKEYREJECTED, ENOKEY };

	for (size_t i = 0; i < ARRAY_SIZE(leave); i++)
		assert_true(submit_try_other(-leave[i]));
	for (size_t i = 0; i < ARRAY_SIZE(end); i++)
		assert_false(submit_try_other(-end[i]));
	assert_false(submit_try_other(0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files),
		TEST(test_segments),
		TEST(test_unload),
		TEST(test_message_has_the_segments),
		TEST(test_message_is_whole),
		TEST(test_refusal_is_explained),
		TEST(test_refused_unload_is_explained),
		TEST(test_need_is_told),
		TEST(test_which_answers_leave_kexec_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
