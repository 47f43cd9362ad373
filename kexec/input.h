/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that the user names. What is said when one cannot be opened are words that scripts
 * look for; kexec-tools has others for each system call.
 */
#ifndef KEXEC_INPUT_H
#define KEXEC_INPUT_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/file.h"
#include "kexec/request.h"

/** INPUT_KERNEL, INPUT_INITRD - how messages begin; a colon and the cause follow the name. */
#define INPUT_KERNEL "Failed to open file"
#define INPUT_INITRD "Could not open initrd file"

/**
 * input_open() - open a file for reading.
 * @what: INPUT_KERNEL or INPUT_INITRD.
 * Return: a descriptor that the caller closes, or -errno with @err naming the file; with
 * --kexec-syscall (-c) always -ENOENT, which has an exit status of its own there.
 */
_must_check_ int input_open(const struct request *request, const char *what, const char *path,
			    struct err *err);

/** input_map() - the same, and map it; see mapping_open(). */
_must_check_ int input_map(const struct request *request, const char *what, const char *path,
			   struct mapping *ret, struct err *err);

#endif
