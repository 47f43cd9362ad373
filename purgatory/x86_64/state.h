/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processor's control bits (Intel SDM volume 3, 2.5 and 2.2.1), the selectors that Linux's
 * and Multiboot's boot protocols ask for, and where the block of parameters has the
 * registers. For assembly.
 */
#ifndef PURGATORY_X86_64_STATE_H
#define PURGATORY_X86_64_STATE_H

#define CR0_PE         (1 << 0)
#define CR0_EM         (1 << 2)
#define CR0_TS         (1 << 3)
#define CR0_PG         (1 << 31)
#define CR3_TABLE      ~0xfff /* mask of the top page table's address */
#define CR4_OSFXSR     (1 << 9)
#define CR4_OSXMMEXCPT (1 << 10)
#define CR4_LA57       (1 << 12)
#define PTE_IGNORED    (0x7f << 52) /* mask of bits left to software, volume 3, table 4-20 */
#define MSR_EFER       0xc0000080
#define EFER_LME       (1 << 8)

#define BOOT_CS 0x10
#define BOOT_DS 0x18
#define REAL_CS 0x20 /* 16-bit code and data whose base is purgatory's: on the way down only */
#define REAL_DS 0x28

/* Offsets in struct purgatory_entry. */
#define REG_IP 0
#define REG_SP 8
#define REG_AX 16
#define REG_BX 24
#define REG_CX 32
#define REG_DX 40
#define REG_SI 48
#define REG_DI 56
#define REG_CS 64
#define REG_DS 72

#endif
