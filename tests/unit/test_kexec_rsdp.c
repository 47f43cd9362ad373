/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ACPI's root pointer, read from a file that stands for physical memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kexec/rsdp.h"
#include "tests/unit/tree.h"

enum { AT = 0x1230 };

struct fixture {
	struct tree tree;
	uint8_t memory[0x2000];
};

/* Make the bytes from @from to @to sum up to 0, by the one at @fix. */
static void sum_up(uint8_t *p, size_t size, size_t fix)
{
	uint8_t sum = 0;

	p[fix] = 0;
	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + p[i]);
	p[fix] = (uint8_t)-sum;
}

static void make(struct fixture *f, uint8_t revision)
{
	uint8_t *p = f->memory + AT;

	memset(f->memory, 0xa5, sizeof(f->memory));
	memcpy(p, "RSD PTR ", 8);
	p[15] = revision;
	memcpy(p + 20, "\x24\0\0\0", 4);
	sum_up(p, 20, 8);
	sum_up(p, 36, 32);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tree_make(&f->tree);
	make(f, 2);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	tree_remove(&f->tree);
	free(f);
	return 0;
}

static size_t size_at(struct fixture *f, uint64_t address, size_t memory)
{
	struct rsdp rsdp = { .size = 0 };

	tree_put(&f->tree, "/dev/mem", f->memory, memory);
	rsdp_read(&f->tree.root, address, &rsdp);
	assert_memory_equal(rsdp.data, f->memory + AT, rsdp.size);
	return rsdp.size;
}

static void test_revisions(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 36);
	make(f, 0);
	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 20);
	make(f, 6);
	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 36);
}

static void test_damaged(void **state)
{
	struct fixture *f = *state;

	f->memory[AT + 30] ^= 1; /* only the first part is right */
	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 20);
	make(f, 2);
	f->memory[AT + 20] = 35;
	sum_up(f->memory + AT, 36, 32);
	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 20);
	make(f, 2);
	f->memory[AT + 10] ^= 1;
	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 0);
	make(f, 2);
	f->memory[AT] = 'r';
	sum_up(f->memory + AT, 20, 8);
	assert_int_equal(size_at(f, AT, sizeof(f->memory)), 0);
}

static void test_not_there(void **state)
{
	struct fixture *f = *state;
	struct rsdp rsdp = { .size = 0 };

	rsdp_read(&f->tree.root, AT, &rsdp); /* no /dev/mem */
	assert_int_equal(rsdp.size, 0);
	assert_int_equal(size_at(f, AT, AT + 35), 0);
	assert_int_equal(size_at(f, 0, sizeof(f->memory)), 0);
	assert_int_equal(size_at(f, UINT64_MAX, sizeof(f->memory)), 0);
	assert_int_equal(size_at(f, AT, AT + 36), 36);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_revisions),
		TEST(test_damaged),
		TEST(test_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
