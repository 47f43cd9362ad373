/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"

#include "lib/file.h"
#include "lib/unwrap.h"

#include "kdump/cpio.h"
#include "kdump/manifest.h"
#include "kdump/pack.h"

enum { ARCHIVE_MAX = 4096 };

struct archive {
	uint8_t data[ARCHIVE_MAX];
	size_t size;
};

static int keep(void *ctx, const void *data, size_t size, struct err *err)
{
	struct archive *a = ctx;

	if (size > ARCHIVE_MAX - a->size)
		return err_set(err, -ENOSPC, "full");
	memcpy(a->data + a->size, data, size);
	a->size += size;
	return 0;
}

static void write_archive(struct archive *a)
{
	struct cpio_writer w = { .sink = keep, .ctx = a };
	const struct cpio_entry folder = { .name = "d", .mode = S_IFDIR | 0755 };
	const struct cpio_entry file = { .name = "d/f",
					 .mode = S_IFREG | 0600,
					 .content = { (const uint8_t *)"12345", 5 } };
	struct err err = ERR_INIT;

	assert_int_equal(cpio_add(&w, &folder, &err), 0);
	assert_int_equal(cpio_add(&w, &file, &err), 0);
	assert_int_equal(cpio_finish(&w, 512, &err), 0);
	assert_int_equal(w.offset, a->size);
}

static void test_cpio_bytes(_unused_ void **state)
{
	static const char second[] = "070701000000020000818000000000000000000000000100000000"
				     "000000050000000000000000000000000000000000000004"
				     "00000000d/f\0\0\0"
				     "12345\0\0\0"
				     "070701";
	struct archive a = { .size = 0 };

	write_archive(&a);
	assert_int_equal(a.size, 512);
	assert_memory_equal(a.data + 112, second, sizeof(second) - 1);
}

static void test_cpio_find(_unused_ void **state)
{
	struct archive a = { .size = 0 };
	struct bytes found;

	write_archive(&a);
	assert_int_equal(cpio_find((struct bytes){ a.data, a.size }, "d/f", &found), 0);
	assert_int_equal(found.size, 5);
	assert_memory_equal(found.data, "12345", 5);
	assert_int_equal(cpio_find((struct bytes){ a.data, a.size }, "d/g", &found), -ENOENT);
	for (size_t cut = 0; cut < 232; cut++)
		assert_int_equal(cpio_find((struct bytes){ a.data, cut }, "d/f", &found), -EBADMSG);
	assert_int_equal(cpio_find((struct bytes){ (const uint8_t *)"garbage", 7 }, "x", &found),
			 -EBADMSG);
}

static void test_full_sink(_unused_ void **state)
{
	static uint8_t big[ARCHIVE_MAX];
	struct archive a = { .size = 0 };
	struct cpio_writer w = { .sink = keep, .ctx = &a };
	const struct cpio_entry file = { .name = "f",
					 .mode = S_IFREG,
					 .content = { big, sizeof(big) } };
	struct err err = ERR_INIT;

	assert_int_equal(cpio_add(&w, &file, &err), -ENOSPC);
	assert_string_equal(err.text, "full");
}

/* What goes in comes out again, and equal contents are equal bytes. */
static void check_pack(enum pack_format format)
{
	_cleanup_(mapping_close) struct mapping packed = MAPPING_INIT, plain = MAPPING_INIT;
	static char text[300000];
	struct packer *p = NULL;
	struct err err = ERR_INIT;
	int fd = memfd_create("packed", MFD_CLOEXEC);

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * i >> 7);
	assert_true(fd >= 0);
	assert_int_equal(packer_new(format, fd, &p, &err), 0);
	assert_int_equal(packer_write(p, text, 1, &err), 0);
	assert_int_equal(packer_write(p, text + 1, 0, &err), 0);
	assert_int_equal(packer_write(p, text + 1, sizeof(text) - 1, &err), 0);
	assert_int_equal(packer_finish(p, &err), 0);
	packer_free(p);
	assert_int_equal(mapping_from_fd(fd, "packed", &packed, &err), 0);
	assert_int_equal(unwrap(packed.bytes, sizeof(text), "packed", &plain, &err), 0);
	assert_int_equal(plain.bytes.size, sizeof(text));
	assert_memory_equal(plain.bytes.data, text, sizeof(text));
}

static void test_pack(_unused_ void **state)
{
#if HAVE_ZLIB
	check_pack(PACK_GZIP);
#endif
#if HAVE_ZSTD
	check_pack(PACK_ZSTD);
#endif
}

#define BASE                                                                                       \
	"image\t1\tzstd\nkernel\t6.1\ntarget\text4\tU\t/var/crash\nconf\tpath /var/crash\n"        \
	"file\t5\t1.0\tinit\t/usr/lib/init\nmodule\t5\t1.0\tkdump/modules/a.ko\t/lib/a.ko.xz\n"

static void compare(const char *is_now, int changed, struct manifest_changes *ret)
{
	*ret = (struct manifest_changes){ .maker = false };
	assert_int_equal(manifest_compare(BASE, is_now, ret), changed);
}

