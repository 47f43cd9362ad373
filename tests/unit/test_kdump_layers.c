/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of what is to be made of disks: written, read, and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/layers.h"

#define RECORD                                                                                     \
	"md 1.2 raid1 aaaaaaaa-1111-2222-3333-444444444444\n"                                      \
	"member bbbbbbbb-0001-2222-3333-444444444444\n"                                            \
	"member bbbbbbbb-0002-2222-3333-444444444444\n"                                            \
	"dm vm-a name\n"                                                                           \
	"map 0 204800 linear @1 2048\n"                                                            \
	"map 204800 18446744073709551615 striped 2 128 @UUID=x 0 @PARTUUID=y 8\n"                  \
	"dm vm-b\n"                                                                                \
	"lv 0123456789abcdefghijklmnopqrstuv 0123456789abcdefghijklmnopqrstuV\n"                   \
	"from @UUID=z\n"                                                                           \
	"map 0 8 linear @2 0\n"                                                                    \
	"btrfs cccccccc-1111-2222-3333-444444444444\n"                                             \
	"member dddddddd-1111-2222-3333-444444444444\n"

#define LV "dm x\nlv 0123456789abcdefghijklmnopqrstuv 0123456789abcdefghijklmnopqrstuV\n"

static int parse(const char *text, struct layers *ret, struct err *err)
{
	_cleanup_free_ char *copy = strdup(text);

	assert_non_null(copy);
	return layers_parse(copy, ret, err);
}

static void test_round_trip(_unused_ void **state)
{
	_cleanup_(layers_done) struct layers layers = { NULL };
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(parse(RECORD, &layers, &err), 0);
	assert_int_equal(layers.n, 4);
	assert_int_equal(layers.v[0].kind, LAYER_MD);
	assert_string_equal(layers.v[0].version, "1.2");
	assert_string_equal(layers.v[0].level, "raid1");
	assert_int_equal(layers.v[0].members.n, 2);
	assert_int_equal(layers.v[1].kind, LAYER_DM);
	assert_string_equal(layers.v[1].name, "vm-a name");
	assert_int_equal(layers.v[1].table.n, 2);
	assert_int_equal(layers.v[1].table.v[1].start, 204800);
	assert_true(layers.v[1].table.v[1].length == UINT64_MAX);
	assert_string_equal(layers.v[1].table.v[1].target, "striped");
	assert_string_equal(layers.v[1].table.v[1].params, "2 128 @UUID=x 0 @PARTUUID=y 8");
	assert_int_equal(layers.v[3].kind, LAYER_BTRFS);
	assert_string_equal(layers.v[3].uuid, "cccccccc-1111-2222-3333-444444444444");
	assert_int_equal(layers.v[3].members.n, 1);
	assert_int_equal(layers_format(&layers, &text, &err), 0);
	assert_string_equal(text, RECORD);
}

static void check_refused(const char *text, const char *message)
{
	_cleanup_(layers_done) struct layers layers = { NULL };
	struct err err = ERR_INIT;

	assert_int_equal(parse(text, &layers, &err), -EINVAL);
	assert_string_equal(err.text, message);
}

