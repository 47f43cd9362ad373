/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers and the values of mode 3: IBM's "Personal System/2 Hardware Interface Technical
 * Reference", Video Subsystem; the same in any data sheet of a VGA card.
 */
#include "purgatory/x86_64/ports.h"
#include "purgatory/x86_64/vga.h"

enum {
	ATTRIBUTE = 0x3c0, /* takes an index and a value in turn */
	ATTRIBUTE_SHOW = 0x20,
	MISC = 0x3c2,
	SEQUENCER = 0x3c4, /* index, and the value at the next port */
	DAC_MASK = 0x3c6,
	DAC_WRITE = 0x3c8,
	DAC_DATA = 0x3c9,
	GRAPHICS = 0x3ce,
	CRTC = 0x3d4,
	CRTC_PROTECTED = 0x11, /* bit 7 locks registers 0 to 7 */
	STATUS = 0x3da,        /* to read it makes ATTRIBUTE take an index next */

	MISC_TEXT = 0x67, /* colour ports, 28 MHz, 400 lines */
	SEQUENCER_HALT = 1,
	SEQUENCER_RUN = 3,
	DAC_COLOURS = 64,
	DAC_HIGH = 0x2a, /* two thirds and one third of full */
	DAC_LOW = 0x15,

	LIGHT_GREY = 0x0700, /* on black */
};

static const uint8_t sequencer[] = { 0x00, 0x03, 0x00, 0x02 }; /* from register 1 on */
static const uint8_t crtc[] = {
	0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00,
	0x00, 0x00, 0x00, 0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
};
static const uint8_t graphics[] = { 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff };
static const uint8_t attributes[] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3a,
	0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x0c, 0x00, 0x0f, 0x08, 0x00,
};

static unsigned int column, row;

static void write_register(uint16_t port, uint8_t index, uint8_t value)
{
	outb(index, port);
	outb(value, port + 1);
}

static void set_attributes(void)
{
	inb(STATUS);
	for (uint8_t i = 0; i < sizeof(attributes); i++) {
		outb(i, ATTRIBUTE);
		outb(attributes[i], ATTRIBUTE);
	}
	outb(ATTRIBUTE_SHOW, ATTRIBUTE);
}

/* The bits of a colour's number: red, green, blue at a third, then at two thirds. */
static uint8_t shade(unsigned int colour, unsigned int high_bit)
{
	return (uint8_t)((colour >> high_bit & 1) * DAC_HIGH +
			 (colour >> (high_bit + 3) & 1) * DAC_LOW);
}

static void set_colours(void)
{
	outb(0xff, DAC_MASK);
	outb(0, DAC_WRITE);
	for (unsigned int i = 0; i < DAC_COLOURS; i++) {
		outb(shade(i, 2), DAC_DATA);
		outb(shade(i, 1), DAC_DATA);
		outb(shade(i, 0), DAC_DATA);
	}
}

void vga_reset(void)
{
	write_register(SEQUENCER, 0, SEQUENCER_HALT);
	outb(MISC_TEXT, MISC);
	for (uint8_t i = 0; i < sizeof(sequencer); i++)
		write_register(SEQUENCER, i + 1, sequencer[i]);
	write_register(SEQUENCER, 0, SEQUENCER_RUN);
	write_register(CRTC, CRTC_PROTECTED, crtc[CRTC_PROTECTED] & 0x7f);
	for (uint8_t i = 0; i < sizeof(crtc); i++)
		write_register(CRTC, i, crtc[i]);
	for (uint8_t i = 0; i < sizeof(graphics); i++)
		write_register(GRAPHICS, i, graphics[i]);
	set_attributes();
	set_colours();
}

static volatile uint16_t *cell(unsigned int at_row, unsigned int at_column)
{
	return (volatile uint16_t *)VGA_TEXT + at_row * VGA_COLUMNS + at_column;
}

/* A new line is blank, whatever was on the screen before. */
static void new_line(void)
{
	column = 0;
	if (++row == VGA_ROWS) {
		row = VGA_ROWS - 1;
		for (unsigned int i = 0; i < row * VGA_COLUMNS; i++)
			*cell(0, i) = *cell(1, i);
	}
	for (unsigned int i = 0; i < VGA_COLUMNS; i++)
		*cell(row, i) = LIGHT_GREY | ' ';
}

void vga_put(char c)
{
	if (c == '\r')
		return;
	if (c == '\n' || column == VGA_COLUMNS)
		new_line();
	if (c != '\n')
		*cell(row, column++) = LIGHT_GREY | (uint8_t)c;
}
