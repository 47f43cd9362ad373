/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>

#include <linux/if_link.h>
#include <net/if_arp.h>
#include <string.h>

#include "lib/array.h"

#include "kdump/netlink.h"
#include "kdump/netlinks.h"

/* An attribute of one or two bytes; 0 without one. */
static uint32_t small(struct netlink_attrs attrs, uint16_t type, size_t size)
{
	const struct rtattr *attr = netlink_find(attrs, type, size);
	uint16_t word = 0;

	if (!attr)
		return 0;
	if (size == 1)
		return *(const uint8_t *)RTA_DATA(attr);
	memcpy(&word, RTA_DATA(attr), sizeof(word));
	return word;
}

static void take_kind(struct netlink_attrs info, struct netlinks_link *link)
{
	struct netlink_attrs data = netlink_nested(netlink_find(info, IFLA_INFO_DATA, 0));
	struct netrecord_link *facts = &link->facts;

	netlink_text(info, IFLA_INFO_KIND, link->kind, sizeof(link->kind));
	if (strcmp(link->kind, "vlan") == 0) {
		facts->id = small(data, IFLA_VLAN_ID, 2);
		facts->protocol = ntohs((uint16_t)small(data, IFLA_VLAN_PROTOCOL, 2));
	} else if (strcmp(link->kind, "bond") == 0) {
		facts->mode = small(data, IFLA_BOND_MODE, 1);
		facts->miimon = netlink_u32(data, IFLA_BOND_MIIMON, 0);
		facts->lacp_rate = small(data, IFLA_BOND_AD_LACP_RATE, 1);
		facts->xmit_hash_policy = small(data, IFLA_BOND_XMIT_HASH_POLICY, 1);
	}
}

/*
 * The MAC that a device has by itself. A bond gives its ports its own, and kernels before
 * 5.6 tell the other one only among what the bond knows of its port.
 */
static void take_mac(struct netlink_attrs attrs, struct netlink_attrs info,
		     struct netlinks_link *link)
{
	struct netlink_attrs port = netlink_nested(netlink_find(info, IFLA_INFO_SLAVE_DATA, 0));
	char master[NETLINKS_KIND_MAX];
	const struct rtattr *mac = NULL;

	netlink_text(info, IFLA_INFO_SLAVE_KIND, master, sizeof(master));
	if (strcmp(master, "bond") == 0)
		mac = netlink_find(port, IFLA_BOND_SLAVE_PERM_HWADDR, NETRECORD_MAC_BYTES);
	if (!mac && !link->kind[0])
		mac = netlink_find(attrs, IFLA_PERM_ADDRESS, NETRECORD_MAC_BYTES);
	if (!mac)
		mac = netlink_find(attrs, IFLA_ADDRESS, NETRECORD_MAC_BYTES);
	if (mac)
		memcpy(link->facts.mac, RTA_DATA(mac), NETRECORD_MAC_BYTES);
	else
		link->ethernet = false;
}

static int take_link(const struct nlmsghdr *message, void *ctx, struct err *err)
{
	const struct ifinfomsg *fixed = NLMSG_DATA(message);
	struct netlink_attrs attrs = netlink_attrs(message, sizeof(*fixed));
	struct netlink_attrs info = netlink_nested(netlink_find(attrs, IFLA_LINKINFO, 0));
	struct netlinks *links = ctx;
	struct netlinks_link link = { .index = 0 };

	if (message->nlmsg_type != RTM_NEWLINK || message->nlmsg_len < NLMSG_LENGTH(sizeof(*fixed)))
		return 0;
	link.index = fixed->ifi_index;
	link.ethernet = fixed->ifi_type == ARPHRD_ETHER;
	link.running = (fixed->ifi_flags & IFF_UP) && (fixed->ifi_flags & IFF_RUNNING);
	link.master = (int)netlink_u32(attrs, IFLA_MASTER, 0);
	if (!netlink_find(attrs, IFLA_LINK_NETNSID, 0))
		link.lower = (int)netlink_u32(attrs, IFLA_LINK, 0);
	link.facts.mtu = netlink_u32(attrs, IFLA_MTU, 0);
	netlink_text(attrs, IFLA_IFNAME, link.facts.name, sizeof(link.facts.name));
	take_kind(info, &link);
	take_mac(attrs, info, &link);
	if (array_reserve(&links->v, &links->capacity, links->n + 1, sizeof(*links->v)) < 0)
		return err_oom(err);
	links->v[links->n++] = link;
	return 0;
}

static void forget_links(void *ctx)
{
	netlinks_done(ctx);
}

int netlinks_read(int fd, struct netlinks *ret, struct err *err)
{
	const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	struct netlinks links = { NULL };
	struct netlink_request rq;
	int r;

	netlink_begin(&rq, RTM_GETLINK, NLM_F_DUMP, &all, sizeof(all));
	r = netlink_list(fd, &rq, take_link, forget_links, &links, err);
	if (r < 0)
		netlinks_done(&links);
	*ret = links;
	return r < 0 ? err_prefix(err, r, "cannot list the network interfaces") : 0;
}

const struct netlinks_link *netlinks_by_index(const struct netlinks *links, int index)
{
	for (size_t i = 0; i < links->n; i++)
		if (links->v[i].index == index)
			return &links->v[i];
	return NULL;
}

const struct netlinks_link *netlinks_by_mac(const struct netlinks *links,
					    const uint8_t mac[static NETRECORD_MAC_BYTES])
{
	const struct netlinks_link *found = NULL;

	for (size_t i = 0; i < links->n; i++) {
		const struct netlinks_link *link = &links->v[i];

		if (link->kind[0] || !link->ethernet ||
		    memcmp(link->facts.mac, mac, NETRECORD_MAC_BYTES) != 0)
			continue;
		if (!found || (found->master && !link->master))
			found = link;
	}
	return found;
}

void netlinks_done(struct netlinks *links)
{
	free(links->v);
	*links = (struct netlinks){ NULL };
}
