/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>

#include "lib/file.h"
#include "lib/unwrap.h"

#include "kdump/estimate.h"
#include "kdump/image.h"
#include "kdump/rootpath.h"

#define MIB ((uint64_t)1 << 20)

enum {
	KERNEL_MAX = 256 << 20,  /* bytes of an unpacked kernel */
	PACKED_PER_FILE = 4,     /* a kernel's memory by its file, where nothing else is known */
	PAGE = 4096,             /* bytes; and */
	PAGE_STRUCT = 64,        /* for each of them (mm_types.h: struct page) */
	COLLECTOR_MAX = 8 << 20, /* bytes; makedumpfile then goes over memory piece by piece */
	COLLECTOR_PAGES_PER_BYTE = 4, /* two bitmaps */
	RUNTIME = 16 << 20,           /* bytes; and for an image of dracut's */
	RUNTIME_DRACUT = 64 << 20,    /* systemd, udev, and what they run */
	STEP = 8 << 20,               /* bytes that the total is rounded up to */
};

/* Documentation/arch/x86/boot.rst: magic, protocol version, init_size (from 2.10 on). */
static bool read_bzimage(struct bytes b, uint64_t *ret)
{
	uint16_t version;
	uint32_t size;

	if (!bytes_has(b, 0x202, "HdrS", 4) || !bytes_le16(b, 0x206, &version) || version < 0x20a ||
	    !bytes_le32(b, 0x260, &size))
		return false;
	*ret = size;
	return size > 0;
}

/* Documentation/arch/arm64/booting.rst, arch/riscv/boot-image-header.rst: image_size. */
static bool read_image(struct bytes b, uint64_t *ret)
{
	if (!bytes_has(b, 56, "ARM\x64", 4) && !bytes_has(b, 56, "RSC\x05", 4))
		return false;
	return bytes_le64(b, 16, ret) && *ret > 0 && *ret <= KERNEL_MAX;
}

uint64_t estimate_kernel(struct bytes kernel)
{
	_cleanup_(mapping_close) struct mapping unpacked = MAPPING_INIT;
	uint64_t size;

	if (read_bzimage(kernel, &size) || read_image(kernel, &size))
		return size;
	if (unwrap(kernel, KERNEL_MAX, "kernel", &unpacked, NULL) == 0)
		return read_image(unpacked.bytes, &size) ? size : unpacked.bytes.size;
	return kernel.size * PACKED_PER_FILE;
}

static uint64_t sum(const struct estimate *e)
{
	return e->kernel + e->packed + e->unpacked + e->modules + e->pages + e->collector +
	       e->luks + e->runtime;
}

int estimate_make(const struct sysroot *root, const char *kernel, const char *image,
		  uint64_t memory, uint64_t luks, struct estimate *ret, struct err *err)
{
	_cleanup_(mapping_close) struct mapping file = MAPPING_INIT;
	struct image_sizes sizes;
	struct rootpath full;
	struct estimate e;
	int r = rootpath_join(root, kernel, &full, err);

	if (r == 0)
		r = mapping_open(full.text, &file, err);
	if (r == 0)
		r = image_measure(root, image, &sizes, err);
	if (r < 0)
		return r;
	e = (struct estimate){
		.kernel = estimate_kernel(file.bytes),
		.packed = sizes.packed,
		.unpacked = sizes.unpacked,
		.modules = sizes.modules + sizes.firmware,
		.luks = luks,
		.collector = memory / PAGE / COLLECTOR_PAGES_PER_BYTE,
		.runtime = sizes.builder == IMAGEBUILDER_DRACUT ? RUNTIME_DRACUT : RUNTIME,
	};
	if (e.collector > COLLECTOR_MAX)
		e.collector = COLLECTOR_MAX;
	e.pages = sum(&e) / PAGE * PAGE_STRUCT;
	e.total = (sum(&e) + STEP - 1) / STEP * STEP;
	*ret = e;
	return 0;
}
