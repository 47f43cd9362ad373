/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdump/kernel.h"
#include "kdump/rootpath.h"
#include "kdump/strv.h"

/* Where the image goes when the boot folder cannot be written to. */
#define STATE_DIR "/var/lib/kdump"

enum { SMALL_FILE_MAX = 256 }; /* bytes of osrelease and machine-id */

/* First line of a small file, into @ret, cut to fit. */
static int read_word(const struct sysroot *root, const char *path, char *ret, size_t size,
		     struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, path, SMALL_FILE_MAX, &text, NULL, err);

	if (r < 0)
		return r;
	text[strcspn(text, " \t\n")] = '\0';
	if (!text[0] || strlen(text) >= size || strchr(text, '/'))
		return err_set(err, -EINVAL, "%s: holds no name", path);
	memcpy(ret, text, strlen(text) + 1);
	return 0;
}

static int add_places(const struct sysconfig *config, const char *version, const char *machine,
		      struct strv *places)
{
	static const char *const usual[] = { "/boot", "/boot/efi", "/efi", "" };
	const char *const *dirs = usual;
	size_t count = ARRAY_SIZE(usual);
	const char *own = config->boot_dir;
	int r = 0;

	if (own[0]) {
		dirs = &own;
		count = 1;
	}
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = strv_addf(places, "%s/%s-%s%s", dirs[i], config->image_name, version,
			      config->image_ext);
		if (r == 0 && machine[0])
			r = strv_addf(places, "%s/%s/%s/linux", dirs[i], machine, version);
	}
	if (r == 0 && !own[0])
		r = strv_addf(places, "/lib/modules/%s/%s%s", version, config->image_name,
			      config->image_ext);
	return r;
}

static int not_found(const struct strv *places, const char *version, const char *sysconfig,
		     struct err *err)
{
	char list[ERR_TEXT_MAX / 2] = "";
	size_t used = 0;

	for (size_t i = 0; i < places->n && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
					 places->v[i]);
	err_set(err, -ENOENT, "Failed to detect kdump kernel location: none of %s", list);
	return err_hint(err, -ENOENT,
			"Install kernel %s, or name another one in %s (KDUMP_KERNELVER, "
			"KDUMP_BOOTDIR, KDUMP_IMG).",
			version, sysconfig);
}

/* The folder for the image: where kernels are kept if we may write there. */
static const char *image_dir(const struct sysroot *root, const struct sysconfig *config)
{
	const char *dir = config->boot_dir[0] ? config->boot_dir : "/boot";
	struct rootpath full;

	if (rootpath_join(root, dir, &full, NULL) < 0 || access(full.text, W_OK) < 0)
		return STATE_DIR;
	return dir;
}

/*
 * A debug kernel needs more memory than a reservation has; the plain one of the same release is
 * taken where it is installed. Distributions mark it with "+debug" or, as RHEL 7, ".debug".
 */
static void prefer_plain(const struct sysroot *root, struct kernel *kernel)
{
	static const char *const marks[] = { "+debug", ".debug" };
	size_t len = strlen(kernel->version), mark = strlen(marks[0]);
	char path[64 + KERNEL_VERSION_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (len <= mark || strcmp(kernel->version + len - mark, marks[i]) != 0)
			continue;
		snprintf(path, sizeof(path), "/lib/modules/%.*s/modules.dep", (int)(len - mark),
			 kernel->version);
		if (rootpath_exists(root, path))
			kernel->version[len - mark] = '\0';
		return;
	}
}

int kernel_find(const struct sysroot *root, const struct sysconfig *config, struct kernel *ret,
		struct err *err)
{
	_cleanup_(kernel_done) struct kernel kernel = { .path = NULL };
	_cleanup_(strv_done) struct strv places = { NULL };
	char machine[SMALL_FILE_MAX];
	int r;

	if (config->boot_dir[0] && config->boot_dir[0] != '/')
		return err_set(err, -EINVAL, "%s: KDUMP_BOOTDIR must begin with '/', not '%s'",
			       config->path, config->boot_dir);
	if (strchr(config->kernel_version, '/') ||
	    strlen(config->kernel_version) >= sizeof(kernel.version))
		return err_set(err, -EINVAL, "%s: KDUMP_KERNELVER is no kernel version",
			       config->path);
	r = read_word(root, "/proc/sys/kernel/osrelease", kernel.running, sizeof(kernel.running),
		      err);
	if (r < 0)
		return r;
	memcpy(kernel.version, kernel.running, sizeof(kernel.version));
	if (config->kernel_version[0])
		memcpy(kernel.version, config->kernel_version, strlen(config->kernel_version) + 1);
	else
		prefer_plain(root, &kernel);
	if (read_word(root, "/etc/machine-id", machine, sizeof(machine), NULL) < 0)
		machine[0] = '\0';
	if (add_places(config, kernel.version, machine, &places) < 0)
		return err_oom(err);
	for (size_t i = 0; i < places.n && !kernel.path; i++)
		if (rootpath_exists(root, places.v[i])) {
			kernel.path = strdup(places.v[i]);
			if (!kernel.path)
				return err_oom(err);
		}
	if (!kernel.path)
		return not_found(&places, kernel.version, config->path, err);
	if (asprintf(&kernel.image, "%s/initramfs-%skdump.img", image_dir(root, config),
		     kernel.version) < 0) {
		kernel.image = NULL;
		return err_oom(err);
	}
	*ret = kernel;
	kernel.path = kernel.image = NULL;
	return 0;
}

void kernel_done(struct kernel *kernel)
{
	free(kernel->path);
	free(kernel->image);
	*kernel = (struct kernel){ .path = NULL };
}
