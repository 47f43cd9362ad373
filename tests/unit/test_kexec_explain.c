/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a kernel refuses, as a machine's files show it: each cause by itself, and which goes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/explain.h"
#include "tests/unit/one_tree.h"

#define MIB UINT64_C(0x100000)

#define DISABLED     "/proc/sys/kernel/kexec_load_disabled"
#define LIMIT_PANIC  "/proc/sys/kernel/kexec_load_limit_panic"
#define LIMIT_REBOOT "/proc/sys/kernel/kexec_load_limit_reboot"
#define LOCKDOWN     "/sys/kernel/security/lockdown"
#define SECURE_BOOT  "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define STATUS       "/proc/self/status"

/* Lines of a process's status: everything, all but CAP_SYS_BOOT (bit 22), and nothing. */
#define ROOT      "Name:\tkexec\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n"
#define CONTAINED "Name:\tkexec\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffbfffff\nSeccomp:\t2\n"
#define FILTERED  "Name:\tkexec\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t2\n"
#define USER      "Name:\tkexec\nUid:\t0\t1000\t0\t0\nCapEff:\t0000000000000000\nSeccomp:\t0\n"

static void assert_says(const char *text, const char *part)
{
	if (!strstr(text, part))
		print_message("# says: %s\n", text);
	assert_non_null(strstr(text, part));
}

/* @call's end with @error is explained by a text that has @part. */
static void assert_hint(const struct explain_call *call, int error, const char *part)
{
	struct err err = ERR_INIT;

	err_set(&err, -error, "it failed");
	assert_int_equal(explain(&tree.root, call, -error, &err), -error);
	assert_string_equal(err.text, "it failed");
	assert_says(err.hint, part);
	assert_null(strstr(err.hint, "...")); /* nothing was cut */
}

static const struct explain_call file = { .by_file = true };
static const struct explain_call file_crash = { .by_file = true, .crash = true };
static const struct explain_call segments;
static const struct explain_call segments_crash = { .crash = true };

static void secure_boot(uint8_t value)
{
	const uint8_t variable[] = { 6, 0, 0, 0, value };

	tree_put(&tree, SECURE_BOOT, variable, sizeof(variable));
}

static void test_privilege(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(explain_privilege(&tree.root, &err), 0); /* who knows */
	tree_text(&tree, STATUS, ROOT);
	assert_int_equal(explain_privilege(&tree.root, &err), 0);
	tree_text(&tree, STATUS, "Name:\tkexec\n");
	assert_int_equal(explain_privilege(&tree.root, &err), 0);
	tree_text(&tree, STATUS, USER);
	assert_int_equal(explain_privilege(&tree.root, &err), -EPERM);
	assert_says(err.text, "user 1000 may not");
	assert_says(err.hint, "CAP_SYS_BOOT: run this as root");
	tree_text(&tree, STATUS, CONTAINED);
	assert_int_equal(explain_privilege(&tree.root, &err), -EPERM);
	assert_says(err.hint, "a container's root lacks it");
}

/* Without the privilege nothing else matters: the kernel asks for it first. */
static void test_refused_to_a_user(_unused_ void **state)
{
	tree_text(&tree, DISABLED, "1\n");
	tree_text(&tree, STATUS, USER);
	assert_hint(&file, EPERM, "run this as root");
	assert_hint(&segments, EPERM, "run this as root");
	tree_text(&tree, STATUS, CONTAINED);
	assert_hint(&segments, EPERM, "a container's root");
	tree_text(&tree, STATUS, ROOT);
	assert_hint(&segments, EPERM, "kexec_load_disabled is 1");
}

static void test_refused_by_setting(_unused_ void **state)
{
	tree_text(&tree, DISABLED, "1\n");
	assert_hint(&file, EPERM, "kernel.kexec_load_disabled is 1");
	assert_hint(&segments, EPERM, "kernel.kexec_load_disabled is 1");
	tree_text(&tree, DISABLED, "0\n");
	assert_hint(&segments, EPERM, "a security module");
}

