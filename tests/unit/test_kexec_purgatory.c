/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What purgatory is told: the parameter block of a whole plan, decoded, its digest worked out
 * anew by a program that is not ours over the memory as the kernel will fill it; and the
 * serial port that it reports on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kexec/loader.h"
#include "kexec/purgatory.h"
#include "lib/file.h"
#include "lib/sha256.h"
#include "purgatory/params.h"
#include "tests/unit/kexec_kernel.h"
#include "tests/unit/kexec_plan.h"

enum { INITRD_SIZE = 12345 };

struct fixture {
	uint8_t kernel[KERNEL_SIZE];
	uint8_t initrd[INITRD_SIZE];
	struct machine machine;
	struct request request;
	struct load_input input;
	struct plan plan;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	kernel_make(f->kernel);
	memset(f->initrd, 0x77, sizeof(f->initrd));
	f->input = (struct load_input){
		.kernel = { f->kernel, sizeof(f->kernel) },
		.initrd = { f->initrd, sizeof(f->initrd) },
		.cmdline = "ro",
		.request = &f->request,
		.machine = &f->machine,
	};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	plan_done(&f->plan);
	free(f);
	return 0;
}

/* A whole plan in [@start, @end), with an empty segment such as the backup is. */
static int plan_all(struct fixture *f, uint64_t start, uint64_t end, struct err *err)
{
	struct memory_map room = { NULL };
	struct segment *empty;
	int r;

	assert_int_equal(memory_map_add(&room, start, end, MEMORY_RAM, NULL), 0);
	plan_init(&f->plan, &room);
	r = plan_place(&f->plan, "backup", &(struct placement){ .size = 0x9ec00 }, &empty, err);
	if (r == 0)
		r = purgatory_place(&f->plan, NULL, err);
	if (r == 0)
		r = loader_bzimage64.plan(&f->input, &f->plan, err);
	if (r == 0)
		r = plan_check(&f->plan, err);
	return r;
}

static struct purgatory_params params_of(const struct fixture *f)
{
	struct purgatory_params params;

	assert_true(f->plan.purgatory->content.size > PURGATORY_ENTRY);
	memcpy(&params, f->plan.purgatory->content.data, sizeof(params));
	return params;
}

/* Append @count bytes of what will lie in memory from the segment's byte @from on. */
static void put_memory(int fd, const struct segment *s, uint64_t from, uint64_t count)
{
	for (uint64_t i = from; i < from + count; i++) {
		uint8_t byte = i < s->content.size ? s->content.data[i] : 0;

		assert_int_equal(file_write_all(fd, &byte, 1), 0);
	}
}

/*
 * SHA-256, by coreutils, over the SHA-256 of the regions' first halves and that of their second
 * halves: contents with zeros behind them.
 */
static void digest_of_memory(const struct fixture *f, const struct purgatory_params *params,
			     char hex[static 65])
{
	char path[2][40] = { "/tmp/test_kexec_purgatory.XXXXXX",
			     "/tmp/test_kexec_purgatory.XXXXXX" };
	int fd[2] = { mkstemp(path[0]), mkstemp(path[1]) };
	char command[200];
	FILE *sum;

	for (uint32_t i = 0; i < params->region_count; i++) {
		const struct purgatory_region *region = &params->regions[i];
		const struct segment *s = NULL;

		for (unsigned int j = 0; j < f->plan.count; j++)
			if (f->plan.segments[j].start == region->start)
				s = &f->plan.segments[j];
		assert_non_null(s);
		assert_true(region->size >= s->content.size);
		assert_int_equal(region->size % 4096, 0);
		assert_true(s->scratch ? region->size - s->content.size < 4096
				       : region->size == s->size);
		for (unsigned int lane = 0; lane < 2; lane++)
			put_memory(fd[lane], s, lane * region->size / 2, region->size / 2);
	}
	close(fd[0]);
	close(fd[1]);
	snprintf(command, sizeof(command),
		 "printf \"$(sha256sum <%s; sha256sum <%s)\" | tr -cd 0-9a-f | "
		 "sed 's/../\\\\x&/g' | xargs -0 printf | sha256sum",
		 path[0], path[1]);
	sum = popen(command, "r");
	assert_non_null(sum);
	assert_int_equal(fscanf(sum, "%64s", hex), 1);
	assert_int_equal(pclose(sum), 0);
	unlink(path[0]);
	unlink(path[1]);
}

