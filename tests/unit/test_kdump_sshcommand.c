/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kdump/sshcommand.h"
#include "kdump/words.h"

#define OPTIONS                                                                                    \
	"-F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes "        \
	"-o ServerAliveInterval=15 -o ServerAliveCountMax=4 -o ConnectTimeout=7 -i /root/key "

static void check_line(const struct strv *words, const char *wanted)
{
	_cleanup_free_ char *line = words_line(words->v);

	assert_string_equal(line, wanted);
}

static struct sshcommand command(const char *program, const char *login)
{
	return (struct sshcommand){ program, "/root/key", login, 7 };
}

static void test_run(void **state _unused_)
{
	_cleanup_(strv_done) struct strv named = { NULL }, ipv6 = { NULL };
	struct sshcommand c = command("/usr/bin/ssh", "dump@store.example.com");

	assert_int_equal(sshcommand_run(&c, "umask 077; mkdir -p '/a b'", &named), 0);
	check_line(&named, "/usr/bin/ssh " OPTIONS "dump@store.example.com "
			   "'umask 077; mkdir -p '\\''/a b'\\'''");
	c = command("/usr/bin/ssh", "dump@[2001:db8::1]");
	assert_int_equal(sshcommand_run(&c, "true", &ipv6), 0);
	check_line(&ipv6, "/usr/bin/ssh " OPTIONS "dump@2001:db8::1 true");
}

static void test_copy(void **state _unused_)
{
	_cleanup_(strv_done) struct strv plain = { NULL }, ipv6 = { NULL }, words = { NULL };
	struct sshcommand c = command("/usr/bin/scp", "dump@192.0.2.1");

	assert_int_equal(sshcommand_copy(&c, NULL, "/a", "/b", &plain), 0);
	check_line(&plain, "/usr/bin/scp " OPTIONS "/a dump@192.0.2.1:/b");
	c = command("/usr/bin/scp", "dump@2001:db8::1");
	assert_int_equal(strv_add(&words, "-C"), 0);
	assert_int_equal(sshcommand_copy(&c, &words, "/a", "/b", &ipv6), 0);
	check_line(&ipv6, "/usr/bin/scp " OPTIONS "-C /a 'dump@[2001:db8::1]:/b'");
}

static void test_host(void **state _unused_)
{
	static const char *const pairs[][2] = { { "a@b", "b" },
						{ "a@[2001:db8::1]", "2001:db8::1" },
						{ "a@::1", "::1" } };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		_cleanup_free_ char *host = sshcommand_host(pairs[i][0]);

		assert_string_equal(host, pairs[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
