/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loaders of Linux's x86 kernels. Which way they are entered decides what of memory they and
 * what they are given may take: boot.rst, "16-bit", "32-bit" and "64-bit Boot Protocol".
 */
#include <errno.h>

#include "kexec/boot_params.h"
#include "kexec/bzimage.h"
#include "kexec/initrd.h"
#include "kexec/loader.h"
#include "kexec/real_mode.h"

enum {
	KERNEL_MIN_ADDRESS = 1 << 20, /* the first MiB belongs to the firmware */
	/*
	 * A 32-bit kernel reaches no more than this without further ado, whichever way it splits
	 * the address space: arch/x86/boot/compressed/misc.c, "Destination address too large".
	 */
	KERNEL32_END = 0x38000000,
};

#define BELOW_4G (UINT64_C(1) << 32)

/* What one load is about. */
struct bzimage_load {
	const struct load_input *input;
	struct bzimage bz;
	enum plan_mode mode;
	uint64_t kernel_at;
	uint64_t initrd_at; /* 0: none */
};

static int probe64(struct bytes kernel, struct err *err)
{
	struct bzimage bz;
	int r = bzimage_parse(kernel, &bz, err);

	if (r == BZIMAGE_NOT_MINE || (r == 0 && !bzimage_has_entry64(&bz)))
		return PROBE_NOT_MINE;
	return r;
}

