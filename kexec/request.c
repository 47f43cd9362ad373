/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "lib/options.h"
#include "kexec/request.h"

enum option_id {
	OPT_HELP = 1,
	OPT_VERSION,
	OPT_DEBUG,
	OPT_FORCE,
	OPT_NO_CHECKS,
	OPT_NO_IFDOWN,
	OPT_NO_SYNC,
	OPT_LOAD,
	OPT_LOAD_PANIC,
	OPT_UNLOAD,
	OPT_EXEC,
	OPT_STATUS,
	OPT_FILE_SYSCALL,
	OPT_SEGMENT_SYSCALL,
	OPT_AUTO_SYSCALL,
	OPT_INITRD,
	OPT_APPEND,
	OPT_REUSE_CMDLINE,
	OPT_DRY_RUN,
	OPT_SYSROOT,
};

static const struct option_row rows[] = {
	{ OPT_LOAD, 'l', "load", NULL, "Load KERNEL, to be booted by --exec." },
	{ OPT_LOAD_PANIC, 'p', "load-panic", NULL,
	  "Load KERNEL as the capture kernel, to be booted by a panic." },
	{ OPT_UNLOAD, 'u', "unload", NULL, "Unload what is loaded; with -p the capture kernel." },
	{ OPT_EXEC, 'e', "exec", NULL, "Boot the loaded kernel now, without a shutdown." },
	{ OPT_FORCE, 'f', "force", NULL, "Load KERNEL and boot it now, without a shutdown." },
	{ OPT_STATUS, 'S', "status", NULL,
	  "Exit with 1 if a capture kernel (with -l: a kernel) is loaded, with 0 if not." },
	{ OPT_INITRD, 0, "initrd", "FILE", "Use FILE as the kernel's initial RAM disk." },
	{ OPT_INITRD, 0, "ramdisk", "FILE", "The same." },
	{ OPT_APPEND, 0, "append", "TEXT", "Set the kernel's command line." },
	{ OPT_APPEND, 0, "command-line", "TEXT", "The same." },
	{ OPT_REUSE_CMDLINE, 0, "reuse-cmdline", NULL,
	  "Begin with the running kernel's command line." },
	{ OPT_AUTO_SYSCALL, 'a', "kexec-syscall-auto", NULL,
	  "Try kexec_file_load first, then kexec_load (default)." },
	{ OPT_FILE_SYSCALL, 's', "kexec-file-syscall", NULL, "Use kexec_file_load only." },
	{ OPT_SEGMENT_SYSCALL, 'c', "kexec-syscall", NULL, "Use kexec_load only." },
	{ OPT_NO_CHECKS, 'i', "no-checks", NULL,
	  "Do not verify the loaded kernel before it is entered (kexec_load)." },
	{ OPT_NO_IFDOWN, 'x', "no-ifdown", NULL, "Leave the network interfaces up." },
	{ OPT_NO_SYNC, 'y', "no-sync", NULL, "Do not write out file systems first." },
	{ OPT_DRY_RUN, 0, "dry-run", NULL,
	  "Print what would be loaded where, and change nothing." },
	{ OPT_DEBUG, 'd', "debug", NULL, "Print the same to standard error, and go on." },
	{ OPT_HELP, 'h', "help", NULL, "Print this text." },
	{ OPT_VERSION, 'v', "version", NULL, "Print the version." },
	{ OPT_SYSROOT, 0, "sysroot", "DIR", NULL },
};

/* What has been read, before it is known how it fits together. */
struct parse {
	struct request *request;
	bool load;        /* -l was given */
	bool exec;        /* -e was given */
	bool force;       /* -f was given */
	bool panic;       /* -p was given */
	bool unload;      /* -u was given */
	bool status;      /* -S was given */
	bool load_option; /* one that only makes sense with a load */
};

