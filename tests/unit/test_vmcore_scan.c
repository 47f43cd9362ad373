/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The patterns for lines of crash texts, and the entries of call traces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "vmcore-dmesg/scan.h"
#include "vmcore-dmesg/symbol.h"

static void test_literals(_unused_ void **state)
{
	struct facts facts;

	assert_true(scan("abc", "abc", &facts));
	assert_true(scan("abcd", "abc", &facts)); /* a pattern is a beginning */
	assert_false(scan("ab", "abc", &facts));
	assert_true(scan("a    b", "a b", &facts));
	assert_false(scan("ab", "a b", &facts));
	assert_true(scan("abc", "abc%$", &facts));
	assert_false(scan("abcd", "abc%$", &facts));
	assert_true(scan("5%", "%d%%", &facts));
	assert_int_equal(facts.has, 0);
}

static void test_skip(_unused_ void **state)
{
	struct facts facts;

	assert_true(scan("x y at 0x10", "%*at %a", &facts));
	assert_int_equal(facts.address, 0x10);
	assert_false(scan("x y", "%*at %a", &facts));
	/* The first place counts, even if what follows does not fit. */
	assert_false(scan("at z at 0x10", "%*at %a", &facts));
}

static void check_address(const char *text, uint64_t expected)
{
	struct facts facts;

	assert_true(scan(text, "%a", &facts));
	assert_int_equal(facts.has, HAS_ADDRESS);
	assert_true(facts.address == expected);
}

static void test_addresses(_unused_ void **state)
{
	struct facts facts;

	check_address("0", 0);
	check_address("0x1f", 0x1f);
	check_address("ffffffffffffffff", UINT64_MAX);
	check_address("(null)", 0);
	check_address("11111111111111112", 0x1111111111111111); /* no more than 64 bits */
	assert_true(scan("ffffc90001717fd8", "%A", &facts));
	assert_int_equal(facts.has, HAS_ADDRESS);
	assert_true(scan("00000000bcc69157", "%A", &facts)); /* a hash */
	assert_int_equal(facts.has, 0);
	assert_false(scan("xyz", "%a", &facts));
	assert_false(scan("", "%a", &facts));
}

static void test_decoded(_unused_ void **state)
{
	struct frame frame;

	assert_true(scan_frame(" foo (fs/foo.c:12 (discriminator 3)) bar", &frame));
	assert_string_equal(frame.symbol.name, "foo");
	assert_string_equal(frame.symbol.module, "bar");
	assert_false(frame.symbol.has_offset);
	assert_true(scan_frame(" ? foo+0x1/0x2 (./a.h:1 b.c:2) [bar]", &frame));
	assert_true(frame.symbol.has_offset && !frame.reliable);
	assert_string_equal(frame.symbol.module, "bar");
	assert_true(scan_frame("[<c01>] (callee) from [<c02>] (caller+0x1/0x2)", &frame));
	assert_string_equal(frame.symbol.name, "caller");
	assert_false(scan_frame("foo (bar)", &frame));
	assert_false(scan_frame("foo (fs/foo.c:12", &frame));
}

static void test_names(_unused_ void **state)
{
	struct facts facts;

	assert_true(scan("task kworker/0:1:77 blocked", "task %n:%p blocked", &facts));
	assert_string_equal(facts.process, "kworker/0:1");
	assert_int_equal(facts.pid, 77);
	assert_true(scan("swapper/0/1", "%n/%p%$", &facts));
	assert_string_equal(facts.process, "swapper/0");
	assert_true(scan("Comm: a b Not tainted 6.1", "Comm: %n %t", &facts));
	assert_string_equal(facts.process, "a b");
	assert_false(scan("task :77 blocked", "task %n:%p blocked", &facts));
}

static void check_symbol(const char *text, const char *name, uint64_t offset, uint64_t size,
			 const char *module)
{
	struct facts facts;

	assert_true(scan(text, "%f", &facts));
	assert_string_equal(facts.function.name, name);
	assert_true(facts.function.offset == offset);
	assert_true(facts.function.size == size);
	assert_string_equal(facts.function.module, module);
}

