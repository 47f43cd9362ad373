/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What both versions of Multiboot have in common: a header to be searched for near the
 * image's start, an image that is ELF or says itself what goes where, and what is told of
 * memory and screen. Sources: "Multiboot Specification" version 0.6.96, "Multiboot2
 * Specification" version 2.0 (GNU GRUB's).
 */
#ifndef KEXEC_MULTIBOOT_H
#define KEXEC_MULTIBOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "kexec/loader.h"
#include "kexec/program.h"

#define MULTIBOOT_MEMORY_MAX (UINT64_C(1) << 32) /* all that is handed over lies below */
#define MULTIBOOT_LOADER     "kexec"

enum {
	MULTIBOOT_MIN_ADDRESS = 1 << 20,  /* the first MiB belongs to the firmware */
	MULTIBOOT_CMDLINE_MAX = 64 << 10, /* the formats have no limit */
	MULTIBOOT_FRAMEBUFFER_COLORS = 6, /* bytes */
	MULTIBOOT_FRAMEBUFFER_RGB = 1,    /* struct multiboot_screen.type */
};

/**
 * multiboot_search() - find a header: the first place in the first @limit bytes, a multiple of
 * @align, where @magic is and the first @words 32-bit fields sum up to 0.
 * Return: false if there is none. All those fields are there then.
 */
bool multiboot_search(struct bytes file, uint32_t magic, size_t limit, size_t align,
		      unsigned int words, uint64_t *ret);

/** struct multiboot_layout - an image's own words on what goes where, as ELF has them. */
struct multiboot_layout {
	uint32_t header_addr;   /* where the header comes to lie */
	uint32_t load_addr;     /* where the image begins */
	uint32_t load_end_addr; /* 0: with the file */
	uint32_t bss_end_addr;  /* 0: nothing behind it */
	uint32_t entry;
};

/**
 * multiboot_program() - what @layout puts where.
 * @header_at: offset of the header in the file.
 * @ret: zeroed; released with program_done(), also after a failure.
 */
_must_check_ int multiboot_program(struct bytes file, uint64_t header_at,
				   const struct multiboot_layout *layout, struct program *ret,
				   struct err *err);

/** multiboot_elf() - the same for an image that is an ELF executable. -EBADMSG if it is none. */
_must_check_ int multiboot_elf(struct bytes file, struct program *ret, struct err *err);

/** multiboot_memory() - what the new kernel is told of memory. */
const struct memory_map *multiboot_memory(const struct load_input *input);

/** multiboot_memory_type() - its number in a Multiboot memory map. */
uint32_t multiboot_memory_type(enum memory_type type);

/** multiboot_lower() - KiB of RAM from address 0 on, 640 at most. */
uint32_t multiboot_lower(const struct load_input *input);

/** multiboot_upper() - KiB of RAM from 1 MiB on to the first hole, 4 GiB at most. */
uint32_t multiboot_upper(const struct load_input *input);

/** struct multiboot_screen - a frame buffer of pixels with red, green and blue parts. */
struct multiboot_screen {
	uint64_t address;
	uint32_t pitch; /* bytes from a line to the next */
	uint32_t width; /* pixels */
	uint32_t height;
	uint8_t bits;                                 /* of a pixel */
	uint8_t colors[MULTIBOOT_FRAMEBUFFER_COLORS]; /* position and width, red to blue */
};

/** multiboot_screen() - the one that Linux would be told of. Return: false: none of that kind. */
bool multiboot_screen(const struct load_input *input, struct multiboot_screen *ret);

/** multiboot_purgatory() - loader.purgatory: below 4 GiB. */
void multiboot_purgatory(const struct request *request, struct placement *where);

/** multiboot_cmdline_max() - loader.cmdline_max. */
size_t multiboot_cmdline_max(struct bytes kernel);

/** multiboot_takes_efi() - loader.takes_efi: there is no Linux to be told otherwise. */
bool multiboot_takes_efi(struct bytes kernel);

#endif
