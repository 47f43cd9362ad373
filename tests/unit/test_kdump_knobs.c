/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "kdump/knobs.h"

static const struct knob *find(const char *name)
{
	const struct knob *knob = NULL;

	assert_int_equal(knob_find(name, &knob, NULL), 0);
	return knob;
}

/* What is said of a value that may be set, or why it may not be. */
static void check(const char *name, const char *value, const char *said)
{
	const struct knob *knob = find(name);
	char meaning[KNOB_MEANING_MAX];
	struct err err = ERR_INIT;

	if (knob_check(knob, value, &err) < 0) {
		assert_string_equal(err.hint, said);
		return;
	}
	knob_meaning(knob, value, meaning);
	assert_string_equal(meaning, said);
}

static void test_numbers(_unused_ void **state)
{
	const char *range = "It is a number from -1 to 2147483.";

	check("panic", "-1", "after a panic that is not captured the machine restarts at once");
	check("panic", "0", "after a panic that is not captured the machine stands still");
	check("panic", "30", "after a panic that is not captured the machine restarts, 30 s later");
	check("panic", "-2", range);
	check("panic", "2147484", range);
	check("panic", "99999999999999999999", range);
	check("panic", "", range);
	check("panic", "-", range);
	check("panic", "1x", range);
	check("panic", " 1", range);
	check("panic", "+1", range);
	check("panic_on_oops", "2", "It is 0 or 1.");
	check("panic_on_oops", "yes", "It is 0 or 1.");
	check("vm.panic_on_oom", "2", "when memory runs out it is a panic, whoever's it was");
}

static void test_words(_unused_ void **state)
{
	const char *words =
		"It takes words with commas between them, of tasks, mem, timers, locks, "
		"ftrace, all_bt and blocked_tasks.";

	check("panic_sys_info", "", "a panic logs no more than usual");
	check("panic_sys_info", "tasks,all_bt", "a panic also logs tasks,all_bt");
	check("panic_sys_info", "task", words);
	check("panic_sys_info", "tasks,", words);
	check("panic_sys_info", ",tasks", words);
	check("panic_sys_info", "tasks mem", words);
}

static void test_parameter(_unused_ void **state)
{
	const struct knob *knob = find("crash_kexec_post_notifiers");
	char meaning[KNOB_MEANING_MAX];

	check("crash_kexec_post_notifiers", "Y",
	      "It belongs on the kernel's command line: add crash_kexec_post_notifiers to it, or "
	      "take it away, and reboot.");
	knob_meaning(knob, "Y", meaning);
	assert_non_null(strstr(meaning, "first runs what drivers"));
}

/* The table says something of each value that it lets through, and advises none that it does not. */
static void test_table(_unused_ void **state)
{
	size_t count;
	const struct knob *knobs = knob_table(&count);

	for (size_t i = 0; i < count; i++) {
		const struct knob *knob = &knobs[i];

		assert_ptr_equal(find(knob_name(knob)), knob);
		assert_ptr_equal(find(knob->key), knob);
		assert_int_equal(knob->says[0].from, knob->min);
		for (size_t j = 1; j < KNOB_MEANINGS && knob->says[j].text; j++)
			assert_true(knob->says[j].from > knob->says[j - 1].from);
		if (knob->advice && knob->kind != KNOB_PARAMETER)
			assert_int_equal(knob_check(knob, knob->advice, NULL), 0);
	}
}

static void test_unknown(_unused_ void **state)
{
	const struct knob *knob = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(knob_find("panic_on_opps", &knob, &err), -ENOENT);
	assert_string_equal(err.hint, "Did you mean 'panic_on_oops'?");
	assert_int_equal(knob_find("swappiness", &knob, &err), -ENOENT);
	assert_string_equal(err.hint, "kdumpctl panic lists them.");
	assert_null(knob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),   cmocka_unit_test(test_words),
		cmocka_unit_test(test_parameter), cmocka_unit_test(test_table),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
