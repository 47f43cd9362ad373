/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "kexec/boot_params.h"

/* Offsets in the file: boot.rst, "Details of Header Fields". */
enum {
	OFF_SETUP_SECTS = 0x1f1,
	OFF_SYSSIZE = 0x1f4, /* of the payload, in 16-byte units */
	OFF_BOOT_FLAG = 0x1fe,
	OFF_JUMP_LENGTH = 0x201, /* the header ends this far behind 0x202 */
	OFF_MAGIC = 0x202,
	OFF_VERSION = 0x206,
	OFF_LOADFLAGS = 0x211,
	OFF_KERNEL_ALIGNMENT = 0x230,
	OFF_XLOADFLAGS = 0x236,
	OFF_CMDLINE_SIZE = 0x238,
	OFF_PREF_ADDRESS = 0x258,
	OFF_INIT_SIZE = 0x260,
	HEADER_2_12_END = 0x268, /* what protocol 2.12 has at least */
	HEADER_END_MAX = 0x290,  /* where the zero page goes on with something else */

	BOOT_FLAG = 0xaa55,
	LOADED_HIGH = 0x01,
	XLF_KERNEL_64 = 0x01,
	XLF_CAN_BE_LOADED_ABOVE_4G = 0x02,
	XLF_EFI_KEXEC = 0x10,
	XLF_5LEVEL = 0x20,
	PROTOCOL_64BIT = 0x20c,
	SECTOR = 512,
	SETUP_SECTS_DEFAULT = 4, /* what 0 means */
	ALIGNMENT_MAX = 1 << 30,
	KERNEL_MIN_ADDRESS = 1 << 20, /* the first MiB belongs to the firmware */
	INITRD_MIN_ADDRESS = 1 << 24, /* clear of ISA and of what old kernels put below */
};

static bool has_magic(struct bytes file)
{
	uint16_t boot_flag;

	return bytes_le16(file, OFF_BOOT_FLAG, &boot_flag) && boot_flag == BOOT_FLAG &&
	       bytes_has(file, OFF_MAGIC, "HdrS", 4);
}

/* The header's own length, and the payload's place and size against the file's. */
static int parse_layout(struct bytes file, struct bzimage *bz, struct err *err)
{
	uint64_t header_end = OFF_MAGIC + (uint64_t)file.data[OFF_JUMP_LENGTH];
	unsigned int sectors = file.data[OFF_SETUP_SECTS];
	uint64_t setup = ((uint64_t)(sectors ? sectors : SETUP_SECTS_DEFAULT) + 1) * SECTOR;
	uint64_t payload;
	uint32_t syssize;

	if (header_end > HEADER_END_MAX)
		header_end = HEADER_END_MAX;
	if (header_end < HEADER_2_12_END ||
	    !bytes_slice(file, BZIMAGE_HEADER_START, header_end - BZIMAGE_HEADER_START,
			 &bz->header) ||
	    !bytes_le32(file, OFF_SYSSIZE, &syssize) || !range_within(setup, 1, file.size))
		return err_set(err, -EBADMSG,
			       "looks like a bzImage, but is truncated in its header (%zu bytes)",
			       file.size);
	/* The last 16-byte unit need not be full. */
	if (syssize == 0 || file.size - setup + 15 < (uint64_t)syssize * 16)
		return err_set(err, -EBADMSG,
			       "looks like a bzImage, but is truncated: it has %zu bytes, its "
			       "header promises %llu",
			       file.size, (unsigned long long)(setup + (uint64_t)syssize * 16));
	/* What may follow (a signature) is not the kernel's. */
	payload = file.size - setup < (uint64_t)syssize * 16 ? file.size - setup
							     : (uint64_t)syssize * 16;
	bz->payload = (struct bytes){ file.data + setup, (size_t)payload };
	return 0;
}

static int parse_fields(struct bytes file, struct bzimage *bz, struct err *err)
{
	if (!bytes_le32(file, OFF_KERNEL_ALIGNMENT, &bz->alignment) ||
	    !bytes_le16(file, OFF_XLOADFLAGS, &bz->xloadflags) ||
	    !bytes_le32(file, OFF_CMDLINE_SIZE, &bz->cmdline_max) ||
	    !bytes_le64(file, OFF_PREF_ADDRESS, &bz->pref_address) ||
	    !bytes_le32(file, OFF_INIT_SIZE, &bz->init_size))
		return err_set(err, -EBADMSG, "looks like a bzImage, but is truncated");
	if (bz->alignment == 0 || bz->alignment > ALIGNMENT_MAX ||
	    (bz->alignment & (bz->alignment - 1)))
		return err_set(err, -EBADMSG, "bad bzImage: its alignment 0x%x is no power of two",
			       bz->alignment);
	if (bz->payload.size > bz->init_size)
		return err_set(err, -EBADMSG,
			       "bad bzImage: its payload (%zu bytes) is larger than its init_size "
			       "(%u)",
			       bz->payload.size, bz->init_size);
	return 0;
}

