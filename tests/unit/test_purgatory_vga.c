/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Purgatory's text on the VGA screen, with memory of our own where the card's is. Its registers
 * are out of reach here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#ifdef __x86_64__

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "purgatory/x86_64/vga.c"

static int setup(void **state)
{
	void *wanted = (void *)(uintptr_t)VGA_TEXT;

	(void)state;
	return mmap(wanted, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == wanted
		       ? 0
		       : -1;
}

static void put(const char *text)
{
	for (; *text; text++)
		vga_put(*text);
}

/* A row's characters; each must be light grey on black. */
static void assert_row(unsigned int number, const char *expected)
{
	const uint16_t *cells = (const uint16_t *)(uintptr_t)VGA_TEXT + number * 80;
	char text[81] = "";

	for (unsigned int i = 0; i < 80; i++) {
		text[i] = (char)(cells[i] & 0xff);
		assert_int_equal(cells[i] >> 8, 7);
	}
	assert_memory_equal(text, expected, strlen(expected));
	for (size_t i = strlen(expected); i < 80; i++)
		assert_int_equal(text[i], ' ');
}

static void test_text(void **state)
{
	char line[100];

	(void)state;
	memset((void *)(uintptr_t)VGA_TEXT, 0xee, 4096);
	put("\r\nHello\r\n");
	assert_row(1, "Hello");
	assert_row(2, "");
	/* A line longer than the screen goes on in the next one. */
	memset(line, 'x', sizeof(line));
	line[85] = '\0';
	put(line);
	line[80] = '\0';
	assert_row(2, line);
	assert_row(3, "xxxxx");
	for (int i = 4; i <= 24; i++) {
		snprintf(line, sizeof(line), "\r\nline %d", i);
		put(line);
	}
	assert_row(1, "Hello");
	assert_row(24, "line 24");
	/* The last row's end moves all others up. */
	put("\r\nlast");
	assert_row(0, "Hello");
	assert_row(23, "line 24");
	assert_row(24, "last");
	/* Nothing behind the screen is touched. */
	for (size_t i = 4000; i < 4096; i++)
		assert_int_equal(((const uint8_t *)(uintptr_t)VGA_TEXT)[i], 0xee);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup(test_text, setup) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void test_text(void **state)
{
	(void)state;
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_text) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
