/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory into a sink, by core_collector or, when that fails, by what still works
 * (attempts.h). Only the last attempt leaves an unfinished file behind; the others make room.
 */
#ifndef KDUMP_SAVECORE_H
#define KDUMP_SAVECORE_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/savedump.h"
#include "kdump/sink.h"

#define SAVECORE_NAME "vmcore"

/**
 * savecore() - save the memory. The job's record is told how.
 * @sink: a dump was begun in it.
 * Return: 0; -errno, with what the first attempt failed for in @err.
 */
_must_check_ int savecore(const struct savedump_job *job, struct sink *sink, struct err *err);

#endif
