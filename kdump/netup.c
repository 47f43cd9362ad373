/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/netlink.h"
#include "kdump/netlinks.h"
#include "kdump/netup.h"

enum {
	POLL_MS = 50,
	NOTICE_SECONDS = 5,
	MIIMON_MS = 100,    /* how often a bond looks after its ports, if the record says never */
	LOOPBACK_INDEX = 1, /* include/net/flow.h */
	BOND_8023AD = 4,    /* <linux/if_bonding.h>: BOND_MODE_8023AD */
};

struct bringup {
	const struct netrecord *record;
	int fd;
	int index[NETRECORD_LINKS_MAX]; /* of each link, here; 0: not there yet */
};

/* What was made, for other records that have it, too. */
static struct {
	char name[IFNAMSIZ]; /* in the records */
	int index;
} made[NETRECORD_LINKS_MAX];
static size_t made_count;
static unsigned int names_used;

static int *index_of(struct bringup *up, const char *name)
{
	return &up->index[netrecord_find(up->record, name) - up->record->links];
}

/* --- Waiting ------------------------------------------------------------------------------ */

/* Is what is waited for there? @what is what lacks if not. Return: 1; 0; -errno. */
typedef int is_there(struct bringup *up, const char **what, struct err *err);

static int wait_for(struct bringup *up, is_there *check, unsigned int seconds, netup_notice *notice,
		    void *ctx, struct err *err)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	unsigned int said = 0, waited = 0;
	struct timespec start, now;
	const char *what = "";
	int r;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while ((r = check(up, &what, err)) == 0) {
		if (waited >= seconds)
			return err_set(err, -ETIMEDOUT,
				       "the network is not there after %u s: no %s", seconds, what);
		if (waited >= said + NOTICE_SECONDS) {
			notice(ctx, what, waited, seconds);
			said = waited;
		}
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		waited = (unsigned int)(now.tv_sec - start.tv_sec);
	}
	return r < 0 ? r : 0;
}

static int devices_are_there(struct bringup *up, const char **what, struct err *err)
{
	_cleanup_(netlinks_done) struct netlinks here = { NULL };
	int r = netlinks_read(up->fd, &here, err), missing = 0;

	if (r < 0)
		return r;
	for (size_t i = 0; i < up->record->link_count; i++) {
		const struct netrecord_link *link = &up->record->links[i];
		const struct netlinks_link *found;

		if (link->kind != NETRECORD_DEVICE || up->index[i])
			continue;
		found = netlinks_by_mac(&here, link->mac);
		if (found)
			up->index[i] = found->index;
		else
			missing++;
		if (!found)
			*what = link->name;
	}
	return missing == 0;
}

/* A bond or a bridge works without some of its ports, of which one may be why the kernel died. */
static bool only_spare_ports_lack(const struct bringup *up)
{
	const struct netrecord *record = up->record;

	for (size_t i = 0; i < record->link_count; i++) {
		const struct netrecord_link *link = &record->links[i];
		bool spare = false;

		if (link->kind != NETRECORD_DEVICE || up->index[i])
			continue;
		for (size_t j = 0; link->master[0] && j < record->link_count; j++)
			spare |= up->index[j] && strcmp(record->links[j].master, link->master) == 0;
		if (!spare)
			return false;
	}
	return true;
}

static int carriers_are_there(struct bringup *up, const char **what, struct err *err)
{
	_cleanup_(netlinks_done) struct netlinks here = { NULL };
	int r = netlinks_read(up->fd, &here, err);

	for (size_t i = 0; r == 0 && i < up->record->address_count; i++) {
		const char *name = up->record->addresses[i].link;
		const struct netlinks_link *link = netlinks_by_index(&here, *index_of(up, name));

		*what = "carrier";
		if (!link || !link->running)
			return 0;
	}
	return r < 0 ? r : 1;
}

/* --- Links -------------------------------------------------------------------------------- */

