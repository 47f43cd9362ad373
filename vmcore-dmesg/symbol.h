/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places in the kernel's code as crash texts write them: "function+0x1/0x2 [module]", and as
 * scripts/decode_stacktrace.sh rewrites them: "function (file.c:12) module".
 */
#ifndef VMCORE_DMESG_SYMBOL_H
#define VMCORE_DMESG_SYMBOL_H

#include <stdbool.h>

#include "vmcore-dmesg/event.h"

/** take_symbol() - take a place off *@text, see take.h. */
bool take_symbol(const char **text, struct symbol *ret);

/** scan_frame() - read an entry of a call trace. Return: is it one? */
bool scan_frame(const char *text, struct frame *ret);

/** is_nmi_end() - does @text, of a call trace, go back from an NMI to what that interrupted? */
bool is_nmi_end(const char *text);

#endif
