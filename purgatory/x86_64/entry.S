/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entered by the dying kernel's relocate_kernel() (arch/x86/kernel/relocate_kernel_64.S):
 * 64-bit mode, paging on with a one-to-one map, interrupts off, CR4 reset to little more
 * than PAE, neither GDT nor IDT usable. An exception on the way ends in a triple fault,
 * which resets.
 *
 * Left in the state that the image's boot protocol asks for: 64-bit with segments 0x10 and
 * 0x18 (Documentation/arch/x86/boot.rst), or one of those of leave.S.
 */
#include "purgatory/params.h"
#include "purgatory/x86_64/state.h"

	.section .params, "aw", @progbits
	.globl purgatory_params
purgatory_params:
	.ascii PURGATORY_MAGIC
	.fill PURGATORY_ENTRY - 8, 1, 0

	.section .entry, "ax", @progbits
	.globl purgatory_entry
purgatory_entry:
	cli
	cld
	movq	(%rsp), %r14	/* where a kernel that preserves its context goes on, or 0 */
	leaq	purgatory_end(%rip), %rsp
	addq	$PURGATORY_STACK_SIZE, %rsp
	andq	$-16, %rsp

	leaq	gdt(%rip), %rax
	movq	%rax, gdt_pointer + 2(%rip)
	lgdt	gdt_pointer(%rip)
	movl	$BOOT_DS, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	leaq	1f(%rip), %rax
	pushq	$BOOT_CS
	pushq	%rax
	lretq
1:
	/* SHA instructions use the vector registers: let them, for as long as needed. */
	movq	%cr0, %r12
	movq	%cr4, %r13
	testl	$PURGATORY_NATIVE_SHA, purgatory_params + PURGATORY_OFF_FLAGS(%rip)
	jz	2f
	movq	%r12, %rax
	andq	$~(CR0_EM | CR0_TS), %rax
	movq	%rax, %cr0
	movq	%r13, %rax
	orq	$(CR4_OSFXSR | CR4_OSXMMEXCPT), %rax
	movq	%rax, %cr4
2:
	leaq	purgatory_params(%rip), %rdi
	movq	%r14, %rsi
	call	purgatory_main
	movq	%r13, %cr4
	movq	%r12, %cr0

	leaq	purgatory_params + PURGATORY_OFF_REGISTERS(%rip), %rbp
	cmpl	$PURGATORY_MODE_NATIVE, purgatory_params + PURGATORY_OFF_MODE(%rip)
	jne	leave_long_mode

	/*
	 * With five-level paging, a kernel that wants four takes the table below the top one over.
	 * Kernels before 6.19 mask only the low bits of its address; those since 6.14 have set
	 * one of the high bits, which are software's, for themselves.
	 */
	testq	$CR4_LA57, %r13
	jz	3f
	movq	%cr3, %rax
	andq	$CR3_TABLE, %rax
	movabsq	$~PTE_IGNORED, %rcx
	andq	%rcx, (%rax)
3:
	movq	REG_SP(%rbp), %rax
	testq	%rax, %rax
	jz	4f
	movq	%rax, %rsp
4:
	movq	REG_IP(%rbp), %r8
	movq	REG_AX(%rbp), %rax
	movq	REG_BX(%rbp), %rbx
	movq	REG_CX(%rbp), %rcx
	movq	REG_DX(%rbp), %rdx
	movq	REG_SI(%rbp), %rsi
	movq	REG_DI(%rbp), %rdi
	xorl	%ebp, %ebp
	jmp	*%r8

	.section .data, "aw", @progbits
	.balign 16
gdt:	/* Intel SDM volume 3, 3.4.5 and 7.2.3 */
	.quad	0
	.quad	0
	.quad	0x00af9a000000ffff	/* 0x10: 64-bit code, flat */
	.quad	0x00cf92000000ffff	/* 0x18: data, flat */
	.quad	0x0080890000000000	/* 0x20: a task state segment that old kernels load */
	.quad	0
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.quad	0			/* address of gdt, set above */

	.section .note.GNU-stack, "", @progbits