static void test_digest(void **state)
{
	struct fixture *f = *state;
	const struct purgatory_console none = { 0 };
	struct purgatory_params params;
	char expected[65], got[65];

	assert_int_equal(plan_all(f, 0x1000000, 0x8000000, NULL), 0);
	assert_int_equal(purgatory_finish(&f->plan, &none, false, NULL), 0);
	params = params_of(f);
	assert_memory_equal(params.magic, PURGATORY_MAGIC, 8);
	/* Each segment but purgatory's is a region, once. */
	assert_int_equal(params.region_count, f->plan.count - 1);
	for (uint32_t i = 0; i < params.region_count; i++) {
		assert_int_not_equal(params.regions[i].start, f->plan.purgatory->start);
		for (uint32_t j = 0; j < i; j++)
			assert_int_not_equal(params.regions[i].start, params.regions[j].start);
	}
	assert_int_equal(params.regions[params.region_count].size, 0);
	digest_of_memory(f, &params, expected);
	for (int i = 0; i < 32; i++)
		snprintf(got + 2 * i, 3, "%02x", params.digest[i]);
	assert_string_equal(got, expected);
	assert_int_equal(params.flags, sha256_native_usable() ? PURGATORY_NATIVE_SHA : 0);
}

static void test_parameters(void **state)
{
	struct fixture *f = *state;
	const struct purgatory_console console = { 0x2f8, 12,
						   PURGATORY_SAY_SERIAL | PURGATORY_RESET_VGA };
	struct purgatory_params params;

	assert_int_equal(plan_all(f, 0x880000000, 0x890000000, NULL), 0);
	f->plan.backup = (struct plan_backup){ 0x1000, 0x88fff0000, 0x9ec00 };
	f->plan.return_text = 0x88abcde;
	assert_int_equal(purgatory_finish(&f->plan, &console, false, NULL), 0);
	params = params_of(f);
	assert_int_equal(params.entry.ip, plan_segment(&f->plan, "kernel")->start + 0x200);
	assert_int_equal(params.entry.si, plan_segment(&f->plan, "boot_params")->start);
	assert_int_equal(params.backup_from, 0x1000);
	assert_int_equal(params.backup_to, 0x88fff0000);
	assert_int_equal(params.backup_size, 0x9ec00);
	assert_int_equal(params.return_text, 0x88abcde);
	assert_int_equal(params.serial_port, 0x2f8);
	assert_int_equal(params.serial_divisor, 12);
	assert_int_equal(params.flags & ~PURGATORY_NATIVE_SHA,
			 PURGATORY_SAY_SERIAL | PURGATORY_RESET_VGA);
	assert_int_equal(f->plan.entry, f->plan.purgatory->start + PURGATORY_ENTRY);
	assert_true(f->plan.purgatory->size >=
		    f->plan.purgatory->content.size + PURGATORY_STACK_SIZE);
}

