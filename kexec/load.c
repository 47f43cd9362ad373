/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <linux/kexec.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"
#include "lib/file.h"
#include "lib/scratch.h"
#include "kexec/command_line.h"
#include "kexec/crash.h"
#include "kexec/device_tree.h"
#include "kexec/explain.h"
#include "kexec/image.h"
#include "kexec/initrd.h"
#include "kexec/load.h"
#include "kexec/machine.h"
#include "kexec/modules.h"
#include "kexec/plan.h"
#include "kexec/purgatory.h"
#include "kexec/seed.h"
#include "kexec/submit.h"

enum {
	BIOS_END = 1 << 20,         /* where a BIOS's memory ends */
	EFI_DESCRIPTOR_VERSION = 1, /* UEFI specification, EFI_MEMORY_DESCRIPTOR_VERSION */
};

#define ENDLESS (UINT64_C(1) << 40) /* bytes: more than any kernel and initrd take */

/* All that one load goes through; released as a whole. */
struct load {
	const struct request *request;
	FILE *report; /* where the plan is printed; NULL: nowhere */
	struct machine machine;
	struct image image;
	struct mapping initrd;
	struct mapping dtb_file;
	struct bytes dtb; /* in dtb_file */
	struct modules modules;
	char *cmdline;
	struct crash crash;
	struct plan plan;
	bool asked; /* the kernel, which has the last word then */
};

static void load_done(struct load *load)
{
	plan_done(&load->plan);
	crash_done(&load->crash);
	free(load->cmdline);
	mapping_close(&load->dtb_file);
	modules_done(&load->modules);
	mapping_close(&load->initrd);
	image_done(&load->image);
	machine_done(&load->machine);
}

static int check_command_line(const struct load *load, struct err *err)
{
	size_t max = load->image.loader->cmdline_max(load->image.kernel.bytes);

	if (request_has(load->request, OPTION_PRESERVE_CONTEXT))
		max -= max < PURGATORY_RETURN_SIZE ? max : PURGATORY_RETURN_SIZE;
	return command_line_check(load->cmdline, max, err);
}

/* What only a capture kernel has a use for. */
static const uint64_t crash_only = OPTION_BIT(OPTION_HOTPLUG) | OPTION_BIT(OPTION_PASS_MEMMAP);

/* What was asked for must be had, or be refused by name. */
static int check_options(const struct load *load, struct err *err)
{
	const struct request *request = load->request;
	const struct loader *loader = load->image.loader;
	const char *option = request_first(request, request_image_dependent & ~loader->honours);

	if (!option && !loader->by_file)
		option = request_first(request, request_file_only);
	if (option)
		return err_set(err, -ENOPROTOOPT, "--%s cannot be had with an image of type %s",
			       option, loader->name);
	if (!loader->by_file && request->syscall == SYSCALL_FILE)
		return err_set(err, -ENOEXEC,
			       "images of type %s can be loaded by kexec_load (-c) only",
			       loader->name);
	option = request_first(request, crash_only);
	if (option && !request->crash)
		return err_set(err, -ENOPROTOOPT, "--%s is for a capture kernel: give -p, too",
			       option);
	if (request_has(request, OPTION_CORE_ELF32))
		return err_set(err, -ENOPROTOOPT,
			       "cores of %s are 64-bit: leave out "
			       "--elf32-core-headers",
			       load->machine.arch->name);
	return loader->check ? loader->check(request, load->image.kernel.bytes, err) : 0;
}

static int check_reservation(const struct load *load, struct err *err)
{
	uint64_t size;
	int r = machine_crash_size(&load->request->root, &size, err);

	if (r < 0)
		return err_prefix(err, -ENODEV, "Memory for crashkernel is not reserved");
	return size == 0 ? crash_no_reservation(load->machine.cmdline, err) : 0;
}

