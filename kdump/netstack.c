/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "kdump/netstack.h"

enum { DEPTH_MAX = 8 }; /* of links on links; the kernel's own limit (dev_upper_max_depth) */

struct collector {
	const struct netlinks *links;
	netstack_is_device *is_device;
	void *ctx;
	struct netrecord *record;
};

static int refuse(const struct netlinks_link *link, struct err *err)
{
	err_set(err, -ENOTSUP,
		"the way to the dump target leads over %s, %s%s, which the capture image cannot "
		"set "
		"up",
		link->facts.name, link->kind[0] ? "an interface of kind " : "no Ethernet device",
		link->kind);
	return err_hint(err, -ENOTSUP,
			"Ethernet devices, VLANs, bonds and bridges of these can be set up.");
}

/* Append @link; @on: what it stands on, or NULL. */
static int append(struct collector *c, const struct netlinks_link *link, enum netrecord_kind kind,
		  const char *on, struct err *err)
{
	struct netrecord *record = c->record;
	struct netrecord_link *facts;

	if (record->link_count == NETRECORD_LINKS_MAX)
		return err_set(err, -ENOTSUP,
			       "more than %d interfaces are under the one of the dump "
			       "target",
			       NETRECORD_LINKS_MAX);
	facts = &record->links[record->link_count++];
	*facts = link->facts;
	facts->kind = kind;
	if (on)
		memcpy(facts->on, on, sizeof(facts->on));
	return 0;
}

static int collect(struct collector *c, const struct netlinks_link *link, int depth,
		   struct err *err);

static int collect_lower(struct collector *c, const struct netlinks_link *link, int depth,
			 struct err *err)
{
	const struct netlinks_link *lower = netlinks_by_index(c->links, link->lower);
	int r;

	if (!lower || !link->lower)
		return refuse(link, err);
	r = collect(c, lower, depth + 1, err);
	return r < 0 ? r : append(c, link, NETRECORD_VLAN, lower->facts.name, err);
}

/*
 * A bridge's ports that are no Ethernet are virtual machines and containers, which are gone
 * with the kernel; a bond without one of its ports is not the same bond.
 */
static int collect_ports(struct collector *c, const struct netlinks_link *link,
			 enum netrecord_kind kind, int depth, struct err *err)
{
	size_t ports = 0;
	int r;

	for (size_t i = 0; i < c->links->n; i++) {
		const struct netlinks_link *port = &c->links->v[i];
		size_t count = c->record->link_count;

		if (port->master != link->index)
			continue;
		r = collect(c, port, depth + 1, err);
		if (r == -ENOTSUP && kind == NETRECORD_BRIDGE) {
			c->record->link_count = count;
			continue;
		}
		if (r < 0)
			return r;
		for (count = 0; count < c->record->link_count; count++)
			if (strcmp(c->record->links[count].name, port->facts.name) == 0)
				memcpy(c->record->links[count].master, link->facts.name, IFNAMSIZ);
		ports++;
	}
	if (ports == 0) {
		err_set(err, -ENOTSUP,
			"%s, which leads to the dump target, has no port that the "
			"capture image can set up",
			link->facts.name);
		return -ENOTSUP;
	}
	return append(c, link, kind, NULL, err);
}

static int collect(struct collector *c, const struct netlinks_link *link, int depth,
		   struct err *err)
{
	if (netrecord_find(c->record, link->facts.name))
		return 0;
	if (depth > DEPTH_MAX || !link->ethernet)
		return refuse(link, err);
	if (strcmp(link->kind, "vlan") == 0)
		return collect_lower(c, link, depth, err);
	if (strcmp(link->kind, "bond") == 0)
		return collect_ports(c, link, NETRECORD_BOND, depth, err);
	if (strcmp(link->kind, "bridge") == 0)
		return collect_ports(c, link, NETRECORD_BRIDGE, depth, err);
	if (link->kind[0] || !c->is_device(c->ctx, link->facts.name))
		return refuse(link, err);
	return append(c, link, NETRECORD_DEVICE, NULL, err);
}

int netstack_collect(const struct netlinks *links, int index, netstack_is_device *is_device,
		     void *ctx, struct netrecord *ret, struct err *err)
{
	const struct netlinks_link *link = netlinks_by_index(links, index);
	struct collector c = { links, is_device, ctx, ret };

	if (!link)
		return err_set(err, -EINVAL, "there is no network interface %d", index);
	return collect(&c, link, 0, err);
}