static void test_manifest_same(_unused_ void **state)
{
	struct manifest_changes changes;

	compare(BASE, 0, &changes);
	assert_false(changes.maker || changes.target || changes.files.n || changes.modules.n);
}

static void test_manifest_file(_unused_ void **state)
{
	struct manifest_changes changes;

	compare("image\t1\tzstd\nkernel\t6.1\ntarget\text4\tU\t/var/crash\n"
		"conf\tpath /var/crash\nfile\t5\t2.0\tinit\t/usr/lib/init\n"
		"module\t6\t1.0\tkdump/modules/a.ko\t/lib/a.ko.xz\n",
		1, &changes);
	assert_false(changes.maker || changes.target);
	assert_int_equal(changes.modules.n, 0);
	assert_int_equal(changes.files.n, 2);
	assert_string_equal(changes.files.v[0], "/usr/lib/init");
	assert_string_equal(changes.files.v[1], "/lib/a.ko.xz");
	manifest_changes_done(&changes);
}

static void test_manifest_module(_unused_ void **state)
{
	struct manifest_changes changes;

	compare(BASE "module\t5\t1.0\tkdump/modules/b.ko\t/lib/b.ko\n", 1, &changes);
	assert_int_equal(changes.files.n, 0);
	assert_int_equal(changes.modules.n, 1);
	assert_string_equal(changes.modules.v[0], "/lib/b.ko");
	manifest_changes_done(&changes);
}

static void test_manifest_rest(_unused_ void **state)
{
	struct manifest_changes changes = { .maker = false };

	assert_int_equal(manifest_compare("image\t1\tgzip\ntarget\tx\tU\t/a\nconf\tx U\n",
					  "image\t1\tzstd\ntarget\tx\tV\t/a\nconf\tx V\n",
					  &changes),
			 1);
	assert_true(changes.maker && changes.target);
	assert_int_equal(changes.files.n, 0);
	assert_int_equal(manifest_compare("conf\tpath /a\n", "conf\tpath /b\n", &changes), 1);
	manifest_changes_done(&changes);
	assert_int_equal(manifest_compare("conf\tpath /a\n", "conf\tpath /b\n", &changes), 1);
	assert_int_equal(changes.files.n, 1);
	assert_string_equal(changes.files.v[0], "/etc/kdump.conf");
	manifest_changes_done(&changes);
}

static bool storage_of(const char *was, const char *is_now)
{
	struct manifest_changes changes = { .maker = false };
	bool ret;

	assert_true(manifest_compare(was, is_now, &changes) >= 0);
	ret = changes.storage;
	manifest_changes_done(&changes);
	return ret;
}

/* What LVM and its like can change, and nothing that an administrator may be about to. */
static void test_manifest_storage(_unused_ void **state)
{
	static const char target[] = "target\text4\tU\t/a\n";

	assert_false(storage_of(target, target));
	assert_false(storage_of(target, "target\text4\tU\t/b\n"));
	assert_true(storage_of(target, "target\text4\tV\t/a\n"));
	assert_true(storage_of(target, "target\txfs\tU\t/a\n"));
	assert_true(storage_of("", "layers\tdm x\n"));
	assert_true(storage_of("layers\tdm x\n", ""));
	assert_true(storage_of("device\tx\n", "device\ty\n"));
	assert_true(storage_of(BASE, BASE "module\t5\t1.0\tkdump/modules/b.ko\t/lib/b.ko\n"));
	assert_false(storage_of(BASE "module\t5\t1.0\tkdump/modules/b.ko\t/lib/b.ko\n", BASE));
	assert_false(storage_of("module\t5\t1.0\tb.ko\t/lib/b.ko\n",
				"module\t6\t2.0\tb.ko\t/lib/b.ko\n"));
	assert_false(storage_of("network\tx\nfence\tx\nconf\tx\nfile\t1\t1.0\tx\t/x\nkernel\t1\n",
				"network\ty\nfence\ty\nconf\ty\nfile\t2\t1.0\tx\t/x\nkernel\t2\n"));
}

/* Records of other making are no worse than garbage, and garbage does no harm. */
static void test_manifest_garbage(_unused_ void **state)
{
	struct manifest_changes changes = { .maker = false };

	assert_int_equal(manifest_compare("\n\n\t\t\t\nfile\nmodule\t\n", BASE, &changes), 1);
	assert_true(changes.maker);
	manifest_changes_done(&changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cpio_bytes),       cmocka_unit_test(test_cpio_find),
		cmocka_unit_test(test_full_sink),        cmocka_unit_test(test_pack),
		cmocka_unit_test(test_manifest_same),    cmocka_unit_test(test_manifest_file),
		cmocka_unit_test(test_manifest_module),  cmocka_unit_test(test_manifest_rest),
		cmocka_unit_test(test_manifest_garbage), cmocka_unit_test(test_manifest_storage),
	};

	return cmocka_run_group_tests_name("kdump/image", tests, NULL, NULL);
}
