/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Boot loaders' files below a folder; and the kernel's log, which is looked for beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "lib/attrs.h"

#include "kdump/bootconf.h"
#include "kdump/kmsg.h"
#include "tests/unit/one_tree.h"

static void put(const char *path, const char *text)
{
	tree_text(&tree, path, text);
}

static void check_line(const struct bootconf *conf, size_t i, enum bootconf_kind kind,
		       const char *path, unsigned int number, const char *cmdline)
{
	assert_true(i < conf->count);
	assert_int_equal(conf->lines[i].kind, kind);
	assert_string_equal(conf->lines[i].path, path);
	assert_int_equal(conf->lines[i].number, number);
	assert_string_equal(conf->lines[i].cmdline, cmdline);
}

static void test_debian(_unused_ void **state)
{
	struct bootconf conf = { NULL };
	struct err err = ERR_INIT;

	put("/etc/default/grub", "# GRUB_CMDLINE_LINUX=\"no\"\nGRUB_DEFAULT=0\n"
				 "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet splash\"\n"
				 "GRUB_CMDLINE_LINUX=\n");
	put("/etc/default/grub.d/kdump-tools.cfg",
	    "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=512M-:192M\"\n");
	put("/etc/default/grub.d/ignored.cfg.dpkg-old", "GRUB_CMDLINE_LINUX=x\n");
	put("/boot/grub/grub.cfg",
	    "menuentry 'Debian' {\n\tlinux\t/vmlinuz-6.1 root=UUID=1 ro  quiet\n"
	    "\tinitrd\t/initrd.img\n}\nlinux /nothing-behind\n");
	put("/usr/sbin/update-grub", "");
	put("/usr/sbin/grub-mkconfig", "");
	assert_int_equal(bootconf_read(&tree.root, &conf, &err), 0);
	assert_int_equal(conf.count, 4);
	check_line(&conf, 0, BOOTCONF_GRUB_VARIABLE, "/etc/default/grub", 3, "quiet splash");
	check_line(&conf, 1, BOOTCONF_GRUB_VARIABLE, "/etc/default/grub", 4, "");
	check_line(&conf, 2, BOOTCONF_GRUB_VARIABLE, "/etc/default/grub.d/kdump-tools.cfg", 1,
		   "$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=512M-:192M");
	check_line(&conf, 3, BOOTCONF_GRUB_ENTRY, "/boot/grub/grub.cfg", 2,
		   "root=UUID=1 ro  quiet");
	assert_false(bootconf_is_generated(&conf.lines[0]));
	assert_true(bootconf_is_generated(&conf.lines[3]));
	assert_string_equal(bootconf_generator(&tree.root, &conf), "update-grub");
	bootconf_done(&conf);
}

static void test_rhel7(_unused_ void **state)
{
	struct bootconf conf = { NULL };
	struct err err = ERR_INIT;

	put("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"crashkernel=auto rhgb \\\nquiet");
	put("/boot/grub2/grub.cfg", "\tlinux16 /vmlinuz-3.10.0 ro\n");
	put("/usr/sbin/grub2-mkconfig", "");
	assert_int_equal(bootconf_read(&tree.root, &conf, &err), 0);
	assert_int_equal(conf.count, 2);
	check_line(&conf, 0, BOOTCONF_GRUB_VARIABLE, "/etc/default/grub", 1,
		   "crashkernel=auto rhgb \\");
	assert_string_equal(bootconf_generator(&tree.root, &conf),
			    "grub2-mkconfig -o /boot/grub2/grub.cfg");
	bootconf_done(&conf);

	/* On UEFI its place is another one; with later releases, only a pointer is there. */
	put("/boot/efi/EFI/redhat/grub.cfg", "configfile $prefix/grub.cfg\n");
	assert_int_equal(bootconf_read(&tree.root, &conf, &err), 0);
	assert_string_equal(bootconf_generator(&tree.root, &conf),
			    "grub2-mkconfig -o /boot/grub2/grub.cfg");
	bootconf_done(&conf);
	put("/boot/efi/EFI/redhat/grub.cfg", "linuxefi /vmlinuz-3.10.0 ro\n");
	assert_int_equal(bootconf_read(&tree.root, &conf, &err), 0);
	assert_string_equal(bootconf_generator(&tree.root, &conf),
			    "grub2-mkconfig -o /boot/efi/EFI/redhat/grub.cfg");
	bootconf_done(&conf);
}

static void test_entries(_unused_ void **state)
{
	struct bootconf conf = { NULL };
	struct err err = ERR_INIT;

	put("/boot/loader/entries/b.conf", "title B\nversion 6.1\noptions root=/dev/b ro\n");
	put("/boot/loader/entries/a.conf",
	    "title A\noptions   root=/dev/a\noptions crashkernel=1M\n");
	put("/boot/loader/entries/c.txt", "options no\n");
	put("/efi/loader/entries/d.conf", "optionsno\n");
	put("/etc/kernel/cmdline", "root=/dev/a quiet\n");
	assert_int_equal(bootconf_read(&tree.root, &conf, &err), 0);
	assert_int_equal(conf.count, 4);
	check_line(&conf, 0, BOOTCONF_KERNEL_INSTALL, "/etc/kernel/cmdline", 1,
		   "root=/dev/a quiet");
	check_line(&conf, 1, BOOTCONF_BLS_ENTRY, "/boot/loader/entries/a.conf", 2, "root=/dev/a");
	check_line(&conf, 2, BOOTCONF_BLS_ENTRY, "/boot/loader/entries/a.conf", 3,
		   "crashkernel=1M");
	check_line(&conf, 3, BOOTCONF_BLS_ENTRY, "/boot/loader/entries/b.conf", 3,
		   "root=/dev/b ro");
	assert_null(bootconf_generator(&tree.root, &conf));
	bootconf_done(&conf);
}

static void test_none(_unused_ void **state)
{
	struct bootconf conf = { NULL };
	struct err err = ERR_INIT;

	assert_int_equal(bootconf_read(&tree.root, &conf, &err), 0);
	assert_int_equal(conf.count, 0);
	bootconf_done(&conf);
}

static bool is_about_memory(const char *message)
{
	return strstr(message, "memory") != NULL;
}

static void test_kernel_log(_unused_ void **state)
{
	_cleanup_free_ char *found = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(kmsg_last(&tree.root, is_about_memory, &found, &err), 0);
	assert_null(found);
	put("/dev/kmsg", "6,1,0,-;first memory\n6,2,0,-;second memory; more\n"
			 " SUBSYSTEM=memory; not a message\n6,3,0,-;third\nno prefix memory\n");
	assert_int_equal(kmsg_last(&tree.root, is_about_memory, &found, &err), 0);
	assert_string_equal(found, "second memory; more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_debian, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_rhel7, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_entries, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_none, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_kernel_log, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("kdump/bootconf", tests, NULL, NULL);
}
