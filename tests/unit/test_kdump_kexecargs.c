/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that kexec gets beside what is to be loaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kdump/kexecargs.h"
#include "tests/unit/tree.h"

#define LOCKDOWN    "/sys/kernel/security/lockdown"
#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define OLD         "6.1.0-48-amd64"
#define NEW         "6.12.1+deb13-amd64"

/* One KEXEC_ARGS on one machine; the words are expected to be these, with a blank before each. */
static void check_words(const struct tree *tree, const char *text, const char *version,
			const char *load, const char *unload)
{
	struct sysconfig config = { .path = "kdump", .kexec_args = (char *)text };
	struct kernel kernel = { .running = NEW };
	struct err err = ERR_INIT;

	strcpy(kernel.version, version);
	for (int i = 0; i < 2; i++) {
		_cleanup_(kexecargs_done) struct kexecargs args = { .why = NULL };
		char got[256] = "";

		if (i == 0)
			assert_int_equal(kexecargs_for_load(&tree->root, &config, &kernel, &args,
							    &err),
					 0);
		else
			assert_int_equal(kexecargs_for_unload(&tree->root, &config, &args, &err),
					 0);
		for (size_t j = 0; j < args.words.n; j++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got), " %s",
				 args.words.v[j]);
		assert_string_equal(got, i == 0 ? load : unload);
	}
}

/* The sentences that go with a load. */
static void check_sentences(const struct tree *tree, const char *text, const char *version,
			    const char *why, const char *doubt)
{
	_cleanup_(kexecargs_done) struct kexecargs args = { .why = NULL };
	struct sysconfig config = { .path = "kdump", .kexec_args = (char *)text };
	struct kernel kernel = { .running = NEW };
	struct err err = ERR_INIT;

	strcpy(kernel.version, version);
	assert_int_equal(kexecargs_for_load(&tree->root, &config, &kernel, &args, &err), 0);
	assert_string_equal(args.why ? args.why : "", why);
	if (!doubt)
		assert_null(args.doubt);
	else
		assert_non_null(strstr(args.doubt, doubt));
}

static void test_plain_machine(_unused_ void **state)
{
	struct tree tree;

	tree_make(&tree);
	check_words(&tree, "", NEW, "", "");
	check_words(&tree, "-d --noefi 'a b'", OLD, " -d --noefi a b", "");
	check_words(&tree, "-s", NEW, " -s", " -s");
	check_words(&tree, "-ds --no-checks", NEW, " -ds --no-checks", " -s");
	check_words(&tree, "-s -dc", NEW, " -s -dc", " -c");
	check_words(&tree, "--kexec-syscall", NEW, " --kexec-syscall", " -c");
	check_words(&tree, "--kexec-file-syscall", NEW, " --kexec-file-syscall", " -s");
	check_words(&tree, "--kexec-fi", NEW, " --kexec-fi", " -s");
	check_words(&tree, "--kexec-syscall-a", NEW, " --kexec-syscall-a", " -a");
	check_words(&tree, "-tsca --serial=a -", NEW, " -tsca --serial=a -", "");
	tree_text(&tree, LOCKDOWN, "[none] integrity confidentiality\n");
	tree_put(&tree, SECURE_BOOT, "\6\0\0\0\1", 5); /* on, and yet the kernel is not locked */
	check_words(&tree, "-c", NEW, " -c", " -c");
	check_sentences(&tree, "", OLD, "", NULL);
	tree_remove(&tree);
}

static void test_locked_down(_unused_ void **state)
{
	static const char why[] = "The kernel is locked down (integrity): by kexec_file_load (-s).";
	struct tree tree;

	tree_make(&tree);
	tree_text(&tree, LOCKDOWN, "none [integrity] confidentiality\n");
	check_words(&tree, "", NEW, " -s", " -s");
	check_words(&tree, "-s", NEW, " -s", " -s");
	check_words(&tree, "-c -d", NEW, " -c -d -s", " -c -s");
	check_sentences(&tree, "", NEW, why, NULL);
	check_sentences(&tree, "-s", NEW, why, NULL);
	tree_text(&tree, "/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu la57 lm\n");
	check_words(&tree, "", OLD, " -s", " -s");
	check_sentences(&tree, "", OLD, why, "no5lvl");
	check_sentences(&tree, "-s", OLD, why, OLD);
	tree_remove(&tree);
}

/* RHEL 7's kernel does not say whether it is locked down. */
static void test_secure_boot(_unused_ void **state)
{
	struct tree tree;

	tree_make(&tree);
	tree_put(&tree, SECURE_BOOT, "\6\0\0\0\1", 5);
	check_words(&tree, "", NEW, " -s", " -s");
	check_sentences(&tree, "", NEW, "Secure Boot is on: by kexec_file_load (-s).", NULL);
	tree_put(&tree, SECURE_BOOT, "\6\0\0\0\0", 5);
	check_words(&tree, "", NEW, "", "");
	tree_remove(&tree);
}

static void test_five_levels(_unused_ void **state)
{
	static const char *const older[] = { "6.1.0-48-amd64", "5.14.0-70.el9", "6.12.0", "6.9.1" };
	static const char *const not_older[] = { NEW, "6.12.1", "6.12.1-rc1", "6.12", "7.0", "x" };
	struct tree tree;

	tree_make(&tree);
	tree_text(&tree, "/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu lm la57\n");
	for (size_t i = 0; i < ARRAY_SIZE(older); i++) {
		char why[256];

		check_words(&tree, "-d", older[i], " -d -c", "");
		snprintf(why, sizeof(why),
			 "Five-level paging is in use, and %s is older than the running kernel: by "
			 "kexec_load (-c).",
			 older[i]);
		check_sentences(&tree, "", older[i], why, NULL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(not_older); i++)
		check_words(&tree, "", not_older[i], "", "");
	check_words(&tree, "-s", OLD, " -s", " -s");
	check_words(&tree, "-a", OLD, " -a", " -a");
	tree_text(&tree, "/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu la570 lm\n");
	check_words(&tree, "", OLD, "", "");
	tree_remove(&tree);
}

static void test_bad_quotes(_unused_ void **state)
{
	struct sysconfig config = { .path = "kdump", .kexec_args = (char *)"-s 'a" };
	struct kernel kernel = { .running = NEW, .version = NEW };
	struct kexecargs args = { .why = NULL };
	struct err err = ERR_INIT;
	struct tree tree;

	tree_make(&tree);
	assert_int_equal(kexecargs_for_load(&tree.root, &config, &kernel, &args, &err), -EINVAL);
	assert_string_equal(err.text, "kdump: KEXEC_ARGS: quote ' has no partner");
	kexecargs_done(&args);
	assert_int_equal(kexecargs_for_unload(&tree.root, &config, &args, &err), 0);
	kexecargs_done(&args);
	config = (struct sysconfig){ .path = NULL };
	assert_int_equal(kexecargs_for_unload(&tree.root, &config, &args, &err), 0);
	assert_int_equal(args.words.n, 0);
	kexecargs_done(&args);
	tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_machine), cmocka_unit_test(test_locked_down),
		cmocka_unit_test(test_secure_boot),   cmocka_unit_test(test_five_levels),
		cmocka_unit_test(test_bad_quotes),
	};

	return cmocka_run_group_tests_name("kdump/kexecargs", tests, NULL, NULL);
}
