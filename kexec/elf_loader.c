/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF executables as kernels: a vmlinux (--args-linux), programs that take ELF boot notes
 * (--args-elf, the default), or any other (--args-none). 64-bit ones are entered in 64-bit
 * mode, where a vmlinux expects boot_params in %rsi and to lie in a one-to-one map
 * (arch/x86/kernel/head_64.S: startup_64); 32-bit ones in protected mode without paging
 * (head_32.S: startup_32).
 */
#include <errno.h>

#include "kexec/boot_notes.h"
#include "kexec/boot_params.h"
#include "kexec/elf_file.h"
#include "kexec/initrd.h"
#include "kexec/loader.h"

enum {
	/* COMMAND_LINE_SIZE of arch/x86/include/asm/setup.h, without the NUL */
	COMMAND_LINE_MAX = 2047,
	/* where an initrd ends for a 32-bit kernel, lowmem's usual end: boot.rst, initrd_addr_max */
	INITRD_MAX_32 = 0x38000000,
};

#define FOUR_GIB (UINT64_C(1) << 32)

/*
 * The setup header that a vmlinux has lost: what its early code looks at, with the offsets of
 * Documentation/arch/x86/boot.rst.
 */
static const uint8_t
	setup_header[] = {
#define AT(offset) [(offset)-BZIMAGE_HEADER_START]
		AT(0x1fe) = 0x55,
		AT(0x1ff) = 0xaa, /* boot_flag */
		AT(0x202) = 'H',
		AT(0x203) = 'd',
		AT(0x204) = 'r',
		AT(0x205) = 'S',
		AT(0x206) = 0x0c,
		AT(0x207) = 0x02, /* version: 2.12, with ext_ fields above 4 GiB */
		AT(0x22c) = 0xff,
		AT(0x22d) = 0xff, /* initrd_addr_max: 2 GiB */
		AT(0x22e) = 0xff,
		AT(0x22f) = 0x7f,
		AT(0x238) = 0xff,
		AT(0x239) = 0x07, /* cmdline_size: COMMAND_LINE_MAX */
		AT(0x267) = 0,
#undef AT
	};

static int read_program(struct bytes kernel, enum elf_kind kind, struct program *ret,
			struct err *err)
{
	int r = elf_file_read(kernel, kind, ret, err);

	/* Whether it is one was asked before. */
	return r == ELF_FILE_NOT_MINE ? err_set(err, -EBADMSG, "is no ELF executable") : r;
}

static int probe(struct bytes kernel, enum elf_kind kind, struct err *err)
{
	_cleanup_(program_done) struct program program = { .parts = NULL };
	int r = elf_file_read(kernel, kind, &program, err);

	return r == ELF_FILE_NOT_MINE ? PROBE_NOT_MINE : r;
}

static int probe64(struct bytes kernel, struct err *err)
{
	return probe(kernel, ELF_X86_64, err);
}

static int probe32(struct bytes kernel, struct err *err)
{
	return probe(kernel, ELF_X86_32, err);
}

static void below_4g(_unused_ const struct request *request, struct placement *where)
{
	where->max = FOUR_GIB;
}

/* Only a Linux kernel takes an initrd; without arguments there is no command line either. */
static int check(const struct request *request, _unused_ struct bytes kernel, struct err *err)
{
	const uint64_t text = OPTION_BIT(OPTION_APPEND) | OPTION_BIT(OPTION_REUSE_CMDLINE);
	const uint64_t initrds = OPTION_BIT(OPTION_INITRD) | OPTION_BIT(OPTION_REUSE_INITRD);
	const uint64_t linux_only = initrds | OPTION_BIT(OPTION_NO_EFI) |
				    OPTION_BIT(OPTION_REUSE_VIDEO_TYPE) |
				    OPTION_BIT(OPTION_PASS_MEMMAP);
	const char *option;
	int r;

	if (request_has(request, OPTION_ARGS_LINUX))
		return 0;
	if (request_has(request, OPTION_ARGS_NONE)) {
		option = request_first(request, linux_only | text);
		return option ? err_set(err, -ENOPROTOOPT, "--%s cannot be had with --args-none",
					option)
			      : 0;
	}
	if (request_first(request, initrds)) {
		r = err_set(err, -ENOPROTOOPT, "Ramdisks not supported with generic elf arguments");
		return err_hint(err, r, "for a Linux kernel, give --args-linux");
	}
	option = request_first(request, linux_only);
	return option ? err_set(err, -ENOPROTOOPT, "--%s needs --args-linux", option) : 0;
}

