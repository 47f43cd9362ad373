/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command that finds out before the crash whether a dump would be saved: it runs the
 * capture image as it is on the disk, in a file system of its own, up to files on the target.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kdump/arming.h"
#include "kdump/commands.h"
#include "kdump/dracutimage.h"
#include "kdump/imageroot.h"
#include "kdump/layout.h"
#include "kdump/rehearsal.h"

enum { REHEARSAL_SECONDS = 900 };

static int prepare(struct arming *a, struct err *err)
{
	int r = arming_configure(a, err);

	if (r == 0)
		r = arming_find_kernel(a, err);
	if (r == 0)
		r = arming_find_target(a, err);
	if (a->space_warning)
		fprintf(stderr, "%s\n", a->space_warning);
	return r == 0 ? arming_plan_image(a, err) : r;
}

/* What nobody but the capture kernel can unpack. */
static int refuse_closed(struct err *err)
{
	err_set(err, -ENOTSUP, "this image of dracut's cannot be unpacked here, nor be rehearsed");
	return err_hint(err, -ENOTSUP,
			"Only a crash shows whether it captures; try one when that does no harm: "
			"kdumpctl test");
}

static bool is_dracuts(const struct arming *a)
{
	return a->plan.builder == IMAGEBUILDER_DRACUT;
}

/* It is the image on the disk that captures, and the one that is rehearsed. */
static int check_image(const struct arming *a, struct err *err)
{
	int r = arming_compare_image(a, err);

	if (r == 0 && is_dracuts(a)) {
		r = dracutimage_check(a->root, a->kernel.image, &a->plan, err);
		return r < 0 ? r : r == 0 ? refuse_closed(err) : 0;
	}
	if (r <= 0)
		return r;
	err_set(err, -ESTALE, "%s is not what the next crash needs", a->kernel.image);
	return err_hint(err, -ESTALE, "`kdumpctl restart` builds it anew.");
}

static int run_image(const struct arming *a, struct err *err)
{
	bool same_kernel = strcmp(a->kernel.version, a->kernel.running) == 0;
	bool modules = same_kernel && !is_dracuts(a);
	char *argv[] = { (char *)(is_dracuts(a) ? LAYOUT_SERVICE : LAYOUT_INIT),
			 (char *)REHEARSAL_OPTION,
			 modules ? NULL : (char *)REHEARSAL_WITHOUT_MODULES, NULL };
	int status = 0, r;

	if (is_dracuts(a))
		printf("What dracut's image does to find and open the target's devices is not "
		       "tried: they are open here.\n");
	else if (!same_kernel)
		printf("The image's modules are for %s and are not tried on %s.\n",
		       a->kernel.version, a->kernel.running);
	r = imageroot_run(a->root, a->kernel.image, argv, REHEARSAL_SECONDS, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "the capture would have failed, as said above");
	return r;
}

int command_rehearse(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a = { .root = &inv->root, .places = inv->places };
	int r = 0;

	if (!sysroot_is_real(&inv->root))
		r = err_set(err, -EINVAL, "a machine below --sysroot cannot rehearse");
	if (r == 0)
		r = prepare(&a, err);
	if (r == 0)
		r = check_image(&a, err);
	if (r == 0)
		r = run_image(&a, err);
	if (r < 0)
		err_print(stderr, NULL, err);
	printf(r < 0 ? "Rehearsal: [FAILED]\n" : "Rehearsal: [OK]\n");
	return r;
}
