/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/number.h"

#include "kdump/netrecord.h"

enum { WORDS_MAX = 16 }; /* of a line: more than any has */

static const char *const kinds[] = { "device", "vlan", "bond", "bridge" };

/* The keys of a link that are numbers, and for which kind they are written. */
static const struct {
	const char *key;
	size_t member;
	enum netrecord_kind kind;
} numbers[] = {
	{ "id", offsetof(struct netrecord_link, id), NETRECORD_VLAN },
	{ "protocol", offsetof(struct netrecord_link, protocol), NETRECORD_VLAN },
	{ "mode", offsetof(struct netrecord_link, mode), NETRECORD_BOND },
	{ "miimon", offsetof(struct netrecord_link, miimon), NETRECORD_BOND },
	{ "lacp_rate", offsetof(struct netrecord_link, lacp_rate), NETRECORD_BOND },
	{ "xmit_hash_policy", offsetof(struct netrecord_link, xmit_hash_policy), NETRECORD_BOND },
};

size_t netrecord_address_size(int family)
{
	return family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

int netrecord_parse_address(const char *text, struct netrecord_address *ret)
{
	struct netrecord_address address = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(address.family, text, address.bytes) != 1)
		return -EINVAL;
	*ret = address;
	return 0;
}

const char *netrecord_format_address(const struct netrecord_address *address,
				     char ret[static NETRECORD_ADDRESS_MAX])
{
	if (!address->family ||
	    !inet_ntop(address->family, address->bytes, ret, NETRECORD_ADDRESS_MAX))
		ret[0] = '\0';
	return ret;
}

const char *netrecord_kind_name(enum netrecord_kind kind)
{
	return kinds[kind];
}

const struct netrecord_link *netrecord_find(const struct netrecord *record, const char *name)
{
	for (size_t i = 0; i < record->link_count; i++)
		if (strcmp(record->links[i].name, name) == 0)
			return &record->links[i];
	return NULL;
}

static uint32_t *number_of(struct netrecord_link *link, size_t i)
{
	return (void *)((char *)link + numbers[i].member);
}

static void put_link(FILE *out, const struct netrecord_link *link)
{
	fprintf(out, "link %s %s ", link->name, kinds[link->kind]);
	for (size_t i = 0; i < NETRECORD_MAC_BYTES; i++)
		fprintf(out, "%s%02x", i > 0 ? ":" : "", link->mac[i]);
	fprintf(out, " %u", link->mtu);
	if (link->on[0])
		fprintf(out, " on=%s", link->on);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].kind == link->kind)
			fprintf(out, " %s=%u", numbers[i].key,
				*number_of((struct netrecord_link *)link, i));
	if (link->master[0])
		fprintf(out, " master=%s", link->master);
	fputc('\n', out);
}

static void put_route(FILE *out, const char *word, const struct netrecord_route *route)
{
	char address[NETRECORD_ADDRESS_MAX], gateway[NETRECORD_ADDRESS_MAX];

	netrecord_format_address(&route->gateway, gateway);
	fprintf(out, "%s %s %s/%u%s%s\n", word, route->link,
		netrecord_format_address(&route->address, address), route->bits,
		gateway[0] ? " " : "", gateway);
}

int netrecord_format(const struct netrecord *record, char **ret, struct err *err)
{
	char address[NETRECORD_ADDRESS_MAX];
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return err_oom(err);
	fprintf(out, "server %s %s\n", netrecord_format_address(&record->server, address),
		record->server_name);
	fprintf(out, "client %s\n", netrecord_format_address(&record->client, address));
	for (size_t i = 0; i < record->link_count; i++)
		put_link(out, &record->links[i]);
	for (size_t i = 0; i < record->address_count; i++)
		put_route(out, "address", &record->addresses[i]);
	for (size_t i = 0; i < record->route_count; i++)
		put_route(out, "route", &record->routes[i]);
	if (fclose(out) == EOF)
		return err_oom(err);
	*ret = TAKE_PTR(text);
	return 0;
}

/* Copy a word that has to fit with its NUL. Return: 0, -EINVAL. */
static int take_word(const char *word, char *ret, size_t size)
{
	if (strlen(word) >= size)
		return -EINVAL;
	strcpy(ret, word);
	return 0;
}

static int take_number(const char *word, uint32_t *ret)
{
	uint64_t value;

	if (number_parse(word, 10, &value) < 0 || value > UINT32_MAX)
		return -EINVAL;
	*ret = (uint32_t)value;
	return 0;
}

static int take_mac(const char *word, uint8_t ret[static NETRECORD_MAC_BYTES])
{
	unsigned int b[NETRECORD_MAC_BYTES];
	char more;

	if (sscanf(word, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		   &more) != NETRECORD_MAC_BYTES)
		return -EINVAL;
	for (size_t i = 0; i < NETRECORD_MAC_BYTES; i++)
		ret[i] = (uint8_t)b[i];
	return 0;
}

/* A link that another line names; it stands before that line. */
static int take_link_name(const struct netrecord *record, const char *word,
			  char ret[static IFNAMSIZ])
{
	return netrecord_find(record, word) ? take_word(word, ret, IFNAMSIZ) : -EINVAL;
}

