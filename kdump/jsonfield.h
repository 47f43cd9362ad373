/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A few strings out of a JSON object (RFC 8259) that a program of ours printed. That is all
 * that is asked of it, so a whole library for JSON would be one more thing to install for
 * four strings; what comes from anybody else needs one.
 */
#ifndef KDUMP_JSONFIELD_H
#define KDUMP_JSONFIELD_H

#include <stddef.h>

#include "lib/attrs.h"

/**
 * jsonfield_string() - the string that is the value of a member of the outermost object.
 * @text: @size bytes.
 * @ret: malloc()ed; the caller frees. Untouched unless 1 is returned.
 * Return: 1; 0 if there is no such member, or its value is no string; -EBADMSG if this is no
 * whole object; -ENOMEM.
 */
_must_check_ int jsonfield_string(const char *text, size_t size, const char *key, char **ret);

#endif