/* Each slot has a limit of its own; -1 is none. */
static void test_refused_by_limit(_unused_ void **state)
{
	tree_text(&tree, LIMIT_PANIC, "0\n");
	tree_text(&tree, LIMIT_REBOOT, "-1\n");
	assert_hint(&file_crash, EPERM, "kernel.kexec_load_limit_panic is 0");
	assert_hint(&segments_crash, EPERM, "kernel.kexec_load_limit_panic is 0");
	assert_hint(&file, EPERM, "a security module");
	tree_text(&tree, LIMIT_REBOOT, "0\n");
	tree_text(&tree, LIMIT_PANIC, "3\n");
	assert_hint(&segments, EPERM, "kernel.kexec_load_limit_reboot is 0");
	assert_hint(&segments_crash, EPERM, "a security module");
}

/* A locked-down kernel refuses kexec_load altogether, and an unsigned kernel by its file. */
static void test_refused_by_lockdown(_unused_ void **state)
{
	tree_text(&tree, LOCKDOWN, "none [integrity] confidentiality\n");
	assert_hint(&segments, EPERM, "locked down (integrity) by its configuration");
	assert_hint(&segments, EPERM, "use --kexec-file-syscall (-s)");
	assert_hint(&file, EPERM, "sign the kernel with a key that the running one trusts");
	tree_text(&tree, LOCKDOWN, "none integrity [confidentiality]\n");
	assert_hint(&file, EPERM, "locked down (confidentiality)");
	tree_text(&tree, LOCKDOWN, "[none] integrity confidentiality\n");
	assert_hint(&segments, EPERM, "a security module");
	assert_hint(&file, EPERM, "a security module");
}

static void test_why_it_is_locked_down(_unused_ void **state)
{
	tree_text(&tree, LOCKDOWN, "none [integrity] confidentiality\n");
	secure_boot(0);
	assert_hint(&segments, EPERM, "by its configuration");
	secure_boot(1);
	assert_hint(&segments, EPERM, "because Secure Boot is on, and takes signed kernels");
	assert_hint(&segments, EPERM, "turn Secure Boot off");
	tree_text(&tree, "/proc/cmdline", "ro lockdown=integrity quiet\n");
	assert_hint(&file, EPERM, "because Secure Boot is on, and by lockdown=");
	assert_hint(&file, EPERM, "do without both");
	secure_boot(0);
	assert_hint(&file, EPERM, "(integrity) by lockdown= on its command line");
	assert_hint(&file, EPERM, "boot without lockdown=");
	tree_text(&tree, "/proc/cmdline", "ro nolockdown=1\n");
	assert_hint(&file, EPERM, "by its configuration");
}

static void test_refused_by_a_filter(_unused_ void **state)
{
	tree_text(&tree, STATUS, FILTERED);
	assert_hint(&segments, EPERM, "a filter on system calls");
	tree_text(&tree, LOCKDOWN, "none [integrity] confidentiality\n");
	assert_hint(&segments, EPERM, "locked down");
}

static void test_refused_by_policy(_unused_ void **state)
{
	assert_hint(&segments, EACCES, "wants to see the kernel's file: use --kexec-file-syscall");
	assert_hint(&file, EACCES, "refuses the file");
}

