/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header of a device tree, against the file that it is in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/device_tree.h"

static void put_be(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Of a file of @size bytes in a block of just that size. */
static int find(uint32_t magic, uint32_t total, size_t size, size_t *ret, struct err *err)
{
	uint8_t *file = calloc(1, size ? size : 1);
	struct bytes tree = { NULL };
	uint8_t header[8];
	int r;

	assert_non_null(file);
	put_be(header, magic);
	put_be(header + 4, total);
	memcpy(file, header, size < 8 ? size : 8);
	r = device_tree_find((struct bytes){ file, size }, &tree, err);
	if (r == 0)
		assert_ptr_equal(tree.data, file);
	*ret = tree.size;
	free(file);
	return r;
}

static void test_find(_unused_ void **state)
{
	struct err err = ERR_INIT;
	size_t size;

	assert_int_equal(find(0xd00dfeed, 5000, 5000, &size, NULL), 0);
	assert_int_equal(size, 5000);
	assert_int_equal(find(0xd00dfeed, 40, 5000, &size, NULL), 0); /* what follows is no part */
	assert_int_equal(size, 40);
	assert_int_equal(find(0xd00dfeed, DEVICE_TREE_MAX, DEVICE_TREE_MAX, &size, NULL), 0);
	assert_int_equal(find(0xd00dfeed, DEVICE_TREE_MAX + 1, DEVICE_TREE_MAX + 1, &size, &err),
			 -EFBIG);
	assert_non_null(strstr(err.text, "258049 bytes; kernels take no more than 258048"));
	assert_int_equal(find(0xedfe0dd0, 5000, 5000, &size, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "no flattened device tree"));
	assert_int_equal(find(0xd00dfeed, 39, 5000, &size, NULL), -EBADMSG);
	assert_int_equal(find(0xd00dfeed, UINT32_MAX, 5000, &size, NULL), -EBADMSG);
	assert_int_equal(find(0xd00dfeed, 5000, 4999, &size, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "cut short (4999 bytes)"));
	for (size_t cut = 0; cut < 40; cut++)
		assert_int_equal(find(0xd00dfeed, 40, cut, &size, NULL), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
