/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "lib/number.h"
#include "lib/options.h"
#include "kexec/request.h"

static const struct option_row rows[] = {
	{ OPTION_LOAD, 'l', "load", NULL, "Load KERNEL, to be booted by --exec.",
	  .heading = "What to do (without any of these: load KERNEL and reboot into it):" },
	{ OPTION_LOAD_PANIC, 'p', "load-panic", NULL,
	  "Load KERNEL as the capture kernel, to be booted by a panic." },
	{ OPTION_UNLOAD, 'u', "unload", NULL,
	  "Unload what is loaded; with -p the capture kernel." },
	{ OPTION_EXEC, 'e', "exec", NULL, "Boot the loaded kernel now, without a shutdown." },
	{ OPTION_FORCE, 'f', "force", NULL, "Load KERNEL and boot it now, without a shutdown." },
	{ OPTION_STATUS, 'S', "status", NULL,
	  "Exit with 1 if a capture kernel (with -l: a kernel) is loaded, with 0 if not." },
	{ OPTION_JUMP_BACK, 0, "load-jump-back-helper", NULL,
	  "Load the way back into the kernel that this one was jumped to from, at --entry." },
	{ OPTION_PRINT_CRASH_SIZE, 0, "print-ckr-size", NULL,
	  "Print how many bytes are reserved for the capture kernel." },
	{ OPTION_LOAD_LIVE_UPDATE, 0, "load-live-update", NULL, NULL },
	{ OPTION_EXEC_LIVE_UPDATE, 0, "exec-live-update", NULL, NULL },
	{ OPTION_HELP, 'h', "help", NULL, "Print this text." },
	{ OPTION_VERSION, 'v', "version", NULL, "Print the version." },

	{ OPTION_INITRD, 0, "initrd", "FILE",
	  "Use FILE as the initial RAM disk; several are joined in order.",
	  .heading = "What to load:" },
	{ OPTION_INITRD, 0, "ramdisk", "FILE", "The same." },
	{ OPTION_REUSE_INITRD, 0, "reuseinitrd", NULL,
	  "Use the running kernel's, which it kept if booted with retain_initrd." },
	{ OPTION_APPEND, 0, "append", "TEXT", "Set the kernel's command line." },
	{ OPTION_APPEND, 0, "command-line", "TEXT", "The same." },
	{ OPTION_REUSE_CMDLINE, 0, "reuse-cmdline", NULL,
	  "Begin with the running kernel's command line." },
	{ OPTION_TYPE, 't', "type", "TYPE", "Take KERNEL only if it is of TYPE (see below)." },
	{ OPTION_MODULE, 0, "module", "\"FILE [TEXT]\"",
	  "Multiboot: load a module, with its command line; may be repeated." },
	{ OPTION_DTB, 0, "dtb", "FILE", "Hand over this device tree." },

	{ OPTION_AUTO_SYSCALL, 'a', "kexec-syscall-auto", NULL,
	  "Try kexec_file_load first, then kexec_load (default).", .heading = "How to load it:" },
	{ OPTION_FILE_SYSCALL, 's', "kexec-file-syscall", NULL, "Use kexec_file_load only." },
	{ OPTION_SEGMENT_SYSCALL, 'c', "kexec-syscall", NULL, "Use kexec_load only." },
	{ OPTION_NO_CHECKS, 'i', "no-checks", NULL,
	  "Do not verify the loaded kernel before it is entered (kexec_load)." },
	{ OPTION_MEM_MIN, 0, "mem-min", "ADDR", "Use no memory below ADDR (kexec_load)." },
	{ OPTION_MEM_MAX, 0, "mem-max", "ADDR", "Use no memory above ADDR (kexec_load)." },
	{ OPTION_ENTRY, 0, "entry", "ADDR", "Jump to ADDR instead (kexec_load)." },
	{ OPTION_HOTPLUG, 0, "hotplug", NULL,
	  "Let the kernel keep the core header up to date as memory and CPUs come and go." },
	{ OPTION_PRESERVE_CONTEXT, 0, "load-preserve-context", NULL,
	  "Keep the running kernel, to be jumped back to; needs --mem-max (kexec_load)." },
	{ OPTION_NO_CMA, 0, "no-cma", NULL, "Use no contiguous memory (kexec_file_load)." },
	{ OPTION_FORCE_DTB, 0, "force-dtb", NULL,
	  "Hand the device tree on where ACPI is used (kexec_file_load)." },
	{ OPTION_NO_IFDOWN, 'x', "no-ifdown", NULL, "Leave the network interfaces up." },
	{ OPTION_NO_SYNC, 'y', "no-sync", NULL, "Do not write out file systems first." },

	{ OPTION_ENTRY_32BIT, 0, "entry-32bit", NULL, "Use the kernel's 32-bit entry.",
	  .heading = "x86 (all by kexec_load):" },
	{ OPTION_REAL_MODE, 0, "real-mode", NULL, "Use the kernel's 16-bit entry." },
	{ OPTION_ARGS_ELF, 0, "args-elf", NULL,
	  "ELF: hand arguments over in ELF notes (default)." },
	{ OPTION_ARGS_LINUX, 0, "args-linux", NULL, "ELF: as Linux takes them." },
	{ OPTION_ARGS_NONE, 0, "args-none", NULL, "ELF: hand none over." },
	{ OPTION_PASS_MEMMAP, 0, "pass-memmap-cmdline", NULL,
	  "Tell the capture kernel its memory on the command line, too." },
	{ OPTION_NO_EFI, 0, "noefi", NULL, "Do not hand on EFI." },
	{ OPTION_REUSE_VIDEO_TYPE, 0, "reuse-video-type", NULL,
	  "Hand on the screen's type as the running kernel found it." },
	{ OPTION_CORE_ELF64, 0, "elf64-core-headers", NULL, "Write 64-bit core headers (always)." },
	{ OPTION_CORE_ELF32, 0, "elf32-core-headers", NULL, NULL },
	{ OPTION_CONSOLE_SERIAL, 0, "console-serial", NULL,
	  "Let purgatory say on the serial port what it does." },
	{ OPTION_SERIAL, 0, "serial", "PORT", "That port: ttyS0, ttyS1, or an address (0x3f8)." },
	{ OPTION_SERIAL_BAUD, 0, "serial-baud", "BAUD", "Its speed; 0 leaves it as it is." },
	{ OPTION_CONSOLE_VGA, 0, "console-vga", NULL, "Let purgatory say it on the VGA screen." },
	{ OPTION_RESET_VGA, 0, "reset-vga", NULL, "Set the VGA card to text mode first." },

	{ OPTION_DRY_RUN, 0, "dry-run", NULL,
	  "Print what would be loaded where, and change nothing.",
	  .heading = "To see what happens:" },
	{ OPTION_DEBUG, 'd', "debug", NULL, "Print the same to standard error, and go on." },
	{ OPTION_SYSROOT, 0, "sysroot", "DIR", NULL },
};

