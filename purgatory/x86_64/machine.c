/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The serial port (a 16550: registers and bits as in its data sheet), and the ways to reset
 * a PC, each of which some machine lacks.
 */
#include <stdbool.h>
#include <stdint.h>

#include "purgatory/purgatory.h"
#include "purgatory/x86_64/ports.h"
#include "purgatory/x86_64/vga.h"

enum {
	UART_DATA = 0, /* with DLAB: divisor, low byte */
	UART_IER = 1,  /* with DLAB: divisor, high byte */
	UART_LCR = 3,  /* line control */
	UART_LSR = 5,  /* line status */
	UART_LCR_8N1 = 0x03,
	UART_LCR_DLAB = 0x80,
	UART_LSR_THRE = 0x20, /* room for the next byte */
	UART_LSR_TEMT = 0x40, /* all bytes are out */

	KBD_COMMAND = 0x64,
	KBD_RESET = 0xfe,
	RESET_CONTROL = 0xcf9, /* Intel chip sets' reset control register */
	RESET_HARD = 0x02,
	RESET_GO = 0x04,

	POLLS_MAX = 1 << 20, /* port reads, about a microsecond each */
};

static uint16_t serial_port; /* 0: silent */
static bool on_vga;

static void serial_wait(uint8_t bits)
{
	for (int i = 0; i < POLLS_MAX; i++)
		if ((inb(serial_port + UART_LSR) & bits) == bits)
			return;
}

static void serial_open(const struct purgatory_params *params)
{
	serial_port = (uint16_t)params->serial_port;
	if (!serial_port)
		return;
	outb(0, serial_port + UART_IER);
	if (params->serial_divisor) {
		outb(UART_LCR_8N1 | UART_LCR_DLAB, serial_port + UART_LCR);
		outb((uint8_t)params->serial_divisor, serial_port + UART_DATA);
		outb((uint8_t)(params->serial_divisor >> 8), serial_port + UART_IER);
	}
	outb(UART_LCR_8N1, serial_port + UART_LCR);
}

void console_open(const struct purgatory_params *params)
{
	if (params->flags & PURGATORY_RESET_VGA)
		vga_reset();
	on_vga = params->flags & PURGATORY_SAY_VGA;
	if (params->flags & PURGATORY_SAY_SERIAL)
		serial_open(params);
}

void console_alarm(const struct purgatory_params *params)
{
	if (!serial_port)
		serial_open(params);
}

void console_put(char c)
{
	if (on_vga)
		vga_put(c);
	if (!serial_port)
		return;
	serial_wait(UART_LSR_THRE);
	outb((uint8_t)c, serial_port + UART_DATA);
}

/* An empty interrupt table turns the next exception into a shutdown, which resets. */
static void triple_fault(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) no_idt;

	__asm__ volatile("lidt %0\n\tint3" : : "m"(no_idt));
}

void machine_reset(void)
{
	if (serial_port)
		serial_wait(UART_LSR_TEMT);
	outb(RESET_HARD, RESET_CONTROL);
	outb(RESET_HARD | RESET_GO, RESET_CONTROL);
	for (int i = 0; i < POLLS_MAX; i++)
		inb(0x80); /* the diagnostic port: only takes time */
	outb(KBD_RESET, KBD_COMMAND);
	for (int i = 0; i < POLLS_MAX; i++)
		inb(0x80);
	triple_fault();
}
