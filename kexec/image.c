/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/scratch.h"
#include "lib/unwrap.h"
#include "kexec/image.h"
#include "kexec/input.h"
#include "kexec/pe.h"
#include "kexec/uki.h"
#include "kexec/zboot.h"

enum {
	INITRD_PART_ALIGN = 4, /* bytes, as systemd-stub and the kernel's unpacking have it */
};

#define UKI_TYPE "uki"

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

/* The kernel's place is taken by what was inside it. */
static void replace_kernel(struct image *image, struct mapping inner, const char *wrapper)
{
	mapping_close(&image->kernel);
	image->kernel = inner;
	image->wrappers[image->wrapper_count++] = wrapper;
}

/* A peeler: takes one wrapper off image->kernel. Return: 0; PEEL_NOT_MINE; -errno. */
typedef int peel_fn(struct image *image, const char *name, struct err *err);

#define PEEL_NOT_MINE 1

static int take_initrd(struct image *image, const struct uki *uki, const char *name,
		       struct err *err)
{
	const struct bytes parts[] = { uki->sections[UKI_UCODE], uki->sections[UKI_INITRD] };

	if (parts[0].size == 0)
		return mapping_slice(&image->kernel, parts[1], name, &image->initrd, err);
	return scratch_join(parts, ARRAY_SIZE(parts), INITRD_PART_ALIGN, name, &image->initrd, err);
}

/*
 * What @uki, image->kernel, has inside; the kernel to *@inner. Slices need a descriptor, which
 * only a slice itself has not: the inside of a unified kernel image, and that is none.
 */
static int take_sections(struct image *image, const struct uki *uki, const char *name,
			 struct mapping *inner, struct err *err)
{
	struct bytes kernel = pe_without_padding(uki->sections[UKI_LINUX]);
	int r;

	if (kernel.size > KERNEL_MAX)
		return err_set(err, -EFBIG, "%s: its section .linux has %zu bytes, more than %zu",
			       name, kernel.size, KERNEL_MAX);
	r = take_initrd(image, uki, name, err);
	if (r == 0)
		r = mapping_slice(&image->kernel, uki->sections[UKI_DTB], name, &image->dtb, err);
	if (r == 0)
		r = mapping_slice(&image->kernel, kernel, name, inner, err);
	return r;
}

static int peel_uki(struct image *image, const char *name, struct err *err)
{
	struct mapping inner;
	struct uki uki;
	int r = uki_parse(image->kernel.bytes, &uki, err);

	if (r == UKI_NOT_MINE)
		return PEEL_NOT_MINE;
	if (r == 0 && image->cmdline)
		r = err_set(err, -EBADMSG, "is a unified kernel image inside of another one");
	if (r == 0)
		r = uki_cmdline(&uki, &image->cmdline, err);
	if (r < 0)
		return err_prefix(err, r, "%s", name);
	r = take_sections(image, &uki, name, &inner, err);
	if (r == 0)
		replace_kernel(image, inner, UKI_TYPE);
	return r;
}

static int peel_zboot(struct image *image, const char *name, struct err *err)
{
	_cleanup_(mapping_close) struct mapping inner = MAPPING_INIT;
	struct zboot zboot;
	struct bytes part;
	int r = zboot_parse(image->kernel.bytes, &zboot, err);

	if (r == ZBOOT_NOT_MINE)
		return PEEL_NOT_MINE;
	if (r < 0)
		return err_prefix(err, r, "%s", name);
	r = unwrap_as(zboot.format, zboot.payload, KERNEL_MAX, name, &inner, err);
	if (r == 0)
		part = pe_without_padding(inner.bytes);
	if (r == 0 && part.size < inner.bytes.size)
		r = scratch_copy(&inner, part, name, err);
	if (r < 0)
		return r;
	replace_kernel(image, inner, "zboot");
	inner = (struct mapping)MAPPING_INIT;
	return 0;
}

static int peel_compressed(struct image *image, const char *name, struct err *err)
{
	const char *format = unwrap_format(image->kernel.bytes);
	struct mapping inner;
	int r;

	if (!format)
		return PEEL_NOT_MINE;
	r = unwrap_as(format, image->kernel.bytes, KERNEL_MAX, name, &inner, err);
	if (r == 0)
		replace_kernel(image, inner, format);
	return r;
}

/* Zboot before UKI: it says what it is in its first bytes. */
static peel_fn *const peelers[] = { peel_compressed, peel_zboot, peel_uki };