#define BIT(name) OPTION_BIT(OPTION_##name)

const uint64_t request_segments_only =
	BIT(NO_CHECKS) | BIT(MEM_MIN) | BIT(MEM_MAX) | BIT(ENTRY) | BIT(PRESERVE_CONTEXT) |
	BIT(JUMP_BACK) | BIT(MODULE) | BIT(DTB) | BIT(ENTRY_32BIT) | BIT(REAL_MODE) |
	BIT(ARGS_ELF) | BIT(ARGS_LINUX) | BIT(ARGS_NONE) | BIT(PASS_MEMMAP) | BIT(NO_EFI) |
	BIT(REUSE_VIDEO_TYPE) | BIT(CONSOLE_SERIAL) | BIT(SERIAL) | BIT(SERIAL_BAUD) |
	BIT(CONSOLE_VGA) | BIT(RESET_VGA);

const uint64_t request_file_only = BIT(NO_CMA) | BIT(FORCE_DTB);

const uint64_t request_image_dependent =
	BIT(INITRD) | BIT(REUSE_INITRD) | BIT(APPEND) | BIT(REUSE_CMDLINE) | BIT(MODULE) |
	BIT(DTB) | BIT(ENTRY_32BIT) | BIT(REAL_MODE) | BIT(ARGS_ELF) | BIT(ARGS_LINUX) |
	BIT(ARGS_NONE) | BIT(PASS_MEMMAP) | BIT(NO_EFI) | BIT(REUSE_VIDEO_TYPE);

