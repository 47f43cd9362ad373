/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "lib/unwrap.h"
#include "kexec/image.h"

enum {
	WRAPPERS_MAX = 4, /* no real kernel is wrapped more than twice */
};

#define KERNEL_MAX ((size_t)1 << 30) /* bytes, unwrapped */

/* Which loader takes @kernel? *@ret stays NULL if none does. */
static int probe_all(struct bytes kernel, const struct arch *arch, const struct loader **ret,
		     struct err *err)
{
	for (const struct loader *const *l = arch->loaders; *l; l++) {
		int r = (*l)->probe(kernel, err);

		if (r < 0)
			return r;
		if (r == 0) {
			*ret = *l;
			return 0;
		}
	}
	return 0;
}

/* Peel one wrapper off. Return: 0, UNWRAP_NOT_MINE, -errno. */
static int peel(struct mapping *kernel, const char *path, struct err *err)
{
	struct mapping inner;
	int r = unwrap(kernel->bytes, KERNEL_MAX, path, &inner, err);

	if (r == 0) {
		mapping_close(kernel);
		*kernel = inner;
	}
	return r;
}

static int recognise(struct image *image, const char *path, const struct arch *arch,
		     struct err *err)
{
	for (int i = 0; i <= WRAPPERS_MAX; i++) {
		int r = probe_all(image->kernel.bytes, arch, &image->loader, err);

		if (r < 0)
			return err_prefix(err, r, "%s", path);
		if (image->loader)
			return 0;
		r = peel(&image->kernel, path, err);
		if (r < 0)
			return r;
		if (r == UNWRAP_NOT_MINE)
			break;
	}
	err_set(err, -ENOEXEC, "Cannot determine the file type of %s", path);
	return err_hint(err, -ENOEXEC, "it is no kernel that %s machines boot", arch->name);
}

static int check_type(const char *type, const struct arch *arch, struct err *err)
{
	if (!type)
		return 0;
	for (const struct loader *const *l = arch->loaders; *l; l++)
		if (strcmp((*l)->name, type) == 0)
			return 0;
	return err_set(err, -ENOEXEC, "Unsupported kernel type %s", type);
}

int image_open(const char *path, const char *type, const struct arch *arch, struct image *ret,
	       struct err *err)
{
	struct image image = IMAGE_INIT;
	int r = check_type(type, arch, err);

	if (r == 0)
		r = mapping_open(path, &image.kernel, err);
	if (r < 0)
		return r;
	r = recognise(&image, path, arch, err);
	if (r == 0 && type && strcmp(type, image.loader->name) != 0)
		r = err_set(err, -ENOEXEC, "Wrong file type %s, file matches type %s", type,
			    image.loader->name);
	if (r < 0) {
		image_done(&image);
		return r;
	}
	*ret = image;
	return 0;
}

void image_done(struct image *image)
{
	mapping_close(&image->kernel);
	image->loader = NULL;
}
