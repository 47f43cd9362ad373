/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader tells purgatory. Purgatory is one flat position-independent blob; this
 * block stands at its offset 0, its first instruction at PURGATORY_ENTRY, and the loader
 * knows nothing else of it. Included by both sides, and by purgatory's assembly.
 */
#ifndef PURGATORY_PARAMS_H
#define PURGATORY_PARAMS_H

#define PURGATORY_SIZE        0x2000     /* of the blob, padded: the same whatever built it */
#define PURGATORY_ENTRY       0x400      /* offset of the first instruction in the blob */
#define PURGATORY_STACK_SIZE  0x1000     /* bytes needed behind the blob, 16-aligned */
#define PURGATORY_REGIONS_MAX 16         /* KEXEC_SEGMENT_MAX of the kernel: linux/kexec.h */
#define PURGATORY_MAGIC       "purgatry" /* 8 bytes */

/* purgatory_params.flags */
#define PURGATORY_SKIP_DIGEST 0x1 /* jump without looking (--no-checks) */
#define PURGATORY_NATIVE_SHA  0x2 /* the processor has SHA instructions: use them */

/* Offsets that assembly needs; purgatory.c asserts them. */
#define PURGATORY_OFF_FLAGS        8
#define PURGATORY_OFF_KERNEL_ENTRY 16
#define PURGATORY_OFF_KERNEL_ARG   24

#ifndef __ASSEMBLER__

#include <stdint.h>

/** struct purgatory_region - memory that the digest covers: bytes [start, start + size). */
struct purgatory_region {
	uint64_t start;
	uint64_t size;
};

/** struct purgatory_params - filled by the loader, in the byte order of the machine. */
struct purgatory_params {
	uint8_t magic[8]; /* PURGATORY_MAGIC, put there by purgatory's build */
	uint32_t flags;
	uint32_t region_count;
	uint64_t kernel_entry; /* physical address to jump to */
	uint64_t kernel_arg;   /* what the kernel gets: boot_params (x86) */
	/* Saved before the new kernel may use it: [from, from + size) goes to @backup_to. */
	uint64_t backup_from;
	uint64_t backup_to;
	uint64_t backup_size;    /* 0: nothing to save */
	uint32_t serial_port;    /* I/O port of a 16550 to report on; 0: none */
	uint32_t serial_divisor; /* of 115200 baud; 0: leave the speed as it is */
	uint8_t digest[32];      /* SHA-256 over the regions in the order given */
	struct purgatory_region regions[PURGATORY_REGIONS_MAX];
};

_Static_assert(sizeof(struct purgatory_params) <= PURGATORY_ENTRY,
	       "the parameter block must end before the first instruction");

#endif /* __ASSEMBLER__ */
#endif