/* What makes no sense without a kernel to be loaded. */
static const uint64_t load_only =
	BIT(TYPE) | BIT(INITRD) | BIT(REUSE_INITRD) | BIT(APPEND) | BIT(REUSE_CMDLINE) |
	BIT(MODULE) | BIT(DTB) | BIT(ENTRY_32BIT) | BIT(REAL_MODE) | BIT(ARGS_ELF) |
	BIT(ARGS_LINUX) | BIT(ARGS_NONE) | BIT(PASS_MEMMAP) | BIT(NO_EFI) | BIT(REUSE_VIDEO_TYPE) |
	BIT(NO_CHECKS) | BIT(MEM_MIN) | BIT(MEM_MAX) | BIT(HOTPLUG) | BIT(PRESERVE_CONTEXT) |
	BIT(NO_CMA) | BIT(FORCE_DTB) | BIT(DRY_RUN);

/* ... but that the way back may be asked for with, as the load was that it belongs to. */
static const uint64_t way_back_too = BIT(TYPE) | BIT(NO_CHECKS) | BIT(MEM_MIN) | BIT(MEM_MAX);

const char *request_first(const struct request *request, uint64_t options)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (request->given & options & OPTION_BIT(rows[i].id))
			return rows[i].long_name;
	return NULL;
}

static int add_file(struct file_list *list, const char *name, struct err *err)
{
	if (list->count == REQUEST_FILES_MAX)
		return err_set(err, -EINVAL, "more than %d files: '%s' is one too many",
			       REQUEST_FILES_MAX, name);
	list->names[list->count++] = name;
	return 0;
}

static int take_address(const char *option, const char *text, uint64_t *ret, struct err *err)
{
	if (number_parse(text, 0, ret) < 0)
		return err_set(err, -EINVAL, "Bad option value in --%s=%s", option, text);
	return 0;
}

static int take_serial(const char *text, uint16_t *ret, struct err *err)
{
	uint64_t port = 0;

	if (strcmp(text, "ttyS0") == 0)
		port = 0x3f8;
	else if (strcmp(text, "ttyS1") == 0)
		port = 0x2f8;
	else if (strncmp(text, "0x", 2) != 0 || number_parse(text, 16, &port) < 0 || port == 0 ||
		 port > UINT16_MAX)
		return err_set(err, -ERANGE, "Bad serial port base '%s'", text);
	*ret = (uint16_t)port;
	return 0;
}

/* A 16550 divides 115200; below 9600 nobody waits. */
static int take_baud(const char *text, uint32_t *ret, struct err *err)
{
	uint64_t baud;

	if (number_parse(text, 10, &baud) < 0 ||
	    (baud != 0 && (baud < 9600 || baud > 115200 || 115200 % baud != 0)))
		return err_set(err, -ERANGE, "Bad serial port baud rate '%s'", text);
	*ret = (uint32_t)baud;
	return 0;
}

/* Options that are actions; of several the last one counts. */
static void take_action(struct request *request, enum option option)
{
	static const struct {
		enum option option;
		enum action action;
	} actions[] = {
		{ OPTION_LOAD, ACTION_LOAD },
		{ OPTION_LOAD_PANIC, ACTION_LOAD },
		{ OPTION_UNLOAD, ACTION_UNLOAD },
		{ OPTION_EXEC, ACTION_EXEC },
		{ OPTION_FORCE, ACTION_FORCE },
		{ OPTION_JUMP_BACK, ACTION_JUMP_BACK },
		{ OPTION_PRINT_CRASH_SIZE, ACTION_CRASH_SIZE },
		{ OPTION_HELP, ACTION_HELP },
		{ OPTION_VERSION, ACTION_VERSION },
	};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (actions[i].option == option)
			request->action = actions[i].action;
}

