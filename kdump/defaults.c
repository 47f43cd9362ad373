/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/cmdline.h"
#include "lib/number.h"

#include "kdump/defaults.h"
#include "kdump/kmsg.h"
#include "kdump/memory.h"
#include "kdump/rootpath.h"
#include "kdump/sysconfig.h"

#define MIB ((int64_t)1 << 20)

/* RHEL's, since 2025. A range more in front is ours: machines that theirs leave without. */
static const struct {
	const char *arch;
	enum defaults_mode mode;
	const char *small; /* for machines with less memory than @value begins with */
	const char *value;
} table[] = {
	{ "x86_64", DEFAULTS_KDUMP, "512M-2G:128M", "2G-64G:256M,64G-:512M" },
	{ "s390x", DEFAULTS_KDUMP, "512M-2G:128M", "2G-64G:256M,64G-:512M" },
	{ "aarch64", DEFAULTS_KDUMP, "1G-2G:192M", "2G-4G:256M,4G-64G:320M,64G-:576M" },
	{ "ppc64le", DEFAULTS_KDUMP, NULL,
	  "2G-4G:384M,4G-16G:512M,16G-64G:1G,64G-128G:2G,128G-:4G" },
	{ "ppc64le", DEFAULTS_FADUMP, NULL,
	  "4G-16G:768M,16G-64G:1G,64G-128G:2G,128G-1T:4G,1T-2T:6G,2T-4T:12G,4T-8T:20G,8T-16T:36G,"
	  "16T-32T:64G,32T-64T:128G,64T-:180G" },
	{ "riscv64", DEFAULTS_KDUMP, "1G-2G:192M", "2G-64G:256M,64G-:512M" },
};

/* Written by RHEL, Fedora, Debian, Ubuntu and SteamOS, then and now, or by us. */
static const char *const known[] = {
	"auto",
	"512M-2G:128M,2G-64G:256M,64G-:512M",
	"512M-2G:192M,2G-64G:320M,64G-:576M",
	"2G-64G:320M,64G-:576M",
	"1G-2G:192M,2G-4G:256M,4G-64G:320M,64G-:576M",
	"1G-2G:192M,2G-64G:256M,64G-:512M",
	"2G-64G:256M,64G-:512M",
	"1G-4G:192M,4G-64G:256M,64G-:512M",
	"1G-4G:160M,4G-64G:192M,64G-1T:256M,1T-:512M",
	"2G-4G:256M,4G-64G:320M,64G-:576M",
	"2G-:448M",
	"384M-:128M",
	"384M-2G:64M,2G-:128M",
	"512M-:192M",
	"2G-4G:320M,4G-32G:512M,32G-64G:1024M,64G-128G:2048M,128G-:4096M",
	"192M",
};

static bool tells_encryption(const char *message)
{
	return strstr(message, "Memory Encryption Features active") &&
	       (strstr(message, "SME") || strstr(message, "SEV"));
}

static int read_encryption(const struct sysroot *root, bool *ret, struct err *err)
{
	_cleanup_free_ char *message = NULL;
	int r = kmsg_last(root, tells_encryption, &message, err);

	*ret = message != NULL;
	return r;
}

static bool has_smmu(const struct sysroot *root)
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, "/sys/devices/platform");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (strncmp(entry->d_name, "arm-smmu", 8) == 0)
			return true;
	return false;
}

static int read_nr_cpus(const struct sysroot *root, uint64_t *ret, struct err *err)
{
	_cleanup_(sysconfig_done) struct sysconfig config = { NULL };
	_cleanup_free_ char *text = NULL;
	int r = sysconfig_read(root, &config, err);

	if (r == 0 && cmdline_value(config.commandline_append, "nr_cpus", &text) < 0)
		return err_oom(err);
	*ret = 0;
	if (text && number_parse(text, 10, ret) < 0)
		*ret = 0;
	return r;
}

int defaults_machine_read(const struct sysroot *root, struct defaults_machine *ret, struct err *err)
{
	static struct utsname name;
	int r;

	if (uname(&name) < 0)
		return err_errno(err, -errno, "uname");
	*ret = (struct defaults_machine){
		.arch = name.machine,
		.page_size = (uint64_t)sysconf(_SC_PAGESIZE),
		.mlx5 = rootpath_exists(root, "/sys/bus/pci/drivers/mlx5_core"),
		.smmu = has_smmu(root),
	};
	if (memory_size(root, &ret->memory, NULL) < 0)
		ret->memory = 0;
	r = read_encryption(root, &ret->encrypted, err);
	return r < 0 ? r : read_nr_cpus(root, &ret->nr_cpus, err);
}

/* Bytes that this machine needs beyond what others of its architecture do. */
static int64_t surcharge(const struct defaults_machine *machine)
{
	bool large_pages = machine->page_size > 4096;

	if (strcmp(machine->arch, "x86_64") == 0)
		return machine->encrypted ? 64 * MIB : 0;
	if (strcmp(machine->arch, "ppc64le") == 0)
		return (int64_t)(machine->nr_cpus % 4096) * MIB;
	if (strcmp(machine->arch, "aarch64") != 0)
		return 0;
	return (large_pages ? 100 * MIB : 0) + (large_pages && machine->smmu ? 384 * MIB : 0) +
	       (machine->mlx5 ? (large_pages ? 200 : 150) * MIB : 0);
}

int defaults_value(const struct defaults_machine *machine, enum defaults_mode mode,
		   char ret[static CRASHKERNEL_TEXT_MAX], struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct crashkernel value;
		int r;

		if (strcmp(table[i].arch, machine->arch) != 0 || table[i].mode != mode)
			continue;
		r = crashkernel_parse(table[i].value, &value, err);
		if (r == 0 && table[i].small && machine->memory &&
		    crashkernel_size(&value, machine->memory) == 0) {
			char text[CRASHKERNEL_TEXT_MAX];

			snprintf(text, sizeof(text), "%s,%s", table[i].small, table[i].value);
			r = crashkernel_parse(text, &value, err);
		}
		if (r == 0)
			r = crashkernel_grow(&value, surcharge(machine), err);
		return r < 0 ? r : crashkernel_print(&value, ret, err);
	}
	err_set(err, -ENOTSUP, "no default is known for %s", machine->arch);
	return err_hint(err, -ENOTSUP, "Choose a size, e.g. crashkernel=256M.");
}

bool defaults_is_known(const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(value, known[i]) == 0)
			return true;
	return false;
}
