/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What LVM itself has written on a physical volume: the description of the whole volume group,
 * which is the truth of today where a table that was read earlier may not be. Read by a reader
 * of our own, as LVM's library would be larger than the rest of the capture image.
 *
 * The places, all little-endian: in one of the first four sectors a label; it points to the
 * header of the volume, that to the areas for metadata; each of these begins with a sector that
 * points into the rest of it, a ring, where the text is (lvm2: lib/format_text/layout.h).
 */
#ifndef KDUMP_LVMAREA_H
#define KDUMP_LVMAREA_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

enum { LVMAREA_TEXT_MAX = 8 << 20 }; /* bytes of a description */

/**
 * lvmarea_read() - read the description on @node. Its checksums are verified; where there are
 * several areas, the first whole one counts.
 * @ret: malloc()ed text; untouched on failure.
 * Return: 0; -ENODATA if there is none: no physical volume, one without areas, or one that is in
 * no group; -EBADMSG if it is damaged; -errno.
 */
_must_check_ int lvmarea_read(const struct sysroot *root, const char *node, char **ret,
			      struct err *err);

#endif
