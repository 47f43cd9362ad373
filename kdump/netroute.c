/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/if_addr.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kdump/layout.h"
#include "kdump/netlink.h"
#include "kdump/netroute.h"
#include "kdump/netstack.h"
#include "kdump/rootpath.h"

/* What the kernel says of the way to an address. */
struct way {
	int interface;
	unsigned char type; /* RTN_* */
	struct netrecord_address source;
	struct netrecord_address gateway;
	bool odd_gateway; /* of the other family */
};

static void take_address(struct netlink_attrs attrs, uint16_t type, int family,
			 struct netrecord_address *ret)
{
	size_t size = netrecord_address_size(family);
	const struct rtattr *attr = netlink_find(attrs, type, size);

	if (!attr)
		return;
	ret->family = family;
	memcpy(ret->bytes, RTA_DATA(attr), size);
}

static int take_route(const struct nlmsghdr *message, void *ctx, struct err *err _unused_)
{
	const struct rtmsg *fixed = NLMSG_DATA(message);
	struct netlink_attrs attrs = netlink_attrs(message, sizeof(*fixed));
	struct way *way = ctx;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*fixed)))
		return 0;
	way->type = fixed->rtm_type;
	way->interface = (int)netlink_u32(attrs, RTA_OIF, 0);
	way->odd_gateway = netlink_find(attrs, RTA_VIA, 0) != NULL;
	take_address(attrs, RTA_PREFSRC, fixed->rtm_family, &way->source);
	take_address(attrs, RTA_GATEWAY, fixed->rtm_family, &way->gateway);
	return 0;
}

static int find_way(int fd, const struct netrecord_address *to, struct way *ret, struct err *err)
{
	size_t size = netrecord_address_size(to->family);
	const struct rtmsg fixed = { .rtm_family = (unsigned char)to->family,
				     .rtm_dst_len = (unsigned char)(8 * size) };
	char text[NETRECORD_ADDRESS_MAX];
	struct netlink_request rq;
	int r;

	*ret = (struct way){ 0 };
	netlink_begin(&rq, RTM_GETROUTE, 0, &fixed, sizeof(fixed));
	netlink_put(&rq, RTA_DST, to->bytes, size);
	r = netlink_ask(fd, &rq, take_route, ret, err);
	if (r < 0)
		return err_prefix(err, r, "no route to %s", netrecord_format_address(to, text));
	if (ret->type == RTN_LOCAL)
		return err_set(err, -EINVAL,
			       "%s is this machine itself, which cannot serve while it "
			       "is down",
			       netrecord_format_address(to, text));
	if (ret->type != RTN_UNICAST || !ret->interface || !ret->source.family || ret->odd_gateway)
		return err_set(err, -EHOSTUNREACH, "no route to %s that the capture image can use",
			       netrecord_format_address(to, text));
	return 0;
}

/* Looking for an address of an interface. */
struct lookup {
	int interface;
	struct netrecord_address address; /* it, or one that is in its network */
	bool lasting;                     /* ... and lasts, which temporary ones do not */
	unsigned int bits;
	uint32_t flags;
	bool found;
};

