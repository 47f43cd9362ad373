/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <elf.h>
#include <linux/kexec.h>
#include <string.h>

#include "lib/attrs.h"
#include "kexec/arch.h"
#include "kexec/loader.h"

/* Newer than many a linux/kexec.h: KEXEC_UPDATE_ELFCOREHDR of include/uapi/linux/kexec.h. */
#define UPDATE_ELFCOREHDR 0x4

/* Multiboot images are ELF executables as well, and are asked for what they are first. */
static const struct loader *const x86_64_loaders[] = {
	&loader_multiboot2,
	&loader_elf_x86_64,
	&loader_multiboot,
	&loader_elf_x86,
	&loader_bzimage64,
	&loader_bzimage,
	NULL,
};

static const struct arch archs[] = {
	{
		.name = "x86_64",
		.kexec_arch = KEXEC_ARCH_X86_64,
		.elf_machine = EM_X86_64,
		.hotplug_flag = UPDATE_ELFCOREHDR,
		/* arch/x86/include/asm/page_64_types.h: KERNEL_IMAGE_SIZE, 1 GiB with KASLR */
		.text_min = 0xffffffff80000000,
		.text_max = 0xffffffffc0000000,
		/* the same: KASLR moves the direct map by multiples of 1 GiB (PUD_SIZE) */
		.direct_map_align = UINT64_C(1) << 30,
		.loaders = x86_64_loaders,
	},
};

const struct arch *arch_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (strcmp(archs[i].name, name) == 0)
			return &archs[i];
	return NULL;
}
