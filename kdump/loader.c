/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>

#include "kdump/loader.h"
#include "kdump/reservation.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"

enum { KEXEC_SECONDS = 300 }; /* the longest that a load may take */

static int begin(const char *kexec, const struct strv *args, struct strv *ret)
{
	int r = strv_add(ret, kexec);

	if (r == 0)
		r = strv_add(ret, "-p");
	for (size_t i = 0; r == 0 && i < args->n; i++)
		r = strv_add(ret, args->v[i]);
	return r;
}

int loader_load_command(const struct sysroot *root, const char *kexec, const struct strv *args,
			const struct kernel *kernel, const char *cmdline, struct strv *ret,
			struct err *err)
{
	struct rootpath kernel_path, image_path;
	int r = rootpath_join(root, kernel->path, &kernel_path, err);

	if (r == 0)
		r = rootpath_join(root, kernel->image, &image_path, err);
	if (r < 0)
		return r;
	if (begin(kexec, args, ret) < 0 || strv_addf(ret, "--command-line=%s", cmdline) < 0 ||
	    strv_addf(ret, "--initrd=%s", image_path.text) < 0 ||
	    strv_add(ret, kernel_path.text) < 0)
		return err_oom(err);
	return 0;
}

int loader_unload_command(const char *kexec, const struct strv *args, struct strv *ret,
			  struct err *err)
{
	return begin(kexec, args, ret) < 0 || strv_add(ret, "-u") < 0 ? err_oom(err) : 0;
}

int loader_run(const struct sysroot *root, const struct strv *command, bool want_loaded,
	       struct err *err)
{
	const struct run_options options = { .seconds = KEXEC_SECONDS };
	bool loaded;
	int status, r;

	r = run_program(command->v, &options, &status, err);
	if (r < 0)
		return err_prefix(err, r, "%s", command->v[0]);
	if (status != 0)
		return err_set(err, -EIO, "%s ended with status %d", command->v[0], status);
	r = reservation_loaded(root, &loaded, err);
	if (r < 0)
		return r;
	if (loaded != want_loaded)
		return err_set(err, -EIO, "%s reports success, but the kernel says that %s",
			       command->v[0],
			       loaded ? "a capture kernel is still loaded"
				      : "no capture kernel is loaded");
	return 0;
}
