/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "lib/array.h"
#include "lib/cmdline.h"
#include "lib/cpuinfo.h"
#include "lib/number.h"
#include "kexec/machine.h"

#define CPU_PATH        "/sys/devices/system/cpu"
#define VMCOREINFO_PATH "/sys/kernel/vmcoreinfo"
#define CMDLINE_PATH    "/proc/cmdline"
#define ARCH_PATH       "/proc/sys/kernel/arch" /* since 6.1 */

enum {
	TEXT_MAX = 4096, /* bytes of a short file */
	CMDLINE_MAX = 65536,
	ELFCOREHDR_MAX = 1 << 30, /* bytes; the kernel's largest is 65535 headers of 56 */
	NOTE_SIZE = 1024,         /* of a CPU, where the kernel (before 3.13) does not tell it */
};

static int read_arch(const struct sysroot *root, struct machine *m, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	struct utsname uts;
	const char *name;

	if (sysroot_read(root, ARCH_PATH, TEXT_MAX, &text, NULL, NULL) == 0) {
		text[strcspn(text, "\n")] = '\0';
		name = text;
	} else {
		if (uname(&uts) < 0)
			return err_errno(err, -errno, "uname");
		name = uts.machine;
	}
	m->arch = arch_find(name);
	if (!m->arch)
		return err_set(err, -ENOTSUP, "Unsupported machine type: %s", name);
	return 0;
}

/* Does the file at @path hold @word? A file that is not there holds nothing. */
static bool file_shows(const struct sysroot *root, const char *path, const char *word)
{
	_cleanup_free_ char *text = NULL;

	return sysroot_read(root, path, TEXT_MAX, &text, NULL, NULL) == 0 && strstr(text, word);
}

/*
 * Under Xen, dom0 and paravirtual guests see memory that is not the machine's own, and run where
 * only the hypervisor may jump anywhere: what they load would never start. HVM and PVH guests
 * are machines like any other. Documentation/ABI/stable/sysfs-hypervisor-xen.
 */
static int check_xen(const struct sysroot *root, struct err *err)
{
	bool dom0 = file_shows(root, "/proc/xen/capabilities", "control_d");

	if (!dom0 && (!file_shows(root, "/sys/hypervisor/guest_type", "PV") ||
		      file_shows(root, "/sys/hypervisor/guest_type", "PVH")))
		return 0;
	return err_set(err, -ENOTSUP, "from %s of Xen no kernel can be loaded",
		       dom0 ? "dom0" : "a paravirtual guest");
}

int machine_read(const struct sysroot *root, struct machine *ret, struct err *err)
{
	int r = read_arch(root, ret, err);

	if (r == 0)
		r = check_xen(root, err);
	if (r == 0)
		r = sysroot_read(root, CMDLINE_PATH, CMDLINE_MAX, &ret->cmdline, NULL, err);
	if (r == -ENOENT)
		return err_hint(err, r, "is /proc mounted? (mount -t proc proc /proc)");
	if (r == 0)
		ret->cmdline[strcspn(ret->cmdline, "\n")] = '\0';
	return r;
}

/* Windows side by side stay two: the kernel loads into one of them only. */
static int find_crash_windows(struct machine *m, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < m->iomem.count && r == 0; i++) {
		const struct iomem_entry *entry = &m->iomem.entries[i];

		if (strcmp(entry->name, "Crash kernel") == 0)
			r = memory_map_add(&m->crash_windows, entry->start, entry->end, MEMORY_RAM,
					   err);
	}
	memory_map_unite(&m->crash_windows);
	return r;
}

/* The kernel adds EFI's map to the one it uses, but not to the one that it shows. */
static bool adds_efi_memmap(const struct machine *m)
{
	struct cmdline_word word;

	for (const char *pos = m->cmdline; cmdline_next(&pos, &word);)
		if (cmdline_word_is(&word, "add_efi_memmap"))
			return true;
	return false;
}

int machine_read_memory(const struct sysroot *root, struct machine *m, struct err *err)
{
	int r = iomem_read(root, &m->iomem, err);

	m->five_level_paging = cpuinfo_five_levels(root);
	if (r == 0)
		r = find_crash_windows(m, err);
	if (r == 0)
		r = firmware_read(root, &m->iomem, adds_efi_memmap(m), &m->firmware, err);
	return r == 0 ? screen_read(root, &m->screen, err) : r;
}

