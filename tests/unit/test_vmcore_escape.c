/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is written of a text as it is, and what as \xNN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmcore-dmesg/escape.h"

enum { TEXT_MAX = 1024 };

static void escape(struct bytes text, unsigned int flags, char *ret)
{
	_cleanup_close_ int fd = memfd_create("out", MFD_CLOEXEC);
	_cleanup_(writer_done) struct writer w = { .fd = -1 };
	struct err err = ERR_INIT;
	ssize_t n;

	assert_int_equal(writer_init(&w, fd, &err), 0);
	assert_int_equal(escape_put(&w, text, flags, &err), 0);
	assert_int_equal(writer_flush(&w, &err), 0);
	n = pread(fd, ret, TEXT_MAX - 1, 0);
	assert_true(n >= 0);
	ret[n] = '\0';
}

static void check(const char *text, unsigned int flags, const char *expected)
{
	char got[TEXT_MAX];

	escape((struct bytes){ (const uint8_t *)text, strlen(text) }, flags, got);
	assert_string_equal(got, expected);
}

static void test_ascii(_unused_ void **state)
{
	check("", 0, "");
	check("a b~", 0, "a b~");
	check("a\tb\nc\rd\ve\f", 0, "a\tb\nc\rd\ve\f");
	check("a\tb\nc\rd\ve\f", ESCAPE_RETURNS, "a\tb\nc\\x0dd\\x0be\\x0c");
	check("\x1b[2J\x7f\b", 0, "\\x1b[2J\\x7f\\x08");
	check("\xc3\xa4", 0, "\\xc3\\xa4");
}

/* Texts are looked at in eights: each byte in each place. */
static void test_every_place(_unused_ void **state)
{
	for (size_t at = 0; at < 20; at++) {
		for (unsigned int c = 0; c < 256; c++) {
			uint8_t text[20];
			char expected[TEXT_MAX] = "", got[TEXT_MAX];
			bool plain = (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n';

			memset(text, at % 2 ? ' ' : '~', sizeof(text));
			text[at] = (uint8_t)c;
			escape((struct bytes){ text, sizeof(text) }, ESCAPE_RETURNS, got);
			snprintf(expected, sizeof(expected),
				 plain ? "%.*s%c%.*s" : "%.*s\\x%02x%.*s", (int)at, text, (int)c,
				 (int)(sizeof(text) - at - 1), text + at + 1);
			assert_string_equal(got, expected);
		}
	}
}

static void test_utf8(_unused_ void **state)
{
	const unsigned int flags = ESCAPE_RETURNS | ESCAPE_KEEP_UTF8;

	check("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 ok", flags,
	      "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 ok");
	check("half \xe2\x82", flags, "half \\xe2\\x82");
	check("\xff\xc0\x80", flags, "\\xff\\xc0\\x80");
	check("\xc2\x9b"
	      "2J",
	      flags, "\\xc2\\x9b2J");         /* CSI */
	check("\xc2\xa0", flags, "\xc2\xa0"); /* the first behind C1 */
	check("\xe2\x80\xae"
	      "x",
	      flags, "\\xe2\\x80\\xaex");                         /* right to left */
	check("\xe2\x80\xa8", flags, "\\xe2\\x80\\xa8");          /* line separator */
	check("\xef\xbb\xbf", flags, "\\xef\\xbb\\xbf");          /* byte order mark */
	check("\xf3\xa0\x81\x81", flags, "\\xf3\\xa0\\x81\\x81"); /* a tag */
	check("\x1b\xc3\xa4\r", flags, "\\x1b\xc3\xa4\\x0d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_every_place),
		cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
