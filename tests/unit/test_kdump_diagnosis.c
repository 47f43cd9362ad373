/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said when nothing is reserved: a machine's command line, memory, log and files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/attrs.h"

#include "kdump/diagnosis.h"

#define NONE "No memory reserved for crash kernel: "

struct said {
	const char *cmdline;
	uint64_t mib; /* of memory */
	const char *text, *hint;
};

static char grub_defaults[] = "/etc/default/grub", grub_config[] = "/boot/grub/grub.cfg";
static char entry[] = "/boot/loader/entries/a.conf";
static char without[] = "ro quiet", with[] = "ro quiet crashkernel=256M";

static struct bootconf_line files[] = {
	{ BOOTCONF_GRUB_VARIABLE, grub_defaults, 6, without },
	{ BOOTCONF_GRUB_ENTRY, grub_config, 91, without },
	{ BOOTCONF_BLS_ENTRY, entry, 5, without },
};

static void check_with(const struct said *said, const char *log)
{
	struct diagnosis_facts facts = {
		.cmdline = (char *)said->cmdline,
		.memory = said->mib << 20,
		.log = (char *)log,
		.boot = { .lines = files, .count = ARRAY_SIZE(files) },
		.generator = "update-grub",
	};
	struct err err = ERR_INIT;

	assert_int_equal(diagnosis_explain(&facts, &err), -ENOENT);
	assert_string_equal(err.text, said->text);
	assert_string_equal(err.hint, said->hint);
}

static void check(const struct said *said, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_with(&said[i], NULL);
}

static void test_absent(_unused_ void **state)
{
	static const char text[] = NONE "the kernel was booted without crashkernel=";
	static const char hint[] = "Run `kdumpctl reset-crashkernel`, and reboot.";
	static const struct said said[] = {
		{ "", 0, text, hint },
		{ "root=/dev/sda ro quiet", 4096, text, hint },
		{ "x=\"a crashkernel=1M\"", 4096, text, hint },
		{ "crash_kexec_post_notifiers", 4096, text, hint },
		{ "nocrashkernel=1", 4096,
		  NONE "'nocrashkernel=1' on the kernel command line looks misspelt",
		  "The word is crashkernel=. Correct it in the boot loader's configuration, run "
		  "`update-grub`, and reboot." },
	};

	check(said, ARRAY_SIZE(said));
}

static void test_waits_for_a_boot(_unused_ void **state)
{
	static const struct said not_booted = {
		"ro", 4096,
		NONE "the kernel was booted without crashkernel=; 'crashkernel=256M' stands in "
		     "/boot/grub/grub.cfg",
		"Reboot. If it fails again, the boot loader starts another entry."
	};
	static const struct said not_generated = {
		"ro", 4096,
		NONE "'crashkernel=256M' stands in /etc/default/grub, but not in what the boot "
		     "loader reads",
		"Run `update-grub`, and reboot."
	};

	files[0].cmdline = with;
	check_with(&not_generated, NULL);
	files[1].cmdline = with;
	check_with(&not_booted, NULL);
	files[0].cmdline = without;
	files[1].cmdline = without;
}

static void test_misspelt(_unused_ void **state)
{
	static const char *const words[] = { "crashkernal=128M", "crash_kernel=128M",
					     "CrashKernel=128M", "carshkernel=128M",
					     "crashkernels=128M" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char line[64], text[128], hint[256];
		struct said said = { line, 4096, text, hint };

		snprintf(line, sizeof(line), "ro %s quiet", words[i]);
		snprintf(text, sizeof(text), NONE "'%s' on the kernel command line looks misspelt",
			 words[i]);
		snprintf(hint, sizeof(hint),
			 "The word is crashkernel=. Correct it in /etc/default/grub, line 6, run "
			 "`update-grub`, and reboot.");
		files[0].cmdline = line;
		check_with(&said, NULL);
		files[0].cmdline = without;
	}
}

static void test_blanks(_unused_ void **state)
{
	static const char hint[] = "No blanks may stand around the '='. Correct it in the boot "
				   "loader's configuration, run `update-grub`, and reboot.";
	static const struct said said[] = {
		{ "crashkernel= 128M", 4096,
		  NONE "'crashkernel= 128M' on the kernel command line has no value", hint },
		{ "ro crashkernel =128M", 4096,
		  NONE "'crashkernel =128M' on the kernel command line has no value", hint },
		{ "ro crashkernel = 128M", 4096,
		  NONE "'crashkernel =' on the kernel command line has no value", hint },
		{ "ro crashkernel=", 4096,
		  NONE "'crashkernel=' on the kernel command line has no value", hint },
	};

	check(said, ARRAY_SIZE(said));
}

#define CORRECT "in the boot loader's configuration, run `update-grub`, and reboot."

static void test_value(_unused_ void **state)
{
	static const struct said said[] = {
		{ "crashkernel=auto", 4096, NONE "this kernel made nothing of 'crashkernel=auto'",
		  "Only RHEL's kernels know 'auto', up to RHEL 8, and only from 2 GiB of memory "
		  "up. "
		  "Write a size, e.g. crashkernel=256M " CORRECT },
		{ "crashkernel=256MB", 4096, NONE "crashkernel=256MB: '256MB': 'B' is no unit",
		  "A size is a number with K, M or G. Correct it " CORRECT },
		{ "crashkernel=2G-4G:64M,8G-:128M", 1024,
		  NONE
		  "no range of 'crashkernel=2G-4G:64M,8G-:128M' is for this machine's 1024 MiB "
		  "of memory",
		  "Give it a size, e.g. crashkernel=256M, " CORRECT },
		{ "crashkernel=0M", 4096, NONE "'crashkernel=0M' asks for none",
		  "Give it a size, e.g. crashkernel=256M, " CORRECT },
		{ "crashkernel=2G", 960,
		  NONE "'crashkernel=2G' asks for more than this machine's 960 MiB of memory",
		  "Make it smaller " CORRECT },
		{ "crashkernel=128M,low", 4096,
		  NONE "'crashkernel=128M,low' is only an addition to another crashkernel=",
		  "Add crashkernel=SIZE,high " CORRECT },
		{ "crashkernal=1M crashkernel=300M", 0,
		  NONE "the kernel made nothing of 'crashkernel=300M'",
		  "Is there that much free memory in one piece? `dmesg | grep -i crashkernel` "
		  "shows "
		  "the kernel's reason." },
	};

	check(said, ARRAY_SIZE(said));
}

static void test_kernel_says(_unused_ void **state)
{
	static const struct said said = {
		"crashkernel=512M", 960,
		NONE
		"the kernel made nothing of 'crashkernel=512M': crashkernel reservation failed "
		"- No suitable area found.",
		"It wants that much in one piece, of 960 MiB of memory. Make it smaller " CORRECT
	};

	check_with(&said, "crashkernel reservation failed - No suitable area found.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent),   cmocka_unit_test(test_waits_for_a_boot),
		cmocka_unit_test(test_misspelt), cmocka_unit_test(test_blanks),
		cmocka_unit_test(test_value),    cmocka_unit_test(test_kernel_says),
	};

	return cmocka_run_group_tests_name("kdump/diagnosis", tests, NULL, NULL);
}
