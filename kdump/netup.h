/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bringing the network of a record up in the capture kernel: its devices found by their
 * MACs, VLANs, bonds and bridges made on them, addresses and routes set. Nobody else is
 * asked for anything, and every wait ends.
 */
#ifndef KDUMP_NETUP_H
#define KDUMP_NETUP_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/netrecord.h"

/** netup_notice - called every few seconds while waiting for @what. */
typedef void netup_notice(void *ctx, const char *what, unsigned int waited, unsigned int seconds);

/**
 * netup() - bring the network up. What an earlier call in this process made is used on, so that
 * it can be called again after a failure, and for several records of one system.
 * @seconds: the longest to wait for the devices, and again for their carriers.
 * Return: 0; -ETIMEDOUT; -errno.
 */
_must_check_ int netup(const struct netrecord *record, unsigned int seconds, netup_notice *notice,
		       void *ctx, struct err *err);

#endif
