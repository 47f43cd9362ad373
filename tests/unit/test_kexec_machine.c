/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The facts that a core is made of: memory, CPUs, the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "kexec/machine.h"
#include "tests/unit/kexec_kcore.h"
#include "tests/unit/kexec_map.h"

struct fixture {
	struct tree tree;
	struct machine machine;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tree_make(&f->tree);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	machine_done(&f->machine);
	tree_remove(&f->tree);
	free(f);
	return 0;
}

static void put_machine(struct fixture *f)
{
	tree_text(&f->tree, "/proc/sys/kernel/arch", "x86_64\n");
	tree_text(&f->tree, "/proc/cmdline", "ro crashkernel=128M\n");
	tree_text(&f->tree, "/proc/iomem",
		  "00000000-00000fff : Reserved\n"
		  "00001000-0009fbff : System RAM\n"
		  "00100000-7ffd9fff : System RAM\n"
		  "  20000000-23ffffff : GART\n"
		  "  60000000-67ffffff : Crash kernel\n"
		  "  75800000-76601ef1 : Kernel code\n"
		  "100000000-4ffffffff : System RAM\n"
		  "  480000000-4bfffffff : Crash kernel\n"
		  "600000000-6ffffffff : 0000:00:03.0\n"
		  "  600000000-6ffffffff : virtio1\n"
		  "    600000000-60fffffff : System RAM (virtio_mem)\n");
	kcore_put(&f->tree, kcore_kaslr, ARRAY_SIZE(kcore_kaslr));
	tree_text(&f->tree, "/sys/kernel/vmcoreinfo", "0x0000000078024000 1024\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu0/crash_notes", "7d639400\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu0/crash_notes_size", "368\n");
}

static int read_it(struct fixture *f, struct err *err)
{
	struct machine *m = &f->machine;
	int r;

	machine_done(m);
	r = machine_read(&f->tree.root, m, err);
	if (r == 0)
		r = machine_read_memory(&f->tree.root, m, err);
	if (r == 0)
		r = machine_read_crash(&f->tree.root, m, err);
	return r;
}

static void test_facts(void **state)
{
	struct fixture *f = *state;
	const struct machine *m = &f->machine;

	put_machine(f);
	assert_int_equal(read_it(f, NULL), 0);
	assert_string_equal(m->arch->name, "x86_64");
	assert_string_equal(m->cmdline, "ro crashkernel=128M");
	assert_map(&m->crash_windows, "60000000-68000000:ram 480000000-4c0000000:ram");
	/* All RAM, plugged-in memory too, without the reservations and the aperture. */
	assert_map(&m->dump, "1000-9fc00:ram 100000-20000000:ram 24000000-60000000:ram "
			     "68000000-7ffda000:ram 100000000-480000000:ram "
			     "4c0000000-500000000:ram 600000000-610000000:ram");
	assert_int_equal(m->kernel_paddr, 0x75800000);
	assert_int_equal(m->vmcoreinfo.paddr, 0x78024000);
	assert_int_equal(m->vmcoreinfo.size, 0x1024); /* hexadecimal, unlike the CPUs' */
	assert_int_equal(m->cpu_count, 1);
	assert_int_equal(m->cpu_notes[0].paddr, 0x7d639400);
	assert_int_equal(m->cpu_notes[0].size, 368);
}

static void assert_five_levels(struct fixture *f, const char *cpuinfo, bool expected)
{
	put_machine(f);
	tree_text(&f->tree, "/proc/cpuinfo", cpuinfo);
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(f->machine.five_level_paging, expected);
}

/* With no /proc the host tells the architecture, and nothing the command line. */
static void test_no_proc(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	assert_int_equal(machine_read(&f->tree.root, &f->machine, &err), -ENOENT);
	assert_string_equal(err.text, "cannot open /proc/cmdline: No such file or directory");
	assert_non_null(strstr(err.hint, "is /proc mounted?"));
	assert_string_equal(f->machine.arch->name, "x86_64");
}

static void test_five_level_paging(void **state)
{
	struct fixture *f = *state;

	put_machine(f);
	assert_int_equal(read_it(f, NULL), 0);
	assert_false(f->machine.five_level_paging);
	assert_five_levels(f, "model name\t: X\nflags\t\t: fpu la57 rdpid\n\n", true);
	assert_five_levels(f, "flags\t\t: fpu la57\n", true);
	assert_five_levels(f, "flags\t\t: la57\n", true);
	assert_five_levels(f, "flags\t\t: fpu la57x xla57 la5\n\n", false);
	assert_five_levels(f, "model name\t: la57 \nflags\t\t: fpu\n\nflags\t\t: la57\n", false);
	assert_five_levels(f, "", false);
}

static void read_with_iomem(struct fixture *f, const char *iomem)
{
	put_machine(f);
	tree_text(&f->tree, "/proc/iomem", iomem);
	assert_int_equal(read_it(f, NULL), 0);
}

