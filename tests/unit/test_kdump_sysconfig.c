/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/capcmdline.h"
#include "kdump/sysconfig.h"
#include "kdump/words.h"
#include "tests/unit/tree.h"

static void check_refused(const char *text, const char *message)
{
	struct sysconfig conf;
	struct err err = ERR_INIT;

	assert_int_equal(sysconfig_parse(text, "kdump", archdefaults_of("x86_64"), &conf, &err),
			 -EINVAL);
	assert_string_equal(err.text, message);
}

static void test_assignments(_unused_ void **state)
{
	struct sysconfig conf;
	struct err err = ERR_INIT;

	assert_int_equal(sysconfig_parse("# x\nKDUMP_KERNELVER=6.1 # why\n"
					 "  export KEXEC_ARGS='-s $x'\nOTHER=1\n"
					 "KDUMP_COMMANDLINE=\"a b=\\\"c d\\\"\"\n"
					 "KDUMP_IMG=one\nKDUMP_IMG=two",
					 "kdump", archdefaults_of("x86_64"), &conf, &err),
			 0);
	assert_string_equal(conf.kernel_version, "6.1");
	assert_string_equal(conf.kexec_args, "-s $x");
	assert_string_equal(conf.commandline, "a b=\"c d\"");
	assert_string_equal(conf.image_name, "two");
	assert_string_equal(conf.image_ext, "");
	assert_non_null(strstr(conf.commandline_append, "nr_cpus=1"));
	sysconfig_done(&conf);
}

static void test_refusals(_unused_ void **state)
{
	check_refused("\nreboot\n", "kdump:2: this is not an assignment");
	check_refused("A = b\n", "kdump:1: this is not an assignment");
	check_refused("A+=b\n", "kdump:1: this is not an assignment");
	check_refused("A=\"\n\"\nKEXEC_ARGS=$(reboot)\n", "kdump:3: '$' has no meaning here");
	check_refused("KEXEC_ARGS=\"`reboot`\"\n", "kdump:1: '`' has no meaning here");
	check_refused("A='b\n", "kdump:1: quote ' has no partner");
	check_refused("A=b c\n", "kdump:1: more than one word in the value");
	check_refused("\nKDUMP_STDLOGLVL=5\n", "kdump:2: Illegal log level: KDUMP_STDLOGLVL '5'");
	check_refused("KDUMP_SYSLOGLVL=debug\n",
		      "kdump:1: Illegal log level: KDUMP_SYSLOGLVL 'debug'");
	check_refused("KDUMP_KMSGLOGLVL=\n", "kdump:1: Illegal log level: KDUMP_KMSGLOGLVL ''");
}

/* What only says whether something is told is no reason to arm nothing. */
static void test_warnings(_unused_ void **state)
{
	struct sysconfig conf;
	struct err err = ERR_INIT;

	assert_int_equal(sysconfig_parse("A=\"\n\"\nVMCORE_CREATION_NOTIFICATION=\n"
					 "KDUMP_IMG=vmlinux\nVMCORE_CREATION_NOTIFICATION=No\n",
					 "kdump", archdefaults_of("x86_64"), &conf, &err),
			 0);
	assert_int_equal(conf.warnings.n, 2);
	assert_string_equal(conf.warnings.v[0],
			    "kdump:3: warning: VMCORE_CREATION_NOTIFICATION: '' is neither yes nor "
			    "no, and is taken for yes");
	assert_string_equal(
		conf.warnings.v[1],
		"kdump:5: warning: VMCORE_CREATION_NOTIFICATION: 'No' is neither yes nor "
		"no, and is taken for yes");
	assert_false(conf.no_test_notice);
	assert_string_equal(conf.image_name, "vmlinux");
	sysconfig_done(&conf);
}