static int take_key(const struct netrecord *record, char *word, struct netrecord_link *link)
{
	char *value = strchr(word, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (strcmp(word, "master") == 0) /* stands behind its ports */
		return take_word(value, link->master, IFNAMSIZ);
	if (strcmp(word, "on") == 0)
		return take_link_name(record, value, link->on);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (strcmp(word, numbers[i].key) == 0)
			return take_number(value, number_of(link, i));
	return -EINVAL;
}

static int take_link(char **words, size_t count, struct netrecord *record)
{
	struct netrecord_link link = { .kind = NETRECORD_DEVICE };
	size_t kind = 0;

	if (count < 4 || record->link_count == NETRECORD_LINKS_MAX || !words[0][0] ||
	    netrecord_find(record, words[0]) || take_word(words[0], link.name, IFNAMSIZ) < 0)
		return -EINVAL;
	while (kind < ARRAY_SIZE(kinds) && strcmp(words[1], kinds[kind]) != 0)
		kind++;
	if (kind == ARRAY_SIZE(kinds) || take_mac(words[2], link.mac) < 0 ||
	    take_number(words[3], &link.mtu) < 0)
		return -EINVAL;
	link.kind = (enum netrecord_kind)kind;
	for (size_t i = 4; i < count; i++)
		if (take_key(record, words[i], &link) < 0)
			return -EINVAL;
	if ((link.kind == NETRECORD_VLAN) != (link.on[0] != '\0'))
		return -EINVAL;
	record->links[record->link_count++] = link;
	return 0;
}

/* ADDRESS/BITS */
static int take_prefix(char *word, struct netrecord_route *route)
{
	char *slash = strchr(word, '/');
	uint32_t bits;

	if (!slash)
		return -EINVAL;
	*slash = '\0';
	if (netrecord_parse_address(word, &route->address) < 0 ||
	    take_number(slash + 1, &bits) < 0 ||
	    bits > 8 * netrecord_address_size(route->address.family))
		return -EINVAL;
	route->bits = bits;
	return 0;
}

static int take_route(char **words, size_t count, const struct netrecord *record,
		      struct netrecord_route *list, size_t *list_count)
{
	struct netrecord_route route = { .bits = 0 };

	if (count < 2 || count > 3 || *list_count == NETRECORD_ROUTES_MAX ||
	    take_link_name(record, words[0], route.link) < 0 || take_prefix(words[1], &route) < 0)
		return -EINVAL;
	if (count == 3 && (netrecord_parse_address(words[2], &route.gateway) < 0 ||
			   route.gateway.family != route.address.family))
		return -EINVAL;
	list[(*list_count)++] = route;
	return 0;
}

static int take_line(char **words, size_t count, struct netrecord *record)
{
	if (strcmp(words[0], "link") == 0)
		return take_link(words + 1, count - 1, record);
	if (strcmp(words[0], "address") == 0)
		return count == 3 ? take_route(words + 1, 2, record, record->addresses,
					       &record->address_count)
				  : -EINVAL;
	if (strcmp(words[0], "route") == 0)
		return take_route(words + 1, count - 1, record, record->routes,
				  &record->route_count);
	if (strcmp(words[0], "client") == 0 && count == 2)
		return netrecord_parse_address(words[1], &record->client);
	if (strcmp(words[0], "server") == 0 && count == 3 &&
	    take_word(words[2], record->server_name, NETRECORD_NAME_MAX) == 0)
		return netrecord_parse_address(words[1], &record->server);
	return -EINVAL;
}

/* Cut a line at its blanks. Return: how many words there are; -EINVAL for too many. */
static int split(char *line, char *words[static WORDS_MAX])
{
	int count = 0;
	char *word;

	while ((word = strsep(&line, " "))) {
		if (!word[0])
			continue;
		if (count == WORDS_MAX)
			return -EINVAL;
		words[count++] = word;
	}
	return count;
}

int netrecord_parse(const char *text, struct netrecord *ret, struct err *err)
{
	struct netrecord record = { .link_count = 0 };
	_cleanup_free_ char *copy = strdup(text);
	char *line, *rest = copy;

	if (!copy)
		return err_oom(err);
	while ((line = strsep(&rest, "\n"))) {
		_cleanup_free_ char *shown = strdup(line);
		char *words[WORDS_MAX];
		int count = split(line, words);

		if (count < 0 || (count > 0 && take_line(words, (size_t)count, &record) < 0))
			return err_set(err, -EINVAL, "the record of the network has a bad line: %s",
				       shown ? shown : "");
	}
	for (size_t i = 0; i < record.link_count; i++)
		if (record.links[i].master[0] && !netrecord_find(&record, record.links[i].master))
			return err_set(err, -EINVAL,
				       "the record of the network lacks %s, which %s is in",
				       record.links[i].master, record.links[i].name);
	if (!record.server.family || !record.client.family)
		return err_set(err, -EINVAL, "the record of the network names no server or client");
	*ret = record;
	return 0;
}