static int probe32(struct bytes kernel, struct err *err)
{
	struct bzimage bz;
	int r = bzimage_parse(kernel, &bz, err);

	if (r == BZIMAGE_NOT_MINE || (r == 0 && bzimage_has_entry64(&bz)))
		return PROBE_NOT_MINE;
	return r;
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

static void purgatory32(const struct request *request, struct placement *where)
{
	where->max = request_has(request, OPTION_REAL_MODE) ? REAL_MODE_PURGATORY_END : BELOW_4G;
}

static void purgatory64(const struct request *request, struct placement *where)
{
	if (request_has(request, OPTION_REAL_MODE) || request_has(request, OPTION_ENTRY_32BIT))
		purgatory32(request, where);
}

/*
 * The setup code reads the first sector of each disk through the BIOS (EDD). Linux has driven the
 * disks since, and the BIOS does not know: SeaBIOS, for one, waits without end for an answer from
 * a virtio disk that was reset. What the BIOS knows without reading is still asked for.
 */
static const char *argument(const struct request *request)
{
	return request_has(request, OPTION_REAL_MODE) ? "edd=skipmbr" : NULL;
}

/* The old kernel's page tables stay in use until the new one has its own. */
static int check_paging(const struct bzimage *bz, const struct machine *machine, struct err *err)
{
	int r;

	if (!machine->five_level_paging || (bz->xloadflags & XLF_5LEVEL))
		return 0;
	r = err_set(err, -ENOTSUP,
		    "this kernel cannot be started where five-level paging is in use");
	return err_hint(err, r,
			"use --entry-32bit, load Linux 4.17 or later, or boot this system with "
			"no5lvl");
}

static bool by_64bit_entry(const struct request *request, const struct bzimage *bz)
{
	return bzimage_has_entry64(bz) && !request_has(request, OPTION_ENTRY_32BIT);
}

static int check(const struct request *request, struct bytes kernel, struct err *err)
{
	struct bzimage bz;
	int r = bzimage_parse(kernel, &bz, err);

	if (r < 0)
		return r;
	if (!request_has(request, OPTION_REAL_MODE)) {
		if (!request->crash || bz.relocatable || by_64bit_entry(request, &bz))
			return 0;
		return err_set(err, -ENOTSUP,
			       "BzImage is not relocatable. Can't be used as capture kernel.");
	}
	if (request_has(request, OPTION_ENTRY_32BIT))
		return err_set(err, -ENOPROTOOPT,
			       "--real-mode and --entry-32bit: give one of them");
	if (request->crash)
		return err_set(err, -ENOPROTOOPT,
			       "Can't use bzImage for crash dump purposes with real mode entry");
	if (request_has(request, OPTION_PRESERVE_CONTEXT))
		return err_set(err, -ENOPROTOOPT,
			       "--load-preserve-context cannot be had with --real-mode: the BIOS "
			       "tells the kernel of memory that is to be kept");
	return 0;
}

/* Where a kernel that is not relocatable is put, up to the end of where it then goes to run. */
static int fixed_placement(const struct bzimage *bz, struct placement *where, struct err *err)
{
	uint64_t runs_at = BZIMAGE_LOAD_ADDRESS, end;

	if (bz->pref_address > runs_at)
		runs_at = bz->pref_address;
	if (!u64_add(runs_at, bz->init_size, &end) || !align_up(end, PLAN_PAGE_SIZE, &end))
		return err_set(err, -EBADMSG, "bad bzImage: it runs beyond the end of memory");
	*where = (struct placement){
		.size = end - BZIMAGE_LOAD_ADDRESS,
		.min = BZIMAGE_LOAD_ADDRESS,
		.max = end,
	};
	return 0;
}

static int kernel_placement(const struct bzimage_load *load, struct placement *where,
			    struct err *err)
{
	const struct bzimage *bz = &load->bz;

	if (load->mode != PLAN_NATIVE && !bz->relocatable)
		return fixed_placement(bz, where, err);
	*where = (struct placement){
		.size = bz->init_size,
		.align = bz->alignment,
		.min = KERNEL_MIN_ADDRESS,
	};
	/* Below its preferred address a relocatable kernel would move itself there. */
	if (bz->pref_address > where->min)
		where->min = bz->pref_address;
	if (load->mode == PLAN_NATIVE)
		return 0;
	/* Where a boot loader puts it, too: the lower, the more of memory it can use early. */
	where->bottom_up = true;
	where->max = bz->xloadflags & XLF_KERNEL_64 ? BELOW_4G : KERNEL32_END;
	return 0;
}

static int place_kernel(struct bzimage_load *load, struct plan *plan, struct err *err)
{
	struct placement where;
	struct segment *s;
	int r = kernel_placement(load, &where, err);

	if (r == 0)
		r = plan_place(plan, "kernel", &where, &s, err);
	if (r < 0)
		return r;
	s->content = load->bz.payload;
	s->scratch = true; /* it is unpacked there */
	load->kernel_at = s->start;
	return 0;
}

/* The setup header's field for its address has 32 bits; more are in the zero page alone. */
static uint64_t initrd_end(const struct bzimage_load *load)
{
	if (load->mode != PLAN_REAL && (load->bz.xloadflags & XLF_CAN_BE_LOADED_ABOVE_4G))
		return 0;
	return (uint64_t)load->bz.initrd_max + 1;
}

static int finish(const struct bzimage_load *load, struct plan *plan, struct err *err)
{
	plan->mode = load->mode;
	if (load->mode == PLAN_REAL)
		return real_mode_plan(load->input, &load->bz, load->kernel_at, load->initrd_at,
				      plan, err);
	plan->kernel.ip = load->kernel_at + (load->mode == PLAN_NATIVE ? BZIMAGE_ENTRY64 : 0);
	return boot_params_plan(load->input, &load->bz, load->initrd_at, plan, err);
}

static enum plan_mode mode_of(const struct request *request, const struct bzimage *bz)
{
	if (request_has(request, OPTION_REAL_MODE))
		return PLAN_REAL;
	return by_64bit_entry(request, bz) ? PLAN_NATIVE : PLAN_PROTECTED;
}

static int plan_bzimage(const struct load_input *input, struct plan *plan, struct err *err)
{
	struct bzimage_load load = { .input = input };
	int r = bzimage_parse(input->kernel, &load.bz, err);

	if (r < 0)
		return r;
	load.mode = mode_of(input->request, &load.bz);
	if (load.mode == PLAN_NATIVE)
		r = check_paging(&load.bz, input->machine, err);
	if (r == 0)
		r = place_kernel(&load, plan, err);
	if (r == 0)
		r = initrd_place(input->initrd, initrd_end(&load), plan, &load.initrd_at, err);
	if (r == 0)
		r = finish(&load, plan, err);
	return r;
}

#define HONOURED                                                                                   \
	(OPTION_BIT(OPTION_INITRD) | OPTION_BIT(OPTION_REUSE_INITRD) | OPTION_BIT(OPTION_APPEND) | \
	 OPTION_BIT(OPTION_REUSE_CMDLINE) | OPTION_BIT(OPTION_NO_EFI) |                            \
	 OPTION_BIT(OPTION_REUSE_VIDEO_TYPE) | OPTION_BIT(OPTION_PASS_MEMMAP) |                    \
	 OPTION_BIT(OPTION_DTB) | OPTION_BIT(OPTION_ENTRY_32BIT) | OPTION_BIT(OPTION_REAL_MODE))

const struct loader loader_bzimage64 = {
	.name = "bzImage64",
	.by_file = true,
	.honours = HONOURED,
	.probe = probe64,
	.check = check,
	.purgatory = purgatory64,
	.argument = argument,
	.cmdline_max = cmdline_max,
	.takes_efi = takes_efi,
	.plan = plan_bzimage,
};

const struct loader loader_bzimage = {
	.name = "bzImage",
	.honours = HONOURED,
	.probe = probe32,
	.check = check,
	.purgatory = purgatory32,
	.argument = argument,
	.cmdline_max = cmdline_max,
	.takes_efi = takes_efi,
	.plan = plan_bzimage,
};
