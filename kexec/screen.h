/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The screen that the next kernel may write on before it has a driver of its own. The firmware
 * left one behind, described in boot_params. It is handed on whole, of whatever kind, for as
 * long as it is what the display shows: a driver made for the hardware (i915drmfb, virtio_gpu)
 * sets a mode of its own, and then the firmware's frame buffer is memory that nobody looks at,
 * or that has become something else. The next kernel is told of no screen then, and waits for
 * its own driver.
 *
 * Sources: struct screen_info of uapi/linux/screen_info.h, drivers/firmware/sysfb.c.
 */
#ifndef KEXEC_SCREEN_H
#define KEXEC_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** struct screen_field - where a colour is in a pixel, in bits. */
struct screen_field {
	uint8_t size;
	uint8_t position;
};

/** struct screen - facts about what is shown now. */
struct screen {
	char driver[32]; /* of the frame buffer, "" if there is none */
	bool native;     /* the hardware's own driver has taken over */

	/* As the driver tells it: not each one tells an address. */
	uint64_t address; /* physical; 0: unknown, and so is what follows */
	uint32_t size;    /* bytes */
	uint16_t width;   /* pixels */
	uint16_t height;
	uint16_t depth;  /* bits */
	uint16_t stride; /* bytes */
	struct screen_field red, green, blue, rest;
};

/** enum screen_wish - what the user has asked for. */
enum screen_wish {
	SCREEN_AS_SHOWN,
	SCREEN_REUSE_TYPE, /* of the type that the firmware left, whatever drives it now */
	SCREEN_TEXT,       /* purgatory sets it to text */
};

/** screen_read() - fill in @ret, zeroed. Return: 0, also without a screen, or -errno. */
_must_check_ int screen_read(const struct sysroot *root, struct screen *ret, struct err *err);

/**
 * screen_put() - write the screen into the zero page at @page.
 * @running: the running kernel's zero page, or NULL.
 */
void screen_put(const struct screen *screen, enum screen_wish wish, const uint8_t *running,
		uint8_t *page);

#endif
