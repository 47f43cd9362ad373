/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "kdump/layout.h"
#include "kdump/modulefiles.h"

/*
 * The kernel looks for it in folders of updates first, which the image has not. What is compressed
 * is unpacked here: not every kernel can.
 */
static int add_firmware(struct firmware *firmware, struct image_plan *plan, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < firmware->names.n; i++) {
		const char *path = firmware->paths.v[i];
		char name[PATH_MAX];

		snprintf(name, sizeof(name), FIRMWARE_FOLDER "/%s", firmware->names.v[i]);
		r = image_plan_add_file(plan, firmware_is_packed(path) ? IMAGE_PACKED : IMAGE_FILE,
					0644, name, path, err);
	}
	plan->no_firmware = firmware->left_out;
	firmware->left_out = (struct strv){ NULL };
	return r;
}

/* Each with what it is loaded with. */
static int add_order(const struct modules *modules, struct image_plan *plan, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return err_oom(err);
	for (size_t i = 0; i < modules->names.n; i++) {
		const char *options = modules->options.v[i];

		fprintf(out, "%s.ko%s%s\n", modules->names.v[i], *options ? " " : "", options);
	}
	if (fclose(out) != 0)
		return err_oom(err);
	return image_plan_add_text(plan, LAYOUT_MODULE_ORDER, text, err);
}

int modulefiles_add(struct modules *modules, struct image_plan *plan, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < modules->names.n; i++) {
		char name[PATH_MAX];

		snprintf(name, sizeof(name), "%s/%s.ko", LAYOUT_MODULES, modules->names.v[i]);
		r = image_plan_add_file(plan, IMAGE_MODULE, 0600, name, modules->paths.v[i], err);
	}
	if (r == 0)
		r = add_firmware(&modules->firmware, plan, err);
	return r < 0 ? r : add_order(modules, plan, err);
}
