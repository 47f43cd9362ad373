/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The initial RAM disk: one, several, the running kernel's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kexec/initrd.h"
#include "tests/unit/tree.h"

struct fixture {
	struct tree tree;
	struct request request;
	struct mapping initrd;
	char paths[3][64];
};

static int setup(void **state)
{
	static const char *const contents[] = { "12345", "abcd", "z" };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tree_make(&f->tree);
	f->request.root = f->tree.root;
	f->initrd = (struct mapping)MAPPING_INIT;
	for (int i = 0; i < 3; i++) {
		char path[8];

		snprintf(path, sizeof(path), "/i%d", i);
		tree_text(&f->tree, path, contents[i]);
		snprintf(f->paths[i], sizeof(f->paths[i]), "%s%s", f->tree.dir, path);
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	mapping_close(&f->initrd);
	tree_remove(&f->tree);
	free(f);
	return 0;
}

static void ask_for(struct fixture *f, size_t count)
{
	f->request.given = OPTION_BIT(OPTION_INITRD);
	f->request.initrds.count = count;
	for (size_t i = 0; i < count; i++)
		f->request.initrds.names[i] = f->paths[i];
}

static void assert_content(const struct fixture *f, const void *expected, size_t size)
{
	uint8_t from_fd[64];

	assert_int_equal(f->initrd.bytes.size, size);
	assert_memory_equal(f->initrd.bytes.data, expected, size);
	assert_int_equal(pread(f->initrd.fd, from_fd, sizeof(from_fd), 0), size);
	assert_memory_equal(from_fd, expected, size);
}

static void test_none(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(initrd_open(&f->request, "quiet", &f->initrd, NULL), 0);
	assert_int_equal(f->initrd.fd, -1);
}

static void test_one_is_the_file(void **state)
{
	struct fixture *f = *state;
	struct stat opened, named;

	ask_for(f, 1);
	assert_int_equal(initrd_open(&f->request, "quiet", &f->initrd, NULL), 0);
	assert_content(f, "12345", 5);
	assert_int_equal(fstat(f->initrd.fd, &opened), 0);
	assert_int_equal(stat(f->paths[0], &named), 0);
	assert_int_equal(opened.st_ino, named.st_ino);
}

static void test_several_begin_aligned(void **state)
{
	struct fixture *f = *state;

	ask_for(f, 3);
	assert_int_equal(initrd_open(&f->request, "quiet", &f->initrd, NULL), 0);
	assert_content(f, "12345\0\0\0abcdz", 13);
}

static void test_missing_one_is_named(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	ask_for(f, 3);
	f->request.initrds.names[1] = "/no/such/file";
	assert_int_equal(initrd_open(&f->request, "quiet", &f->initrd, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/no/such/file"));
	assert_int_equal(f->initrd.fd, -1);
}

/* Alone or among others: whoever made it has failed. */
static void test_empty_one_is_refused(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	for (size_t count = 1; count <= 3; count++) {
		ask_for(f, count);
		f->request.initrds.names[count - 1] = "/dev/null";
		assert_int_equal(initrd_open(&f->request, "quiet", &f->initrd, &err), -EBADMSG);
		assert_string_equal(err.text, "initrd file /dev/null is empty");
		assert_int_equal(f->initrd.fd, -1);
	}
}

static void test_retained(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	f->request.given = OPTION_BIT(OPTION_REUSE_INITRD);
	assert_int_equal(initrd_open(&f->request, "quiet", &f->initrd, &err), -ENOPROTOOPT);
	assert_non_null(strstr(err.text, "didn't retain the initrd"));
	assert_int_equal(initrd_open(&f->request, "retain_initrd", &f->initrd, &err), -ENOENT);
	assert_non_null(strstr(err.hint, "6.6"));
	tree_text(&f->tree, "/sys/firmware/initrd", "kept");
	assert_int_equal(initrd_open(&f->request, "ro retain_initrd", &f->initrd, NULL), 0);
	assert_content(f, "kept", 4);
	ask_for(f, 1);
	f->request.given |= OPTION_BIT(OPTION_REUSE_INITRD);
	assert_int_equal(initrd_open(&f->request, "retain_initrd", &f->initrd, &err), -ENOPROTOOPT);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_none),
		TEST(test_one_is_the_file),
		TEST(test_several_begin_aligned),
		TEST(test_missing_one_is_named),
		TEST(test_empty_one_is_refused),
		TEST(test_retained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
