/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which screen the next kernel is told of, for each driver of the running one's. Offsets are
 * those of struct screen_info, written out here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/fb.h>
#include <sys/ioctl.h>

#include "lib/bytes.h"
#include "kexec/screen.h"
#include "tests/unit/tree.h"

static uint8_t running[4096];

static bool driver_tells;

/* What a driver says of its mode; the file is any. */
int ioctl(_unused_ int fd, unsigned long request, ...)
{
	va_list ap;
	void *ret;

	va_start(ap, request);
	ret = va_arg(ap, void *);
	va_end(ap);
	if (driver_tells && request == FBIOGET_FSCREENINFO)
		*(struct fb_fix_screeninfo *)ret = (struct fb_fix_screeninfo){
			.smem_start = 0x4000000000,
			.smem_len = 0x7e9000,
			.line_length = 7680,
		};
	else if (driver_tells && request == FBIOGET_VSCREENINFO)
		*(struct fb_var_screeninfo *)ret = (struct fb_var_screeninfo){
			.xres = 1920,
			.yres = 1080,
			.bits_per_pixel = 32,
			.red = { .offset = 16, .length = 8 },
			.green = { .offset = 8, .length = 7 },
			.blue = { .offset = 1, .length = 6 },
			.transp = { .offset = 24, .length = 5 },
		};
	else
		errno = ENOTTY;
	return driver_tells ? 0 : -1;
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(running); i++)
		running[i] = (uint8_t)(i * 3 + 1);
	return 0;
}

/* What is known of a machine whose frame buffer has this name; NULL: it has none. */
static struct screen read_named(const char *name)
{
	struct screen screen = { .native = false };
	struct tree tree;

	tree_make(&tree);
	if (name)
		tree_text(&tree, "/sys/class/graphics/fb0/name", name);
	assert_int_equal(screen_read(&tree.root, &screen, NULL), 0);
	tree_remove(&tree);
	return screen;
}

static void assert_blank(const uint8_t *page)
{
	static const uint8_t blank[4096];

	assert_memory_equal(page, blank, sizeof(blank));
}

static void assert_text(const uint8_t *page)
{
	assert_int_equal(page[0x06], 3);
	assert_int_equal(page[0x07], 80);
	assert_int_equal(page[0x0e], 25);
	assert_int_equal(page[0x0f], 1);
	assert_int_equal(page[0x10], 16);
	for (size_t i = 0x11; i < 0x40; i++)
		assert_int_equal(page[i], 0);
}

static void assert_running(const uint8_t *page)
{
	assert_memory_equal(page, running, 0x40);
	assert_int_equal(page[0x40], 0);
	assert_int_equal(page[0x13f], 0);
	assert_memory_equal(page + 0x140, running + 0x140, 0x80);
	assert_int_equal(page[0x1c0], 0);
}

/* Text, VESA's frame buffer, EFI's, and kinds that no driver here knows: whole, as it was. */
static void test_firmware_drivers(void **state)
{
	static const char *const names[] = { NULL,
					     "VESA VGA\n",
					     "EFI VGA\n",
					     "simple\n",
					     "simpledrmdrmfb\n",
					     "efidrmdrmfb\n",
					     "vesadrmdrmfb\n" };
	static const uint8_t types[] = { 0x00, 0x01, 0x10, 0x21, 0x23, 0x70 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct screen screen = read_named(names[i]);

		assert_false(screen.native);
		for (size_t j = 0; j < ARRAY_SIZE(types); j++) {
			uint8_t page[4096] = { 0 };

			running[0x0f] = types[j];
			screen.address = 0xd0000000; /* the driver's own view adds nothing */
			screen_put(&screen, SCREEN_AS_SHOWN, running, page);
			assert_running(page);
		}
	}
}

static void test_native_drivers(void **state)
{
	static const char *const names[] = { "i915drmfb\n",       "amdgpudrmfb\n",
					     "virtio_gpudrmfb\n", "bochs-drmdrmfb\n",
					     "hyperv_drmdrmfb\n", "VGA16 VGA\n",
					     "nouveaudrmfb\n" };
	static const uint8_t types[] = { 0x01, 0x23, 0x70 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct screen screen = read_named(names[i]);

		assert_true(screen.native);
		for (size_t j = 0; j < ARRAY_SIZE(types); j++) {
			uint8_t page[4096] = { 0 };

			running[0x0f] = types[j];
			screen_put(&screen, SCREEN_AS_SHOWN, running, page);
			assert_blank(page);
			screen_put(&screen, SCREEN_AS_SHOWN, NULL, page);
			assert_blank(page);
			/* Asked for, the type stays; with no address told, all the rest. */
			screen_put(&screen, SCREEN_REUSE_TYPE, running, page);
			assert_running(page);
		}
	}
}

static void assert_color(const struct screen_field *field, unsigned int size, unsigned int position)
{
	assert_int_equal(field->size, size);
	assert_int_equal(field->position, position);
}