static size_t cmdline_max(_unused_ struct bytes kernel)
{
	return COMMAND_LINE_MAX;
}

static bool takes_efi(_unused_ struct bytes kernel)
{
	return true;
}

/* 32-bit kernels read none of what describes the EFI of a 64-bit one. */
static bool takes_no_efi(_unused_ struct bytes kernel)
{
	return false;
}

static int plan_linux(const struct load_input *input, bool narrow, struct plan *plan,
		      struct err *err)
{
	const struct bzimage bz = {
		.header = { setup_header, sizeof(setup_header) },
		.protocol = BZIMAGE_PROTOCOL(2, 12),
	};
	uint64_t initrd_at;
	int r = initrd_place(input->initrd, narrow ? INITRD_MAX_32 : 0, plan, &initrd_at, err);

	if (r < 0)
		return r;
	return boot_params_plan(input, &bz, initrd_at, plan, err);
}

static int plan_arguments(const struct load_input *input, bool narrow, struct plan *plan,
			  struct err *err)
{
	const struct placement where = { .max = narrow ? FOUR_GIB : 0 };

	if (request_has(input->request, OPTION_ARGS_NONE))
		return 0;
	if (request_has(input->request, OPTION_ARGS_LINUX))
		return plan_linux(input, narrow, plan, err);
	return boot_notes_plan(input->cmdline, &where, plan, err);
}

static int plan_elf(const struct load_input *input, enum elf_kind kind, struct plan *plan,
		    struct err *err)
{
	_cleanup_(program_done) struct program program = { .parts = NULL };
	const bool narrow = kind == ELF_X86_32;
	const struct placement where = { .max = narrow ? FOUR_GIB : 0 };
	uint64_t moved;
	int r = read_program(input->kernel, kind, &program, err);

	if (r == 0)
		r = program_place(&program, &where, plan, &moved, err);
	if (r < 0)
		return r;
	plan->kernel.ip = program.entry + moved;
	plan->mode = narrow ? PLAN_PROTECTED : PLAN_NATIVE;
	return plan_arguments(input, narrow, plan, err);
}

static int plan64(const struct load_input *input, struct plan *plan, struct err *err)
{
	return plan_elf(input, ELF_X86_64, plan, err);
}

static int plan32(const struct load_input *input, struct plan *plan, struct err *err)
{
	return plan_elf(input, ELF_X86_32, plan, err);
}

#define ELF_OPTIONS                                                                                \
	(OPTION_BIT(OPTION_INITRD) | OPTION_BIT(OPTION_REUSE_INITRD) | OPTION_BIT(OPTION_APPEND) | \
	 OPTION_BIT(OPTION_REUSE_CMDLINE) | OPTION_BIT(OPTION_NO_EFI) |                            \
	 OPTION_BIT(OPTION_REUSE_VIDEO_TYPE) | OPTION_BIT(OPTION_PASS_MEMMAP) |                    \
	 OPTION_BIT(OPTION_ARGS_ELF) | OPTION_BIT(OPTION_ARGS_LINUX) |                             \
	 OPTION_BIT(OPTION_ARGS_NONE))

const struct loader loader_elf_x86_64 = {
	.name = "elf-x86_64",
	.honours = ELF_OPTIONS,
	.probe = probe64,
	.check = check,
	.cmdline_max = cmdline_max,
	.takes_efi = takes_efi,
	.plan = plan64,
};

const struct loader loader_elf_x86 = {
	.name = "elf-x86",
	.honours = ELF_OPTIONS,
	.probe = probe32,
	.check = check,
	.purgatory = below_4g,
	.cmdline_max = cmdline_max,
	.takes_efi = takes_no_efi,
	.plan = plan32,
};
