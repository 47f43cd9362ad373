/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumps removed. A dump's folder is first given a name that no dump has, so that one that was
 * half removed when the machine went down is never taken for a dump, and then emptied.
 * Nothing outside the dump path is touched: names are resolved one by one from the open
 * folder, links are removed and not followed, other file systems are not entered.
 */
#ifndef KDUMP_DUMPDELETE_H
#define KDUMP_DUMPDELETE_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/dumps.h"

/** dump_delete() - remove a dump with all that is in its folder. Return: 0 or -errno. */
_must_check_ int dump_delete(const struct dumps *dumps, const struct dump *dump, struct err *err);

/** dump_delete_rest() - finish what an earlier dump_delete() could not. Return: 0 or -errno. */
_must_check_ int dump_delete_rest(const struct dumps *dumps, struct err *err);

#endif
