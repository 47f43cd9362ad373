/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>

#include "kdump/loader.h"
#include "kdump/reservation.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/words.h"

enum { KEXEC_SECONDS = 300 }; /* the longest that a load may take */

int loader_load_command(const struct sysroot *root, const char *kexec,
			const struct sysconfig *config, const struct kernel *kernel,
			const char *cmdline, struct strv *ret, struct err *err)
{
	struct rootpath kernel_path, image_path;
	int r = rootpath_join(root, kernel->path, &kernel_path, err);

	if (r == 0)
		r = rootpath_join(root, kernel->image, &image_path, err);
	if (r < 0)
		return r;
	if (strv_add(ret, kexec) < 0 || strv_add(ret, "-p") < 0)
		return err_oom(err);
	r = words_split(config->kexec_args, ret, err);
	if (r < 0)
		return err_prefix(err, r, "%s: KEXEC_ARGS", config->path);
	if (strv_addf(ret, "--command-line=%s", cmdline) < 0 ||
	    strv_addf(ret, "--initrd=%s", image_path.text) < 0 ||
	    strv_add(ret, kernel_path.text) < 0)
		return err_oom(err);
	return 0;
}

int loader_unload_command(const char *kexec, struct strv *ret, struct err *err)
{
	if (strv_add(ret, kexec) < 0 || strv_add(ret, "-p") < 0 || strv_add(ret, "-u") < 0)
		return err_oom(err);
	return 0;
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
