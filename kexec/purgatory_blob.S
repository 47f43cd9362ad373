/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Embeds the flat purgatory that purgatory/ was built into. */
	.section .rodata, "a"
	.balign 16
	.globl purgatory_blob
purgatory_blob:
	.incbin PURGATORY_BIN
	.section .note.GNU-stack, "", @progbits