/* The file that we install says what holds without it. */
static void test_shipped(_unused_ void **state)
{
	const struct sysroot here = { .dir = "." };
	_cleanup_free_ char *text = NULL;
	struct sysconfig shipped, none;
	struct err err = ERR_INIT;

	assert_int_equal(sysroot_read(&here, "/units/kdump.sysconfig", SYSCONFIG_FILE_MAX, &text,
				      NULL, &err),
			 0);
	assert_int_equal(sysconfig_parse(text, "kdump", archdefaults_of("x86_64"), &shipped, &err),
			 0);
	assert_int_equal(sysconfig_parse("", "kdump", archdefaults_of("x86_64"), &none, &err), 0);
	assert_string_equal(shipped.kernel_version, none.kernel_version);
	assert_string_equal(shipped.commandline, none.commandline);
	assert_string_equal(shipped.commandline_remove, none.commandline_remove);
	assert_string_equal(shipped.commandline_append, none.commandline_append);
	assert_string_equal(shipped.kexec_args, none.kexec_args);
	assert_string_equal(shipped.boot_dir, none.boot_dir);
	assert_string_equal(shipped.image_name, none.image_name);
	assert_string_equal(shipped.image_ext, none.image_ext);
	sysconfig_done(&shipped);
	sysconfig_done(&none);
}

