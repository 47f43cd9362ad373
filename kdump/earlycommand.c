/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command of kdump-early.service: a crash later in the boot is to be captured, too. It loads
 * and does nothing else, as there is neither a network nor, perhaps, the dump target yet; what
 * else start does, it does when its turn comes, and keeps what is loaded.
 */
#include <errno.h>
#include <stdint.h>

#include "kdump/arming.h"
#include "kdump/commands.h"
#include "kdump/fullroot.h"
#include "kdump/image.h"
#include "kdump/reservation.h"
#include "kdump/tell.h"

/* An image that start would build is no failure of the machine: there is none at its first boot. */
static int check_image(const struct arming *a, struct err *err)
{
	enum imagebuilder ignored;
	int r = image_builder(a->root, a->kernel.image, &ignored, err);

	return r == -ENOENT ? err_set(err, r, "there is no %s yet", a->kernel.image) : r;
}

static int arm(struct arming *a, struct err *err)
{
	uint64_t reserved;
	bool loaded = false;
	int r = fullroot_refuse(a->root, err);

	if (r == 0)
		r = arming_take_image(a, err);
	if (r == 0)
		r = reservation_check(a->root, &reserved, err);
	if (r == 0)
		r = reservation_loaded(a->root, &loaded, err);
	if (r == 0 && loaded) {
		tell(TELL_INFO, "A capture kernel is loaded already; it stays.");
		return 0;
	}
	if (r == 0)
		r = check_image(a, err);
	if (r == 0)
		r = arming_load(a, err);
	if (r == 0)
		tell(TELL_INFO, "Armed early: kernel %s, image %s", a->kernel.path,
		     a->kernel.image);
	return r;
}

int command_early(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a = {
		.root = &inv->root,
		.places = inv->places,
		.early = true,
	};
	int r = arm(&a, err);

	if (r < 0) /* in one line: start will say more of it */
		tell_warning("Not armed early: %s", err->text);
	return r;
}
