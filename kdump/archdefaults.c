/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <string.h>
#include <sys/utsname.h>

#include "kdump/archdefaults.h"

/* Memory set aside, of which there is little; and what hides the capture's messages. */
#define REMOVE_EVERYWHERE                                                                          \
	"hugepages hugepagesz slub_debug quiet log_buf_len swiotlb hugetlb_cma ignition.firstboot"

/*
 * No dumps by device drivers, nothing set aside or left to debugging aids, and all memory for
 * the image. units/kdump.sysconfig says what each word of these lists is for.
 */
#define APPEND_EVERYWHERE "novmcoredd kfence.sample_interval=0 hugetlb_cma=0 rootfstype=ramfs"

/*
 * After the defaults of RHEL for each architecture, without what is for systemd and udev, which
 * the image does not have.
 */
static const struct archdefaults rows[] = {
	{
		.machine = "x86_64",
		.image_name = "vmlinuz",
		.commandline_remove = REMOVE_EVERYWHERE " cma",
		.commandline_append =
			"irqpoll nr_cpus=1 reset_devices cgroup_disable=memory mce=off numa=off "
			"panic=10 acpi_no_memhotplug transparent_hugepage=never nokaslr "
			"hest_disable cma=0 pcie_ports=compat " APPEND_EVERYWHERE,
	},
	{
		.machine = "aarch64",
		.image_name = "vmlinuz",
		.commandline_remove = REMOVE_EVERYWHERE " cma",
		.commandline_append =
			"irqpoll nr_cpus=1 reset_devices cgroup_disable=memory panic=10 "
			"swiotlb=noforce cma=0 " APPEND_EVERYWHERE,
	},
	{
		.machine = "ppc64le",
		.image_name = "vmlinuz",
		.commandline_remove = REMOVE_EVERYWHERE,
		.commandline_append =
			"irqpoll nr_cpus=16 noirqdistrib reset_devices cgroup_disable=memory "
			"numa=off panic=10 kvm_cma_resv_ratio=0 "
			"transparent_hugepage=never " APPEND_EVERYWHERE,
	},
	{
		.machine = "s390x",
		.image_name = "image",
		.commandline_remove =
			REMOVE_EVERYWHERE " vmcp_cma cma prot_virt zfcp.allow_lun_scan",
		.commandline_append = "nr_cpus=1 cgroup_disable=memory numa=off panic=10 "
				      "transparent_hugepage=never " APPEND_EVERYWHERE,
	},
	{
		.machine = "riscv64",
		.image_name = "vmlinuz",
		.commandline_remove = REMOVE_EVERYWHERE " cma",
		.commandline_append =
			"irqpoll nr_cpus=1 reset_devices cgroup_disable=memory panic=10 "
			"cma=0 " APPEND_EVERYWHERE,
	},
	{
		.machine = NULL,
		.image_name = "vmlinuz",
		.commandline_remove = REMOVE_EVERYWHERE " cma",
		.commandline_append =
			"irqpoll maxcpus=1 reset_devices panic=10 cma=0 " APPEND_EVERYWHERE,
	},
};

const struct archdefaults *archdefaults_of(const char *machine)
{
	const struct archdefaults *row = rows;

	while (row->machine && strcmp(row->machine, machine) != 0)
		row++;
	return row;
}

const struct archdefaults *archdefaults_native(void)
{
	struct utsname name = { "" };

	return archdefaults_of(uname(&name) < 0 ? "" : name.machine);
}