static void test_symbols(_unused_ void **state)
{
	struct facts facts;
	char longest[2 * SYMBOL_NAME_MAX];

	check_symbol("f+0x1/0x2", "f", 1, 2, "");
	check_symbol(".f_x.cold.3+0x1/0x2", "f_x.cold.3", 1, 2, "");
	check_symbol("f+0x1/0x2 [mod]", "f", 1, 2, "mod");
	check_symbol("f+0x1/0x2 [mod_a 0123abcd]", "f", 1, 2, "mod_a");
	check_symbol("f+0x1/0x2 [inline]", "f", 1, 2, "inline");
	check_symbol("f+0x1/0x2 [0x3]", "f", 1, 2, "");
	assert_false(scan("f+1/2", "%f", &facts));
	assert_false(scan("f+0x1", "%f", &facts));
	assert_false(scan("0xffff", "%f", &facts));
	memset(longest, 'a', sizeof(longest));
	strcpy(longest + sizeof(longest) - 10, "+0x1/0x2");
	assert_true(scan(longest, "%f", &facts));
	assert_int_equal(strlen(facts.function.name), SYMBOL_NAME_MAX - 1);
}

static void check_taint(const char *text, const char *letters, const char *kernel)
{
	struct facts facts;
	uint32_t taint = 0;

	assert_true(scan(text, "%t", &facts));
	while (*letters)
		taint |= UINT32_C(1) << (*letters++ - 'A');
	assert_int_equal(facts.taint, taint);
	assert_string_equal(facts.has & HAS_KERNEL ? facts.kernel : "", kernel);
}

static void test_taints(_unused_ void **state)
{
	struct facts facts;

	check_taint("Not tainted 6.1.0 #1", "", "6.1.0");
	check_taint("Not tainted  (3.10.0)", "", "3.10.0");
	check_taint("Tainted: P        W  OE   4.9.0 #1", "PWOE", "4.9.0");
	check_taint("Tainted: G           O E ----V-------   3.10.0 #1", "GOEV", "3.10.0");
	check_taint("Kdump: loaded Tainted: G S 5.4.74 #14", "GS", "5.4.74");
	check_taint("Tainted: G", "G", "");
	assert_false(scan("Tainted: [W]=WARN", "%t", &facts));
	assert_true(scan("Not tainted 3.2.0 #1 Debian 3.2.1 HP x", "%m", &facts));
	assert_string_equal(facts.hardware, "HP x");
}

static void check_access(const char *text, const char *pattern, enum event_access expected)
{
	struct facts facts;

	assert_true(scan(text, pattern, &facts));
	if (expected == ACCESS_UNKNOWN)
		assert_false(facts.has & HAS_ACCESS);
	else
		assert_int_equal(facts.access, expected);
}

static void test_codes(_unused_ void **state)
{
	check_access("0000", "%E", ACCESS_READ);
	check_access("0002", "%E", ACCESS_WRITE);
	check_access("0010", "%E", ACCESS_EXECUTE);
	check_access("96000004", "%M", ACCESS_READ);
	check_access("0x0000000096000044", "%M", ACCESS_WRITE);
	check_access("86000004", "%M", ACCESS_EXECUTE);
	check_access("be000011", "%M", ACCESS_UNKNOWN);
	check_access("000000000000000f", "%R", ACCESS_WRITE);
	check_access("d", "%R", ACCESS_READ);
	check_access("c", "%R", ACCESS_EXECUTE);
	check_access("3", "%R", ACCESS_UNKNOWN);
	check_access("42000000", "%D", ACCESS_WRITE);
	check_access("40000000", "%D", ACCESS_READ);
	check_access("483", "%T", ACCESS_WRITE);
	check_access("803", "%T", ACCESS_READ);
	check_access("3", "%T", ACCESS_UNKNOWN);
}

static void check_frame(const char *text, const char *name, bool reliable)
{
	struct frame frame;

	if (!scan_frame(text, &frame))
		fail_msg("no frame: %s", text);
	assert_string_equal(frame.symbol.name, name);
	assert_int_equal(frame.reliable, reliable);
}

static void test_frames(_unused_ void **state)
{
	struct frame frame;

	check_frame(" f+0x1/0x2", "f", true);
	check_frame("  ? f+0x1/0x2", "f", false);
	check_frame(" [<ffffffff81000000>] f+0x1/0x2", "f", true);
	check_frame(" [<ffffffff81000000>] ? f+0x1/0x2", "f", false);
	check_frame(" <IRQ>  [<ffffffff81000000>] f+0x1/0x2", "f", true);
	check_frame("([<0000000000123456>] f+0x1/0x2)", "f", false);
	check_frame("[c000000000000000] [c000000000000001] .f+0x1/0x2 (unreliable)", "f", false);
	check_frame(" f+0x1/0x2 (P)", "f", true);
	assert_false(scan_frame(" <TASK>", &frame));
	assert_false(scan_frame("RIP: 0010:f+0x1/0x2", &frame));
	assert_false(scan_frame("", &frame));
	assert_false(scan_frame("((((((", &frame));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literals),  cmocka_unit_test(test_skip),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_names),
		cmocka_unit_test(test_decoded),   cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_taints),    cmocka_unit_test(test_codes),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
