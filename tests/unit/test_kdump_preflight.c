/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Targets that are not mounted, played by file systems that need no disk. Takes root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sysroot.h"

#include "kdump/preflight.h"

#define FAILED "Failed to mount none on /sysroot for kdump preflight check."

enum { MOUNTS_MAX = 1 << 20 };

/* Nothing of the kind can be tried where the kernel does not let us mount. */
static int run(const char *type, const char *options, const char *inner, struct err *err)
{
	const struct target t = { .device = (char *)"none",
				  .type = (char *)type,
				  .options = (char *)options,
				  .inner = (char *)inner };
	int r = preflight(&t, err);

	if (r == -EPERM && strstr(err->text, "mount namespace"))
		skip();
	return r;
}

static char *mounts(void)
{
	static const struct sysroot here = { .dir = "" };
	char *text = NULL;

	assert_int_equal(sysroot_read(&here, "/proc/self/mountinfo", MOUNTS_MAX, &text, NULL, NULL),
			 0);
	return text;
}

static void test_good(_unused_ void **state)
{
	struct err err = ERR_INIT;
	char *before, *after;

	assert_int_equal(run("tmpfs", NULL, "/", &err), 0); /* or it skips the rest */
	before = mounts();
	/* The capture goes without, too. */
	assert_int_equal(run("tmpfs", "no_such_option=1", "/", &err), 0);
	assert_int_equal(run("sysfs", NULL, "/kernel", &err), 0);
	after = mounts();
	assert_string_equal(before, after);
	free(before);
	free(after);
}

/* One that is missing is made when a dump comes, if it can be. */
static void test_folder(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(run("tmpfs", NULL, "/a/b", &err), 1);
	assert_int_equal(run("proc", NULL, "/uptime", &err), -ENOTDIR);
	assert_string_equal(err.text,
			    "no dump can be saved in \"/uptime\" of dump target \"none\": "
			    "Not a directory");
	assert_int_equal(run("proc", NULL, "/uptime/below", &err), -ENOTDIR);
	/* Even root cannot make anything there. */
	assert_int_equal(run("proc", NULL, "/sys/kernel", &err), -EACCES);
	assert_int_equal(run("proc", NULL, "/sys/kernel/a/b", &err), -EACCES);
}

static void test_no_mount(_unused_ void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(run("nosuchfs", NULL, "/", &err), -ENODEV);
	assert_string_equal(err.text, FAILED " cannot mount it as nosuchfs: No such device");
	assert_string_equal(err.hint, "Try it: mount -t nosuchfs none /mnt");
}

static void test_due(_unused_ void **state)
{
	static const char *const types[] = { "nfs", "ext4", "virtiofs", "ssh", "raw" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct target t = { .type = (char *)types[i] };

		assert_int_equal(preflight_is_due(&t), i < 3);
		t.folder = (char *)"/var/crash";
		assert_false(preflight_is_due(&t));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_no_mount),
		cmocka_unit_test(test_due),
	};

	return cmocka_run_group_tests_name("kdump/preflight", tests, NULL, NULL);
}
