/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <linux/kexec.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"
#include "kexec/command_line.h"
#include "kexec/explain.h"
#include "kexec/purgatory.h"
#include "kexec/seed.h"
#include "kexec/segments.h"
#include "kexec/submit.h"

enum {
	BIOS_END = 1 << 20,         /* where a BIOS's memory ends */
	EFI_DESCRIPTOR_VERSION = 1, /* UEFI specification, EFI_MEMORY_DESCRIPTOR_VERSION */
};

#define ENDLESS (UINT64_C(1) << 40) /* bytes: more than any kernel and initrd take */

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
		r = cmdline_add(&load->cmdline, load->crash.argument, err);
	if (r == 0 && load->crash.memmap)
		r = cmdline_add(&load->cmdline, load->crash.memmap, err);
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
	return r > 0 ? 0 : cmdline_add(&load->cmdline, argument, err);
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
		r = load_check_command_line(load, err);
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

int segments_load(struct load *load, struct err *err)
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

int segments_explain_room(struct load *load, int code, struct err *err)
{
	return read_facts(load, NULL) == 0 ? explain_room(load, code, err) : code;
}
