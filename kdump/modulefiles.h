/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the capture image has of kernel modules: their files and firmware, and the list that they
 * are loaded by.
 */
#ifndef KDUMP_MODULEFILES_H
#define KDUMP_MODULEFILES_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/imageplan.h"
#include "kdump/modules.h"

/**
 * modulefiles_add() - plan them.
 * @modules: in load order. What it says was left out moves to @plan.
 * Return: 0 or -ENOMEM.
 */
_must_check_ int modulefiles_add(struct modules *modules, struct image_plan *plan, struct err *err);

#endif
