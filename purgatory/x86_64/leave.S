/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Out of 64-bit mode, for images whose entry is older: to 32-bit protected mode without
 * paging (Linux's 32-bit boot protocol, Multiboot, ELF programs), and from there to real mode
 * (Linux's 16-bit setup code). The order of the steps is Intel SDM volume 3, 10.8.5.4 and
 * 10.9.2. Purgatory lies below 4 GiB then, and below 640 KiB for real mode: the loader sees to
 * it. Everything that needs an address is patched in while 64-bit mode can still compute it,
 * as the blob has no relocations.
 */
#include "purgatory/params.h"
#include "purgatory/x86_64/state.h"

	.section .text.leave_long_mode, "ax", @progbits
	.globl leave_long_mode
/* %rbp: the registers that the kernel finds. */
leave_long_mode:
	leaq	purgatory_params(%rip), %rbx

	/* The segments of real mode's way down begin at purgatory's start. */
	movl	%ebx, %eax
	shll	$16, %eax
	orl	%eax, gdt32 + REAL_CS(%rip)
	orl	%eax, gdt32 + REAL_DS(%rip)
	movl	%ebx, %eax
	shrl	$16, %eax
	andl	$0xff, %eax
	orl	%eax, gdt32 + REAL_CS + 4(%rip)
	orl	%eax, gdt32 + REAL_DS + 4(%rip)

	/* Far jumps: to the kernel, to 16-bit code, to real mode, and there to the kernel. */
	movl	REG_IP(%rbp), %eax
	movl	%eax, jump_protected + 1(%rip)
	leaq	code16(%rip), %rax
	subq	%rbx, %rax
	movl	%eax, jump_code16 + 1(%rip)
	leaq	real_mode(%rip), %rax
	subq	%rbx, %rax
	movw	%ax, jump_real_mode + 1(%rip)
	movl	%ebx, %eax
	shrl	$4, %eax
	movw	%ax, jump_real_mode + 3(%rip)
	movl	REG_IP(%rbp), %eax
	movw	%ax, jump_real + 1(%rip)
	movl	REG_CS(%rbp), %eax
	movw	%ax, jump_real + 3(%rip)
	leaq	real_idt(%rip), %rax
	subq	%rbx, %rax
	movw	%ax, load_real_idt + 3(%rip)

	/* Real mode loads these as they are written into the instructions. */
	movl	REG_DS(%rbp), %eax
	movw	%ax, load_real_ds + 1(%rip)
	movl	REG_SP(%rbp), %eax
	movw	%ax, load_real_sp + 1(%rip)

	movl	purgatory_params + PURGATORY_OFF_MODE(%rip), %edi
	leaq	gdt32(%rip), %rax
	movq	%rax, gdt32_pointer + 2(%rip)
	lgdt	gdt32_pointer(%rip)
	leaq	protected_mode(%rip), %rax
	pushq	$BOOT_CS
	pushq	%rax
	lretq

	.code32
protected_mode:
	movl	$BOOT_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%cr0, %eax
	andl	$~(CR0_PG | CR0_EM | CR0_TS), %eax
	movl	%eax, %cr0
	movl	$MSR_EFER, %ecx
	rdmsr
	andl	$~EFER_LME, %eax
	wrmsr
	xorl	%eax, %eax
	movl	%eax, %cr4
	movl	%eax, %cr3
	cmpl	$PURGATORY_MODE_REAL, %edi
	je	jump_code16

	movl	REG_SP(%ebp), %eax
	testl	%eax, %eax
	jz	1f
	movl	%eax, %esp
1:
	movl	REG_AX(%ebp), %eax
	movl	REG_BX(%ebp), %ebx
	movl	REG_CX(%ebp), %ecx
	movl	REG_DX(%ebp), %edx
	movl	REG_SI(%ebp), %esi
	movl	REG_DI(%ebp), %edi
	movl	$0, %ebp
	/* ljmp $BOOT_CS, $kernel */
jump_protected:
	.byte	0xea
	.long	0
	.word	BOOT_CS
	/* ljmp $REAL_CS, $code16 */
jump_code16:
	.byte	0xea
	.long	0
	.word	REAL_CS

	.code16
code16:
	movw	$REAL_DS, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	%ax, %fs
	movw	%ax, %gs
	/* lidtw real_idt: the table of the BIOS, at 0 */
load_real_idt:
	.byte	0x0f, 0x01, 0x1e
	.word	0
	movl	%cr0, %eax
	andb	$~CR0_PE, %al
	movl	%eax, %cr0
	/* ljmp $purgatory >> 4, $real_mode */
jump_real_mode:
	.byte	0xea
	.word	0
	.word	0
real_mode:
	/* movw $ds, %ax */
load_real_ds:
	.byte	0xb8
	.word	0
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movw	%ax, %fs
	movw	%ax, %gs
	/* movw $sp, %sp */
load_real_sp:
	.byte	0xbc
	.word	0
	xorl	%eax, %eax
	xorl	%ebx, %ebx
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	xorl	%esi, %esi
	xorl	%edi, %edi
	xorl	%ebp, %ebp
	/* ljmp $cs, $ip */
jump_real:
	.byte	0xea
	.word	0
	.word	0
	.code64

	.section .data.leave, "aw", @progbits
	.balign 16
gdt32:	/* Intel SDM volume 3, 3.4.5 */
	.quad	0
	.quad	0
	.quad	0x00cf9a000000ffff	/* 0x10: 32-bit code, flat */
	.quad	0x00cf92000000ffff	/* 0x18: data, flat */
	.quad	0x00009a000000ffff	/* 0x20: 16-bit code of 64 KiB, its base patched in */
	.quad	0x000092000000ffff	/* 0x28: data, likewise */
gdt32_pointer:
	.word	gdt32_pointer - gdt32 - 1
	.quad	0			/* address of gdt32, set above */
real_idt:
	.word	0x3ff
	.long	0

	.section .note.GNU-stack, "", @progbits
