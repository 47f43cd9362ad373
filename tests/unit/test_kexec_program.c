/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of an image: sorted, checked, and put into segments that hold just their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "kexec/program.h"

enum { MIB = 1 << 20 };

struct fixture {
	uint8_t data[0x4000];
	struct program program;
	struct plan plan;
	uint64_t moved;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct memory_map room = { NULL };

	assert_non_null(f);
	for (unsigned int i = 0; i < sizeof(f->data); i++)
		f->data[i] = (uint8_t)(i * 7 + i / 256 + 1);
	assert_int_equal(memory_map_add(&room, MIB, 0x80000000, MEMORY_RAM, NULL), 0);
	plan_init(&f->plan, &room);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_done(&f->plan);
	program_done(&f->program);
	free(f);
	return 0;
}

/* A part of @size bytes whose first @content bytes are those of the fixture at @from. */
static void part(struct fixture *f, uint64_t start, uint64_t size, size_t from, size_t content)
{
	assert_int_equal(program_add(&f->program, start, size,
				     (struct bytes){ f->data + from, content }, NULL),
			 0);
}

static void settle(struct fixture *f)
{
	f->program.entry = f->program.parts[0].start;
	assert_int_equal(program_settle(&f->program, NULL), 0);
}

static void place(struct fixture *f)
{
	const struct placement anywhere = { .size = 0 };

	settle(f);
	assert_int_equal(program_place(&f->program, &anywhere, &f->plan, &f->moved, NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	assert_true(f->plan.count <= PROGRAM_SEGMENTS_MAX);
}

/* What memory will hold at @address. */
static uint8_t byte_at(const struct fixture *f, uint64_t address)
{
	for (unsigned int i = 0; i < f->plan.count; i++) {
		const struct segment *s = &f->plan.segments[i];

		if (address < s->start || address >= s->start + s->size)
			continue;
		return address - s->start < s->content.size ? s->content.data[address - s->start]
							    : 0;
	}
	fail_msg("nothing at 0x%llx", (unsigned long long)address);
	return 0;
}

/* Every byte of every part lies where it belongs, with zeros behind. */
static void assert_in_memory(const struct fixture *f)
{
	for (size_t i = 0; i < f->program.count; i++) {
		const struct program_part *p = &f->program.parts[i];

		for (uint64_t at = 0; at < p->size; at++)
			assert_int_equal(byte_at(f, p->start + f->moved + at),
					 at < p->content.size ? p->content.data[at] : 0);
	}
}

static void assert_refused(struct fixture *f, const char *text)
{
	struct err err = ERR_INIT;

	assert_int_equal(program_settle(&f->program, &err), -EBADMSG);
	if (!strstr(err.text, text))
		print_message("# message: %s\n", err.text);
	assert_non_null(strstr(err.text, text));
	program_done(&f->program);
}

static void test_nothing(void **state)
{
	struct fixture *f = *state;

	assert_refused(f, "nothing to load");
	part(f, MIB, 0, 0, 0);
	assert_refused(f, "nothing to load");
}

static void test_contradictions(void **state)
{
	struct fixture *f = *state;

	part(f, MIB, 10, 0, 11);
	f->program.entry = MIB;
	assert_refused(f, "more bytes in the file than in memory");

	part(f, UINT64_MAX - 5, 7, 0, 0);
	assert_refused(f, "do not fit at 0xfffffffffffffffa");
	part(f, UINT64_MAX - 0xfff, 0xfff, 0, 0); /* its last page would end beyond */
	assert_refused(f, "do not fit");

	part(f, 3 * MIB, 0x1000, 0, 0);
	part(f, MIB, 2 * MIB + 1, 0, 0);
	assert_refused(f, "at 0x100000 and 0x300000 overlap");

	part(f, MIB, 0x1000, 0, 0);
	f->program.entry = MIB + 0x1000;
	assert_refused(f, "entry point 0x101000");
	part(f, MIB, 0x1000, 0, 0);
	f->program.entry = MIB - 1;
	assert_refused(f, "entry point 0xfffff");
	part(f, MIB, 0x1000, 0, 0);
	f->program.entry = MIB + 0xfff;
	assert_int_equal(program_settle(&f->program, NULL), 0);
}

/* A part alone on its pages is mapped, not copied. */
static void test_parts_of_their_own(void **state)
{
	struct fixture *f = *state;

	part(f, 3 * MIB, 0x3000, 100, 0x2100);
	part(f, 2 * MIB, 0x1000, 0, 0x1000);
	part(f, 2 * MIB + 0x1000, 0x800, 0x3000, 0x800); /* the next page is another one's */
	place(f);
	assert_int_equal(f->moved, 0);
	assert_int_equal(f->plan.count, 3);
	for (unsigned int i = 0; i < 3; i++)
		assert_null(f->plan.segments[i].owned);
	assert_in_memory(f);
}

static void test_shared_pages(void **state)
{
	struct fixture *f = *state;

	part(f, 2 * MIB + 16, 0x1000, 0, 0xff0);
	part(f, 2 * MIB + 0x1010, 16, 0x2000, 16);
	part(f, 2 * MIB + 0x1800, 0x9000, 0x3000, 3);
	place(f);
	assert_int_equal(f->plan.count, 1);
	assert_int_equal(f->plan.segments[0].start, 2 * MIB);
	assert_int_equal(f->plan.segments[0].size, 0xb000);
	assert_int_equal(f->plan.segments[0].content.size, 0x1803);
	assert_in_memory(f);
}

static void test_only_zeros(void **state)
{
	struct fixture *f = *state;

	part(f, 2 * MIB, 0x5000, 0, 0);
	part(f, 2 * MIB + 0x5000, 0x10, 0, 0);
	place(f);
	assert_in_memory(f);
}

/* Sixty parts: the narrowest gaps are closed, the widest stay. */
static void test_many_parts(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < 60; i++)
		part(f, (uint64_t)(1 + i / 12) * 64 * MIB + (uint64_t)(i % 12) * 0x3000, 0x1500,
		     i * 100, 0x1400);
	place(f);
	assert_int_equal(f->plan.count, 5);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(f->plan.segments[i].size, 11 * 0x3000 + 0x2000);
	assert_in_memory(f);
}

static void test_too_scattered(void **state)
{
	const struct placement anywhere = { .size = 0 };
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	for (unsigned int i = 0; i < 30; i++)
		part(f, (uint64_t)(1 + i) * 64 * MIB, 0x1000, i, 0x100);
	settle(f);
	assert_int_equal(program_place(&f->program, &anywhere, &f->plan, &f->moved, &err), -E2BIG);
	assert_non_null(strstr(err.text, "30 parts"));
}

/* A gap that would have to be closed, but is no memory. */
static void test_hole_between(void **state)
{
	const struct placement anywhere = { .size = 0 };
	struct fixture *f = *state;

	assert_int_equal(memory_map_cut(&f->plan.room, 0x2802000, 0x2803000, NULL), 0);
	for (unsigned int i = 0; i < 8; i++)
		part(f, 0x2800000 + (uint64_t)i * 0x3000, 0x1000, i, 0x100);
	settle(f);
	assert_int_equal(program_place(&f->program, &anywhere, &f->plan, &f->moved, NULL), -E2BIG);
}

static void test_no_memory_there(void **state)
{
	const struct placement limits = { .min = 2 * MIB, .max = 4 * MIB };
	static const uint64_t bad[] = { 0x1000, MIB, 4 * MIB - 0xfff, 0x7ffff001, 0x80000000 };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err err = ERR_INIT;
		char place_text[32];

		part(f, bad[i], 0x1000, 0, 0x1000);
		settle(f);
		assert_int_equal(program_place(&f->program, &limits, &f->plan, &f->moved, &err),
				 -ENXIO);
		snprintf(place_text, sizeof(place_text), "0x%llx-", (unsigned long long)bad[i]);
		assert_non_null(strstr(err.text, place_text));
		program_done(&f->program);
	}
	part(f, 4 * MIB - 0x1000, 0x1000, 0, 0x1000);
	settle(f);
	assert_int_equal(program_place(&f->program, &limits, &f->plan, &f->moved, NULL), 0);
}

