/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the loader tells purgatory. Purgatory is one flat position-independent blob; this
 * block stands at its offset 0, its first instruction at PURGATORY_ENTRY, and the loader
 * knows nothing else of it. Included by both sides, and by purgatory's assembly.
 */
#ifndef PURGATORY_PARAMS_H
#define PURGATORY_PARAMS_H

#define PURGATORY_SIZE        0x4000     /* of the blob, padded: the same whatever built it */
#define PURGATORY_ENTRY       0x400      /* offset of the first instruction in the blob */
#define PURGATORY_STACK_SIZE  0x1000     /* bytes needed behind the blob, 16-aligned */
#define PURGATORY_REGIONS_MAX 16         /* KEXEC_SEGMENT_MAX of the kernel: linux/kexec.h */
#define PURGATORY_MAGIC       "purgatry" /* 8 bytes */

/* purgatory_params.flags */
#define PURGATORY_SKIP_DIGEST 0x1  /* jump without looking (--no-checks) */
#define PURGATORY_NATIVE_SHA  0x2  /* the processor has SHA instructions: use them */
#define PURGATORY_SAY_SERIAL  0x4  /* say what is done on the serial port, not only what is wrong */
#define PURGATORY_SAY_VGA     0x8  /* x86: on the VGA text screen as well */
#define PURGATORY_RESET_VGA   0x10 /* x86: set the VGA card to text first */

/* purgatory_params.mode: the state of the processor that the kernel is entered in */
#define PURGATORY_MODE_NATIVE    0 /* as purgatory itself is: 64-bit mode with paging on x86_64 */
#define PURGATORY_MODE_PROTECTED 1 /* x86: 32-bit protected mode, no paging, flat segments */
#define PURGATORY_MODE_REAL      2 /* x86: 16-bit real mode; ip and sp are offsets */

/*
 * Behind the command line of a kernel that may return to the running one, with the address
 * to jump to in hexadecimal (Documentation/admin-guide/kernel-parameters.txt knows it not, but
 * kexec-tools' users do); the text and its NUL take up to PURGATORY_RETURN_SIZE bytes.
 */
#define PURGATORY_RETURN_ARGUMENT " kexec_jump_back_entry=0x"
#define PURGATORY_RETURN_SIZE     64

/* Offsets that assembly needs; purgatory.c asserts them. */
#define PURGATORY_OFF_FLAGS     8
#define PURGATORY_OFF_MODE      16
#define PURGATORY_OFF_REGISTERS 24 /* of 8 bytes each, in the order of struct purgatory_entry */

#ifndef __ASSEMBLER__

#include <stdint.h>

/** struct purgatory_region - what the digest covers: [start, start + size), whole pages. */
struct purgatory_region {
	uint64_t start;
	uint64_t size;
};

/**
 * struct purgatory_entry - registers that the kernel finds; the others are 0. A machine
 * that has others names them here after its own.
 */
struct purgatory_entry {
	uint64_t ip; /* physical address to jump to; in real mode an offset into @cs */
	uint64_t sp; /* 0: purgatory's own stack, or in real mode the end of @ds */
	uint64_t ax;
	uint64_t bx;
	uint64_t cx;
	uint64_t dx;
	uint64_t si; /* Linux on x86: boot_params */
	uint64_t di;
	uint64_t cs; /* real mode only: paragraph of the code */
	uint64_t ds; /* real mode only: of data, extra and stack */
};

/** struct purgatory_params - filled by the loader, in the byte order of the machine. */
struct purgatory_params {
	uint8_t magic[8]; /* PURGATORY_MAGIC, put there by purgatory's build */
	uint32_t flags;
	uint32_t region_count;
	uint32_t mode; /* PURGATORY_MODE_*; a machine refuses nothing: the loader knows it */
	uint32_t reserved;
	struct purgatory_entry entry;
	uint64_t return_text; /* where to write PURGATORY_RETURN_ARGUMENT; 0: nowhere */
	/* Saved before the new kernel may use it: [from, from + size) goes to @backup_to. */
	uint64_t backup_from;
	uint64_t backup_to;
	uint64_t backup_size;    /* 0: nothing to save */
	uint32_t serial_port;    /* I/O port of a 16550 to report on; 0: none */
	uint32_t serial_divisor; /* of 115200 baud; 0: leave the speed as it is */
	uint8_t digest[32];      /* over the regions in the order given: struct sha256_pair */
	struct purgatory_region regions[PURGATORY_REGIONS_MAX];
};

_Static_assert(sizeof(struct purgatory_params) <= PURGATORY_ENTRY,
	       "the parameter block must end before the first instruction");

#endif /* __ASSEMBLER__ */
#endif
