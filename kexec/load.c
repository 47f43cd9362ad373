/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <linux/kexec.h>
#include <stdlib.h>

#include "lib/scratch.h"
#include "kexec/command_line.h"
#include "kexec/device_tree.h"
#include "kexec/explain.h"
#include "kexec/initrd.h"
#include "kexec/load.h"
#include "kexec/load_state.h"
#include "kexec/segments.h"
#include "kexec/submit.h"
#include "purgatory/params.h"

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

int load_check_command_line(const struct load *load, struct err *err)
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
		r = load_check_command_line(load, err);
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
	if (load->dtb.size && request->syscall != SYSCALL_FILE)
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

	return r == -EADDRNOTAVAIL && load->request->crash ? segments_explain_room(load, r, err)
							   : r;
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
	int by_file = 0;
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
		by_file = r;
		load.asked = false;
		if (choice == SYSCALL_FILE || (r == 0 && !request_has(request, OPTION_DRY_RUN)))
			return r;
	}
	r = segments_load(&load, err);
	if (r < 0 && first.text[0])
		err_prefix(err, r, "%s, and then", first.text);
	if (r == -ENOSYS && by_file == -ENOSYS)
		explain_neither(err);
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