static int take_option(void *ctx, int id, const char *arg, struct err *err)
{
	struct request *request = ctx;
	enum option option = (enum option)id;

	request->given |= OPTION_BIT(option);
	switch (option) {
	case OPTION_HELP:
	case OPTION_VERSION:
	case OPTION_PRINT_CRASH_SIZE:
		take_action(request, option);
		return -ECANCELED; /* nothing behind it matters */
	case OPTION_PRESERVE_CONTEXT:
		/* Loads without a shutdown; -f, wherever it stands, goes further. */
		if (request->action == ACTION_REBOOT)
			request->action = ACTION_LOAD;
		return 0;
	case OPTION_FILE_SYSCALL:
		request->syscall = SYSCALL_FILE;
		return 0;
	case OPTION_SEGMENT_SYSCALL:
		request->syscall = SYSCALL_SEGMENTS;
		return 0;
	case OPTION_AUTO_SYSCALL:
		request->syscall = SYSCALL_AUTO;
		return 0;
	case OPTION_TYPE:
		request->type = arg;
		return 0;
	case OPTION_INITRD:
		return add_file(&request->initrds, arg, err);
	case OPTION_MODULE:
		return add_file(&request->modules, arg, err);
	case OPTION_APPEND:
		request->append = arg;
		return 0;
	case OPTION_DTB:
		request->dtb = arg;
		return 0;
	case OPTION_ENTRY:
		return take_address("entry", arg, &request->entry, err);
	case OPTION_MEM_MIN:
		return take_address("mem-min", arg, &request->mem_min, err);
	case OPTION_MEM_MAX:
		return take_address("mem-max", arg, &request->mem_max, err);
	case OPTION_SERIAL:
		return take_serial(arg, &request->serial_port, err);
	case OPTION_SERIAL_BAUD:
		return take_baud(arg, &request->serial_baud, err);
	case OPTION_LOAD_LIVE_UPDATE:
		return err_set(err, -EINVAL, "--load-live-update can only be used with xen");
	case OPTION_EXEC_LIVE_UPDATE:
		return err_set(err, -EINVAL, "--exec-live-update only works under xen.");
	case OPTION_SYSROOT:
		request->root.dir = arg;
		return 0;
	default:
		take_action(request, option);
		return 0;
	}
}

static bool loads(enum action action)
{
	return action == ACTION_LOAD || action == ACTION_FORCE || action == ACTION_REBOOT;
}

/*
 * Of the actions the last one given wins, as scripts rely on, with three exceptions where the
 * order cannot matter: -S asks only; -p with -u unloads the capture kernel; -e with -f and no
 * kernel boots what is loaded.
 */
static void settle_action(struct request *request)
{
	request->crash = request_has(request, OPTION_LOAD_PANIC);
	if (request_has(request, OPTION_UNLOAD) && request->crash && request->action == ACTION_LOAD)
		request->action = ACTION_UNLOAD;
	if (request_has(request, OPTION_EXEC) && request->action == ACTION_FORCE &&
	    !request->kernel)
		request->action = ACTION_EXEC;
	if (request_has(request, OPTION_STATUS)) {
		request->action = ACTION_STATUS;
		request->crash = !request_has(request, OPTION_LOAD);
	}
}

/* The two that keep the running kernel; both need to know what of it may be used. */
static int check_context(const struct request *request, struct err *err)
{
	if (request->action == ACTION_JUMP_BACK && !request_has(request, OPTION_ENTRY))
		return err_set(err, -EINVAL, "Please specify jump back entry in command line");
	if (request->syscall == SYSCALL_FILE && request_has(request, OPTION_PRESERVE_CONTEXT))
		return err_set(err, -EINVAL,
			       "--load-preserve-context not supported with kexec_file_load (-s)");
	if (request->crash && request_has(request, OPTION_PRESERVE_CONTEXT))
		return err_set(err, -EINVAL,
			       "--load-preserve-context keeps the running kernel, and a panic ends "
			       "it: leave out --load-panic");
	if (!request_has(request, OPTION_PRESERVE_CONTEXT) || request_has(request, OPTION_MEM_MAX))
		return 0;
	err_set(err, -EINVAL, "Please specify memory range used by kexeced kernel");
	return err_hint(err, -EINVAL,
			"to preserve the context of original kernel with\n\"--mem-max\" parameter");
}

