/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "kdump/netmodules.h"
#include "kdump/nettarget.h"
#include "kdump/rootpath.h"

static const char *const kind_modules[] = {
	[NETRECORD_DEVICE] = NULL,
	[NETRECORD_VLAN] = "8021q",
	[NETRECORD_BOND] = "bonding",
	[NETRECORD_BRIDGE] = "bridge",
};

static int need(struct strv *needed, const char *name, struct err *err)
{
	if (strv_has(needed, name))
		return 0;
	return strv_add(needed, name) < 0 ? err_oom(err) : 0;
}

/* The chain of what a link of a network device in sysfs leads to, if there is such a link. */
static int walk(const struct sysroot *root, const char *interface, const char *link,
		struct devchain *chain, struct err *err)
{
	char path[128];
	struct rootpath real;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", interface, link);
	if (rootpath_real(root, path, &real, NULL) < 0)
		return 0;
	return devchain_walk(root, real.text, chain, err);
}

static int collect_links(const struct sysroot *root, const struct netrecord *record,
			 struct devchain *chain, struct strv *needed, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < record->link_count; i++) {
		const struct netrecord_link *link = &record->links[i];

		if (kind_modules[link->kind]) {
			r = need(needed, kind_modules[link->kind], err);
			continue;
		}
		r = walk(root, link->name, "device", chain, err);
		if (r == 0) /* the chip behind the controller, on boards that have it apart */
			r = walk(root, link->name, "phydev", chain, err);
	}
	return r;
}

/* The version that the export is mounted with; without one, each that can be tried. */
static int collect_nfs(const char *options, struct strv *needed, struct err *err)
{
	const char *version = options ? strstr(options, "vers=") : NULL;
	int r = 0;

	if (!version || version[strlen("vers=")] == '3')
		r = need(needed, "nfsv3", err);
	if (r == 0 && (!version || version[strlen("vers=")] == '4'))
		r = need(needed, "nfsv4", err);
	return r;
}

int netmodules_of_record(const struct sysroot *root, const struct netrecord *record,
			 struct devchain *chain, struct strv *needed, struct err *err)
{
	int r = collect_links(root, record, chain, needed, err);

	return r == 0 && record->server.family == AF_INET6 ? need(needed, "ipv6", err) : r;
}

int netmodules_collect(const struct sysroot *root, const struct target *target,
		       struct devchain *chain, struct strv *needed, struct err *err)
{
	int r;

	if (!target->network)
		return 0;
	r = netmodules_of_record(root, target->network, chain, needed, err);
	if (r == 0 && nettarget_is_nfs(target->type))
		r = collect_nfs(target->options, needed, err);
	return r;
}
