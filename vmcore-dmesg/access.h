/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Error codes of faults: each architecture's own bits tell what was tried at the address.
 */
#ifndef VMCORE_DMESG_ACCESS_H
#define VMCORE_DMESG_ACCESS_H

#include "vmcore-dmesg/event.h"

/**
 * access_decode() - what was tried.
 * @architecture: which code it is, by the letter that patterns (scan.h) have for it.
 */
enum event_access access_decode(char architecture, uint64_t code);

#endif