/*
 * Memory that a core holds: every range named System RAM, however deep (memory plugged in by
 * virtio-mem or taken over from a device by dax/kmem is a child of the device's), without
 * what crashkernel= set aside and without the GART aperture, which must not be read.
 */
static int find_dump_ranges(struct machine *m, struct err *err)
{
	_cleanup_(memory_map_done) struct memory_map kept_out = { NULL };
	int r = 0;

	for (size_t i = 0; i < m->iomem.count && r == 0; i++) {
		const struct iomem_entry *entry = &m->iomem.entries[i];

		if (strstr(entry->name, "System RAM"))
			r = memory_map_add(&m->dump, entry->start, entry->end, MEMORY_RAM, err);
		else if (strcmp(entry->name, "Crash kernel") == 0 ||
			 strcmp(entry->name, "GART") == 0)
			r = memory_map_add(&kept_out, entry->start, entry->end, MEMORY_RAM, err);
	}
	memory_map_normalise(&m->dump);
	memory_map_normalise(&kept_out);
	return r < 0 ? r : memory_map_subtract(&m->dump, &kept_out, err);
}

static int find_kernel(struct machine *m, struct err *err)
{
	for (size_t i = 0; i < m->iomem.count; i++) {
		if (strcmp(m->iomem.entries[i].name, "Kernel code") == 0) {
			m->kernel_paddr = m->iomem.entries[i].start;
			return 0;
		}
	}
	return err_set(
		err, -EBADMSG,
		"Cannot determine kernel physical load addr: /proc/iomem does not show where "
		"the kernel lies");
}

/*
 * The notes of CPU @number. Return: -ENOENT if it has none, as a CPU that is possible but not
 * present may have none; also if it was removed while it was looked at (kernfs: -ENODEV).
 */
static int read_cpu(const struct sysroot *root, uint64_t number, struct note_area *ret,
		    struct err *err)
{
	char path[96];
	int r;

	snprintf(path, sizeof(path), CPU_PATH "/cpu%llu/crash_notes", (unsigned long long)number);
	r = sysroot_read_u64(root, path, 16, &ret->paddr, err);
	if (r < 0)
		return r == -ENODEV ? -ENOENT : r;
	snprintf(path, sizeof(path), CPU_PATH "/cpu%llu/crash_notes_size",
		 (unsigned long long)number);
	r = sysroot_read_u64(root, path, 10, &ret->size, err);
	if (r == -ENOENT || r == -ENODEV) {
		ret->size = NOTE_SIZE;
		r = 0;
	}
	return r;
}

struct cpu_numbers {
	uint64_t *numbers;
	size_t count;
	size_t capacity;
};

static void cpu_numbers_done(struct cpu_numbers *cpus)
{
	free(cpus->numbers);
}

static int compare_numbers(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The machine's CPUs, in order; their numbering may have gaps. */
static int list_cpus(const struct sysroot *root, struct cpu_numbers *ret, struct err *err)
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, CPU_PATH);
	struct dirent *entry;

	if (!dir)
		return err_errno(err, -errno, "cannot open " CPU_PATH);
	while ((entry = readdir(dir))) {
		uint64_t number;

		if (strncmp(entry->d_name, "cpu", 3) != 0 || !isdigit(entry->d_name[3]) ||
		    number_parse(entry->d_name + 3, 10, &number) < 0)
			continue;
		if (array_reserve(&ret->numbers, &ret->capacity, ret->count + 1,
				  sizeof(*ret->numbers)) < 0)
			return err_oom(err);
		ret->numbers[ret->count++] = number;
	}
	if (ret->count > 0)
		qsort(ret->numbers, ret->count, sizeof(*ret->numbers), compare_numbers);
	return 0;
}

static int read_cpus(const struct sysroot *root, struct machine *m, struct err *err)
{
	_cleanup_(cpu_numbers_done) struct cpu_numbers cpus = { NULL };
	int r = list_cpus(root, &cpus, err);

	for (size_t i = 0; i < cpus.count && r == 0; i++) {
		struct note_area notes;

		r = read_cpu(root, cpus.numbers[i], &notes, err);
		if (r == -ENOENT) {
			r = 0;
			continue;
		}
		if (r < 0)
			break;
		if (array_reserve(&m->cpu_notes, &m->cpu_capacity, m->cpu_count + 1,
				  sizeof(*m->cpu_notes)) < 0)
			return err_oom(err);
		m->cpu_notes[m->cpu_count++] = notes;
	}
	if (r == 0 && m->cpu_count == 0)
		return err_set(err, -ENOENT, CPU_PATH " shows no CPU's crash_notes");
	return r;
}

