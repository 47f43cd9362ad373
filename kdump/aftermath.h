/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done about saved dumps when the system is up again and armed. Nothing of it may
 * keep the arming from having succeeded: what fails is told, no more.
 */
#ifndef KDUMP_AFTERMATH_H
#define KDUMP_AFTERMATH_H

#include "lib/sysroot.h"

#include "kdump/arming.h"

/** aftermath() - report the dumps that are new, and remove those that may go. */
void aftermath(const struct arming *a);

#endif
