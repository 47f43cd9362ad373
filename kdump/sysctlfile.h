/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of files of sysctl.d(5): lines KEY=VALUE, where '/' in a key is as good as '.', and
 * a '-' in front of it says that a failure does not matter.
 */
#ifndef KDUMP_SYSCTLFILE_H
#define KDUMP_SYSCTLFILE_H

#include <stdbool.h>

#include "lib/attrs.h"

/**
 * sysctlfile_set() - set a key; all other lines stay as they are.
 * @text: malloc()ed, replaced by another one on success.
 * @key: with dots.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int sysctlfile_set(char **text, const char *key, const char *value);

/** sysctlfile_has() - does @text set @key? */
bool sysctlfile_has(const char *text, const char *key);

#endif