static void set_action(struct parse *parse, enum option_id id)
{
	switch (id) {
	case OPT_LOAD:
		parse->load = true;
		parse->request->action = ACTION_LOAD;
		break;
	case OPT_LOAD_PANIC:
		parse->panic = true;
		parse->request->action = ACTION_LOAD;
		break;
	case OPT_UNLOAD:
		parse->unload = true;
		parse->request->action = ACTION_UNLOAD;
		break;
	case OPT_EXEC:
		parse->exec = true;
		parse->request->action = ACTION_EXEC;
		break;
	case OPT_FORCE:
		parse->force = true;
		parse->request->action = ACTION_FORCE;
		break;
	case OPT_STATUS:
		parse->status = true;
		break;
	default:
		break;
	}
}

static int take_option(void *ctx, int id, const char *arg, struct err *err)
{
	struct parse *parse = ctx;
	struct request *request = parse->request;

	(void)err;
	switch ((enum option_id)id) {
	case OPT_HELP:
		request->action = ACTION_HELP;
		return -ECANCELED; /* nothing behind it matters */
	case OPT_VERSION:
		request->action = ACTION_VERSION;
		return -ECANCELED;
	case OPT_DEBUG:
		request->debug = true;
		break;
	case OPT_NO_CHECKS:
		request->no_checks = true;
		break;
	case OPT_NO_IFDOWN:
		request->no_ifdown = true;
		break;
	case OPT_NO_SYNC:
		request->no_sync = true;
		break;
	case OPT_FILE_SYSCALL:
		request->syscall = SYSCALL_FILE;
		break;
	case OPT_SEGMENT_SYSCALL:
		request->syscall = SYSCALL_SEGMENTS;
		break;
	case OPT_AUTO_SYSCALL:
		request->syscall = SYSCALL_AUTO;
		break;
	case OPT_INITRD:
		request->initrd = arg;
		parse->load_option = true;
		break;
	case OPT_APPEND:
		request->append = arg;
		parse->load_option = true;
		break;
	case OPT_REUSE_CMDLINE:
		request->reuse_cmdline = true;
		parse->load_option = true;
		break;
	case OPT_DRY_RUN:
		request->dry_run = true;
		parse->load_option = true;
		break;
	case OPT_SYSROOT:
		request->root.dir = arg;
		break;
	default:
		set_action(parse, id);
	}
	return 0;
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
static int settle(const struct parse *parse, struct err *err)
{
	struct request *request = parse->request;

	if (parse->status) {
		request->action = ACTION_STATUS;
		request->crash = !parse->load;
		return 0;
	}
	if (parse->unload && parse->panic && request->action == ACTION_LOAD)
		request->action = ACTION_UNLOAD;
	if (parse->exec && request->action == ACTION_FORCE && !request->kernel)
		request->action = ACTION_EXEC;
	request->crash = parse->panic;
	if (parse->panic && parse->force)
		return err_set(err, -EINVAL,
			       "--force boots a kernel now and --load-panic at a panic: "
			       "give one of them");
	if (parse->load_option && !loads(request->action))
		return err_set(err, -EINVAL,
			       "--initrd, --append, --reuse-cmdline and --dry-run need a kernel "
			       "to be loaded");
	if (!loads(request->action) && request->kernel)
		return err_set(err, -EINVAL, "unexpected argument '%s'", request->kernel);
	return 0;
}

int request_parse(int argc, char **argv, struct request *ret, struct err *err)
{
	struct parse parse = { .request = ret };
	int first, r;

	*ret = (struct request){ .action = ACTION_REBOOT };
	r = options_parse(rows, ARRAY_SIZE(rows), argc, argv, take_option, &parse, &first, err);
	if (r == -ECANCELED)
		return 0;
	if (r < 0)
		return r;
	if (first < argc)
		ret->kernel = argv[first];
	if (first + 1 < argc)
		return err_set(err, -EINVAL, "unexpected argument '%s'", argv[first + 1]);
	return settle(&parse, err);
}

void request_help(FILE *out)
{
	fprintf(out, "kexec-kdump " VERSION "\n"
		     "Usage: kexec [OPTION]... [KERNEL]\n"
		     "Boots another kernel from the running one, or loads one for a panic.\n\n");
	options_help(out, rows, ARRAY_SIZE(rows));
}