/* One changed bit of any segment changes the digest. */
static void test_digest_depends_on_all(void **state)
{
	struct fixture *f = *state;
	const struct purgatory_console none = { 0 };
	struct purgatory_params before, after;

	assert_int_equal(plan_all(f, 0x1000000, 0x8000000, NULL), 0);
	assert_int_equal(purgatory_finish(&f->plan, &none, false, NULL), 0);
	before = params_of(f);
	f->initrd[INITRD_SIZE - 1] ^= 1;
	assert_int_equal(purgatory_finish(&f->plan, &none, false, NULL), 0);
	after = params_of(f);
	assert_memory_not_equal(before.digest, after.digest, 32);
	f->initrd[INITRD_SIZE - 1] ^= 1;
	f->kernel[KERNEL_SETUP_SIZE] ^= 0x80;
	assert_int_equal(purgatory_finish(&f->plan, &none, false, NULL), 0);
	after = params_of(f);
	assert_memory_not_equal(before.digest, after.digest, 32);
	f->kernel[KERNEL_SETUP_SIZE] ^= 0x80;
	assert_int_equal(purgatory_finish(&f->plan, &none, false, NULL), 0);
	after = params_of(f);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void test_no_checks(void **state)
{
	struct fixture *f = *state;
	const struct purgatory_console none = { 0 };
	struct purgatory_params params;

	assert_int_equal(plan_all(f, 0x1000000, 0x8000000, NULL), 0);
	assert_int_equal(purgatory_finish(&f->plan, &none, true, NULL), 0);
	params = params_of(f);
	assert_true(params.flags & PURGATORY_SKIP_DIGEST);
	assert_int_equal(params.region_count, 0);
	assert_int_equal(params.entry.ip, plan_segment(&f->plan, "kernel")->start + 0x200);
}

/* The blob and this loader must agree on the block. */
static void test_foreign_blob(void **state)
{
	struct fixture *f = *state;
	const struct purgatory_console none = { 0 };
	struct err err = ERR_INIT;

	assert_int_equal(plan_all(f, 0x1000000, 0x8000000, NULL), 0);
	f->plan.purgatory->owned[0] ^= 1;
	assert_int_equal(purgatory_finish(&f->plan, &none, false, &err), -EINVAL);
	assert_non_null(strstr(err.text, "parameter block"));
}

static void test_placement(void **state)
{
	struct fixture *f = *state;
	const struct segment *kernel, *initrd;

	assert_int_equal(plan_all(f, 0, 0x8000000, NULL), 0);
	kernel = plan_segment(&f->plan, "kernel");
	initrd = plan_segment(&f->plan, "initrd");
	assert_int_equal(kernel->start % KERNEL_ALIGNMENT, 0);
	assert_true(kernel->start >= KERNEL_PREF_ADDRESS);
	assert_int_equal(kernel->size, KERNEL_INIT_SIZE);
	assert_memory_equal(kernel->content.data, f->kernel + KERNEL_SETUP_SIZE,
			    KERNEL_PAYLOAD_SIZE);
	assert_int_equal(kernel->content.size, KERNEL_PAYLOAD_SIZE);
	assert_ptr_equal(initrd->content.data, f->initrd); /* not copied */
	assert_int_equal(initrd->content.size, INITRD_SIZE);
	assert_int_equal(initrd->size, 0x4000);
	assert_true(initrd->start >= 0x1000000);
	assert_true(f->plan.purgatory->start >= 0x3000);
}

static void test_no_initrd(void **state)
{
	struct fixture *f = *state;
	struct bytes page;
	uint32_t at, size;

	f->input.initrd = (struct bytes){ NULL, 0 };
	assert_int_equal(plan_all(f, 0x1000000, 0x8000000, NULL), 0);
	assert_null(plan_segment(&f->plan, "initrd"));
	page = plan_segment(&f->plan, "boot_params")->content;
	assert_true(bytes_le32(page, 0x218, &at));
	assert_true(bytes_le32(page, 0x21c, &size));
	assert_int_equal(at, 0);
	assert_int_equal(size, 0);
}

/* The kernel never goes below its preferred address, nor into the first MiB. */
static void test_kernel_does_not_fit(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	assert_int_equal(plan_all(f, 0x100000, 0x1000000, &err), -EADDRNOTAVAIL);
	assert_non_null(strstr(err.text, "for kernel"));
	plan_done(&f->plan);
	put_le(f->kernel + 0x258, 8, 0x1000);
	f->input.initrd.size = 0;
	put_le(f->kernel + 0x230, 4, 0x1000);
	assert_int_equal(plan_all(f, 0x10000, 0x110000, &err), -EADDRNOTAVAIL);
	plan_done(&f->plan);
	assert_int_equal(plan_all(f, 0x10000, 0x1f0000, NULL), 0);
	assert_true(plan_segment(&f->plan, "kernel")->start >= 0x100000);
}

/* Nor the initrd below 16 MiB. */
static void test_initrd_does_not_fit(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	put_le(f->kernel + 0x258, 8, 0x100000);
	assert_int_equal(plan_all(f, 0x100000, 0x1003000, &err), -EADDRNOTAVAIL);
	assert_non_null(strstr(err.text, "for initrd"));
}

static void assert_console(const char *cmdline, unsigned int port, unsigned int divisor)
{
	struct purgatory_console console = { 1, 1 };

	assert_int_equal(purgatory_console_find(cmdline, &console, NULL), 0);
	assert_int_equal(console.port, port);
	assert_int_equal(console.divisor, divisor);
}

/* What the options make of a console that the command line names, and of none. */
static void test_console_asked(_unused_ void **state)
{
	static const struct {
		uint64_t given;
		uint16_t port;
		uint32_t baud;
		struct purgatory_console with, without; /* console=ttyS1,9600 */
	} cases[] = {
		{ 0, 0, 0, { 0x2f8, 12, 0 }, { 0, 0, 0 } },
		{ OPTION_BIT(OPTION_CONSOLE_SERIAL), 0, 0, { 0x2f8, 12, 4 }, { 0x3f8, 0, 4 } },
		{ OPTION_BIT(OPTION_SERIAL), 0x3e8, 0, { 0x3e8, 0, 0 }, { 0x3e8, 0, 0 } },
		{ OPTION_BIT(OPTION_SERIAL), 0x2f8, 0, { 0x2f8, 12, 0 }, { 0x2f8, 0, 0 } },
		{ OPTION_BIT(OPTION_SERIAL_BAUD), 0, 38400, { 0x2f8, 3, 0 }, { 0, 3, 0 } },
		{ OPTION_BIT(OPTION_SERIAL_BAUD), 0, 0, { 0x2f8, 0, 0 }, { 0, 0, 0 } },
		{ OPTION_BIT(OPTION_CONSOLE_SERIAL) | OPTION_BIT(OPTION_SERIAL) |
			  OPTION_BIT(OPTION_SERIAL_BAUD) | OPTION_BIT(OPTION_CONSOLE_VGA) |
			  OPTION_BIT(OPTION_RESET_VGA),
		  0xe000,
		  115200,
		  { 0xe000, 1, 0x1c },
		  { 0xe000, 1, 0x1c } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct request request = {
			.given = cases[i].given,
			.serial_port = cases[i].port,
			.serial_baud = cases[i].baud,
		};
		struct purgatory_console with = { 0x2f8, 12, 0 }, without = { 0 };

		purgatory_console_ask(&request, &with);
		purgatory_console_ask(&request, &without);
		assert_int_equal(with.port, cases[i].with.port);
		assert_int_equal(with.divisor, cases[i].with.divisor);
		assert_int_equal(with.say, cases[i].with.say);
		assert_int_equal(without.port, cases[i].without.port);
		assert_int_equal(without.divisor, cases[i].without.divisor);
		assert_int_equal(without.say, cases[i].without.say);
	}
}

static void test_console(_unused_ void **state)
{
	assert_console("", 0, 0);
	assert_console("root=/dev/sda1 console=tty0", 0, 0);
	assert_console("console=ttyS0", 0x3f8, 0);
	assert_console("console=ttyS1,115200", 0x2f8, 1);
	assert_console("console=ttyS2,9600n8", 0x3e8, 12);
	assert_console("console=ttyS3,38400n8r", 0x2e8, 3);
	assert_console("console=ttyS0,115200 console=tty0 quiet", 0x3f8, 1);
	assert_console("console=ttyS0 console=ttyS1,57600", 0x2f8, 2);
	assert_console("console=ttyS4 console=ttyS10 console=ttyS console=ttySAC0", 0, 0);
	assert_console("console=ttyS0x", 0, 0);
	assert_console("console console= xconsole=ttyS0 console.x=ttyS0", 0, 0);
	assert_console("console=ttyS0, ", 0x3f8, 0);
	assert_console("console=ttyS0,0", 0x3f8, 0);
	assert_console("console=ttyS0,230400", 0x3f8, 0);
	assert_console("console=ttyS0,2", 0x3f8, 57600);
	assert_console("console=ttyS0,1", 0x3f8, 0); /* its divisor has more than 16 bits */
	assert_console("console=ttyS0,-9600", 0x3f8, 0);
	assert_console("console=ttyS0,99999999999999999999", 0x3f8, 0);
	assert_console("console=ttyS0,n8", 0x3f8, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_digest),
		TEST(test_parameters),
		TEST(test_digest_depends_on_all),
		TEST(test_no_checks),
		TEST(test_foreign_blob),
		TEST(test_placement),
		TEST(test_no_initrd),
		TEST(test_kernel_does_not_fit),
		TEST(test_initrd_does_not_fit),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_console_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
