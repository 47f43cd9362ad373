/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VGA text screen: 80 by 25 characters at 0xb8000, where the dying kernel's one-to-one map
 * reaches. Whoever was there last has left the card in some mode; vga_reset() sets text.
 */
#ifndef PURGATORY_X86_64_VGA_H
#define PURGATORY_X86_64_VGA_H

enum {
	VGA_TEXT = 0xb8000,
	VGA_COLUMNS = 80,
	VGA_ROWS = 25,
};

/**
 * vga_reset() - set the registers of mode 3: text, 80 by 25, 16 colours. The characters' shapes
 * are those that are in the card's memory; a card that was in a graphics mode may have lost them.
 */
void vga_reset(void);

/** vga_put() - write one byte, from the top of the screen on; "\n" is a new line. */
void vga_put(char c);

#endif