/* As RHEL 7 and of today ship it, with the command lines that come of it. */
static void test_of_others(_unused_ void **state)
{
	static const char base[] = "BOOT_IMAGE=/vmlinuz root=/dev/mapper/c-root ro "
				   "crashkernel=auto rd.lvm.lv=c/root rhgb quiet kaslr=x "
				   "dyndbg=\"file a.c +p\"";
	static const struct {
		const char *text;
		const char *line;
	} files[] = {
		{ "KDUMP_KERNELVER=\"\"\nKDUMP_COMMANDLINE=\"\"\n"
		  "KDUMP_COMMANDLINE_REMOVE=\"hugepages hugepagesz slub_debug kaslr\"\n"
		  "KDUMP_COMMANDLINE_APPEND=\"irqpoll nr_cpus=1 reset_devices "
		  "cgroup_disable=memory mce=off numa=off udev.children-max=2 panic=10 "
		  "rootflags=nofail acpi_no_memhotplug transparent_hugepage=never nokaslr\"\n"
		  "KEXEC_ARGS=\"\"\n#KDUMP_BOOTDIR=\"/boot\"\nKDUMP_IMG=\"vmlinuz\"\n"
		  "KDUMP_IMG_EXT=\"\"\n",
		  "BOOT_IMAGE=/vmlinuz ro rhgb quiet dyndbg=\"file a.c +p\" irqpoll nr_cpus=1 "
		  "reset_devices cgroup_disable=memory mce=off numa=off udev.children-max=2 "
		  "panic=10 rootflags=nofail acpi_no_memhotplug transparent_hugepage=never "
		  "nokaslr" },
		{ "KDUMP_COMMANDLINE_REMOVE=\"hugepages hugepagesz slub_debug quiet log_buf_len "
		  "swiotlb hugetlb_cma ignition.firstboot cma\"\n"
		  "KDUMP_COMMANDLINE_APPEND=\"novmcoredd hugetlb_cma=0\"\n"
		  "FADUMP_COMMANDLINE_APPEND=\"nr_cpus=16\"\nKEXEC_ARGS=\"-s\"\n"
		  "KDUMP_STDLOGLVL=3\nKDUMP_SYSLOGLVL=0\nKDUMP_KMSGLOGLVL=0\n"
		  "VMCORE_CREATION_NOTIFICATION=\"yes\"\n",
		  "BOOT_IMAGE=/vmlinuz ro rhgb kaslr=x dyndbg=\"file a.c +p\" novmcoredd "
		  "hugetlb_cma=0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(sysconfig_done) struct sysconfig conf = { NULL };
		_cleanup_free_ char *line = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(sysconfig_parse(files[i].text, "kdump", archdefaults_of("x86_64"),
						 &conf, &err),
				 0);
		assert_int_equal(capcmdline_edit(base, conf.commandline_remove,
						 conf.commandline_append, &line),
				 0);
		assert_string_equal(line, files[i].line);
	}
}

/* What is not ours is ignored, unless it looks misspelt. */
static void test_unknown(_unused_ void **state)
{
	static const struct {
		const char *text, *warning;
	} cases[] = {
		{ "FADUMP_COMMANDLINE_APPEND=x\nPATH=/bin\nKDUMP_CPUS=4\n", NULL },
		{ "\nKDUMP_COMMANDLINE_APEND=x\n",
		  "kdump:2: warning: KDUMP_COMMANDLINE_APEND has no effect; did you mean "
		  "'KDUMP_COMMANDLINE_APPEND'?" },
		{ "KDUMP_SYSLOGLEVEL=4\n",
		  "kdump:1: warning: KDUMP_SYSLOGLEVEL has no effect; did you mean "
		  "'KDUMP_SYSLOGLVL'?" },
		{ "KEXEC_ARG=-s\n",
		  "kdump:1: warning: KEXEC_ARG has no effect; did you mean 'KEXEC_ARGS'?" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(sysconfig_done) struct sysconfig conf = { NULL };
		struct err err = ERR_INIT;

		assert_int_equal(sysconfig_parse(cases[i].text, "kdump", archdefaults_of("x86_64"),
						 &conf, &err),
				 0);
		assert_int_equal(conf.warnings.n, cases[i].warning ? 1 : 0);
		if (cases[i].warning)
			assert_string_equal(conf.warnings.v[0], cases[i].warning);
	}
}

/* As SUSE has it: what it would append to the defaults is no reason to go without them. */
static void test_of_suse(_unused_ void **state)
{
	static const char *const appended[] = { "", "earlyprintk=serial" };
	static const char shipped[] =
		"## Path: System/Kernel/Kdump\nKDUMP_KERNELVER=\"\"\nKDUMP_CPUS=\"\"\n"
		"KDUMP_COMMANDLINE=\"\"\nKDUMP_COMMANDLINE_APPEND=\"%s\"\nKDUMP_AUTO_RESIZE=no\n"
		"KEXEC_OPTIONS=\"\"\nMAKEDUMPFILE_OPTIONS=\"\"\nKDUMP_IMMEDIATE_REBOOT=\"yes\"\n"
		"KDUMP_SAVEDIR=\"/var/crash\"\nKDUMP_KEEP_OLD_DUMPS=\"0\"\n"
		"KDUMP_FREE_DISK_SIZE=\"64\"\nKDUMP_VERBOSE=\"0\"\nKDUMP_DUMPLEVEL=\"31\"\n"
		"KDUMP_DUMPFORMAT=\"lzo\"\nKDUMP_CONTINUE_ON_ERROR=\"yes\"\n"
		"KDUMP_NETCONFIG=\"auto\"\nKDUMP_NET_TIMEOUT=30\nKDUMP_SSH_IDENTITY=\"\"\n";
	const struct archdefaults *arch = archdefaults_of("x86_64");

	for (size_t i = 0; i < ARRAY_SIZE(appended); i++) {
		_cleanup_(sysconfig_done) struct sysconfig conf = { NULL };
		char text[sizeof(shipped) + 64], expected[1024];
		struct err err = ERR_INIT;

		snprintf(text, sizeof(text), shipped, appended[i]);
		snprintf(expected, sizeof(expected), "%s%s%s", arch->commandline_append,
			 i ? " " : "", appended[i]);
		assert_int_equal(sysconfig_parse(text, "kdump", arch, &conf, &err), 0);
		assert_string_equal(conf.commandline_append, expected);
		assert_int_equal(conf.warnings.n, 1);
		assert_string_equal(conf.warnings.v[0],
				    "kdump:10: warning: KDUMP_SAVEDIR is of SUSE's kdump; dumps go "
				    "where /etc/kdump.conf says");
	}
}

static void test_architectures(_unused_ void **state)
{
	static const struct {
		const char *machine;
		const char *image;
		const char *remove; /* a word of each, and one that is not in it */
		const char *append;
		const char *foreign;
	} cases[] = {
		{ "x86_64", "vmlinuz", " cma", "nokaslr", "swiotlb=noforce" },
		{ "aarch64", "vmlinuz", " cma", "swiotlb=noforce", "mce=off" },
		{ "ppc64le", "vmlinuz", "hugepages", "kvm_cma_resv_ratio=0", "nr_cpus=1 " },
		{ "s390x", "image", "zfcp.allow_lun_scan", "nr_cpus=1", "irqpoll" },
		{ "riscv64", "vmlinuz", " cma", "irqpoll", "mce=off" },
		{ "loongarch64", "vmlinuz", " cma", "maxcpus=1", "nr_cpus" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sysconfig conf;
		struct err err = ERR_INIT;

		assert_int_equal(sysconfig_parse("", "kdump", archdefaults_of(cases[i].machine),
						 &conf, &err),
				 0);
		assert_string_equal(conf.image_name, cases[i].image);
		assert_non_null(strstr(conf.commandline_remove, cases[i].remove));
		assert_non_null(strstr(conf.commandline_append, cases[i].append));
		assert_non_null(strstr(conf.commandline_append, "rootfstype=ramfs"));
		assert_null(strstr(conf.commandline_append, cases[i].foreign));
		sysconfig_done(&conf);
	}
}

static void check_edit(const char *base, const char *drop, const char *append, const char *line)
{
	_cleanup_free_ char *got = NULL;

	assert_int_equal(capcmdline_edit(base, drop, append, &got), 0);
	assert_string_equal(got, line);
}

static void test_edit(_unused_ void **state)
{
	check_edit("b=1 xb b2 b b='x'", "b", "", "xb b2");
	check_edit("b=\"x y\" c=\"1 2\"", "b=x", "", "c=\"1 2\"");
	check_edit("a  x=0", "x", "x=\"1 2\"", "a x=\"1 2\"");
	check_edit("crashkernel=256M root=/dev/sda ro panic_on_warn=1 rd.lvm.lv=a/b init=/x", "",
		   "y", "ro y");
	check_edit(
		"crashkernel=1,high panic_on_warn root=a rd.lvm.lv=b rd.luks.uuid=c rd.dm.uuid=d "
		"rd.md.uuid=e fcoe=f netroot=g rd.iscsi.initiator=h iscsi_initiator=i initrd=j "
		"rdinit=k roots=1 nocrashkernel rd.lvm=1",
		"", "", "roots=1 nocrashkernel rd.lvm=1");
	check_edit("a", "", "", "a");
	check_edit("", "", " b", "b");
}

/* Only there, and only on that architecture. */
static void test_amazon(_unused_ void **state)
{
	static const struct {
		const char *machine;
		const char *vendor;
		bool irqpoll;
	} cases[] = {
		{ "aarch64", "Amazon EC2\n", false },
		{ "aarch64", "Other\n", true },
		{ "x86_64", "Amazon EC2\n", true },
		{ "loongarch64", "Amazon EC2\n", true },
	};
	struct tree tree;

	tree_make(&tree);
	tree_text(&tree, "/proc/cmdline", "a root=/dev/x");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(sysconfig_done) struct sysconfig conf = { NULL };
		_cleanup_free_ char *line = NULL;
		struct err err = ERR_INIT;

		tree_text(&tree, "/sys/devices/virtual/dmi/id/sys_vendor", cases[i].vendor);
		assert_int_equal(sysconfig_parse("KDUMP_COMMANDLINE_APPEND='irqpoll irqpoller'",
						 "kdump", archdefaults_of(cases[i].machine), &conf,
						 &err),
				 0);
		assert_int_equal(capcmdline_compose(&tree.root, &conf, IMAGEBUILDER_OWN, &line,
						    &err),
				 0);
		assert_string_equal(line, cases[i].irqpoll ? "a irqpoll irqpoller" : "a irqpoller");
	}
	tree_remove(&tree);
}

static void test_unquote_line(_unused_ void **state)
{
	char *argv[] = { (char *)"/sbin/kexec", (char *)"--command-line=a 'b' \"c\"", (char *)"",
			 (char *)"x=$y", NULL };
	_cleanup_free_ char *line = words_line(argv);
	_cleanup_(strv_done) struct strv again = { NULL };
	struct err err = ERR_INIT;

	assert_string_equal(line, "/sbin/kexec '--command-line=a '\\''b'\\'' \"c\"' '' 'x=$y'");
	assert_int_equal(words_split(line, &again, &err), 0);
	assert_int_equal(again.n, 4);
	for (size_t i = 0; i < again.n; i++)
		assert_string_equal(again.v[i], argv[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assignments), cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_warnings),    cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_edit),        cmocka_unit_test(test_unquote_line),
		cmocka_unit_test(test_of_others),   cmocka_unit_test(test_architectures),
		cmocka_unit_test(test_amazon),      cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_of_suse),
	};

	return cmocka_run_group_tests_name("kdump/sysconfig", tests, NULL, NULL);
}
