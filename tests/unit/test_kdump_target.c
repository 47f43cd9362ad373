/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dump targets whose file systems need no device that can be read; and what helps to find them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dumpspace.h"
#include "kdump/mountopts.h"
#include "kdump/target.h"
#include "kdump/words.h"
#include "tests/unit/one_tree.h"

static void put(const char *path, const char *text)
{
	tree_text(&tree, path, text);
}

/* With that line in the mount table, dumps to @path go to these, which the image cannot do. */
static void check_found(const char *mount, const char *path, const char *type, const char *device,
			const char *inner, const char *refusal)
{
	struct conf conf = { .name = "kdump.conf", .path = (char *)path };
	struct target target = { NULL };
	struct err err = ERR_INIT;
	char text[1024];

	snprintf(text, sizeof(text), "20 1 254:1 / / rw - ext4 /dev/vda1 rw\n%s\n", mount);
	put("/proc/self/mountinfo", text);
	tree_folder(&tree, path);
	if (target_find(&tree.root, &conf, &target, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(target.type, type);
	assert_string_equal(target.device, device);
	assert_string_equal(target.inner, inner);
	assert_string_equal(target.folder, path);
	assert_int_equal(target_check_able(&target, &conf, &err), -ENOTSUP);
	assert_string_equal(err.text, refusal);
	target_done(&target);
}

/* Such a mount, and such a line in kdump.conf if @named, is that export with that folder. */
static void check_nfs(const char *mount, const char *named, const char *path, const char *name,
		      const char *inner, const char *options, const char *address)
{
	struct conf conf = { .name = "kdump.conf",
			     .path = (char *)path,
			     .target_type = named ? (char *)"nfs" : NULL,
			     .target = (char *)named };
	struct target target = { NULL };
	struct err err = ERR_INIT;
	char text[1024];

	snprintf(text, sizeof(text), "20 1 254:1 / / rw - ext4 /dev/vda1 rw\n%s\n", mount);
	put("/proc/self/mountinfo", text);
	if (target_find(&tree.root, &conf, &target, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(target_check_able(&target, &conf, &err), 0);
	assert_string_equal(target.type, "nfs");
	assert_string_equal(target.name, name);
	assert_string_equal(target.device, name);
	assert_string_equal(target.inner, inner);
	assert_string_equal(target.options ? target.options : "", options);
	assert_string_equal(target.address ? target.address : "", address);
	assert_string_equal(target.server, name[0] == '[' ? "2001:db8::1" : "store");
	target_done(&target);
}

static void test_nfs(_unused_ void **state)
{
	static const char v4[] = "21 20 0:40 / /srv rw - nfs4 store:/export/d "
				 "rw,vers=4.2,hard,proto=tcp,clientaddr=192.0.2.2,addr=192.0.2.1";

	tree_folder(&tree, "/srv/crash");
	check_nfs(v4, NULL, "/srv/crash", "store:/export/d", "/crash", "vers=4.2", "192.0.2.1");
	check_nfs(v4, "store:/export/d/", "/crash", "store:/export/d", "/crash", "vers=4.2",
		  "192.0.2.1");
	check_nfs("21 20 0:40 / /srv rw - nfs [2001:db8::1]:/x "
		  "rw,vers=3,mountport=20048,lock,local_lock=none",
		  NULL, "/srv", "[2001:db8::1]:/x", "/", "vers=3", "");
	/* How long programs wait for the server is not how long the capture does. */
	check_nfs("21 20 0:40 / /srv rw - nfs4 store:/export/d rw,vers=4.2,soft,timeo=50,retrans=1",
		  NULL, "/srv/crash", "store:/export/d", "/crash", "vers=4.2", "");
	/* Not mounted: as fstab says, or as the server likes it. */
	check_nfs("", "store:/x", "/crash", "store:/x", "/crash", "", "");
	put("/etc/fstab", "store:/x /mnt nfs noauto,vers=4.1,bg 0 0\n");
	check_nfs("", "store:/x", "/crash", "store:/x", "/crash", "vers=4.1", "");
	put("/etc/fstab", "store:/x /mnt nfs noauto,timeo=9000,retrans=5 0 0\n");
	check_nfs("", "store:/x", "/crash", "store:/x", "/crash", "", "");
}

static void test_nfs_refused(_unused_ void **state)
{
	struct conf conf = { .name = "kdump.conf", .path = (char *)"/srv" };
	struct target target = { NULL };
	struct err err = ERR_INIT;

	tree_folder(&tree, "/srv");
	put("/proc/self/mountinfo", "20 1 254:1 / / rw - ext4 /dev/vda1 rw\n"
				    "21 20 0:40 / /srv rw - nfs4 store:/x rw,sec=krb5p\n");
	assert_int_equal(target_find(&tree.root, &conf, &target, &err), -ENOTSUP);
	assert_string_equal(err.text, "store:/x is mounted with sec=krb5p, which the capture image "
				      "cannot do");
}

static void test_no_disk(_unused_ void **state)
{
	check_found("21 20 0:50 / /var rw - tmpfs tmpfs rw", "/var/crash", "tmpfs", "tmpfs",
		    "/crash",
		    "dump path /var/crash lies on a file system of type tmpfs, which the capture "
		    "image cannot handle");
	/* The topmost of several mounts, not one that only begins alike. */
	check_found("21 20 0:50 / /var rw - tmpfs one rw\n22 21 0:51 / /var rw - tmpfs two rw\n"
		    "23 20 0:52 / /var/cra rw - tmpfs three rw",
		    "/var/crash", "tmpfs", "two", "/crash",
		    "dump path /var/crash lies on a file system of type tmpfs, which the capture "
		    "image cannot handle");
}

static void check_carried(const char *options, const char *type, const char *expected)
{
	_cleanup_free_ char *carried = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(mountopts_carry(options, type, &carried, &err), 0);
	if (expected)
		assert_string_equal(carried, expected);
	else
		assert_null(carried);
}

static void test_mount_options(_unused_ void **state)
{
	check_carried("", "ext4", NULL);
	check_carried("ro", "ext4", NULL);
	check_carried("rw,relatime,errors=remount-ro", "ext4", "errors=remount-ro");
	check_carried("ro,noauto,nofail,nobootwait,data=ordered,x-systemd.automount,_netdev,user",
		      "ext4", "data=ordered");
	check_carried("defaults,noatime,nosuid,nodev,noexec", "xfs", NULL);
	check_carried("rw,seclabel,attr2,logdev=/dev/vdb,noquota", "xfs", "attr2,logdev=/dev/vdb");
	check_carried("rw,context=\"system_u:object_r:x:s0:c1,c2\",usrquota,jqfmt=vfsv1,nodelalloc",
		      "ext4", "nodelalloc");
	check_carried("rw,vers=4.2,proto=tcp,clientaddr=192.0.2.2,addr=192.0.2.1,mountaddr=::1,"
		      "mountproto=udp,soft",
		      "nfs4", "vers=4.2,soft");
	check_carried("addr=x", "other", "addr=x");
}

static void check_whole(const char *options, bool always, const char *expected, const char *name)
{
	_cleanup_free_ char *text = options ? strdup(options) : NULL;
	_cleanup_free_ char *named = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(mountopts_whole_btrfs(&text, always, &named, &err), 0);
	if (expected)
		assert_string_equal(text, expected);
	else
		assert_null(text);
	if (name)
		assert_string_equal(named, name);
	else
		assert_null(named);
}

static void test_whole_btrfs(_unused_ void **state)
{
	check_whole("ssd,subvolid=257,subvol=/@var,compress=zstd:3", true,
		    "ssd,compress=zstd:3,subvolid=5", "/@var");
	check_whole("subvolid=5,subvol=/", true, "subvolid=5", "/");
	check_whole("ssd", true, "ssd,subvolid=5", NULL);
	check_whole(NULL, true, "subvolid=5", NULL);
	/* fstab may name it, by name or by number, or leave it to what is the default. */
	check_whole("subvol=@x,ssd", false, "ssd,subvolid=5", "@x");
	check_whole("subvolid=300,ssd", false, "ssd,subvolid=300", NULL);
	check_whole("ssd", false, "ssd", NULL);
	check_whole(NULL, false, NULL, NULL);
}

static void check_need(const char *collector, uint64_t mib)
{
	static const char meminfo[] = "MemTotal:        1048576 kB\nMemFree:          262144 kB\n"
				      "MemAvailable:     700000 kB\nBuffers:           16384 kB\n"
				      "Cached:           245760 kB\nSwapCached:            0 kB\n"
				      "AnonPages:        131072 kB\n";
	_cleanup_(strv_done) struct strv words = { NULL };
	struct err err = ERR_INIT;

	assert_int_equal(words_split(collector, &words, &err), 0);
	assert_int_equal(dumpspace_need(meminfo, &words) >> 20, mib);
}

static void test_space(_unused_ void **state)
{
	_cleanup_(strv_done) struct strv none = { NULL };
	struct strv words = { NULL };
	_cleanup_free_ char *warning = NULL;
	struct err err = ERR_INIT;
	struct dumpspace space;

	check_need("makedumpfile -l --message-level 7 -d 31", 1024 - 256 - 128 - 240 - 16);
	check_need("/usr/sbin/makedumpfile -d31 -c", 1024 - 256 - 128 - 240 - 16);
	check_need("makedumpfile -d 17,31", 1024 - 256);
	check_need("makedumpfile -d 8", 1024 - 128);
	check_need("makedumpfile -d 0", 1024);
	check_need("makedumpfile -c", 1024);
	check_need("cp -d 31", 1024);
	assert_int_equal(dumpspace_need("MemTotal: x\n", &none), 0);
	assert_int_equal(dumpspace_need("", &none), 0);

	assert_int_equal(dumpspace_seconds(640, 64, 1500), 15);
	assert_int_equal(dumpspace_seconds(641, 64, 1500), 16);
	assert_int_equal(dumpspace_seconds(64000, 64, 0), 1);
	assert_int_equal(dumpspace_seconds(UINT64_C(24) << 40, 64 << 20, 60000), 23592960);

	assert_int_equal(strv_add(&words, "cp"), 0);
	tree_folder(&tree, "/d");
	put("/proc/meminfo", "MemTotal: 1 kB\n");
	assert_int_equal(dumpspace_read(&tree.root, NULL, &words, &space, &err), 0);
	assert_true(space.need == 1024 && space.room == 0);
	assert_int_equal(dumpspace_read(&tree.root, "/d", &words, &space, &err), 0);
	assert_true(space.need == 1024 && space.room > 0);
	assert_int_equal(dumpspace_check(&tree.root, "/d", "/dev/x", &words, &warning, &err), 0);
	assert_null(warning);
	put("/proc/meminfo", "MemTotal: 9007199254740992 kB\n");
	assert_int_equal(dumpspace_check(&tree.root, "/d", "/dev/x", &words, &warning, &err), 0);
	assert_non_null(warning);
	assert_non_null(strstr(warning,
			       "There might not be enough space to save a vmcore. The size "
			       "of /dev/x should be greater than 9007199254740992 kilo "
			       "bytes: "));
	strv_done(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nfs, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_nfs_refused, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_no_disk, tree_setup, tree_teardown),
		cmocka_unit_test(test_mount_options),
		cmocka_unit_test(test_whole_btrfs),
		cmocka_unit_test_setup_teardown(test_space, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("kdump/target", tests, NULL, NULL);
}