static void put_u8(struct netlink_request *rq, uint16_t type, uint32_t value)
{
	uint8_t byte = (uint8_t)value;

	netlink_put(rq, type, &byte, sizeof(byte));
}

static void put_u16(struct netlink_request *rq, uint16_t type, uint16_t value)
{
	netlink_put(rq, type, &value, sizeof(value));
}

static void put_data(struct netlink_request *rq, const struct netrecord_link *link)
{
	struct rtattr *data = netlink_nest(rq, IFLA_INFO_DATA);

	switch (link->kind) {
	case NETRECORD_VLAN:
		put_u16(rq, IFLA_VLAN_ID, (uint16_t)link->id);
		put_u16(rq, IFLA_VLAN_PROTOCOL, htons((uint16_t)link->protocol));
		break;
	case NETRECORD_BOND:
		put_u8(rq, IFLA_BOND_MODE, link->mode);
		netlink_put_u32(rq, IFLA_BOND_MIIMON, link->miimon ? link->miimon : MIIMON_MS);
		put_u8(rq, IFLA_BOND_XMIT_HASH_POLICY, link->xmit_hash_policy);
		if (link->mode == BOND_8023AD)
			put_u8(rq, IFLA_BOND_AD_LACP_RATE, link->lacp_rate);
		break;
	case NETRECORD_BRIDGE:
		netlink_put_u32(rq, IFLA_BR_FORWARD_DELAY, 0);
		break;
	case NETRECORD_DEVICE:
		break;
	}
	netlink_end_nest(rq, data);
}

static int take_index(const struct nlmsghdr *message, void *ctx, struct err *err _unused_)
{
	const struct ifinfomsg *fixed = NLMSG_DATA(message);
	int *index = ctx;

	if (message->nlmsg_type == RTM_NEWLINK &&
	    message->nlmsg_len >= NLMSG_LENGTH(sizeof(*fixed)))
		*index = fixed->ifi_index;
	return 0;
}

/*
 * Make the @i-th link. Its name is one of ours: those of the record may belong to other
 * devices here, and the bonding driver makes a bond0 by itself.
 */
static int make_link(struct bringup *up, size_t i, struct err *err)
{
	const struct netrecord_link *link = &up->record->links[i];
	const struct ifinfomsg new_one = { .ifi_family = AF_UNSPEC };
	struct netlink_request rq;
	char name[IFNAMSIZ];
	struct rtattr *info;
	int r;

	snprintf(name, sizeof(name), "kdump%u", names_used++);
	netlink_begin(&rq, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &new_one, sizeof(new_one));
	netlink_put_text(&rq, IFLA_IFNAME, name);
	netlink_put(&rq, IFLA_ADDRESS, link->mac, sizeof(link->mac));
	if (link->on[0])
		netlink_put_u32(&rq, IFLA_LINK, (uint32_t)*index_of(up, link->on));
	info = netlink_nest(&rq, IFLA_LINKINFO);
	netlink_put_text(&rq, IFLA_INFO_KIND, netrecord_kind_name(link->kind));
	put_data(&rq, link);
	netlink_end_nest(&rq, info);
	r = netlink_ask(up->fd, &rq, NULL, NULL, err);
	if (r < 0)
		return err_prefix(err, r, "cannot make the %s %s", netrecord_kind_name(link->kind),
				  link->name);
	netlink_begin(&rq, RTM_GETLINK, 0, &new_one, sizeof(new_one));
	netlink_put_text(&rq, IFLA_IFNAME, name);
	return netlink_ask(up->fd, &rq, take_index, &up->index[i], err);
}