/*
 * Two windows side by side stay two, as the kernel loads into the higher one only; one that is
 * shown twice, as the file changed meanwhile, is one. A window may lie inside a device's range.
 */
static void test_windows(void **state)
{
	struct fixture *f = *state;
	const struct memory_map *windows = &f->machine.crash_windows;

	read_with_iomem(f, "00100000-ffffffff : System RAM\n"
			   "  01000000-01ffffff : Kernel code\n"
			   "  f0000000-ffffffff : Crash kernel\n"
			   "100000000-4ffffffff : System RAM\n"
			   "  100000000-10fffffff : Crash kernel\n"
			   "  100000000-10fffffff : Crash kernel\n");
	assert_map(windows, "f0000000-100000000:ram 100000000-110000000:ram");
	assert_map(&f->machine.dump, "100000-f0000000:ram 110000000-500000000:ram");
	read_with_iomem(f, "00100000-ffffffff : System RAM\n"
			   "  01000000-01ffffff : Kernel code\n"
			   "850000000-94fffffff : CXL Window 0\n"
			   "  850000000-94fffffff : region0\n"
			   "    850000000-94fffffff : System RAM\n"
			   "      880000000-88fffffff : Crash kernel\n");
	assert_map(windows, "880000000-890000000:ram");
	assert_map(&f->machine.dump, "100000-100000000:ram 850000000-880000000:ram "
				     "890000000-950000000:ram");
}

/* Memory plugged in, by whatever driver; and a file that changed while it was read. */
static void test_dump(void **state)
{
	struct fixture *f = *state;

	read_with_iomem(f, "00100000-3fffffff : System RAM\n"
			   "  01000000-01ffffff : Kernel code\n"
			   "100000000-1ffffffff : Persistent Memory\n"
			   "  100000000-1ffffffff : dax0.0\n"
			   "    108000000-1ffffffff : System RAM (kmem)\n"
			   "200000000-2ffffffff : Soft Reserved\n"
			   "  200000000-2ffffffff : dax1.0\n"
			   "    200000000-2ffffffff : System RAM\n"
			   "300000000-3ffffffff : System RAM\n"
			   "300000000-37fffffff : System RAM\n"
			   "380000000-3ffffffff : System RAM\n");
	assert_map(&f->machine.dump, "100000-40000000:ram 108000000-400000000:ram");
}

/* As many reservations as ranges of memory. */
static void test_many_windows(void **state)
{
	enum { COUNT = 100000, LINE = 80 };
	struct fixture *f = *state;
	_cleanup_free_ char *text = malloc((size_t)COUNT * LINE);
	size_t used;

	assert_non_null(text);
	used = (size_t)sprintf(text, "00100000-3fffffff : System RAM\n"
				     "  01000000-01ffffff : Kernel code\n");
	for (unsigned int i = 1; i < COUNT; i++)
		used += (size_t)sprintf(text + used,
					"%xf000000-%xfffffff : System RAM\n"
					"  %xf800000-%xf8fffff : GART\n",
					i + 16, i + 16, i + 16, i + 16);
	read_with_iomem(f, text);
	assert_int_equal(f->machine.dump.count, 2 * (COUNT - 1) + 1);
}

/* Numbers with gaps, in numerical order, a CPU without notes, and a kernel without sizes. */
static void test_cpus(void **state)
{
	struct fixture *f = *state;
	const struct machine *m = &f->machine;

	put_machine(f);
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu10/crash_notes", "10a000\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu2/crash_notes", "102000\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu3/online", "0\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpufreq/crash_notes", "1\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu4x/crash_notes", "1\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(m->cpu_count, 3);
	assert_int_equal(m->cpu_notes[0].paddr, 0x7d639400);
	assert_int_equal(m->cpu_notes[1].paddr, 0x102000);
	assert_int_equal(m->cpu_notes[1].size, 1024);
	assert_int_equal(m->cpu_notes[2].paddr, 0x10a000);
}

