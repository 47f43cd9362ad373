/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/iomem as kernels print it, and as none does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/iomem.h"

static void parse(const char *text, struct iomem *ret)
{
	char *copy = strdup(text);

	assert_non_null(copy);
	assert_int_equal(iomem_parse(copy, ret, NULL), 0);
	assert_ptr_equal(ret->text, copy);
}

static void assert_entry(const struct iomem *iomem, size_t i, uint64_t start, uint64_t end,
			 unsigned int depth, const char *name)
{
	assert_true(i < iomem->count);
	assert_int_equal(iomem->entries[i].start, start);
	assert_int_equal(iomem->entries[i].end, end);
	assert_int_equal(iomem->entries[i].depth, depth);
	assert_string_equal(iomem->entries[i].name, name);
}

static void test_tree(_unused_ void **state)
{
	_cleanup_(iomem_done) struct iomem iomem = { NULL };

	parse("00000000-00000fff : Reserved\n"
	      "00001000-0009fbff : System RAM\n"
	      "100000000-17fffffff : PCI Bus 0000:00\n"
	      "  febec000-febeffff : 0000:00:02.0\n"
	      "    febec000-febeffff : virtio : modern\n"
	      "fd00000000-ffffffffffffffff : Reserved",
	      &iomem);
	assert_int_equal(iomem.count, 6);
	assert_entry(&iomem, 0, 0, 0x1000, 0, "Reserved");
	assert_entry(&iomem, 1, 0x1000, 0x9fc00, 0, "System RAM");
	assert_entry(&iomem, 2, 0x100000000, 0x180000000, 0, "PCI Bus 0000:00");
	assert_entry(&iomem, 3, 0xfebec000, 0xfebf0000, 1, "0000:00:02.0");
	assert_entry(&iomem, 4, 0xfebec000, 0xfebf0000, 2, "virtio : modern");
	assert_entry(&iomem, 5, 0xfd00000000, UINT64_MAX, 0, "Reserved"); /* no line feed */
}

/* A name is as long as it is: of drivers, and of ranges 200 levels deep. */
static void test_long_names(_unused_ void **state)
{
	enum { LONG = 100000 };
	_cleanup_(iomem_done) struct iomem iomem = { NULL };
	_cleanup_free_ char *text = malloc(LONG + 500);
	size_t used;

	assert_non_null(text);
	used = (size_t)sprintf(text, "1000-1fff : ");
	memset(text + used, 'n', LONG);
	sprintf(text + used + LONG, "\n%*s3000-3fff : System RAM\n", 400, "");
	parse(text, &iomem);
	assert_int_equal(iomem.count, 2);
	assert_int_equal(strlen(iomem.entries[0].name), LONG);
	assert_entry(&iomem, 1, 0x3000, 0x4000, 200, "System RAM");
}

static void test_nothing(_unused_ void **state)
{
	_cleanup_(iomem_done) struct iomem iomem = { NULL };

	parse("", &iomem);
	assert_int_equal(iomem.count, 0);
}

/* What cannot be understood is refused by its line; the text stays the caller's. */
static void test_refused(_unused_ void **state)
{
	static const char *const lines[] = {
		"\n",
		"System RAM\n",
		"1000\n",
		"1000-\n",
		"-1fff : System RAM\n",
		"1000-1fff\n",
		"1000-1fff: System RAM\n",
		"1000-1fff :System RAM\n",
		"2000-1fff : System RAM\n",
		"1000 - 1fff : System RAM\n",
		"10000000000000000-10000000000000fff : System RAM\n",
		"0-10000000000000000 : System RAM\n",
		"xyz-1fff : System RAM\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_free_ char *text = NULL;
		struct iomem iomem = { NULL };
		struct err err = ERR_INIT;

		assert_true(asprintf(&text, "0-fff : Reserved\n%s3000-3fff : X\n", lines[i]) > 0);
		assert_int_equal(iomem_parse(text, &iomem, &err), -EBADMSG);
		assert_non_null(strstr(err.text, "/proc/iomem:2: "));
		assert_null(iomem.entries);
		assert_null(iomem.text);
	}
}

/* To whom the kernel hides addresses, every one is 0. A first page alone is not that. */
static void test_hidden(_unused_ void **state)
{
	_cleanup_free_ char *text = strdup("00000000-00000000 : Reserved\n"
					   "00000000-00000000 : System RAM\n"
					   "  00000000-00000000 : Kernel code\n");
	_cleanup_(iomem_done) struct iomem iomem = { NULL };
	struct err err = ERR_INIT;

	assert_non_null(text);
	assert_int_equal(iomem_parse(text, &iomem, &err), -EPERM);
	assert_non_null(strstr(err.hint, "root"));
	parse("0-0 : Reserved\n1-1 : System RAM\n", &iomem);
	assert_int_equal(iomem.count, 2);
	iomem_done(&iomem);
	parse("0-fff : Reserved\n", &iomem);
	assert_int_equal(iomem.count, 1);
}

static void test_scale(_unused_ void **state)
{
	enum { COUNT = 100000, LINE = 64 };
	_cleanup_(iomem_done) struct iomem iomem = { NULL };
	_cleanup_free_ char *text = malloc((size_t)COUNT * LINE);
	size_t used = 0;

	assert_non_null(text);
	for (unsigned int i = 0; i < COUNT; i++)
		used += (size_t)sprintf(text + used, "%x000-%xfff : System RAM\n", 2 * i, 2 * i);
	parse(text, &iomem);
	assert_int_equal(iomem.count, COUNT);
	assert_entry(&iomem, COUNT - 1, (uint64_t)(2 * COUNT - 2) << 12,
		     (uint64_t)(2 * COUNT - 1) << 12, 0, "System RAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),    cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_nothing), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_hidden),  cmocka_unit_test(test_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