/* "37c0a1000 1024": both hexadecimal (kernel/ksysfs.c: vmcoreinfo_show()). */
static int read_vmcoreinfo(const struct sysroot *root, struct note_area *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, VMCOREINFO_PATH, TEXT_MAX, &text, NULL, err);
	char *blank;

	if (r < 0)
		return r;
	blank = strchr(text, ' ');
	if (blank)
		*blank++ = '\0';
	if (!blank || number_parse(text, 16, &ret->paddr) < 0 ||
	    number_parse(blank, 16, &ret->size) < 0)
		return err_set(err, -EBADMSG, VMCOREINFO_PATH ": not an address and a size");
	return 0;
}

int machine_read_crash(const struct sysroot *root, struct machine *m, struct err *err)
{
	int r = find_dump_ranges(m, err);

	if (r == 0)
		r = find_kernel(m, err);
	if (r == 0) {
		r = kcore_read(root, m->arch->text_min, m->arch->text_max,
			       m->arch->direct_map_align, &m->kcore, err);
		if (r < 0)
			err_prefix(err, r, "ELF core (kcore) parse failed");
	}
	if (r == 0)
		r = read_cpus(root, m, err);
	if (r == 0)
		r = read_vmcoreinfo(root, &m->vmcoreinfo, err);
	return r;
}

int machine_read_hotplug(const struct sysroot *root, struct machine *m, struct err *err)
{
	static const char path[] = "/sys/kernel/crash_elfcorehdr_size";
	int r = sysroot_read_u64(root, path, 10, &m->elfcorehdr_size, err);

	if (r == -ENOENT)
		return err_set(err, -ENOPROTOOPT,
			       "Path %s does not exist, the kernel needs CONFIG_CRASH_HOTPLUG",
			       path);
	if (r == 0 && m->elfcorehdr_size > ELFCOREHDR_MAX)
		return err_set(err, -EFBIG, "%s: asks for %llu bytes", path,
			       (unsigned long long)m->elfcorehdr_size);
	return r;
}

int machine_crash_size(const struct sysroot *root, uint64_t *ret, struct err *err)
{
	int r = sysroot_read_u64(root, "/sys/kernel/kexec_crash_size", 10, ret, err);

	if (r < 0)
		return err_hint(err, r,
				"only a kernel with CONFIG_CRASH_DUMP (before 6.9: CONFIG_KEXEC or "
				"CONFIG_KEXEC_FILE) tells: boot one, with crashkernel=, or mount "
				"/sys");
	return 0;
}

int machine_crash_window(const struct sysroot *root, uint64_t *ret, struct err *err)
{
	_cleanup_(machine_done) struct machine m = { NULL };
	const struct memory_map *windows = &m.crash_windows;
	int r = iomem_read(root, &m.iomem, err);

	if (r == 0)
		r = find_crash_windows(&m, err);
	if (r < 0)
		return r;
	*ret = 0;
	if (windows->count > 0)
		*ret = windows->ranges[windows->count - 1].end -
		       windows->ranges[windows->count - 1].start;
	return 0;
}

int machine_loaded(const struct sysroot *root, bool crash, struct err *err)
{
	uint64_t loaded;
	int r = sysroot_read_u64(root,
				 crash ? "/sys/kernel/kexec_crash_loaded"
				       : "/sys/kernel/kexec_loaded",
				 10, &loaded, err);

	if (r == 0)
		return loaded != 0;
	err_prefix(err, r, "cannot tell whether a kernel is loaded");
	return err_hint(err, r,
			"only a kernel with CONFIG_KEXEC or CONFIG_KEXEC_FILE tells: boot one, or "
			"mount /sys");
}

void machine_done(struct machine *m)
{
	free(m->cmdline);
	iomem_done(&m->iomem);
	memory_map_done(&m->crash_windows);
	firmware_done(&m->firmware);
	memory_map_done(&m->dump);
	free(m->cpu_notes);
	*m = (struct machine){ .arch = NULL };
}