/* Make the ports of @master its own; they are down still, as a bond wants it. */
static int enslave(struct bringup *up, const struct netrecord_link *master, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < up->record->link_count; i++) {
		const struct netrecord_link *port = &up->record->links[i];
		const struct ifinfomsg fixed = { .ifi_index = up->index[i] };
		struct netlink_request rq;

		if (strcmp(port->master, master->name) != 0)
			continue;
		netlink_begin(&rq, RTM_NEWLINK, 0, &fixed, sizeof(fixed));
		netlink_put_u32(&rq, IFLA_MASTER, (uint32_t)*index_of(up, master->name));
		r = netlink_ask(up->fd, &rq, NULL, NULL, err);
		if (r < 0)
			err_prefix(err, r, "cannot put %s into %s", port->name, master->name);
	}
	return r;
}

static bool was_made(const char *name, int *ret)
{
	for (size_t i = 0; i < made_count; i++)
		if (strcmp(made[i].name, name) == 0) {
			*ret = made[i].index;
			return true;
		}
	return false;
}

static int remember(const char *name, int index, struct err *err)
{
	if (made_count >= ARRAY_SIZE(made))
		return err_set(err, -E2BIG, "more than %zu links to be made", ARRAY_SIZE(made));
	memcpy(made[made_count].name, name, IFNAMSIZ);
	made[made_count++].index = index;
	return 0;
}

static int make_links(struct bringup *up, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < up->record->link_count; i++) {
		const struct netrecord_link *link = &up->record->links[i];

		if (link->kind == NETRECORD_DEVICE || was_made(link->name, &up->index[i]))
			continue;
		r = make_link(up, i, err);
		if (r == 0)
			r = enslave(up, link, err);
		if (r == 0)
			r = remember(link->name, up->index[i], err);
	}
	return r;
}

/* An MTU that the device does not have any more is no reason to fail: the usual one works. */
static int set_up(struct bringup *up, size_t i, struct err *err)
{
	const struct netrecord_link *link = &up->record->links[i];
	struct ifinfomsg fixed = { .ifi_index = up->index[i] };
	struct netlink_request rq;
	int r;

	netlink_begin(&rq, RTM_NEWLINK, 0, &fixed, sizeof(fixed));
	netlink_put_u32(&rq, IFLA_MTU, link->mtu);
	if (link->mtu > 0 && netlink_ask(up->fd, &rq, NULL, NULL, err) == -ENOMEM)
		return -ENOMEM;
	fixed.ifi_flags = IFF_UP;
	fixed.ifi_change = IFF_UP;
	netlink_begin(&rq, RTM_NEWLINK, 0, &fixed, sizeof(fixed));
	r = netlink_ask(up->fd, &rq, NULL, NULL, err);
	return r < 0 ? err_prefix(err, r, "cannot bring %s up", link->name) : 0;
}

/* The loopback, which the kernel makes first; IPv6 keeps routes to own addresses on it. */
static int set_loopback_up(struct bringup *up, struct err *err)
{
	const struct ifinfomsg fixed = { .ifi_index = LOOPBACK_INDEX,
					 .ifi_flags = IFF_UP,
					 .ifi_change = IFF_UP };
	struct netlink_request rq;
	int r;

	netlink_begin(&rq, RTM_NEWLINK, 0, &fixed, sizeof(fixed));
	r = netlink_ask(up->fd, &rq, NULL, NULL, err);
	return r < 0 ? err_prefix(err, r, "cannot bring the loopback up") : 0;
}

/* --- Addresses ---------------------------------------------------------------------------- */

/* A setting of IPv6 that may not be there, as may IPv6. */
static void set_ipv6(const char *interface, const char *setting)
{
	_cleanup_close_ int fd = -1;
	char path[64 + IFNAMSIZ];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", interface, setting);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && file_write_all(fd, "0", 1) < 0)
		return; /* the kernel's own choice does, only slower */
}

/*
 * No router is asked for more, and no time spent on finding out whether addresses are taken:
 * they were this machine's a moment ago.
 */
static void quiet_ipv6(struct bringup *up, size_t i)
{
	char name[IFNAMSIZ];

	if (!if_indextoname((unsigned int)up->index[i], name))
		return;
	set_ipv6(name, "accept_ra");
	set_ipv6(name, "accept_dad");
}