static int peel(struct image *image, const char *name, struct err *err)
{
	int r = PEEL_NOT_MINE;

	for (size_t i = 0; i < ARRAY_SIZE(peelers) && r == PEEL_NOT_MINE; i++)
		r = peelers[i](image, name, err);
	return r;
}

static int unknown(const struct image *image, const char *name, const struct arch *arch,
		   struct err *err)
{
	err_set(err, -ENOEXEC, "Cannot determine the file type of %s", name);
	if (image->wrapper_count == IMAGE_WRAPPERS_MAX)
		return err_hint(err, -ENOEXEC, "below %d wrappers there is still no kernel",
				IMAGE_WRAPPERS_MAX);
	if (image->kernel.bytes.size == 0)
		return err_hint(err, -ENOEXEC, "it is empty");
	return err_hint(err, -ENOEXEC, "it is no kernel that %s machines boot", arch->name);
}

static int recognise(struct image *image, const char *name, const struct arch *arch,
		     struct err *err)
{
	for (;;) {
		int r = probe_all(image->kernel.bytes, arch, &image->loader, err);

		if (r < 0)
			return err_prefix(err, r, "%s", name);
		if (image->loader)
			return 0;
		if (image->wrapper_count == IMAGE_WRAPPERS_MAX)
			return unknown(image, name, arch, err);
		r = peel(image, name, err);
		if (r == PEEL_NOT_MINE)
			return unknown(image, name, arch, err);
		if (r < 0)
			return r;
	}
}

int image_from(struct mapping *file, const char *name, const struct arch *arch, struct image *ret,
	       struct err *err)
{
	struct image image = IMAGE_INIT;
	int r;

	image.kernel = *file;
	*file = (struct mapping)MAPPING_INIT;
	r = recognise(&image, name, arch, err);
	if (r < 0) {
		image_done(&image);
		return r;
	}
	*ret = image;
	return 0;
}

/* --type names a loader, or the wrapper that kexec-tools calls a type. */
static bool is_type(const struct image *image, const char *type)
{
	for (unsigned int i = 0; i < image->wrapper_count; i++)
		if (strcmp(image->wrappers[i], UKI_TYPE) == 0 && strcmp(type, UKI_TYPE) == 0)
			return true;
	return strcmp(image->loader->name, type) == 0;
}

static const struct loader *loader_of_type(const char *type, const struct arch *arch)
{
	for (const struct loader *const *l = arch->loaders; *l; l++)
		if (strcmp((*l)->name, type) == 0)
			return *l;
	return NULL;
}

/* An image may be of several types (Xen's is of three): let it be the one that was asked for. */
static bool take_as(struct image *image, const char *type, const struct arch *arch)
{
	const struct loader *loader = loader_of_type(type, arch);

	if (!loader || loader->probe(image->kernel.bytes, NULL) != 0)
		return false;
	image->loader = loader;
	return true;
}

static int check_type(const char *type, const struct arch *arch, struct err *err)
{
	if (!type || strcmp(type, UKI_TYPE) == 0 || loader_of_type(type, arch))
		return 0;
	err_set(err, -ENOEXEC, "Unsupported kernel type %s", type);
	return err_hint(err, -ENOEXEC, "'kexec --help' ends with the types there are");
}

int image_open(const struct request *request, const struct arch *arch, struct image *ret,
	       struct err *err)
{
	const char *type = request->type;
	struct image image;
	struct mapping file;
	int r = check_type(type, arch, err);

	if (r == 0)
		r = input_map(request, INPUT_KERNEL, request->kernel, &file, err);
	if (r == 0)
		r = image_from(&file, request->kernel, arch, &image, err);
	if (r < 0)
		return r;
	if (type && !is_type(&image, type) && !take_as(&image, type, arch)) {
		r = err_set(err, -ENOEXEC, "Wrong file type %s, file matches type %s", type,
			    image.loader->name);
		image_done(&image);
		return r;
	}
	*ret = image;
	return 0;
}

void image_print_types(FILE *out, const struct arch *arch)
{
	fprintf(out, "Types:");
	for (const struct loader *const *l = arch->loaders; *l; l++)
		fprintf(out, " %s", (*l)->name);
	fprintf(out, " " UKI_TYPE "\n");
}

void image_done(struct image *image)
{
	mapping_close(&image->kernel);
	mapping_close(&image->initrd);
	mapping_close(&image->dtb);
	free(image->cmdline);
	*image = (struct image)IMAGE_INIT;
}
