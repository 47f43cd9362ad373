/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "lib/json.h"
#include "kdump/jsonfield.h"

static void check(const char *text, const char *key, const char *expected)
{
	_cleanup_free_ char *got = NULL;

	assert_int_equal(jsonfield_string(text, strlen(text), key, &got), expected ? 1 : 0);
	if (expected)
		assert_string_equal(got, expected);
	else
		assert_null(got);
}

static void refuse(const char *text)
{
	char *got = NULL;

	assert_int_equal(jsonfield_string(text, strlen(text), "a", &got), -EBADMSG);
	assert_null(got);
}

static void test_members(_unused_ void **state)
{
	const char *text = " {\n  \"n\": 1.5, \"x\": {\"a\": \"inner\", \"]\": [\"}\\\"\"]},\n"
			   "  \"a\": \"outer\", \"z\": null, \"e\": \"\", \"l\": [] }\n";

	check(text, "a", "outer");
	check(text, "e", "");
	check(text, "n", NULL);
	check(text, "x", NULL);
	check(text, "z", NULL);
	check(text, "l", NULL);
	check(text, "none", NULL);
}

static void test_escapes(_unused_ void **state)
{
	check("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a", "\"\\/\b\f\n\r\t");
	check("{\"a\":\"\\u0041\\u00e4\\u20AC\\u0000\\ud83d\"}", "a",
	      "A\xc3\xa4\xe2\x82\xac?"
	      "?");
}

static void test_damage(_unused_ void **state)
{
	refuse("");
	refuse("[]");
	refuse("{");
	refuse("{}");
	refuse("{\"a\"}");
	refuse("{\"a\":}");
	refuse("{\"a\": \"x}");
	refuse("{\"a\": \"x\\");
	refuse("{\"a\": \"x\"");
	refuse("{\"a\": \"x\",}");
	refuse("{\"a\": \"x\"} x");
	refuse("{\"a\": \"\\u12\"}");
	refuse("{\"a\": \"\\x\"}");
	refuse("{\"b\": [");
	refuse("{\"b\": \"x\" \"a\": 1}");
}

/* What is written with lib/json comes back. */
static void test_written(_unused_ void **state)
{
	_cleanup_(json_done) struct json json = { NULL };
	_cleanup_free_ char *got = NULL;
	static const char text[] = "a\"\\\x01\x1f\xc3\xa4{}[],:";
	struct err err = ERR_INIT;

	json_open(&json, '{');
	json_key(&json, "first");
	json_open(&json, '[');
	json_string(&json, text);
	json_close(&json, ']');
	json_key(&json, "a");
	json_string(&json, text);
	json_close(&json, '}');
	assert_int_equal(json_result(&json, &err), 0);
	assert_int_equal(jsonfield_string(json.text, json.size, "a", &got), 1);
	assert_string_equal(got, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
