/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/vmcoreinfo.h"

/* From a heap block of just its size and a NUL, for the sanitizer to watch. */
static struct vmcoreinfo parse_bytes(const char *text, size_t size)
{
	_cleanup_free_ char *copy = malloc(size + 1);
	struct vmcoreinfo info;

	assert_non_null(copy);
	memcpy(copy, text, size);
	copy[size] = '\0';
	memset(&info, 0, sizeof(info));
	vmcoreinfo_parse(copy, size, &info);
	return info;
}

static struct vmcoreinfo parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void test_kinds(_unused_ void **state)
{
	struct vmcoreinfo info = parse("OSRELEASE=6.1.0\n"
				       "SYMBOL(prb)=ffffffff82000010\n"
				       "SIZE(prb_desc)=24\n"
				       "NUMBER(PAGE_OFFSET)=0xffffffe000000000\n"
				       "NUMBER(PHYS_OFFSET)=1073741824\n"
				       "OFFSET(printk_info.text_len)=010\n");

	assert_int_equal(info.prb, 0xffffffff82000010);
	assert_int_equal(info.desc_size, 24);
	assert_int_equal(info.page_offset, 0xffffffe000000000);
	assert_int_equal(info.phys_offset, 0x40000000);
	assert_int_equal(info.info_text_len, 10);
	assert_int_equal(info.info_size, VMCOREINFO_ABSENT);
	assert_int_equal(parse("NUMBER(phys_ram_base)=0x80000000").phys_offset, 0x80000000);
	assert_int_equal(parse("NUMBER(phys_base)=-694157312").phys_base, -694157312);
	assert_int_equal(parse("NUMBER(phys_base)=--1").phys_base, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SYMBOL(prb)=-1000").prb, VMCOREINFO_ABSENT);
}

static void test_odd_lines(_unused_ void **state)
{
	static const char with_nul[] = "SIZE(prb_desc)=1\0"
				       "2\nSIZE(printk_info)=3\n\0\0\0";

	assert_int_equal(parse("").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse("\n\n\nSYMBOL(prb)=1").prb, 1); /* no newline at the end */
	assert_int_equal(parse("SYMBOL(prb)").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SYMBOL(prb)=").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SYMBOL(prb)=xyz\n").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse(" SYMBOL(prb)=1\n").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SYMBOL(prb)x=1\n").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SYMBOL(prb)=1=2\n").prb, VMCOREINFO_ABSENT);
	assert_int_equal(parse("=1\n=\nSYMBOL(prb)=1\n").prb, 1);
	assert_int_equal(parse_bytes(with_nul, sizeof(with_nul)).info_size, 3);
}

static void test_limits(_unused_ void **state)
{
	assert_int_equal(parse("SIZE(prb_desc)=65536\n").desc_size, VMCOREINFO_STRUCT_MAX);
	assert_int_equal(parse("SIZE(prb_desc)=65537\n").desc_size, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SIZE(prb_desc)=-24\n").desc_size, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SIZE(prb_desc)=0x18\n").desc_size, VMCOREINFO_ABSENT);
	assert_int_equal(parse("SYMBOL(prb)=1ffffffffffffffff\n").prb, VMCOREINFO_ABSENT);
}

static void check_need(const struct vmcoreinfo *info, enum vmcoreinfo_group group,
		       struct vmcoreinfo *ret, uint64_t problems, const char *text)
{
	struct damage damage = { 0 };
	struct err err = ERR_INIT;

	assert_int_equal(vmcoreinfo_need(info, group, 4, ret, &damage, &err), 0);
	assert_int_equal(damage.count, problems);
	assert_string_equal(damage.first.text, text);
}

static void test_need(_unused_ void **state)
{
	struct vmcoreinfo info, got;
	struct damage damage = { 0 };
	struct err err = ERR_INIT;

	memset(&info, 0, sizeof(info)); /* everything is there */
	info.log_end = 7;
	check_need(&info, VMCOREINFO_PRB, &got, 0, "");
	assert_int_equal(got.log_end, 7);
	info.info_seq = VMCOREINFO_ABSENT;
	info.phys_offset = VMCOREINFO_ABSENT;
	check_need(&info, VMCOREINFO_PRB, &got, 0, "");
	info.lpos_next = VMCOREINFO_ABSENT;
	check_need(&info, VMCOREINFO_PRB, &got, 1,
		   "its VMCOREINFO note has no usable OFFSET(prb_data_blk_lpos.next); guessed to "
		   "be 4");
	assert_int_equal(got.lpos_next, 4);
	check_need(&info, VMCOREINFO_RECORDS, &got, 0, "");
	/* Where the ring of texts is changed with Linux 6.9. */
	info.ring_text = VMCOREINFO_ABSENT;
	assert_int_equal(vmcoreinfo_need(&info, VMCOREINFO_PRB, 8, &got, &damage, &err), -ENODATA);
	assert_non_null(strstr(err.text, "OFFSET(printk_ringbuffer.text_data_ring)"));
	info.log_buf_len = VMCOREINFO_ABSENT;
	assert_int_equal(vmcoreinfo_need(&info, VMCOREINFO_PLAIN, 8, &got, &damage, &err),
			 -ENODATA);
	assert_int_equal(vmcoreinfo_need(&info, VMCOREINFO_RECORDS, 8, &got, &damage, &err),
			 -ENODATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_odd_lines),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