static bool same_network(const struct netrecord_address *a, const struct netrecord_address *b,
			 unsigned int bits)
{
	unsigned int whole = bits / 8, rest = bits % 8;

	if (a->family != b->family || memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

static int take_lookup(const struct nlmsghdr *message, void *ctx, struct err *err _unused_)
{
	static const uint32_t passing = IFA_F_TEMPORARY | IFA_F_DEPRECATED | IFA_F_TENTATIVE;
	const struct ifaddrmsg *fixed = NLMSG_DATA(message);
	struct netlink_attrs attrs = netlink_attrs(message, sizeof(*fixed));
	struct netrecord_address address = { 0 };
	struct lookup *wanted = ctx;
	unsigned int bits;
	uint32_t flags;

	if (message->nlmsg_type != RTM_NEWADDR || wanted->found ||
	    message->nlmsg_len < NLMSG_LENGTH(sizeof(*fixed)) ||
	    (int)fixed->ifa_index != wanted->interface)
		return 0;
	take_address(attrs, IFA_ADDRESS, fixed->ifa_family, &address);
	take_address(attrs, IFA_LOCAL, fixed->ifa_family, &address);
	flags = netlink_u32(attrs, IFA_FLAGS, fixed->ifa_flags);
	bits = wanted->lasting ? wanted->bits : 8 * (unsigned int)sizeof(address.ipv6);
	if (address.family == AF_INET && !wanted->lasting)
		bits = 8 * sizeof(address.ipv4);
	if (!same_network(&address, &wanted->address, bits) || (wanted->lasting && flags & passing))
		return 0;
	wanted->address = address;
	wanted->bits = fixed->ifa_prefixlen;
	wanted->flags = flags;
	wanted->found = true;
	return 0;
}

/* A source that was found is there, whatever else changed. */
static void keep_looking(void *ctx _unused_)
{
}

static int look_up(int fd, struct lookup *wanted, struct err *err)
{
	const struct ifaddrmsg fixed = { .ifa_family = (unsigned char)wanted->address.family };
	struct netlink_request rq;

	netlink_begin(&rq, RTM_GETADDR, NLM_F_DUMP, &fixed, sizeof(fixed));
	return netlink_list(fd, &rq, take_lookup, keep_looking, wanted, err);
}

/*
 * The source address as it is on the interface. IPv6 prefers temporary ones, each of which
 * would make another image; the lasting one beside it serves as well.
 */
static int find_source(int fd, const struct way *way, struct netrecord_route *ret, struct err *err)
{
	struct lookup exact = { .interface = way->interface, .address = way->source };
	struct lookup lasting = exact;
	int r = look_up(fd, &exact, err);

	if (r == 0 && exact.flags & IFA_F_TEMPORARY) {
		lasting.lasting = true;
		lasting.bits = exact.bits;
		r = look_up(fd, &lasting, err);
		if (r == 0 && lasting.found)
			exact = lasting;
	}
	ret->address = exact.address;
	/* One that is not on this interface, but on a dummy one say, is alone there. */
	ret->bits = exact.found ? exact.bits
				: 8 * (unsigned int)netrecord_address_size(exact.address.family);
	return r;
}

static bool is_device(void *ctx, const char *name)
{
	const struct sysroot *root = ctx;
	char path[64 + IFNAMSIZ];

	snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", name);
	if (rootpath_exists(root, path)) /* a wireless one wants keys and a daemon */
		return false;
	snprintf(path, sizeof(path), "/sys/class/net/%s/device", name);
	return rootpath_exists(root, path);
}

static int record_way(const struct sysroot *root, int fd, const struct netrecord_address *server,
		      struct netrecord *ret, struct err *err)
{
	_cleanup_(netlinks_done) struct netlinks links = { NULL };
	struct netrecord_route *route = &ret->routes[0], *address = &ret->addresses[0];
	const struct netlinks_link *link;
	struct way way;
	int r = find_way(fd, server, &way, err);

	if (r == 0)
		r = find_source(fd, &way, address, err);
	if (r == 0)
		r = netlinks_read(fd, &links, err);
	if (r == 0)
		r = netstack_collect(&links, way.interface, is_device, (void *)root, ret, err);
	if (r < 0)
		return r;
	link = netlinks_by_index(&links, way.interface);
	memcpy(address->link, link->facts.name, IFNAMSIZ);
	memcpy(route->link, link->facts.name, IFNAMSIZ);
	route->address = *server;
	route->bits = 8 * (unsigned int)netrecord_address_size(server->family);
	route->gateway = way.gateway;
	ret->address_count = ret->route_count = 1;
	ret->server = *server;
	ret->client = address->address;
	return 0;
}

/* The first address of those that a name has that there is a way to. */
static int record_name(const struct sysroot *root, int fd, const char *host, int family,
		       struct netrecord *ret, struct err *err)
{
	const struct addrinfo wanted = { .ai_family = family, .ai_socktype = SOCK_STREAM };
	struct addrinfo *all = NULL;
	int r = getaddrinfo(host, NULL, &wanted, &all);

	if (r != 0) {
		err_set(err, -EHOSTUNREACH, "cannot find the address of %s: %s", host,
			gai_strerror(r));
		return err_hint(err, -EHOSTUNREACH,
				"Write its address, or put a line for it into /etc/hosts.");
	}
	r = -EHOSTUNREACH;
	for (const struct addrinfo *one = all; r < 0 && one; one = one->ai_next) {
		struct netrecord_address address = { .family = one->ai_family };
		struct netrecord record = { .link_count = 0 };

		if (one->ai_family == AF_INET)
			address.ipv4 = ((const struct sockaddr_in *)(void *)one->ai_addr)->sin_addr;
		else if (one->ai_family == AF_INET6)
			address.ipv6 =
				((const struct sockaddr_in6 *)(void *)one->ai_addr)->sin6_addr;
		else
			continue;
		if (address.family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&address.ipv6)) {
			r = err_set(err, -ENOTSUP,
				    "%s is a link-local address, whose interface may have another "
				    "name in the capture kernel",
				    host);
			continue;
		}
		r = record_way(root, fd, &address, &record, err);
		if (r == 0)
			*ret = record;
	}
	freeaddrinfo(all);
	return r;
}

static int read_record(const struct sysroot *root, struct netrecord *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, LAYOUT_NETWORK, NETRECORD_MAX, &text, NULL, err);

	if (r == -ENOENT)
		return err_set(
			err, -ENOTSUP,
			"the network below %s cannot be asked for: there is no record of it, %s",
			root->dir, LAYOUT_NETWORK);
	return r < 0 ? r : netrecord_parse(text, ret, err);
}

int netroute_record(const struct sysroot *root, const char *host, const char *address, int family,
		    struct netrecord *ret, struct err *err)
{
	struct netrecord record = { .link_count = 0 };
	_cleanup_close_ int fd = -1;
	int r;

	if (strlen(host) >= sizeof(record.server_name))
		return err_errno(err, -ENAMETOOLONG, "%s", host);
	if (!sysroot_is_real(root)) {
		r = read_record(root, &record, err);
	} else {
		fd = netlink_open(err);
		if (fd < 0)
			return fd;
		r = record_name(root, fd, address ? address : host, family, &record, err);
	}
	if (r < 0)
		return err_prefix(err, r, "the way to %s", host);
	strcpy(record.server_name, host);
	*ret = record;
	return 0;
}