/* What goes with the kernel. */
static int open_rest(struct load *load, struct err *err)
{
	const struct request *request = load->request;
	int r = initrd_open(request, load->machine.cmdline, &load->initrd, err);
	if (r == 0 && load->initrd.fd < 0) { /* none was asked for */
		load->initrd = load->image.initrd;
		load->image.initrd = (struct mapping)MAPPING_INIT;
	}
	if (r == 0 && request->dtb)
		r = device_tree_open(request->dtb, &load->dtb_file, &load->dtb, err);
	else if (r == 0 && load->image.dtb.bytes.size)
		r = device_tree_find(load->image.dtb.bytes, &load->dtb, err);
	if (r == 0)
		r = modules_open(request, &load->modules, err);
	if (r == 0)
		r = command_line_compose(request, load->machine.cmdline, load->image.cmdline,
					 &load->cmdline, err);
	if (r == 0 && load->image.loader->named)
		r = command_line_name(&load->cmdline, request->kernel, err);
	if (r == 0)
		r = check_command_line(load, err);
	return r < 0 ? err_prefix(err, r, "Cannot load %s", request->kernel) : 0;
}

/* The facts that need no privilege, and the files. */
static int prepare(struct load *load, struct err *err)
{
	const struct request *request = load->request;
	int r = 0;

	if (!request_has(request, OPTION_DRY_RUN))
		r = explain_privilege(&request->root, err);
	if (r == 0)
		r = machine_read(&request->root, &load->machine, err);
	if (r == 0 && request->crash)
		r = check_reservation(load, err);
	if (r == 0 && request->crash && request_has(request, OPTION_HOTPLUG))
		r = machine_read_hotplug(&request->root, &load->machine, err);
	if (r == 0)
		r = image_open(request, load->machine.arch, &load->image, err);
	if (r == 0)
		r = check_options(load, err);
	return r == 0 ? open_rest(load, err) : r;
}

static void report_initrd(const struct load *load)
{
	const struct file_list *files = &load->request->initrds;

	if (load->initrd.fd < 0 && load->initrd.bytes.size == 0)
		return;
	fprintf(load->report, "initrd:");
	for (size_t i = 0; i < files->count; i++)
		fprintf(load->report, "%s %s", i > 0 ? "," : "", files->names[i]);
	if (request_has(load->request, OPTION_REUSE_INITRD))
		fprintf(load->report, " the running kernel's");
	else if (files->count == 0)
		fprintf(load->report, " in %s", load->request->kernel);
	fprintf(load->report, " (%zu bytes)\n", load->initrd.bytes.size);
}

static void report_modules(const struct load *load)
{
	for (size_t i = 0; i < load->modules.count; i++)
		fprintf(load->report, "module: %s (%zu bytes)\n", load->modules.items[i].text,
			load->modules.items[i].file.bytes.size);
}

static void report_request(const struct load *load)
{
	const struct request *request = load->request;

	if (!load->report)
		return;
	fprintf(load->report, "kernel: %s (", request->kernel);
	for (unsigned int i = 0; i < load->image.wrapper_count; i++)
		fprintf(load->report, "%s, ", load->image.wrappers[i]);
	fprintf(load->report, "%s, %zu bytes)\n", load->image.loader->name,
		load->image.kernel.bytes.size);
	report_initrd(load);
	if (load->dtb.size)
		fprintf(load->report, "device tree: %s (%zu bytes)\n",
			request->dtb ? request->dtb : "the image's", load->dtb.size);
	report_modules(load);
	fprintf(load->report, "slot: %s\n", request->crash ? "crash" : "normal");
}

static int load_files(struct load *load, struct err *err)
{
	struct file_load files = {
		.cmdline = load->cmdline,
		.need = load->image.kernel.bytes.size + load->initrd.bytes.size,
		.crash = load->request->crash,
		.debug = request_has(load->request, OPTION_DEBUG),
		.no_cma = request_has(load->request, OPTION_NO_CMA),
		.force_dtb = request_has(load->request, OPTION_FORCE_DTB),
	};
	int r = scratch_back(&load->image.kernel, "the kernel", err);

	if (r == 0)
		r = scratch_back(&load->initrd, "the initrd", err);
	if (r < 0)
		return r;
	files.kernel_fd = load->image.kernel.fd;
	files.initrd_fd = load->initrd.fd;
	if (load->report)
		fprintf(load->report, "kexec_file_load: flags 0x%lx\n  command line: %s\n",
			submit_file_flags(&files), files.cmdline);
	if (request_has(load->request, OPTION_DRY_RUN))
		return 0;
	load->asked = true;
	return submit_files(&files, &load->request->root, err);
}

static int all_ram(const struct memory_map *memory, struct memory_map *ret, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < memory->count && r == 0; i++)
		if (memory->ranges[i].type == MEMORY_RAM)
			r = memory_map_add(ret, memory->ranges[i].start, memory->ranges[i].end,
					   MEMORY_RAM, err);
	return r;
}