int bzimage_parse(struct bytes file, struct bzimage *ret, struct err *err)
{
	const uint16_t need = XLF_KERNEL_64 | XLF_CAN_BE_LOADED_ABOVE_4G;
	struct bzimage bz = { .protocol = 0 };
	int r;

	if (!has_magic(file))
		return BZIMAGE_NOT_MINE;
	if (!bytes_le16(file, OFF_VERSION, &bz.protocol) ||
	    !range_within(0, OFF_LOADFLAGS + 1, file.size))
		return err_set(err, -EBADMSG, "looks like a bzImage, but is truncated");
	if (bz.protocol < PROTOCOL_64BIT || !(file.data[OFF_LOADFLAGS] & LOADED_HIGH))
		return err_set(err, -ENOTSUP,
			       "is a bzImage of boot protocol %d.%02d; 2.12 or later is needed",
			       bz.protocol >> 8, bz.protocol & 0xff);
	r = parse_layout(file, &bz, err);
	if (r == 0)
		r = parse_fields(file, &bz, err);
	if (r < 0)
		return r;
	if ((bz.xloadflags & need) != need)
		return err_set(err, -ENOTSUP,
			       "is a bzImage without a 64-bit entry that works anywhere in memory");
	*ret = bz;
	return 0;
}

static int probe(struct bytes kernel, struct err *err)
{
	struct bzimage bz;
	int r = bzimage_parse(kernel, &bz, err);

	return r == BZIMAGE_NOT_MINE ? PROBE_NOT_MINE : r;
}

static size_t cmdline_max(struct bytes kernel)
{
	struct bzimage bz;

	return bzimage_parse(kernel, &bz, NULL) == 0 ? bz.cmdline_max : 0;
}

static bool takes_efi(struct bytes kernel)
{
	struct bzimage bz;

	return bzimage_parse(kernel, &bz, NULL) == 0 && (bz.xloadflags & XLF_EFI_KEXEC);
}

static int place_kernel(const struct bzimage *bz, struct plan *plan, struct err *err)
{
	struct placement where = {
		.size = bz->init_size,
		.align = bz->alignment,
		.min = KERNEL_MIN_ADDRESS,
	};
	struct segment *s;
	int r;

	/* Below its preferred address a relocatable kernel would move itself there. */
	if (bz->pref_address > where.min)
		where.min = bz->pref_address;
	r = plan_place(plan, "kernel", &where, &s, err);
	if (r < 0)
		return r;
	s->content = bz->payload;
	s->scratch = true; /* it is unpacked there */
	plan->kernel.ip = s->start + BZIMAGE_ENTRY64;
	return 0;
}

static int place_initrd(struct bytes initrd, struct plan *plan, uint64_t *ret, struct err *err)
{
	const struct placement where = { .size = initrd.size, .min = INITRD_MIN_ADDRESS };
	struct segment *s;
	int r;

	*ret = 0;
	if (initrd.size == 0)
		return 0;
	r = plan_place(plan, "initrd", &where, &s, err);
	if (r < 0)
		return r;
	s->content = initrd;
	*ret = s->start;
	return 0;
}

/* The old kernel's page tables stay in use until the new one has its own. */
static int check_paging(const struct bzimage *bz, const struct machine *machine, struct err *err)
{
	int r;

	if (!machine->five_level_paging || (bz->xloadflags & XLF_5LEVEL))
		return 0;
	r = err_set(err, -ENOTSUP,
		    "this kernel cannot be started where five-level paging is in use");
	return err_hint(err, r, "load Linux 4.17 or later, or boot this system with no5lvl");
}

static int plan_bzimage64(const struct load_input *input, struct plan *plan, struct err *err)
{
	uint64_t initrd_at = 0;
	struct bzimage bz;
	int r = bzimage_parse(input->kernel, &bz, err);

	if (r == 0)
		r = check_paging(&bz, input->machine, err);
	if (r == 0)
		r = place_kernel(&bz, plan, err);
	if (r == 0)
		r = place_initrd(input->initrd, plan, &initrd_at, err);
	if (r == 0)
		r = boot_params_plan(input, &bz, initrd_at, plan, err);
	return r;
}

const struct loader loader_bzimage64 = {
	.name = "bzImage64",
	.by_file = true,
	.honours = OPTION_BIT(OPTION_INITRD) | OPTION_BIT(OPTION_REUSE_INITRD) |
		   OPTION_BIT(OPTION_APPEND) | OPTION_BIT(OPTION_REUSE_CMDLINE) |
		   OPTION_BIT(OPTION_NO_EFI) | OPTION_BIT(OPTION_REUSE_VIDEO_TYPE) |
		   OPTION_BIT(OPTION_PASS_MEMMAP),
	.probe = probe,
	.cmdline_max = cmdline_max,
	.takes_efi = takes_efi,
	.plan = plan_bzimage64,
};
