/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kexec/bzimage.h"

/* Offsets in the file: boot.rst, "Details of Header Fields". */
enum {
	OFF_SETUP_SECTS = 0x1f1,
	OFF_SYSSIZE = 0x1f4, /* of the payload, in 16-byte units */
	OFF_BOOT_FLAG = 0x1fe,
	OFF_JUMP_LENGTH = 0x201, /* the header ends this far behind 0x202 */
	OFF_MAGIC = 0x202,
	OFF_VERSION = 0x206,
	OFF_LOADFLAGS = 0x211,
	OFF_INITRD_ADDR_MAX = 0x22c,
	OFF_KERNEL_ALIGNMENT = 0x230,
	OFF_RELOCATABLE = 0x234,
	OFF_XLOADFLAGS = 0x236,
	OFF_CMDLINE_SIZE = 0x238,
	OFF_PREF_ADDRESS = 0x258,
	OFF_INIT_SIZE = 0x260,
	HEADER_END_MAX = 0x290, /* where the zero page goes on with something else */

	BOOT_FLAG = 0xaa55,
	LOADED_HIGH = 0x01,
	PROTOCOL_WIDE_SYSSIZE = BZIMAGE_PROTOCOL(2, 4), /* of 4 bytes, not 2 */
	SECTOR = 512,
	SETUP_SECTS_DEFAULT = 4, /* what 0 means */
	ALIGNMENT_MAX = 1 << 30,

	/* What boot.rst says of kernels without the field. */
	INITRD_MAX_DEFAULT = 0x37ffffff,
	CMDLINE_MAX_DEFAULT = 255,
	PAGE = 4096,

	/*
	 * Before 2.10 no field tells how much memory the kernel needs until it knows its memory
	 * map. They were packed by gzip, bzip2 or lzma, to a half or a fifth of their size; then
	 * come the bss, the first page tables, and for one that is not relocatable the way up to
	 * where it was linked to run (CONFIG_PHYSICAL_START, 16 MiB at the most by default).
	 */
	UNPACKED_FACTOR = 8,
	UNPACKED_MORE = 32 << 20,
};

