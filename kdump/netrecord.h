/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the running system's network that leads to the dump's server, as it is written
 * into the capture image when arming: nothing has to be asked of anybody in the capture
 * kernel, and addresses that came by DHCP are used on as they are.
 *
 * The record is text, a fact a line, its fields parted by blanks, links before those that
 * stand on them:
 *
 *	server ADDRESS NAME			NAME as kdump.conf has it
 *	client ADDRESS				this machine's, as the server sees it
 *	link NAME KIND MAC MTU [KEY=VALUE]...	KIND: device, vlan, bond, bridge
 *	address LINK ADDRESS/BITS
 *	route LINK ADDRESS/BITS [GATEWAY]
 *
 * Keys of a link: master=LINK (of a bond's or bridge's ports), on=LINK, id= and protocol= (of
 * a VLAN), mode=, miimon=, lacp_rate= and xmit_hash_policy= (of a bond). Numbers are decimal,
 * and those of <linux/if_link.h>. A device is found again by its MAC, whatever it is called
 * then.
 */
#ifndef KDUMP_NETRECORD_H
#define KDUMP_NETRECORD_H

#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum {
	NETRECORD_LINKS_MAX = 32, /* links under one address; a record with more is refused */
	NETRECORD_ROUTES_MAX = 8, /* as well as addresses */
	NETRECORD_NAME_MAX = 256, /* bytes of the server's name with NUL */
	NETRECORD_MAX = 64 << 10, /* bytes of a record's text */
	NETRECORD_MAC_BYTES = 6,  /* Ethernet only */
	NETRECORD_ADDRESS_MAX = INET6_ADDRSTRLEN,
};

/** enum netrecord_kind - what a link is. */
enum netrecord_kind {
	NETRECORD_DEVICE,
	NETRECORD_VLAN,
	NETRECORD_BOND,
	NETRECORD_BRIDGE,
};

/** struct netrecord_link - an interface. */
struct netrecord_link {
	char name[IFNAMSIZ]; /* on the running system */
	enum netrecord_kind kind;
	uint8_t mac[NETRECORD_MAC_BYTES]; /* of a device: its own, not what a bond gave it */
	uint32_t mtu;
	char master[IFNAMSIZ]; /* "": none */
	char on[IFNAMSIZ];     /* of a VLAN */
	uint32_t id;           /* of a VLAN */
	uint32_t protocol;     /* of a VLAN: ETH_P_8021Q or ETH_P_8021AD */
	uint32_t mode;         /* of a bond, and so on */
	uint32_t miimon;
	uint32_t lacp_rate;
	uint32_t xmit_hash_policy;
};

/** struct netrecord_address - an IPv4 or IPv6 address. */
struct netrecord_address {
	int family; /* AF_INET, AF_INET6; 0: none */
	union {
		struct in_addr ipv4;
		struct in6_addr ipv6;
		uint8_t bytes[sizeof(struct in6_addr)];
	};
};

/** struct netrecord_route - an address of a link, or a way through one. */
struct netrecord_route {
	char link[IFNAMSIZ];
	struct netrecord_address address;
	unsigned int bits;                /* of the network part */
	struct netrecord_address gateway; /* of a route that has one */
};

/** struct netrecord - all zero is an empty one; owns nothing outside. */
struct netrecord {
	char server_name[NETRECORD_NAME_MAX];
	struct netrecord_address server;
	struct netrecord_address client;
	struct netrecord_link links[NETRECORD_LINKS_MAX];
	size_t link_count;
	struct netrecord_route addresses[NETRECORD_ROUTES_MAX];
	size_t address_count;
	struct netrecord_route routes[NETRECORD_ROUTES_MAX];
	size_t route_count;
};

/** netrecord_parse_address() - read an IPv4 or IPv6 address. Return: 0, -EINVAL. */
_must_check_ int netrecord_parse_address(const char *text, struct netrecord_address *ret);

/** netrecord_format_address() - write one; "" for none. Return: @ret. */
const char *netrecord_format_address(const struct netrecord_address *address,
				     char ret[static NETRECORD_ADDRESS_MAX]);

/** netrecord_address_size() - bytes of an address of that family. */
size_t netrecord_address_size(int family);

/** netrecord_find() - the link of that name, or NULL. */
const struct netrecord_link *netrecord_find(const struct netrecord *record, const char *name);

/** netrecord_kind_name() - the word for a kind, which is the kernel's too but for "device". */
const char *netrecord_kind_name(enum netrecord_kind kind);

/**
 * netrecord_format() - write a record.
 * @ret: malloc()ed text; the caller frees.
 * Return: 0, -ENOMEM.
 */
_must_check_ int netrecord_format(const struct netrecord *record, char **ret, struct err *err);

/**
 * netrecord_parse() - read a record.
 * @ret: untouched on failure. Every link that a line names is there.
 * Return: 0, -EINVAL with @err naming the line.
 */
_must_check_ int netrecord_parse(const char *text, struct netrecord *ret, struct err *err);

#endif
