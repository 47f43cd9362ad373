/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON as it is written: commas, indentation, escapes, and bytes that are no UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/json.h"

static void check(struct json *json, const char *expected)
{
	struct err err = ERR_INIT;

	assert_int_equal(json_result(json, &err), 0);
	assert_int_equal(json->size, strlen(expected));
	assert_memory_equal(json->text, expected, json->size);
}

static void test_document(_unused_ void **state)
{
	_cleanup_(json_done) struct json json = { NULL };

	json_open(&json, '{');
	json_key(&json, "a");
	json_u64(&json, UINT64_MAX);
	json_key(&json, "b");
	json_open(&json, '[');
	json_string(&json, "x:");
	json_null(&json);
	json_bool(&json, true);
	json_bool(&json, false);
	json_open(&json, '{');
	json_close(&json, '}');
	json_close(&json, ']');
	json_key(&json, "c");
	json_seconds(&json, 61000001999);
	json_key(&json, "d");
	json_open(&json, '[');
	json_close(&json, ']');
	json_close(&json, '}');
	check(&json, "{\n  \"a\": 18446744073709551615,\n  \"b\": [\n    \"x:\",\n    null,\n"
		     "    true,\n    false,\n    {}\n  ],\n  \"c\": 61.000001,\n  \"d\": []\n}\n");
}

static void check_string(const char *text, const char *expected)
{
	_cleanup_(json_done) struct json json = { NULL };

	json_string(&json, text);
	check(&json, expected);
}

static void test_strings(_unused_ void **state)
{
	check_string(NULL, "null");
	check_string("", "\"\"");
	check_string("a\"b\\c/", "\"a\\\"b\\\\c/\"");
	check_string("\n\t\x01\x7f", "\"\\u000a\\u0009\\u0001\\u007f\"");
	check_string("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80",
		     "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\"");
	check_string("\xc2\x9b"
		     "2J\xc2\xa0",
		     "\"\\u009b2J\xc2\xa0\"");          /* control characters, C1 */
	check_string("\xe4", "\"\\u00e4\"");            /* no UTF-8 */
	check_string("\xc0\x80", "\"\\u00c0\\u0080\""); /* longer than it must be */
	check_string("\xe0\x80\xaf", "\"\\u00e0\\u0080\\u00af\"");
	check_string("\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\""); /* a surrogate */
	check_string("\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\"");
	check_string("\xe2\x82", "\"\\u00e2\\u0082\""); /* cut short */
}

static void test_bytes(_unused_ void **state)
{
	static const uint8_t text[] = { 'a', 0, 0xc3, 0xa4, 0xe2, 0x82 };
	_cleanup_(json_done) struct json json = { NULL };

	json_bytes(&json, (struct bytes){ text, sizeof(text) });
	check(&json, "\"a\\u0000\xc3\xa4\\u00e2\\u0082\"");
}

/* A document that is handed on piece by piece is the same. */
static void test_pieces(_unused_ void **state)
{
	_cleanup_(json_done) struct json json = { NULL };

	json_open(&json, '[');
	json_u64(&json, 1);
	check(&json, "[\n  1");
	json_forget(&json);
	json_u64(&json, 2);
	check(&json, ",\n  2");
	json_forget(&json);
	json_close(&json, ']');
	check(&json, "\n]\n");
}

static void test_embed(_unused_ void **state)
{
	static const char inner[] = "{\n  \"a\": 1\n}\n";
	_cleanup_(json_done) struct json json = { NULL };

	json_open(&json, '[');
	json_open(&json, '{');
	json_key(&json, "x");
	json_embed(&json, inner, strlen(inner));
	json_key(&json, "y");
	json_embed(&json, "2", 1);
	json_close(&json, '}');
	json_close(&json, ']');
	check(&json, "[\n  {\n    \"x\": {\n      \"a\": 1\n    },\n    \"y\": 2\n  }\n]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document), cmocka_unit_test(test_strings),
		cmocka_unit_test(test_bytes),    cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_embed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
