/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as lines of text, byte for byte as kexec-tools' vmcore-dmesg writes them, which
 * scripts rely on: "[%5llu.%06llu] " with seconds and truncated microseconds, the text, a
 * newline. Printable ASCII and its blanks are written as they are, newlines in the middle
 * of a record included; every other byte is \xNN. The lines of kernels that kept lines are
 * written as they are, and a place where records are missing is a line like no other:
 * "<<< vmcore-dmesg: what is wrong >>>".
 */
#ifndef VMCORE_DMESG_TEXT_H
#define VMCORE_DMESG_TEXT_H

#include "vmcore-dmesg/record.h"
#include "vmcore-dmesg/writer.h"

/** text_sink() - a sink that writes lines to @writer, which outlives it. */
struct record_sink text_sink(struct writer *writer);

#endif
