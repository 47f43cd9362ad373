/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The new kernel's command line: put together from the request, checked against its limit. */
#ifndef KEXEC_COMMAND_LINE_H
#define KEXEC_COMMAND_LINE_H

#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/request.h"

/**
 * command_line_compose() - what the user asked for.
 * @running: the running kernel's command line, for --reuse-cmdline.
 * @brought: the one that the image brought along, for a request that says nothing of the
 *	command line; NULL: none.
 * From either the boot loader's BOOT_IMAGE words are left out and, for a capture kernel, every
 * crashkernel.
 * @ret: malloc()ed; the caller frees.
 */
_must_check_ int command_line_compose(const struct request *request, const char *running,
				      const char *brought, char **ret, struct err *err);

/** command_line_name() - put "@name " in front of *@line, which may move. */
_must_check_ int command_line_name(char **line, const char *name, struct err *err);

/** command_line_check() - refuse a @line of more than @max bytes. Return: 0 or -E2BIG. */
_must_check_ int command_line_check(const char *line, size_t max, struct err *err);

#endif
