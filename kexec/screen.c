/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/fb.h>
#include <string.h>
#include <sys/ioctl.h>

#include "lib/bytes.h"
#include "kexec/screen.h"

enum {
	SCREEN_INFO_SIZE = 0x40,
	OFF_MODE = 0x06,
	OFF_COLUMNS = 0x07,
	OFF_LINES = 0x0e,
	OFF_TYPE = 0x0f, /* orig_video_isVGA */
	OFF_POINTS = 0x10,
	OFF_WIDTH = 0x12,
	OFF_HEIGHT = 0x14,
	OFF_DEPTH = 0x16,
	OFF_BASE = 0x18,
	OFF_SIZE = 0x1c,
	OFF_STRIDE = 0x24,
	OFF_COLOURS = 0x26,
	OFF_CAPABILITIES = 0x36,
	OFF_BASE_HIGH = 0x3a,
	OFF_EDID = 0x140,
	EDID_SIZE = 0x80,

	TYPE_VGA = 0x01,  /* text; VIDEO_TYPE_VGAC */
	TYPE_VESA = 0x23, /* VIDEO_TYPE_VLFB */
	TYPE_EFI = 0x70,  /* VIDEO_TYPE_EFI */
	CAPABILITY_64BIT_BASE = 2,
	VESA_SIZE_UNIT = 1 << 16, /* bytes that VESA counts its memory in */

	NAME_MAX_BYTES = 64,
	CARDS_MAX = 64,
};

/*
 * Drivers that only write into what the firmware set up. Without a fix.id of their own, DRM's
 * are called by the driver's name and "drmfb".
 */
static const struct {
	const char *name;
	uint8_t type;
} firmware_drivers[] = {
	{ "VESA VGA", TYPE_VESA },   { "EFI VGA", TYPE_EFI },         { "vesadrmdrmfb", TYPE_VESA },
	{ "efidrmdrmfb", TYPE_EFI }, { "simpledrmdrmfb", TYPE_VESA }, { "simple", TYPE_VESA },
};

/* Return: 0 if @name is no driver of the firmware's frame buffer. */
static uint8_t firmware_type(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(firmware_drivers); i++)
		if (strcmp(name, firmware_drivers[i].name) == 0)
			return firmware_drivers[i].type;
	return 0;
}

/* DRM without frame buffers: is there a card that is a device on a bus, not the firmware's? */
static bool has_native_card(const struct sysroot *root)
{
	for (unsigned int i = 0; i < CARDS_MAX; i++) {
		char path[64];
		int fd;

		snprintf(path, sizeof(path), "/sys/class/drm/card%u/device/vendor", i);
		fd = sysroot_open(root, path, O_RDONLY);
		if (fd >= 0) {
			close(fd);
			return true;
		}
	}
	return false;
}

static struct screen_field field_of(const struct fb_bitfield *field)
{
	return (struct screen_field){ (uint8_t)field->length, (uint8_t)field->offset };
}

/* What the driver tells of its mode. It may tell nothing: then there is no address. */
static void ask_driver(const struct sysroot *root, struct screen *ret)
{
	_cleanup_close_ int fd = sysroot_open(root, "/dev/fb0", O_RDONLY);
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;

	if (fd < 0 || ioctl(fd, FBIOGET_FSCREENINFO, &fix) < 0 ||
	    ioctl(fd, FBIOGET_VSCREENINFO, &var) < 0)
		return;
	ret->address = fix.smem_start;
	ret->size = fix.smem_len;
	ret->stride = (uint16_t)fix.line_length;
	ret->width = (uint16_t)var.xres;
	ret->height = (uint16_t)var.yres;
	ret->depth = (uint16_t)var.bits_per_pixel;
	ret->red = field_of(&var.red);
	ret->green = field_of(&var.green);
	ret->blue = field_of(&var.blue);
	ret->rest = field_of(&var.transp);
}

int screen_read(const struct sysroot *root, struct screen *ret, struct err *err)
{
	_cleanup_free_ char *name = NULL;
	int r = sysroot_read(root, "/sys/class/graphics/fb0/name", NAME_MAX_BYTES, &name, NULL,
			     err);

	if (r == -ENOENT) {
		ret->native = has_native_card(root);
		return 0;
	}
	if (r < 0)
		return r;
	snprintf(ret->driver, sizeof(ret->driver), "%.*s", (int)strcspn(name, "\n"), name);
	ret->native = !firmware_type(ret->driver);
	ask_driver(root, ret);
	return 0;
}

/* 80 by 25 characters, as a PC has them when it is switched on. */
static void put_text(uint8_t *page)
{
	page[OFF_MODE] = 3;
	page[OFF_COLUMNS] = 80;
	page[OFF_LINES] = 25;
	page[OFF_TYPE] = TYPE_VGA;
	page[OFF_POINTS] = 16;
}

static void put_running(uint8_t *page, const uint8_t *running)
{
	memcpy(page, running, SCREEN_INFO_SIZE);
	memcpy(page + OFF_EDID, running + OFF_EDID, EDID_SIZE);
}

static void put_framebuffer(const struct screen *screen, uint8_t type, uint8_t *page)
{
	const struct screen_field *const fields[] = { &screen->red, &screen->green, &screen->blue,
						      &screen->rest };
	uint32_t size = screen->size;

	if (type == TYPE_VESA)
		size = size / VESA_SIZE_UNIT + (size % VESA_SIZE_UNIT != 0);
	page[OFF_TYPE] = type;
	put_le(page + OFF_WIDTH, 2, screen->width);
	put_le(page + OFF_HEIGHT, 2, screen->height);
	put_le(page + OFF_DEPTH, 2, screen->depth);
	put_le(page + OFF_BASE, 4, screen->address);
	put_le(page + OFF_SIZE, 4, size);
	put_le(page + OFF_STRIDE, 2, screen->stride);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		page[OFF_COLOURS + 2 * i] = fields[i]->size;
		page[OFF_COLOURS + 2 * i + 1] = fields[i]->position;
	}
	if (screen->address >> 32) {
		put_le(page + OFF_CAPABILITIES, 4, CAPABILITY_64BIT_BASE);
		put_le(page + OFF_BASE_HIGH, 4, screen->address >> 32);
	}
}

void screen_put(const struct screen *screen, enum screen_wish wish, const uint8_t *running,
		uint8_t *page)
{
	uint8_t type = running ? running[OFF_TYPE] : firmware_type(screen->driver);
	bool linear = type == TYPE_VESA || type == TYPE_EFI;

	if (wish == SCREEN_TEXT) {
		put_text(page);
		return;
	}
	if (screen->native && wish != SCREEN_REUSE_TYPE)
		return;
	/* Of a frame buffer that has moved, and of one that nothing else describes. */
	if (linear && screen->address && (screen->native || !running))
		put_framebuffer(screen, type, page);
	else if (running)
		put_running(page, running);
	else if (!screen->native)
		put_text(page);
}
