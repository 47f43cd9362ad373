/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading by kexec_load: the facts that it takes, the plan, and the call. The plan depends on
 * nothing but the load's parts, so that one for another machine can be made and looked at.
 */
#ifndef KEXEC_SEGMENTS_H
#define KEXEC_SEGMENTS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/load_state.h"

/**
 * segments_load() - plan, report, and unless it is a dry run, load.
 * @load: with machine_read()'s facts, the image and all that goes with it.
 */
_must_check_ int segments_load(struct load *load, struct err *err);

/**
 * segments_explain_room() - after the kernel found no room by kexec_file_load: how much there is
 * and how much it takes, as a hint in @err. Return: @code.
 */
int segments_explain_room(struct load *load, int code, struct err *err);

#endif
