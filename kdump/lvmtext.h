/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text in which LVM describes a volume group: sections in braces, and values (lvm.conf(5)
 * has the same grammar). Nothing is built of it: readers go through the pieces in place.
 */
#ifndef KDUMP_LVMTEXT_H
#define KDUMP_LVMTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"

/** struct lvmtext - a piece of such a text; borrowed. */
struct lvmtext {
	const char *at;
	const char *end;
};

/** struct lvmtext_entry - a section or a value, with its name. */
struct lvmtext_entry {
	struct lvmtext name;
	struct lvmtext body; /* what is in the braces; the value as it is written */
	bool section;
};

/** lvmtext_next() - take the next entry off @rest. Return: 1; 0 at the end; -EBADMSG. */
_must_check_ int lvmtext_next(struct lvmtext *rest, struct lvmtext_entry *ret);

/** lvmtext_item() - take the next item off a list, or a single value. Return: as lvmtext_next(). */
_must_check_ int lvmtext_item(struct lvmtext *rest, struct lvmtext *ret);

/** lvmtext_is() - is a piece that text, or that text in quotes? */
bool lvmtext_is(struct lvmtext piece, const char *text);

/** lvmtext_section() - find a section in one. Return: 0, -ENODATA, -EBADMSG. */
_must_check_ int lvmtext_section(struct lvmtext in, const char *name, struct lvmtext *ret);

/** lvmtext_value() - find a value in a section. Return: 0, -ENODATA, -EBADMSG. */
_must_check_ int lvmtext_value(struct lvmtext in, const char *name, struct lvmtext *ret);

/** lvmtext_has() - does a section have a value that is @item, or a list with it? */
bool lvmtext_has(struct lvmtext in, const char *name, const char *item);

/** lvmtext_number() - read a piece that is a number. Return: 0, -EBADMSG. */
_must_check_ int lvmtext_number(struct lvmtext piece, uint64_t *ret);

/** lvmtext_copy() - copy a piece without its quotes. Return: 0; -EBADMSG if it is too long. */
_must_check_ int lvmtext_copy(struct lvmtext piece, char *ret, size_t size);

#endif
