/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of the network: what is written, what is read, and from which interfaces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kdump/capnfs.h"
#include "kdump/netrecord.h"
#include "kdump/netstack.h"

#include "tests/unit/tree.h"

#define HEAD   "server 2001:db8::1 store\nclient 2001:db8::2\n"
#define DEVICE "link eth0 device 52:54:00:00:05:02 1500\n"

static void check_same(const char *text)
{
	_cleanup_free_ char *again = NULL;
	struct netrecord record;
	struct err err = ERR_INIT;

	if (netrecord_parse(text, &record, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(netrecord_format(&record, &again, &err), 0);
	assert_string_equal(again, text);
}

static void test_whole(_unused_ void **state)
{
	check_same(HEAD DEVICE "address eth0 2001:db8::2/64\n"
			       "route eth0 2001:db8:1::1/128 fe80::1\n");
	check_same("server 192.0.2.1 192.0.2.1\nclient 198.51.100.2\n"
		   "link ens3 device 52:54:00:00:05:02 9000 master=bond0\n"
		   "link ens4 device 52:54:00:00:05:03 9000 master=bond0\n"
		   "link bond0 bond 52:54:00:00:05:02 9000 mode=4 miimon=100 lacp_rate=1 "
		   "xmit_hash_policy=1\n"
		   "link b.7 vlan 52:54:00:00:05:02 1500 on=bond0 id=7 protocol=33024 master=br0\n"
		   "link br0 bridge 52:54:00:00:05:02 1500\n"
		   "address br0 198.51.100.2/25\nroute br0 192.0.2.1/32 198.51.100.1\n");
}

static void check_bad(const char *lines, const char *message)
{
	struct netrecord record = { .link_count = 77 };
	struct err err = ERR_INIT;
	char text[4096];

	snprintf(text, sizeof(text), "%s%s", HEAD, lines);
	assert_int_equal(netrecord_parse(text, &record, &err), -EINVAL);
	assert_string_equal(err.text, message);
	assert_int_equal(record.link_count, 77);
}

static void test_bad_lines(_unused_ void **state)
{
	static const char *const bad[] = {
		"x",
		"server 192.0.2.1",
		"client eth0",
		"link eth0 device 52:54:00:00:05:02",
		"link eth0 device 52:54:00:00:05 1500",
		"link eth0 device 52:54:00:00:05:022 1500",
		"link eth0 dummy 52:54:00:00:05:02 1500",
		"link eth0 device 52:54:00:00:05:02 -1",
		"link eth0 device 52:54:00:00:05:02 4294967296",
		"link a-name-of-sixteen device 52:54:00:00:05:02 1500",
		"link v vlan 52:54:00:00:05:02 1500",
		"link v vlan 52:54:00:00:05:02 1500 on=eth9",
		"link b bond 52:54:00:00:05:02 1500 speed=9",
		"link b bond 52:54:00:00:05:02 1500 mode",
		"address eth9 192.0.2.1/24",
		"route eth9 192.0.2.1/24",
		"link eth0 device 52:54:00:00:05:02 1500 a b c d e f g h i j k",
	};
	char message[512];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(message, sizeof(message), "the record of the network has a bad line: %s",
			 bad[i]);
		check_bad(bad[i], message);
	}
	check_bad(DEVICE DEVICE, "the record of the network has a bad line: "
				 "link eth0 device 52:54:00:00:05:02 1500");
	check_bad(DEVICE "address eth0 192.0.2.1/33",
		  "the record of the network has a bad line: address eth0 192.0.2.1/33");
	check_bad(DEVICE "route eth0 192.0.2.1/32 ::1",
		  "the record of the network has a bad line: route eth0 192.0.2.1/32 ::1");
	check_bad("link eth0 device 52:54:00:00:05:02 1500 master=bond0",
		  "the record of the network lacks bond0, which eth0 is in");
}

static void test_no_ends(_unused_ void **state)
{
	struct netrecord record;
	struct err err = ERR_INIT;

	assert_int_equal(netrecord_parse(DEVICE, &record, &err), -EINVAL);
	assert_string_equal(err.text, "the record of the network names no server or client");
}

static void test_too_many(_unused_ void **state)
{
	char text[NETRECORD_LINKS_MAX * 64 + 1024] = HEAD;
	struct netrecord record;
	struct err err = ERR_INIT;

	for (int i = 0; i <= NETRECORD_LINKS_MAX; i++) {
		assert_int_equal(netrecord_parse(text, &record, &err), 0);
		snprintf(text + strlen(text), 64, "link e%d device 52:54:00:00:05:02 1500\n", i);
	}
	assert_int_equal(netrecord_parse(text, &record, &err), -EINVAL);
}

/* Interfaces of one machine, and how they stand on each other. */
static struct netlinks_link table[] = {
	{ .index = 1, .facts.name = "lo" },
	{ .index = 2, .ethernet = true, .facts.name = "eth0" },
	{ .index = 3, .ethernet = true, .facts.name = "eth1", .master = 5 },
	{ .index = 4, .ethernet = true, .facts.name = "eth2", .master = 5 },
	{ .index = 5, .ethernet = true, .facts.name = "bond0", .kind = "bond", .facts.mode = 1 },
	{ .index = 6,
	  .ethernet = true,
	  .facts.name = "vlan7",
	  .kind = "vlan",
	  .lower = 5,
	  .master = 8,
	  .facts.id = 7 },
	{ .index = 7, .ethernet = true, .facts.name = "tap0", .kind = "tun", .master = 8 },
	{ .index = 8, .ethernet = true, .facts.name = "br0", .kind = "bridge" },
	{ .index = 9, .ethernet = true, .facts.name = "br1", .kind = "bridge" },
	{ .index = 10, .ethernet = true, .facts.name = "tap1", .kind = "tun", .master = 9 },
	{ .index = 11, .ethernet = true, .facts.name = "eth0.9", .kind = "vlan" },
	{ .index = 12, .facts.name = "ib0" },
	{ .index = 13, .ethernet = true, .facts.name = "wlan0" },
	{ .index = 14, .ethernet = true, .facts.name = "bond1", .kind = "bond" },
	{ .index = 15, .ethernet = true, .facts.name = "dummy0", .kind = "dummy", .master = 14 },
};

static bool is_device(void *ctx _unused_, const char *name)
{
	return strncmp(name, "eth", 3) == 0;
}

/* Collect what is under one; "NAME[>MASTER] ..." or the message. */
static void check_stack(int index, const char *expected)
{
	const struct netlinks links = { .v = table, .n = ARRAY_SIZE(table) };
	struct netrecord record = { .link_count = 0 };
	struct err err = ERR_INIT;
	char text[1024] = "";

	if (netstack_collect(&links, index, is_device, NULL, &record, &err) < 0) {
		assert_string_equal(err.text, expected);
		return;
	}
	for (size_t i = 0; i < record.link_count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s%s%s%s%s",
			 i > 0 ? " " : "", record.links[i].name, record.links[i].on[0] ? "/" : "",
			 record.links[i].on, record.links[i].master[0] ? ">" : "",
			 record.links[i].master);
	assert_string_equal(text, expected);
}

static void test_stack(_unused_ void **state)
{
	check_stack(2, "eth0");
	check_stack(6, "eth1>bond0 eth2>bond0 bond0 vlan7/bond0");
	check_stack(8, "eth1>bond0 eth2>bond0 bond0 vlan7/bond0>br0 br0");
	check_stack(9,
		    "br1, which leads to the dump target, has no port that the capture image can "
		    "set up");
	check_stack(11, "the way to the dump target leads over eth0.9, an interface of kind vlan, "
			"which the capture image cannot set up");
	check_stack(12, "the way to the dump target leads over ib0, no Ethernet device, which the "
			"capture image cannot set up");
	check_stack(13,
		    "the way to the dump target leads over wlan0, no Ethernet device, which the "
		    "capture image cannot set up");
	check_stack(14, "the way to the dump target leads over dummy0, an interface of kind dummy, "
			"which the capture image cannot set up");
	check_stack(99, "there is no network interface 99");
}

static void check_nfs_options(const char *carried, const char *version, const char *expected)
{
	struct netrecord record;
	char options[CAPNFS_OPTIONS_MAX];
	struct err err = ERR_INIT;

	assert_int_equal(netrecord_parse(HEAD, &record, &err), 0);
	assert_int_equal(capnfs_options(&record, carried, version, options, &err), 0);
	assert_string_equal(options, expected);
}

static void test_nfs_options(_unused_ void **state)
{
#define BOUNDED "soft,timeo=600,retrans=2,"
	check_nfs_options(NULL, "", BOUNDED "nolock,addr=2001:db8::1");
	check_nfs_options("vers=3,hard", "", "vers=3,hard,nolock,addr=2001:db8::1");
	check_nfs_options("hard", "vers=4.2", "hard,vers=4.2,nolock,addr=2001:db8::1");
	check_nfs_options("softerr,timeo=50", "vers=4.2",
			  "softerr,timeo=50,vers=4.2,nolock,addr=2001:db8::1");
	check_nfs_options("soft,retrans=5", "", "soft,retrans=5,nolock,addr=2001:db8::1");
	/* Alone they bound nothing, and ours, which come later, are those that count. */
	check_nfs_options("timeo=50", "vers=4.2",
			  "timeo=50,vers=4.2," BOUNDED "nolock,addr=2001:db8::1");
	check_nfs_options("sync,retrans=50", "",
			  "sync,retrans=50," BOUNDED "nolock,addr=2001:db8::1");
	check_nfs_options("sharded", "", "sharded," BOUNDED "nolock,addr=2001:db8::1");
	check_nfs_options(NULL, "vers=3", "vers=3," BOUNDED "nolock,addr=2001:db8::1");
}

static void test_nfs_option_names(_unused_ void **state)
{
	assert_true(capnfs_has_option("vers=3", "vers"));
	assert_true(capnfs_has_option("sync,vers=3,x", "vers"));
	assert_true(capnfs_has_option("a,soft", "soft"));
	assert_false(capnfs_has_option("mountvers=3", "vers"));
	assert_false(capnfs_has_option("softerr,version=3", "soft"));
	assert_false(capnfs_has_option("a,softer", "soft"));
	assert_false(capnfs_has_option("", "soft"));
	assert_false(capnfs_has_option(",,", "soft"));
	assert_false(capnfs_has_option(NULL, "soft"));
}

/* With so much memory, and so much of it that may be on its way, the latter becomes that. */
static void check_owed(uint64_t memory, const char *before, const char *after)
{
	static const char path[] = "/proc/sys/vm/dirty_ratio";
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	struct tree tree;

	tree_make(&tree);
	tree_text(&tree, path, before);
	assert_int_equal(capnfs_owe_little(&tree.root, memory, &err), 0);
	assert_int_equal(sysroot_read(&tree.root, path, 64, &text, NULL, NULL), 0);
	assert_string_equal(text, after);
	tree_remove(&tree);
}

static void test_nfs_owes_little(_unused_ void **state)
{
	const struct sysroot nowhere = { .dir = "/nonexistent" };
	struct err err = ERR_INIT;

	check_owed((uint64_t)1 << 30, "20\n", "3\n");
	check_owed((uint64_t)256 << 20, "20\n", "12\n");
	check_owed((uint64_t)128 << 20, "20\n", "20\n"); /* never more than it was */
	check_owed((uint64_t)1 << 40, "20\n", "1\n");
	check_owed((uint64_t)1 << 30, "0\n", "0\n");
	check_owed(0, "20\n", "1\n");
	assert_int_equal(capnfs_owe_little(&nowhere, 1, &err), -ENOENT);
}

/* What a starting server or switch may bring about, and what no waiting mends. */
static void test_nfs_patience(_unused_ void **state)
{
	assert_true(capnfs_may_pass(-EHOSTUNREACH));
	assert_true(capnfs_may_pass(-ENETUNREACH));
	assert_true(capnfs_may_pass(-ENETDOWN));
	assert_true(capnfs_may_pass(-EHOSTDOWN));
	assert_true(capnfs_may_pass(-EADDRNOTAVAIL));
	assert_true(capnfs_may_pass(-ECONNREFUSED));
	assert_true(capnfs_may_pass(-ETIMEDOUT));
	assert_false(capnfs_may_pass(0));
	assert_false(capnfs_may_pass(-EACCES));
	assert_false(capnfs_may_pass(-ENOENT));
	assert_false(capnfs_may_pass(-EINVAL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_no_ends),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_nfs_options),
		cmocka_unit_test(test_nfs_option_names),
		cmocka_unit_test(test_nfs_patience),
		cmocka_unit_test(test_nfs_owes_little),
	};

	return cmocka_run_group_tests_name("kdump/netrecord", tests, NULL, NULL);
}
