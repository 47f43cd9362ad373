/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network interfaces that the running kernel has. The arming side writes some of them
 * into its record, the capture side finds them again among its own.
 */
#ifndef KDUMP_NETLINKS_H
#define KDUMP_NETLINKS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/netrecord.h"

enum { NETLINKS_KIND_MAX = 24 }; /* bytes of a kind's name with NUL */

/** struct netlinks_link - an interface. */
struct netlinks_link {
	int index;
	int master;                   /* index of the link that it is a port of; 0: none */
	int lower;                    /* index of the one it stands on, here; 0: none */
	char kind[NETLINKS_KIND_MAX]; /* "vlan", "bond", "tun", ...; "" for real devices */
	bool ethernet;                /* has a MAC of the usual size */
	bool running;                 /* is up and has a carrier */
	struct netrecord_link facts;  /* but @kind, @master and @on, which depend on others */
};

/** struct netlinks - all of them; release with netlinks_done(). */
struct netlinks {
	struct netlinks_link *v;
	size_t n;
	size_t capacity;
};

/**
 * netlinks_read() - ask the kernel for its interfaces.
 * @fd: from netlink_open().
 * @ret: overwritten; holds nothing on failure.
 * Return: 0 or -errno.
 */
_must_check_ int netlinks_read(int fd, struct netlinks *ret, struct err *err);

/** netlinks_by_index() - the interface of that index, or NULL. */
const struct netlinks_link *netlinks_by_index(const struct netlinks *links, int index);

/**
 * netlinks_by_mac() - the real device of that MAC; rather one that is no port of another, as
 * some devices stand in for each other with one MAC. NULL if there is none.
 */
const struct netlinks_link *netlinks_by_mac(const struct netlinks *links,
					    const uint8_t mac[static NETRECORD_MAC_BYTES]);

/** netlinks_done() - free the list; it is empty afterwards. */
void netlinks_done(struct netlinks *links);

#endif
