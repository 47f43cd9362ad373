/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random bytes for the next kernel: all of them are filled, and no two seeds are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "lib/attrs.h"
#include "kexec/seed.h"

enum { SEED_SIZE = 32 };

static int error; /* of getrandom(), which is this file's own; 0: it fills with @next on */
static uint8_t next;

ssize_t getrandom(void *data, size_t size, _unused_ unsigned int flags)
{
	if (error) {
		errno = error;
		return -1;
	}
	for (size_t i = 0; i < size; i++)
		((uint8_t *)data)[i] = next++;
	return (ssize_t)size;
}

static void test_all_of_it(_unused_ void **state)
{
	uint8_t seed[SEED_SIZE] = { 0 };

	error = 0;
	next = 1;
	assert_int_equal(seed_fill(seed, sizeof(seed), NULL), 0);
	for (size_t i = 0; i < sizeof(seed); i++)
		assert_int_equal(seed[i], i + 1);
}

/* Before 3.17: from /dev/urandom. */
static void test_old_kernel(_unused_ void **state)
{
	static const uint8_t zeros[SEED_SIZE];
	uint8_t first[SEED_SIZE] = { 0 }, second[SEED_SIZE] = { 0 };

	error = ENOSYS;
	assert_int_equal(seed_fill(first, sizeof(first), NULL), 0);
	assert_int_equal(seed_fill(second, sizeof(second), NULL), 0);
	assert_memory_not_equal(first, zeros, sizeof(first));
	assert_memory_not_equal(first, second, sizeof(first));
}

static void test_refused(_unused_ void **state)
{
	uint8_t seed[SEED_SIZE];
	struct err err = ERR_INIT;

	error = EPERM;
	assert_int_equal(seed_fill(seed, sizeof(seed), &err), -EPERM);
	assert_string_equal(err.text, "no random seed for the new kernel: Operation not permitted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_old_kernel),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