static void test_driver_tells(void **state)
{
	struct screen screen = { .native = false };
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_text(&tree, "/sys/class/graphics/fb0/name", "i915drmfb\n");
	tree_text(&tree, "/dev/fb0", "");
	assert_int_equal(screen_read(&tree.root, &screen, NULL), 0);
	assert_int_equal(screen.address, 0); /* nothing is known */
	driver_tells = true;
	assert_int_equal(screen_read(&tree.root, &screen, NULL), 0);
	driver_tells = false;
	tree_remove(&tree);
	assert_int_equal(screen.address, 0x4000000000);
	assert_int_equal(screen.size, 0x7e9000);
	assert_int_equal(screen.stride, 7680);
	assert_int_equal(screen.width, 1920);
	assert_int_equal(screen.height, 1080);
	assert_int_equal(screen.depth, 32);
	assert_color(&screen.red, 8, 16);
	assert_color(&screen.green, 7, 8);
	assert_color(&screen.blue, 6, 1);
	assert_color(&screen.rest, 5, 24);
}

/* A kernel without frame buffers: a card on a bus has a driver that sets modes. */
static void test_cards(void **state)
{
	struct screen screen = { .native = false };
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_text(&tree, "/sys/class/drm/card0/dev", "226:0\n"); /* simpledrm's */
	assert_int_equal(screen_read(&tree.root, &screen, NULL), 0);
	assert_false(screen.native);
	tree_text(&tree, "/sys/class/drm/card1/device/vendor", "0x8086\n");
	assert_int_equal(screen_read(&tree.root, &screen, NULL), 0);
	assert_true(screen.native);
	/* A second card is no reason not to use what the firmware's driver shows. */
	tree_text(&tree, "/sys/class/graphics/fb0/name", "EFI VGA\n");
	screen = (struct screen){ .native = false };
	assert_int_equal(screen_read(&tree.root, &screen, NULL), 0);
	assert_false(screen.native);
	tree_remove(&tree);
}

static const struct screen shown = {
	.driver = "i915drmfb",
	.native = true,
	.address = 0x40d0000000,
	.size = 0x7e9001,
	.width = 1920,
	.height = 1080,
	.depth = 32,
	.stride = 7680,
	.red = { 8, 16 },
	.green = { 7, 9 },
	.blue = { 6, 1 },
	.rest = { 5, 24 },
};

static void assert_field(const uint8_t *page, size_t offset, unsigned int width, uint64_t expected)
{
	const struct bytes info = { page, 0x40 };
	uint64_t found;

	assert_true(bytes_uint(info, offset, width, false, &found));
	assert_int_equal(found, expected);
}

static void assert_shown(const uint8_t *page, uint8_t type, uint32_t size)
{
	static const uint8_t colours[] = { 8, 16, 7, 9, 6, 1, 5, 24 };

	assert_int_equal(page[0x0f], type);
	assert_field(page, 0x12, 2, 1920);
	assert_field(page, 0x14, 2, 1080);
	assert_field(page, 0x16, 2, 32);
	assert_field(page, 0x18, 4, 0xd0000000);
	assert_field(page, 0x1c, 4, size);
	assert_field(page, 0x24, 2, 7680);
	assert_field(page, 0x36, 4, 2); /* the base has a high half */
	assert_field(page, 0x3a, 4, 0x40);
	assert_memory_equal(page + 0x26, colours, sizeof(colours));
	assert_int_equal(page[0x06], 0); /* nothing of a text mode */
	assert_int_equal(page[0x140], 0);
}

/* --reuse-video-type, where the driver tells where its own frame buffer is. */
static void test_reuse_type(void **state)
{
	uint8_t page[4096] = { 0 };

	(void)state;
	running[0x0f] = 0x70;
	screen_put(&shown, SCREEN_REUSE_TYPE, running, page);
	assert_shown(page, 0x70, 0x7e9001);
	memset(page, 0, sizeof(page));
	running[0x0f] = 0x23; /* VESA counts in units of 64 KiB */
	screen_put(&shown, SCREEN_REUSE_TYPE, running, page);
	assert_shown(page, 0x23, 0x7f);
	memset(page, 0, sizeof(page));
	running[0x0f] = 0x01;
	screen_put(&shown, SCREEN_REUSE_TYPE, running, page);
	assert_running(page);
}

/* The running kernel shows no boot_params: its driver is all that is known. */
static void test_without_boot_params(void **state)
{
	struct screen screen = shown;
	uint8_t page[4096] = { 0 };

	(void)state;
	strcpy(screen.driver, "EFI VGA");
	screen.native = false;
	screen_put(&screen, SCREEN_AS_SHOWN, NULL, page);
	assert_shown(page, 0x70, 0x7e9001);
	strcpy(screen.driver, "VESA VGA");
	screen_put(&screen, SCREEN_AS_SHOWN, NULL, page);
	assert_shown(page, 0x23, 0x7f);
	memset(page, 0, sizeof(page));
	screen = read_named(NULL);
	screen_put(&screen, SCREEN_AS_SHOWN, NULL, page);
	assert_text(page);
}

/* Purgatory sets the card to text: that is the screen then, whatever there was. */
static void test_text(void **state)
{
	uint8_t page[4096] = { 0 };

	(void)state;
	screen_put(&shown, SCREEN_TEXT, running, page);
	assert_text(page);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_firmware_drivers),
		TEST(test_native_drivers),
		TEST(test_driver_tells),
		TEST(test_cards),
		TEST(test_reuse_type),
		TEST(test_without_boot_params),
		TEST(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
