/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMCOREINFO: what a kernel says about itself to those who read its memory: addresses of
 * variables, sizes of structures and offsets of their members, as KEY=VALUE lines in an ELF
 * note (Documentation/admin-guide/kdump/vmcoreinfo.rst). One table says which of them we
 * read, how they are written, and which log format cannot do without them.
 */
#ifndef VMCORE_DMESG_VMCOREINFO_H
#define VMCORE_DMESG_VMCOREINFO_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "vmcore-dmesg/core.h"
#include "vmcore-dmesg/damage.h"

/* The value of a key that is not there, or that is not what it should be. */
#define VMCOREINFO_ABSENT UINT64_MAX

/* Bytes: the kernel's note is at most a page, which is at most 64 KiB. */
enum { VMCOREINFO_MAX = 256 << 10 };

/* Sizes and offsets are of one structure; more bytes than this are not believed. */
enum { VMCOREINFO_STRUCT_MAX = 64 << 10 };

/* Bytes of a kernel's release, with a NUL (struct new_utsname). */
enum { VMCOREINFO_RELEASE_MAX = 65 };

/** enum vmcoreinfo_group - which reader needs a key; bits. */
enum vmcoreinfo_group {
	VMCOREINFO_OPTIONAL = 0, /* nobody needs it */
	VMCOREINFO_PRB = 1,      /* prb.h */
	VMCOREINFO_RECORDS = 2,  /* records.h */
	VMCOREINFO_PLAIN = 4,    /* plain.h */
	VMCOREINFO_BUFFER = VMCOREINFO_RECORDS | VMCOREINFO_PLAIN,
};

/** struct vmcoreinfo - the values; each VMCOREINFO_ABSENT if the kernel did not say it. */
struct vmcoreinfo {
	char release[VMCOREINFO_RELEASE_MAX]; /* the kernel's; "": not said, or too long */

	uint64_t prb; /* address of the pointer to the printk_ringbuffer */

	uint64_t ring_size; /* struct printk_ringbuffer */
	uint64_t ring_descs;
	uint64_t ring_text;
	uint64_t descs_count_bits; /* struct prb_desc_ring */
	uint64_t descs_descs;
	uint64_t descs_infos;
	uint64_t descs_head_id;
	uint64_t descs_tail_id;
	uint64_t text_size_bits; /* struct prb_data_ring */
	uint64_t text_data;
	uint64_t desc_size; /* struct prb_desc */
	uint64_t desc_state_var;
	uint64_t desc_text_lpos;
	uint64_t lpos_begin; /* struct prb_data_blk_lpos */
	uint64_t lpos_next;
	uint64_t info_size; /* struct printk_info */
	uint64_t info_seq;
	uint64_t info_ts_nsec;
	uint64_t info_text_len;
	uint64_t info_caller_id;
	uint64_t atomic_counter; /* atomic_long_t */

	uint64_t log_buf; /* addresses of the variables of older kernels */
	uint64_t log_buf_len;
	uint64_t log_first_idx;
	uint64_t log_next_idx;
	uint64_t log_end;
	uint64_t logged_chars;
	uint64_t log_size; /* struct log, later struct printk_log */
	uint64_t log_ts_nsec;
	uint64_t log_len;
	uint64_t log_text_len;
	uint64_t log_caller_id;

	uint64_t page_offset; /* where physical memory is mapped, a virtual address ... */
	uint64_t phys_offset; /* ... and the physical address that is mapped there */

	uint64_t crash_time; /* in seconds since 1970 */
	/* What single architectures say about their mappings; see placement.h. */
	uint64_t swapper_pg_dir; /* the kernel's page table; an address inside its image */
	uint64_t phys_base;      /* x86_64 */
	uint64_t l5_enabled;
	uint64_t va_bits; /* arm64 */
	uint64_t kimage_voffset;
	uint64_t identity_base; /* s390 */
	uint64_t kernel_offset;
	uint64_t kernel_offset_phys;
	uint64_t kernel_link_addr; /* riscv */
	uint64_t va_kernel_pa_offset;

	uint64_t init_uts_ns; /* address of the structure that has the kernel's release */
};

/**
 * vmcoreinfo_parse() - read the text of the note.
 * @text: @size bytes, and a NUL behind them; is changed.
 * @ret: all values are set, those of unknown keys aside.
 */
void vmcoreinfo_parse(char *text, size_t size, struct vmcoreinfo *ret);

/**
 * vmcoreinfo_load() - find and read the note of a core, and tell the core what it says
 * about where things are (placement.h).
 * Return: 0 or the -errno of core_note(). @ret is untouched on failure.
 */
_must_check_ int vmcoreinfo_load(struct core *core, struct vmcoreinfo *ret, struct err *err);

/**
 * vmcoreinfo_need() - check that all keys of @group have usable values: structure sizes
 * and offsets at most VMCOREINFO_STRUCT_MAX, so that sums of a few of them cannot overflow.
 * @word: bytes of the kernel's longs.
 * @ret: a copy of @info. Sizes and offsets that are missing, and that are the same in all
 *	kernels, are filled in, and @damage is told so.
 * Return: 0 or -ENODATA, with @err naming the first that is missing.
 */
_must_check_ int vmcoreinfo_need(const struct vmcoreinfo *info, enum vmcoreinfo_group group,
				 unsigned int word, struct vmcoreinfo *ret, struct damage *damage,
				 struct err *err);

#endif