/* Of the present CPUs none has notes (they are about to go); of the possible ones, some. */
static void test_cpus_not_present(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	char path[96];

	put_machine(f);
	snprintf(path, sizeof(path), "%s/sys/devices/system/cpu/cpu0/crash_notes", f->tree.dir);
	assert_int_equal(remove(path), 0);
	assert_int_equal(read_it(f, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no CPU's crash_notes"));
	tree_text(&f->tree, "/sys/devices/system/cpu/present", "0\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu8191/crash_notes", "10a000\n");
	tree_text(&f->tree, "/sys/devices/system/cpu/cpu8191/crash_notes_size", "368\n");
	assert_int_equal(read_it(f, NULL), 0);
	assert_int_equal(f->machine.cpu_count, 1);
	assert_int_equal(f->machine.cpu_notes[0].paddr, 0x10a000);
}

/* The kernel uses more memory than the firmware's map shows, and says so on its command line. */
static void test_add_efi_memmap(void **state)
{
	static const char *const lines[] = { "quiet add_efi_memmap\n", "x=add_efi_memmap\n" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		put_machine(f);
		tree_text(&f->tree, "/proc/cmdline", lines[i]);
		tree_text(&f->tree, "/sys/firmware/memmap/0/start", "0x100000\n");
		tree_text(&f->tree, "/sys/firmware/memmap/0/end", "0x7ffd9fff\n");
		tree_text(&f->tree, "/sys/firmware/memmap/0/type", "System RAM\n");
		assert_int_equal(read_it(f, NULL), 0);
		assert_int_equal(f->machine.firmware.memory.count, i == 0 ? 4 : 1);
	}
}

static void assert_unreadable(struct fixture *f, const char *path, const char *text, int error)
{
	struct err err = ERR_INIT;

	put_machine(f);
	tree_text(&f->tree, path, text);
	assert_int_equal(read_it(f, &err), error);
	assert_string_not_equal(err.text, "");
}

static void test_damaged(void **state)
{
	struct fixture *f = *state;

	assert_unreadable(f, "/sys/kernel/vmcoreinfo", "78024000\n", -EBADMSG);
	assert_unreadable(f, "/sys/kernel/vmcoreinfo", "x 1024\n", -EBADMSG);
	assert_unreadable(f, "/sys/devices/system/cpu/cpu0/crash_notes", "none\n", -EINVAL);
	assert_unreadable(f, "/proc/iomem", "1000-9fbff : System RAM\n", -EBADMSG);
	assert_unreadable(f, "/proc/sys/kernel/arch", "vax\n", -ENOTSUP);
}

static void test_loaded(void **state)
{
	struct fixture *f = *state;
	struct err err = ERR_INIT;
	uint64_t size;

	assert_int_equal(machine_crash_size(&f->tree.root, &size, &err), -ENOENT);
	assert_non_null(strstr(err.hint, "CONFIG_CRASH_DUMP"));
	assert_int_equal(machine_loaded(&f->tree.root, true, &err), -ENOENT);
	tree_text(&f->tree, "/sys/kernel/kexec_crash_size", "268435456\n");
	tree_text(&f->tree, "/sys/kernel/kexec_crash_loaded", "1\n");
	tree_text(&f->tree, "/sys/kernel/kexec_loaded", "0\n");
	assert_int_equal(machine_crash_size(&f->tree.root, &size, NULL), 0);
	assert_int_equal(size, 0x10000000);
	assert_int_equal(machine_loaded(&f->tree.root, true, NULL), 1);
	assert_int_equal(machine_loaded(&f->tree.root, false, NULL), 0);
}

/* Not the machine's own memory, and no way to jump: refused. Other guests are as any machine. */
static void test_xen(void **state)
{
	static const struct {
		const char *type, *capabilities;
		int result;
	} guests[] = {
		{ "HVM\n", "", 0 },
		{ "PVH\n", "", 0 },
		{ "PV\n", "", -ENOTSUP },
		{ "PV\n", "control_d\n", -ENOTSUP },
		{ "PVH\n", "control_d\n", -ENOTSUP },
	};
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	tree_text(&f->tree, "/proc/sys/kernel/arch", "x86_64\n");
	tree_text(&f->tree, "/proc/cmdline", "ro\n");
	for (size_t i = 0; i < ARRAY_SIZE(guests); i++) {
		tree_text(&f->tree, "/sys/hypervisor/guest_type", guests[i].type);
		tree_text(&f->tree, "/proc/xen/capabilities", guests[i].capabilities);
		assert_int_equal(machine_read(&f->tree.root, &f->machine, &err), guests[i].result);
		machine_done(&f->machine);
	}
	assert_non_null(strstr(err.text, "dom0 of Xen"));
}

static void test_hotplug(void **state)
{
	static const char path[] = "/sys/kernel/crash_elfcorehdr_size";
	struct fixture *f = *state;
	struct err err = ERR_INIT;

	assert_int_equal(machine_read_hotplug(&f->tree.root, &f->machine, &err), -ENOPROTOOPT);
	assert_string_equal(err.text, "Path /sys/kernel/crash_elfcorehdr_size does not exist, the "
				      "kernel needs CONFIG_CRASH_HOTPLUG");
	tree_text(&f->tree, path, "123456789\n");
	assert_int_equal(machine_read_hotplug(&f->tree.root, &f->machine, &err), 0);
	assert_int_equal(f->machine.elfcorehdr_size, 123456789);
	tree_text(&f->tree, path, "1073741825\n");
	assert_int_equal(machine_read_hotplug(&f->tree.root, &f->machine, &err), -EFBIG);
	tree_text(&f->tree, path, "much\n");
	assert_int_equal(machine_read_hotplug(&f->tree.root, &f->machine, &err), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_facts),
		TEST(test_no_proc),
		TEST(test_five_level_paging),
		TEST(test_windows),
		TEST(test_dump),
		TEST(test_many_windows),
		TEST(test_cpus),
		TEST(test_cpus_not_present),
		TEST(test_add_efi_memmap),
		TEST(test_damaged),
		TEST(test_loaded),
		TEST(test_xen),
		TEST(test_hotplug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