static void test_signatures(_unused_ void **state)
{
	static const struct {
		int error;
		const char *part;
	} all[] = {
		{ ENODATA, "has no signature" },        { ENOKEY, "does not have the key" },
		{ EKEYREJECTED, "signature is wrong" }, { EKEYREVOKED, "is revoked" },
		{ EKEYEXPIRED, "has expired" },         { ENOPKG, "does not have the algorithm" },
		{ EBADMSG, "signature is damaged" },    { ELIBBAD, "no EFI program" },
		{ EMSGSIZE, "signature is too long" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct err err = ERR_INIT;

		assert_hint(&file, all[i].error, all[i].part);
		assert_hint(&file, all[i].error, "--kexec-syscall (-c)");
		tree_text(&tree, LOCKDOWN, "none [integrity] confidentiality\n");
		assert_hint(&file, all[i].error, all[i].part);
		explain(&tree.root, &file, -all[i].error, &err);
		assert_null(strstr(err.hint, "-c")); /* would be refused */
		tree_text(&tree, LOCKDOWN, "[none] integrity confidentiality\n");
	}
}

static void test_not_in_the_kernel(_unused_ void **state)
{
	assert_hint(&file, ENOSYS, "CONFIG_KEXEC_FILE: use --kexec-syscall (-c)");
	assert_hint(&segments, ENOSYS, "without CONFIG_KEXEC:");
	assert_hint(&file, ENOEXEC, "does not take such an image: use --kexec-syscall (-c)");
	assert_hint(&file, ENOTSUP, "does not take such an image: use --kexec-syscall (-c)");
	assert_hint(&file, EBUSY, "try again");
	assert_hint(&file, ETXTBSY, "a program is writing the file");
	assert_hint(&file, EFBIG, "4 GiB or more: use --kexec-syscall (-c)");
}

static void test_memory(_unused_ void **state)
{
	struct explain_call call = { .need = 300 * MIB + 1 };

	assert_hint(&call, ENOMEM, "not enough free memory");
	tree_text(&tree, "/proc/meminfo",
		  "MemTotal:        1048576 kB\nMemFree:          102400 kB\n");
	assert_hint(&call, ENOMEM, "100 MiB of memory are free, the new kernel needs 301 MiB");
	tree_text(&tree, "/proc/meminfo",
		  "MemTotal:        1048576 kB\nMemFree:          102400 kB\n"
		  "MemAvailable:     204800 kB\n");
	assert_hint(&call, ENOMEM, "200 MiB of memory are free");
	call.crash = true;
	assert_hint(&call, ENOMEM, "within the reservation too");
}

/* More than half of all memory is no argument, says the kernel. */
static void test_half_of_memory(_unused_ void **state)
{
	struct explain_call call = { .need = 513 * MIB };

	assert_hint(&call, EINVAL, "one of the flags;");
	tree_text(&tree, "/proc/meminfo", "MemTotal:        1048576 kB\n");
	assert_hint(&call, EINVAL, "needs 513 MiB");
	assert_hint(&call, EINVAL, "no more than half of its 1024 MiB");
	call.need = 512 * MIB;
	assert_hint(&call, EINVAL, "one of the flags;");
	call = (struct explain_call){ .crash = true, .need = 513 * MIB };
	assert_hint(&call, EINVAL, "one of the flags;"); /* that memory is set aside */
	call = (struct explain_call){ .keep = true, .need = 512 * MIB };
	assert_hint(&call, EINVAL, "built without CONFIG_KEXEC_JUMP");
	call.need = 513 * MIB;
	assert_hint(&call, EINVAL, "of its 1024 MiB: give a lower --mem-max");
	call = (struct explain_call){ .by_file = true, .need = 10 };
	assert_hint(&call, EINVAL, "or not take such an image or command line");
}

static void test_too_small(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_hint(&segments_crash, EADDRNOTAVAIL, "crashkernel= is too small");
	assert_hint(&segments, EADDRNOTAVAIL, "no memory at the addresses");
	assert_int_equal(explain_too_small(64 * MIB, 82 * MIB + 1, -EADDRNOTAVAIL, &err),
			 -EADDRNOTAVAIL);
	assert_string_equal(err.hint, "the reservation has 64 MiB, this kernel and initrd need at "
				      "least 83 MiB, and more to run: boot with crashkernel=256M");
	explain_too_small(64 * MIB, 60 * MIB, -EADDRNOTAVAIL, &err);
	assert_says(err.hint, "no room in one piece: boot with crashkernel=192M");
}

static void test_unreadable(_unused_ void **state)
{
	assert_hint(&file, EIO, "a file could not be read to its end");
	assert_hint(&segments, EFAULT, "a file could not be read to its end");
}

static void test_nothing_is_known(_unused_ void **state)
{
	struct err err = ERR_INIT;

	explain(&tree.root, &file, -ENODEV, &err);
	assert_string_equal(err.hint, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_privilege),
		TEST(test_refused_to_a_user),
		TEST(test_refused_by_setting),
		TEST(test_refused_by_limit),
		TEST(test_refused_by_lockdown),
		TEST(test_why_it_is_locked_down),
		TEST(test_refused_by_a_filter),
		TEST(test_refused_by_policy),
		TEST(test_signatures),
		TEST(test_not_in_the_kernel),
		TEST(test_memory),
		TEST(test_half_of_memory),
		TEST(test_too_small),
		TEST(test_unreadable),
		TEST(test_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