static int add_address(struct bringup *up, const struct netrecord_route *address, struct err *err)
{
	size_t size = netrecord_address_size(address->address.family);
	const struct ifaddrmsg fixed = { .ifa_family = (unsigned char)address->address.family,
					 .ifa_prefixlen = (unsigned char)address->bits,
					 .ifa_index = (unsigned int)*index_of(up, address->link) };
	char text[NETRECORD_ADDRESS_MAX];
	struct netlink_request rq;
	int r;

	netlink_begin(&rq, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &fixed, sizeof(fixed));
	netlink_put(&rq, IFA_LOCAL, address->address.bytes, size);
	netlink_put(&rq, IFA_ADDRESS, address->address.bytes, size);
	if (address->address.family == AF_INET6)
		netlink_put_u32(&rq, IFA_FLAGS, IFA_F_NODAD);
	r = netlink_ask(up->fd, &rq, NULL, NULL, err);
	if (r < 0)
		err_prefix(err, r, "cannot give %s the address %s", address->link,
			   netrecord_format_address(&address->address, text));
	return r;
}

/* The record's gateways are where it says, whether an address' network covers them or not. */
static int add_route(struct bringup *up, const struct netrecord_route *route, struct err *err)
{
	size_t size = netrecord_address_size(route->address.family);
	bool gateway = route->gateway.family != 0;
	const struct rtmsg fixed = { .rtm_family = (unsigned char)route->address.family,
				     .rtm_dst_len = (unsigned char)route->bits,
				     .rtm_table = RT_TABLE_MAIN,
				     .rtm_protocol = RTPROT_BOOT,
				     .rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
				     .rtm_type = RTN_UNICAST,
				     .rtm_flags = gateway ? RTNH_F_ONLINK : 0 };
	char text[NETRECORD_ADDRESS_MAX];
	struct netlink_request rq;
	int r;

	netlink_begin(&rq, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &fixed, sizeof(fixed));
	netlink_put(&rq, RTA_DST, route->address.bytes, size);
	netlink_put_u32(&rq, RTA_OIF, (uint32_t)*index_of(up, route->link));
	if (gateway)
		netlink_put(&rq, RTA_GATEWAY, route->gateway.bytes, size);
	r = netlink_ask(up->fd, &rq, NULL, NULL, err);
	if (r < 0)
		err_prefix(err, r, "cannot make the route to %s",
			   netrecord_format_address(&route->address, text));
	return r;
}

static int make_routes(struct bringup *up, struct err *err)
{
	const struct netrecord *record = up->record;
	int r = 0;

	for (size_t i = 0; r == 0 && i < record->address_count; i++)
		r = add_address(up, &record->addresses[i], err);
	for (size_t i = 0; r == 0 && i < record->route_count; i++)
		r = add_route(up, &record->routes[i], err);
	return r;
}

int netup(const struct netrecord *record, unsigned int seconds, netup_notice *notice, void *ctx,
	  struct err *err)
{
	_cleanup_close_ int fd = netlink_open(err);
	struct bringup up = { .record = record, .fd = fd };
	int r = fd < 0 ? fd : wait_for(&up, devices_are_there, seconds, notice, ctx, err);

	if (r == -ETIMEDOUT && only_spare_ports_lack(&up))
		r = 0;
	if (r == 0)
		r = set_loopback_up(&up, err);
	if (r == 0)
		r = make_links(&up, err);
	for (size_t i = 0; r == 0 && i < record->link_count; i++) {
		if (!up.index[i])
			continue;
		quiet_ipv6(&up, i);
		r = set_up(&up, i, err);
	}
	if (r == 0)
		r = wait_for(&up, carriers_are_there, seconds, notice, ctx, err);
	return r < 0 ? r : make_routes(&up, err);
}