/* The memory that the new kernel may be put into. */
static int find_room(const struct load *load, struct memory_map *ret, struct err *err)
{
	const struct request *request = load->request;
	int r = request->crash ? crash_room(&load->machine, ret, err)
			       : all_ram(&load->machine.firmware.memory, ret, err);

	memory_map_normalise(ret);
	if (r == 0)
		r = memory_map_cut(ret, 0, request->mem_min, err);
	if (r == 0 && request->mem_max < UINT64_MAX)
		r = memory_map_cut(ret, request->mem_max + 1, UINT64_MAX, err);
	return r;
}

/* Is the running kernel to be jumped back to? */
static bool keeps_context(const struct load *load)
{
	return request_has(load->request, OPTION_PRESERVE_CONTEXT);
}

/* Does the kernel get a core, and memory other than all there is? */
static bool has_core(const struct load *load)
{
	return load->request->crash || keeps_context(load);
}

/* Memory, and where there is to be a core, what that needs. */
static int read_facts(struct load *load, struct err *err)
{
	const struct request *request = load->request;
	int r = machine_read_memory(&request->root, &load->machine, err);

	if (r < 0)
		return err_prefix(err, r, "Could not get memory layout");
	return has_core(load) ? machine_read_crash(&request->root, &load->machine, err) : 0;
}

static int plan_crash(struct load *load, struct err *err)
{
	int r = keeps_context(load)
			? crash_plan_context(&load->machine, &load->plan, &load->crash, err)
			: crash_plan(load->request, &load->machine, &load->plan, &load->crash, err);

	if (r == 0)
		r = command_line_add(&load->cmdline, load->crash.argument, err);
	if (r == 0 && load->crash.memmap)
		r = command_line_add(&load->cmdline, load->crash.memmap, err);
	return r;
}

/* EFI goes on only if the running kernel showed all of it and the new one can take it up. */
static bool hands_on_efi(const struct load *load)
{
	const struct firmware *fw = &load->machine.firmware;

	return fw->has_efi && !request_has(load->request, OPTION_NO_EFI) &&
	       load->image.loader->takes_efi(load->image.kernel.bytes);
}

static int check_efi(const struct load *load, struct err *err)
{
	uint32_t version = load->machine.firmware.efi.desc_version;

	if (!hands_on_efi(load) || version == EFI_DESCRIPTOR_VERSION)
		return 0;
	err_set(err, -ENOTSUP, "efi memory descriptor version %" PRIu32 " is not supported!",
		version);
	return err_hint(err, -ENOTSUP, "give --noefi to start the kernel without EFI");
}

/* Add NAME=VALUE, unless the command line has a NAME of its own. */
static int add_unless_told(struct load *load, const char *argument, struct err *err)
{
	_cleanup_free_ char *name = strndup(argument, strcspn(argument, "="));
	_cleanup_free_ char *told = NULL;
	int r = name ? cmdline_value(load->cmdline, name, &told) : -ENOMEM;

	if (r < 0)
		return err_oom(err);
	return r > 0 ? 0 : command_line_add(&load->cmdline, argument, err);
}

/*
 * Below 1 MiB, where a BIOS has it, every kernel finds ACPI's root pointer by itself. EFI's is
 * anywhere: without EFI, a kernel before 5.0 has to be told on the command line.
 */
static int add_acpi_argument(struct load *load, struct err *err)
{
	uint64_t rsdp = load->machine.firmware.acpi_rsdp;
	char argument[40];

	if (rsdp < BIOS_END || hands_on_efi(load))
		return 0;
	snprintf(argument, sizeof(argument), "acpi_rsdp=0x%" PRIx64, rsdp);
	return add_unless_told(load, argument, err);
}

static int add_loader_argument(struct load *load, struct err *err)
{
	const struct loader *loader = load->image.loader;
	const char *argument = loader->argument ? loader->argument(load->request) : NULL;

	return argument ? add_unless_told(load, argument, err) : 0;
}

static int place_purgatory(struct load *load, struct err *err)
{
	struct placement limits = { 0 };

	if (load->image.loader->purgatory)
		load->image.loader->purgatory(load->request, &limits);
	return purgatory_place(&load->plan, &limits, err);
}