/* How an ELF program is told of its arguments: one way only. */
static int check_arguments(const struct request *request, struct err *err)
{
	const uint64_t ways = request->given & (BIT(ARGS_ELF) | BIT(ARGS_LINUX) | BIT(ARGS_NONE));

	if (!(ways & (ways - 1)))
		return 0;
	return err_set(err, -EINVAL, "--args-elf, --args-linux and --args-none: give one of them");
}

/* Scripts know the text for the ways of entry from kexec-tools. */
static int refuse_by_file(const struct request *request, struct err *err)
{
	const char *entry = request_first(request, BIT(ENTRY_32BIT) | BIT(REAL_MODE));

	if (!entry)
		return err_set(err, -EINVAL, "--%s not supported with kexec_file_load (-s)",
			       request_first(request, request_segments_only));
	err_set(err, -EINVAL, "Kexec2 syscall does not support 16bit or 32bit entry yet");
	return err_hint(err, -EINVAL, "--%s needs kexec_load: leave out -s", entry);
}

static int check_syscall(const struct request *request, struct err *err)
{
	const char *segments = request_first(request, request_segments_only);
	const char *file = request_first(request, request_file_only);

	if (segments && file)
		return err_set(err, -EINVAL,
			       "--%s needs kexec_load and --%s needs kexec_file_load: give one of "
			       "them",
			       segments, file);
	if (segments && request->syscall == SYSCALL_FILE)
		return refuse_by_file(request, err);
	if (file && request->syscall == SYSCALL_SEGMENTS)
		return err_set(err, -EINVAL, "--%s not supported with kexec_load (-c)", file);
	return 0;
}

static int settle(struct request *request, struct err *err)
{
	const char *load_option;
	int r;

	settle_action(request);
	if (request->action == ACTION_STATUS)
		return 0;
	if (request->crash && request_has(request, OPTION_FORCE))
		return err_set(err, -EINVAL,
			       "--force boots a kernel now and --load-panic at a panic: "
			       "give one of them");
	if (request->mem_min > request->mem_max)
		return err_set(err, -EINVAL, "--mem-min is above --mem-max");
	r = check_context(request, err);
	if (r == 0)
		r = check_arguments(request, err);
	if (r == 0)
		r = check_syscall(request, err);
	if (r < 0)
		return r;
	load_option = request_first(request, request->action == ACTION_JUMP_BACK
						     ? load_only & ~way_back_too
						     : load_only);
	if (load_option && !loads(request->action))
		return err_set(err, -EINVAL, "--%s needs a kernel to be loaded", load_option);
	if (!loads(request->action) && request->kernel)
		return err_set(err, -EINVAL, "unexpected argument '%s'", request->kernel);
	return 0;
}

int request_parse(int argc, char **argv, struct request *ret, struct err *err)
{
	int first, r;

	*ret = (struct request){ .action = ACTION_REBOOT, .mem_max = UINT64_MAX };
	r = options_parse(rows, ARRAY_SIZE(rows), argc, argv, take_option, ret, &first, err);
	if (r == -ECANCELED)
		return 0;
	if (r < 0)
		return r;
	if (first < argc)
		ret->kernel = argv[first];
	if (first + 1 < argc)
		return err_set(err, -EINVAL, "unexpected argument '%s'", argv[first + 1]);
	return settle(ret, err);
}

void request_help(FILE *out)
{
	fprintf(out, "kexec-kdump " VERSION "\n"
		     "Usage: kexec [OPTION]... [KERNEL]\n"
		     "Boots another kernel from the running one, or loads one for a panic.\n");
	options_help(out, rows, ARRAY_SIZE(rows));
}