/* Moved as a whole, by a multiple of its alignment. */
static void test_movable(void **state)
{
	struct fixture *f = *state;

	f->program.movable = true;
	f->program.align = 2 * MIB;
	part(f, 0x1000, 0x1800, 0, 0x1800);
	part(f, 0x2900, 0x100, 0x2000, 0x100);
	part(f, 5 * MIB, 0x4000, 0x3000, 0x20);
	place(f);
	assert_int_equal(f->plan.count, 1);
	assert_int_equal(f->moved % (2 * MIB), 0);
	assert_int_equal(f->moved, 0x80000000 - 6 * MIB);
	assert_in_memory(f);
}

/* Or so that it begins at a multiple of it, within limits, at the lower end. */
static void test_movable_aligned(void **state)
{
	const struct placement limits = { .min = 5 * MIB, .max = 7 * MIB, .bottom_up = true };
	const struct placement narrow = { .min = 5 * MIB, .max = 6 * MIB };
	struct fixture *f = *state;

	f->program.movable = f->program.aligned = true;
	f->program.align = 2 * MIB;
	part(f, 0x100010, 0x1800, 0, 0x1800);
	settle(f);
	assert_int_equal(program_place(&f->program, &narrow, &f->plan, &f->moved, NULL),
			 -EADDRNOTAVAIL);
	assert_int_equal(program_place(&f->program, &limits, &f->plan, &f->moved, NULL), 0);
	assert_int_equal(plan_check(&f->plan, NULL), 0);
	assert_int_equal(f->moved + 0x100010, 6 * MIB);
	assert_in_memory(f);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),       TEST(test_contradictions),  TEST(test_parts_of_their_own),
		TEST(test_shared_pages),  TEST(test_only_zeros),      TEST(test_many_parts),
		TEST(test_too_scattered), TEST(test_hole_between),    TEST(test_no_memory_there),
		TEST(test_movable),       TEST(test_movable_aligned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