static int finish_plan(struct load *load, struct err *err)
{
	const struct request *request = load->request;
	struct purgatory_console console;
	int r = plan_check(&load->plan, err);

	if (r == 0)
		r = purgatory_console_find(load->cmdline, &console, err);
	if (r == 0) {
		purgatory_console_ask(request, &console);
		r = purgatory_finish(&load->plan, &console, request_has(request, OPTION_NO_CHECKS),
				     err);
	}
	if (r == 0 && request_has(request, OPTION_ENTRY))
		load->plan.entry = request->entry;
	return r;
}

static int plan_kernel(struct load *load, struct err *err)
{
	struct load_input input = {
		.request = load->request,
		.kernel = load->image.kernel.bytes,
		.initrd = load->initrd.bytes,
		.dtb = load->dtb,
		.modules = &load->modules,
		.cmdline = load->cmdline,
		.efi = hands_on_efi(load),
		.machine = &load->machine,
		.crash = has_core(load) ? &load->crash : NULL,
	};
	int r = seed_fill(input.seed, sizeof(input.seed), err);

	if (load->image.loader->wants_rsdp)
		rsdp_read(&load->request->root, load->machine.firmware.acpi_rsdp, &input.rsdp);
	if (r == 0)
		r = place_purgatory(load, err);
	if (r == 0)
		r = load->image.loader->plan(&input, &load->plan, err);
	if (r == 0 && keeps_context(load)) {
		load->plan.flags |= KEXEC_PRESERVE_CONTEXT;
		r = plan_fill(&load->plan, "kept", err);
	}
	return r == 0 ? finish_plan(load, err) : r;
}

static void report_plan(const struct load *load)
{
	const struct memory_map *memory =
		has_core(load) ? &load->crash.memory : &load->machine.firmware.memory;

	if (!load->report)
		return;
	fprintf(load->report, "kexec_load: flags 0x%lx\n  command line: %s\n",
		submit_segment_flags(load->machine.arch, load->request->crash) | load->plan.flags,
		load->cmdline);
	fprintf(load->report, "memory:\n");
	for (size_t i = 0; i < memory->count; i++)
		fprintf(load->report, "  0x%012" PRIx64 "-0x%012" PRIx64 " %s\n",
			memory->ranges[i].start, memory->ranges[i].end - 1,
			memory_type_name(memory->ranges[i].type));
	if (load->request->crash)
		fprintf(load->report, "core: %zu CPU notes, %zu ranges of memory\n",
			load->machine.cpu_count, load->machine.dump.count);
	plan_print(load->report, &load->plan);
}

/* @room is taken over. */
static int make_plan(struct load *load, struct memory_map *room, struct err *err)
{
	int r = 0;

	plan_init(&load->plan, room);
	if (has_core(load))
		r = plan_crash(load, err);
	if (r == 0)
		r = add_acpi_argument(load, err);
	if (r == 0)
		r = add_loader_argument(load, err);
	if (r == 0)
		r = check_command_line(load, err);
	return r == 0 ? plan_kernel(load, err) : r;
}

/* Bytes that the plan would take if there were room without end; 0: not known. */
static uint64_t find_need(const struct load *load)
{
	_cleanup_(memory_map_done) struct memory_map room = { NULL };
	struct load copy = *load;
	uint64_t need = 0;

	copy.crash = (struct crash){ .argument = "" };
	copy.plan = (struct plan){ .count = 0 };
	copy.cmdline = strdup(load->cmdline);
	if (copy.cmdline && memory_map_add(&room, BIOS_END, ENDLESS, MEMORY_RAM, NULL) == 0 &&
	    make_plan(&copy, &room, NULL) == 0)
		need = plan_total(&copy.plan);
	plan_done(&copy.plan);
	crash_done(&copy.crash);
	free(copy.cmdline);
	return need;
}

/* A window too small is the commonest failure of all: say what it has and what it takes. */
static int explain_room(const struct load *load, int code, struct err *err)
{
	const struct request *request = load->request;
	uint64_t has, need;

	if (code == -ENXIO && request->crash)
		return err_hint(err, code,
				"a capture kernel must lie in the memory that crashkernel= "
				"reserved: take a relocatable one, such as a bzImage");
	if (code != -EADDRNOTAVAIL)
		return code;
	if (request_first(request, OPTION_BIT(OPTION_MEM_MIN) | OPTION_BIT(OPTION_MEM_MAX)))
		return err_hint(err, code, "choose --mem-min and --mem-max further apart");
	if (!request->crash || machine_crash_size(&request->root, &has, NULL) < 0)
		return code;
	need = find_need(load);
	return need > 0 ? explain_too_small(has, need, code, err) : code;
}