/* Where the header of a protocol ends at least: boot.rst, the table of the fields. */
static uint64_t header_end_min(uint16_t protocol)
{
	static const struct {
		uint16_t since;
		uint16_t end;
	} ends[] = {
		{ BZIMAGE_PROTOCOL(2, 11), 0x268 }, { BZIMAGE_PROTOCOL(2, 10), 0x264 },
		{ BZIMAGE_PROTOCOL(2, 9), 0x258 },  { BZIMAGE_PROTOCOL(2, 8), 0x250 },
		{ BZIMAGE_PROTOCOL(2, 7), 0x248 },  { BZIMAGE_PROTOCOL(2, 6), 0x23c },
		{ BZIMAGE_PROTOCOL(2, 5), 0x235 },  { BZIMAGE_PROTOCOL(2, 3), 0x230 },
		{ BZIMAGE_PROTOCOL(2, 2), 0x22c },  { BZIMAGE_PROTOCOL(2, 1), 0x226 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (protocol >= ends[i].since)
			return ends[i].end;
	return 0x224;
}

static bool has_magic(struct bytes file)
{
	uint16_t boot_flag;

	return bytes_le16(file, OFF_BOOT_FLAG, &boot_flag) && boot_flag == BOOT_FLAG &&
	       bytes_has(file, OFF_MAGIC, "HdrS", 4);
}

static int truncated(struct err *err)
{
	return err_set(err, -EBADMSG, "looks like a bzImage, but is truncated");
}

/* Before 2.04 the size is cut to 16 bits: then the file's is all there is. */
static int payload_size(struct bytes file, uint64_t setup, uint16_t protocol, uint64_t *ret,
			struct err *err)
{
	uint32_t syssize;

	*ret = file.size - setup;
	if (protocol < PROTOCOL_WIDE_SYSSIZE)
		return 0;
	if (!bytes_le32(file, OFF_SYSSIZE, &syssize))
		return truncated(err);
	/* The last 16-byte unit need not be full. */
	if (syssize == 0 || *ret + 15 < (uint64_t)syssize * 16)
		return err_set(err, -EBADMSG,
			       "looks like a bzImage, but is truncated: it has %zu bytes, its "
			       "header promises %llu",
			       file.size, (unsigned long long)(setup + (uint64_t)syssize * 16));
	/* What may follow (a signature) is not the kernel's. */
	if (*ret > (uint64_t)syssize * 16)
		*ret = (uint64_t)syssize * 16;
	return 0;
}

/* The header's own length, and the payload's place and size against the file's. */
static int parse_layout(struct bytes file, struct bzimage *bz, struct err *err)
{
	uint64_t header_end = OFF_MAGIC + (uint64_t)file.data[OFF_JUMP_LENGTH];
	unsigned int sectors = file.data[OFF_SETUP_SECTS];
	uint64_t setup = ((uint64_t)(sectors ? sectors : SETUP_SECTS_DEFAULT) + 1) * SECTOR;
	uint64_t payload;
	int r;

	if (header_end > HEADER_END_MAX)
		header_end = HEADER_END_MAX;
	if (header_end < header_end_min(bz->protocol) ||
	    !bytes_slice(file, BZIMAGE_HEADER_START, header_end - BZIMAGE_HEADER_START,
			 &bz->header) ||
	    !range_within(setup, 1, file.size))
		return err_set(err, -EBADMSG,
			       "looks like a bzImage, but is truncated in its header (%zu bytes)",
			       file.size);
	r = payload_size(file, setup, bz->protocol, &payload, err);
	if (r < 0)
		return r;
	bz->setup = (struct bytes){ file.data, (size_t)setup };
	bz->payload = (struct bytes){ file.data + setup, (size_t)payload };
	return 0;
}

/* Each field by the protocol that brought it; what older ones lack gets what stands for it. */
static bool read_fields(struct bytes file, struct bzimage *bz)
{
	uint16_t protocol = bz->protocol;
	uint32_t init_size = 0;
	uint64_t relocatable = 0;
	bool good = true;

	bz->initrd_max = INITRD_MAX_DEFAULT;
	bz->alignment = PAGE;
	bz->cmdline_max = CMDLINE_MAX_DEFAULT;
	bz->init_size = (uint64_t)bz->payload.size * UNPACKED_FACTOR + UNPACKED_MORE;
	if (protocol >= BZIMAGE_PROTOCOL(2, 3))
		good = good && bytes_le32(file, OFF_INITRD_ADDR_MAX, &bz->initrd_max);
	if (protocol >= BZIMAGE_PROTOCOL(2, 5))
		good = good && bytes_uint(file, OFF_RELOCATABLE, 1, false, &relocatable);
	if (relocatable)
		good = good && bytes_le32(file, OFF_KERNEL_ALIGNMENT, &bz->alignment);
	if (protocol >= BZIMAGE_PROTOCOL(2, 6))
		good = good && bytes_le32(file, OFF_CMDLINE_SIZE, &bz->cmdline_max);
	if (protocol >= BZIMAGE_PROTOCOL(2, 10)) {
		good = good && bytes_le64(file, OFF_PREF_ADDRESS, &bz->pref_address) &&
		       bytes_le32(file, OFF_INIT_SIZE, &init_size);
		bz->init_size = init_size;
	}
	if (protocol >= BZIMAGE_PROTOCOL(2, 12))
		good = good && bytes_le16(file, OFF_XLOADFLAGS, &bz->xloadflags);
	bz->relocatable = relocatable;
	return good;
}

static int parse_fields(struct bytes file, struct bzimage *bz, struct err *err)
{
	if (!read_fields(file, bz))
		return truncated(err);
	if (bz->alignment == 0 || bz->alignment > ALIGNMENT_MAX ||
	    (bz->alignment & (bz->alignment - 1)))
		return err_set(err, -EBADMSG, "bad bzImage: its alignment 0x%x is no power of two",
			       bz->alignment);
	if (bz->payload.size > bz->init_size)
		return err_set(err, -EBADMSG,
			       "bad bzImage: its payload (%zu bytes) is larger than its init_size "
			       "(%llu)",
			       bz->payload.size, (unsigned long long)bz->init_size);
	return 0;
}

int bzimage_parse(struct bytes file, struct bzimage *ret, struct err *err)
{
	struct bzimage bz = { .protocol = 0 };
	int r;

	if (!has_magic(file))
		return BZIMAGE_NOT_MINE;
	if (!bytes_le16(file, OFF_VERSION, &bz.protocol) ||
	    !range_within(0, OFF_LOADFLAGS + 1, file.size))
		return truncated(err);
	if (bz.protocol < BZIMAGE_PROTOCOL(2, 0))
		return err_set(err, -EBADMSG, "bad bzImage: it has boot protocol %d.%02d",
			       bz.protocol >> 8, bz.protocol & 0xff);
	if (!(file.data[OFF_LOADFLAGS] & LOADED_HIGH)) {
		r = err_set(err, -ENOTSUP,
			    "is a zImage, which runs below 640 KiB and cannot be loaded");
		return err_hint(err, r, "build the kernel as a bzImage");
	}
	r = parse_layout(file, &bz, err);
	if (r == 0)
		r = parse_fields(file, &bz, err);
	if (r < 0)
		return r;
	*ret = bz;
	return 0;
}

bool bzimage_has_entry64(const struct bzimage *bz)
{
	const uint16_t need = XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G;

	return (bz->xloadflags & need) == need;
}