static void test_damaged(_unused_ void **state)
{
	static const char no_row[] = "this is no row of a device-mapper table";

	check_refused("md\n", "this is no md array");
	check_refused("md 1.2 raid1\n", "this is no md array");
	check_refused("md 1.2  x\n", "this is no md array");
	check_refused(
		"md 1.2 raid1 0123456789012345678901234567890123456789012345678901234567890123"
		"456789\n",
		"this is no md array");
	check_refused("member x\n", "'member' is out of place");
	check_refused("map 0 8 linear 8:0 0\n", "'map' is out of place");
	check_refused("dm x\nmember y\n", "'member' is out of place");
	check_refused("md 1.2 raid1 x\nmap 0 8 linear 8:0 0\n", "'map' is out of place");
	check_refused("md 1.2 raid1 x\nmember\n", "'member' is out of place");
	check_refused("btrfs\n", "this is no btrfs");
	check_refused("btrfs x\nmember\n", "'member' is out of place");
	check_refused("btrfs x\nmap 0 8 linear 8:0 0\n", "'map' is out of place");
	check_refused("garbage\n", "'garbage' is out of place");
	check_refused("lv x y\n", "'lv' is out of place");
	check_refused("md 1.2 raid1 x\nlv x y\n", "'lv' is out of place");
	check_refused("dm x\nlv x\n", "this is no logical volume");
	check_refused("dm x\nfrom @1\n", "this is no disk of a logical volume's");
	check_refused(LV "from x\n", "this is no disk of a logical volume's");
	check_refused(LV "from\n", "this is no disk of a logical volume's");
	check_refused(LV "from @1\nfrom @1\n", "this is no disk of a logical volume's");
	check_refused("md 1.2 raid1 x\nfrom @1\n", "'from' is out of place");
	check_refused("dm x\nlv x 0123456789abcdefghijklmnopqrstuvw\n",
		      "this is no logical volume");
	check_refused("dm x\nmap\n", no_row);
	check_refused("dm x\nmap 0 8\n", no_row);
	check_refused("dm x\nmap 0 0 linear 8:0 0\n", no_row);
	check_refused("dm x\nmap -1 8 linear 8:0 0\n", no_row);
	check_refused("dm x\nmap 0 8 seventeencharact 8:0 0\n", no_row);
}

/* Whatever end is missing, nothing is read that was not there. */
static void test_cut(_unused_ void **state)
{
	for (size_t n = 0; n < sizeof(RECORD); n++) {
		_cleanup_(layers_done) struct layers layers = { NULL };
		_cleanup_free_ char *text = strndup(RECORD, n);
		struct err err = ERR_INIT;
		int r = layers_parse(text, &layers, &err);

		assert_true(r == 0 || r == -EINVAL);
	}
}

static bool same(const char *a, const char *b)
{
	_cleanup_(layers_done) struct layers x = { NULL }, y = { NULL };

	assert_int_equal(parse(a, &x, NULL), 0);
	assert_int_equal(parse(b, &y, NULL), 0);
	return dmtable_same(&x.v[0].table, &y.v[0].table);
}

/* Two rows may be one piece; another place is never the same. */
static void test_same(_unused_ void **state)
{
	static const char one[] = "dm x\nmap 0 24 linear @1 8\n";
	static const char two[] = "dm x\nmap 0 8 linear @1 8\nmap 8 16 linear @1 16\n";
	static const char *const others[] = {
		"dm x\n",
		"dm x\nmap 0 24 linear @1 16\n",
		"dm x\nmap 0 24 linear @2 8\n",
		"dm x\nmap 0 16 linear @1 8\n",
		"dm x\nmap 0 24 striped @1 8\n",
		"dm x\nmap 0 8 linear @1 8\nmap 8 16 linear @1 24\n",
		"dm x\nmap 0 8 linear @1 8\nmap 8 16 linear @2 16\n",
		"dm x\nmap 0 8 linear @1 8\nmap 16 16 linear @1 16\n",
		"dm x\nmap 0 8 linear @1 8\nmap 8 16 striped @1 16\n",
		"dm x\nmap 0 24 linear @1 8\nmap 24 8 linear @1 32\n",
	};

	assert_true(same(one, one));
	assert_true(same(one, two) && same(two, one));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_false(same(one, others[i]) || same(others[i], two));
}

static void test_too_many(_unused_ void **state)
{
	_cleanup_(layers_done) struct layers layers = { NULL };
	_cleanup_free_ char *text = calloc(1, (LAYERS_MAX + 1) * sizeof("dm x\n"));
	struct err err = ERR_INIT;

	assert_non_null(text);
	for (int i = 0; i <= LAYERS_MAX; i++)
		strcat(text, "dm x\n");
	assert_int_equal(layers_parse(text, &layers, &err), -E2BIG);
	assert_int_equal(layers.n, LAYERS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_cut),        cmocka_unit_test(test_same),
		cmocka_unit_test(test_too_many),
	};

	return cmocka_run_group_tests_name("kdump/layers", tests, NULL, NULL);
}
