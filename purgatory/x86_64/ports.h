/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The processor's I/O ports. */
#ifndef PURGATORY_X86_64_PORTS_H
#define PURGATORY_X86_64_PORTS_H

#include <stdint.h>

/** outb() - write a byte to @port. */
static inline void outb(uint8_t value, uint16_t port)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

/** inb() - read a byte from @port. */
static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

#endif