static int load_segments(struct load *load, struct err *err)
{
	const struct request *request = load->request;
	_cleanup_(memory_map_done) struct memory_map room = { NULL };
	int r = read_facts(load, err);

	if (r == 0)
		r = check_efi(load, err);
	if (r == 0)
		r = find_room(load, &room, err);
	if (r == -EPERM && !err->hint[0]) /* what hides /proc/kcore forbids the load, too */
		return explain(&request->root, &(struct explain_call){ .crash = request->crash }, r,
			       err);
	if (r < 0)
		return r;
	r = make_plan(load, &room, err);
	if (r < 0) {
		err_prefix(err, r, "Cannot load %s", request->kernel);
		return err->hint[0] ? r : explain_room(load, r, err);
	}
	report_plan(load);
	if (request_has(request, OPTION_DRY_RUN))
		return 0;
	load->asked = true;
	return submit_plan(&load->plan, load->machine.arch, request->crash, &request->root, err);
}

/* Where either would do, what only one of them can honour decides. */
static enum syscall_choice choose_syscall(const struct load *load)
{
	const struct request *request = load->request;

	if (request->syscall != SYSCALL_AUTO)
		return request->syscall;
	if (!load->image.loader->by_file || load->dtb.size ||
	    request_first(request, request_segments_only))
		return SYSCALL_SEGMENTS;
	return request_first(request, request_file_only) ? SYSCALL_FILE : SYSCALL_AUTO;
}

/* By a file: the kernel found no room for it, and did not say how much it takes. */
static int load_by_file(struct load *load, struct err *err)
{
	int r = load_files(load, err);

	if (r == -EADDRNOTAVAIL && load->request->crash && read_facts(load, NULL) == 0)
		return explain_room(load, r, err);
	return r;
}

/* What load_kernel() returns for @code. */
static int outcome(const struct load *load, int code)
{
	if (code >= 0 || !load->asked)
		return code;
	return load->request->syscall == SYSCALL_FILE && submit_try_other(code) ? LOAD_NOT_BY_FILE
										: LOAD_REFUSED;
}

int load_kernel(const struct request *request, struct err *err)
{
	_cleanup_(load_done) struct load load = {
		.request = request,
		.report = request_has(request, OPTION_DRY_RUN) ? stdout
			  : request_has(request, OPTION_DEBUG) ? stderr
							       : NULL,
		.image = IMAGE_INIT,
		.initrd = MAPPING_INIT,
		.dtb_file = MAPPING_INIT,
	};
	struct err first = ERR_INIT;
	enum syscall_choice choice;
	int r = prepare(&load, err);

	if (r < 0)
		return r;
	report_request(&load);
	choice = choose_syscall(&load);
	if (choice != SYSCALL_SEGMENTS) {
		r = load_by_file(&load, &first);
		if (r < 0 && (choice == SYSCALL_FILE || !submit_try_other(r))) {
			*err = first;
			return outcome(&load, r);
		}
		load.asked = false;
		if (choice == SYSCALL_FILE || (r == 0 && !request_has(request, OPTION_DRY_RUN)))
			return r;
	}
	r = load_segments(&load, err);
	if (r < 0 && first.text[0])
		err_prefix(err, r, "%s, and then", first.text);
	return outcome(&load, r);
}

int load_way_back(const struct request *request, struct err *err)
{
	_cleanup_(machine_done) struct machine machine = { .arch = NULL };
	/* Nothing is copied: the kernel only has to jump. */
	const struct plan plan = {
		.segments = { { .name = "nothing" } },
		.count = 1,
		.entry = request->entry,
		.flags = KEXEC_PRESERVE_CONTEXT,
	};
	int r = explain_privilege(&request->root, err);

	if (r == 0)
		r = machine_read(&request->root, &machine, err);
	if (r == 0 && machine_loaded(&request->root, false, NULL) > 0)
		return err_set(
			err, -ENOPROTOOPT,
			"There is kexec kernel loaded, make sure you are in kexeced kernel.");
	if (r < 0)
		return r;
	r = submit_plan(&plan, machine.arch, false, &request->root, err);
	return r < 0 ? err_prefix(err, LOAD_REFUSED, "load jump back kernel failed") : 0;
}
