/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kdump/ownhost.h"

enum {
	NAME_FILE_MAX = 256,     /* bytes of the file */
	ROUTES_MAX = 64 << 20,   /* of routers, which have a million routes */
	ADDRESSES_MAX = 4 << 20, /* of thousands of addresses, a line each */
};

/* A missing file is an empty one: a kernel without IPv6, say. */
static int read_file(const struct sysroot *root, const char *path, size_t max, char **ret,
		     struct err *err)
{
	int r = sysroot_read(root, path, max, ret, NULL, err);

	if (r != -ENOENT)
		return r;
	*ret = strdup("");
	return *ret ? 0 : err_oom(err);
}

static int is_host_name(const struct sysroot *root, const char *name, struct err *err)
{
	_cleanup_free_ char *own = NULL;
	size_t len = strlen(name), own_len;
	int r = read_file(root, "/proc/sys/kernel/hostname", NAME_FILE_MAX, &own, err);

	if (r < 0)
		return r;
	own_len = strcspn(own, "\n");
	return own_len > 0 && len <= own_len && strncasecmp(own, name, len) == 0 &&
	       (len == own_len || (own[len] == '.' && !strchr(name, '.')));
}

/*
 * /proc/net/fib_trie has an own address as a leaf, "|-- ADDRESS", with "/32 host LOCAL" in
 * a line below it (net/ipv4/fib_trie.c: fib_trie_seq_show()).
 */
static int is_own_ipv4(const struct sysroot *root, const struct in_addr *wanted, struct err *err)
{
	static const char leaf[] = "|-- ";
	_cleanup_free_ char *text = NULL;
	bool here = false;
	int r = read_file(root, "/proc/net/fib_trie", ROUTES_MAX, &text, err);
	char *line, *rest = text;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		const char *p = strstr(line, leaf);
		struct in_addr address;

		if (p)
			here = inet_pton(AF_INET, p + strlen(leaf), &address) == 1 &&
			       address.s_addr == wanted->s_addr;
		else if (here && strstr(line, "/32 host LOCAL"))
			return 1;
	}
	return r;
}

/* /proc/net/if_inet6 has a line an address, which it begins with in 32 digits. */
static int is_own_ipv6(const struct sysroot *root, const struct in6_addr *wanted, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char digits[2 * sizeof(*wanted) + 1];
	int r = read_file(root, "/proc/net/if_inet6", ADDRESSES_MAX, &text, err);
	char *line, *rest = text;

	for (size_t i = 0; i < sizeof(*wanted); i++)
		snprintf(digits + 2 * i, 3, "%02x", wanted->s6_addr[i]);
	while (r == 0 && (line = strsep(&rest, "\n")))
		if (strncmp(line, digits, strlen(digits)) == 0)
			return 1;
	return r;
}

int ownhost_is(const struct sysroot *root, const char *name, struct err *err)
{
	struct in_addr ipv4;
	struct in6_addr ipv6;

	if (inet_pton(AF_INET, name, &ipv4) == 1)
		return is_own_ipv4(root, &ipv4, err);
	if (inet_pton(AF_INET6, name, &ipv6) == 1)
		return is_own_ipv6(root, &ipv6, err);
	return is_host_name(root, name, err);
}
