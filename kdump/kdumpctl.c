/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdumpctl: arms and disarms the capture of crash dumps. Progress goes to standard output,
 * failures to standard error; under systemd both are the journal.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "lib/err.h"
#include "lib/options.h"
#include "lib/sysroot.h"

#include "kdump/capcmdline.h"
#include "kdump/conf.h"
#include "kdump/image.h"
#include "kdump/imageplan.h"
#include "kdump/kernel.h"
#include "kdump/loader.h"
#include "kdump/lock.h"
#include "kdump/manifest.h"
#include "kdump/reservation.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/sysconfig.h"
#include "kdump/target.h"
#include "kdump/words.h"

#define USUAL_DIRS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum { EXIT_NOT_OPERATIONAL = 3 }; /* as for init scripts: LSB, "program is not running" */

/* A command that was carried out may still have something to tell by its exit status. */
struct invocation {
	struct sysroot root;
	int exit_status;
};

/* Everything that start works out, one after the other. */
struct arming {
	const struct sysroot *root;
	uint64_t reserved; /* bytes */
	struct conf conf;
	struct sysconfig config;
	struct kernel kernel;
	struct target target;
	struct image_plan plan;
	char *cmdline;
};

static void arming_done(struct arming *a)
{
	conf_done(&a->conf);
	sysconfig_done(&a->config);
	kernel_done(&a->kernel);
	target_done(&a->target);
	image_plan_done(&a->plan);
	free(a->cmdline);
}

/* kexec runs on this machine in any case; below a sysroot only PATH says which. */
static int find_kexec(const struct sysroot *root, char **ret, struct err *err)
{
	static const struct sysroot here = { .dir = "" };
	_cleanup_free_ char *dirs = NULL;
	const char *path = getenv("PATH");

	if (asprintf(&dirs, "%s%s", sysroot_is_real(root) ? SBINDIR ":" : "",
		     path ? path : USUAL_DIRS) < 0) {
		dirs = NULL;
		return err_oom(err);
	}
	return run_find(&here, "kexec", dirs, ret, err);
}

static void print_command(const struct strv *command)
{
	_cleanup_free_ char *line = words_line(command->v);

	printf("kexec command: %s\n", line ? line : command->v[0]);
}

static void print_list(const char *title, const struct strv *list)
{
	if (list->n == 0)
		return;
	printf("%s\n", title);
	for (size_t i = 0; i < list->n; i++)
		printf("  %s\n", list->v[i]);
}

/* Say why an image must be built. Return: 1 if it must, 0 if not, -errno. */
static int compare_image(const struct arming *a, struct err *err)
{
	_cleanup_(manifest_changes_done) struct manifest_changes changes = { .maker = false };
	_cleanup_free_ char *was = NULL;
	int r = image_read_manifest(a->root, a->kernel.image, &was, err);

	if (r == -ENOENT) {
		printf("No kdump initial ramdisk found.\n");
		return 1;
	}
	if (r == -EBADMSG) {
		printf("%s\n", err->text);
		return 1;
	}
	if (r < 0)
		return r;
	r = manifest_compare(was, a->plan.manifest, &changes);
	if (r <= 0)
		return r < 0 ? err_oom(err) : 0;
	if (changes.maker)
		printf("Detected change in the way the image is made\n");
	if (changes.target)
		printf("Detected change in File System\n");
	for (size_t i = 0; i < changes.modules.n; i++)
		printf("Detected change in block device driver, new loaded module: %s\n",
		       changes.modules.v[i]);
	print_list("Detected change(s) in the following file(s):", &changes.files);
	return 1;
}

static int update_image(struct arming *a, struct err *err)
{
	const char *path = getenv("PATH");
	_cleanup_free_ char *dirs = NULL;
	struct image_inputs in = {
		.root = a->root,
		.conf = &a->conf,
		.target = &a->target,
		.kernel = &a->kernel,
		.capture = LIBEXECDIR "/kdump-capture",
	};
	int r;

	if (asprintf(&dirs, "%s:%s", SBINDIR,
		     sysroot_is_real(a->root) && path ? path : USUAL_DIRS) < 0) {
		dirs = NULL;
		return err_oom(err);
	}
	in.program_dirs = dirs;
	r = image_plan_make(&in, &a->plan, err);
	if (r < 0)
		return r;
	r = compare_image(a, err);
	if (r <= 0)
		return r;
	printf("Rebuilding %s\n", a->kernel.image);
	return image_write(a->root, &a->plan, a->kernel.image, err);
}

static int load(struct arming *a, struct err *err)
{
	_cleanup_(strv_done) struct strv command = { NULL };
	_cleanup_free_ char *kexec = NULL;
	int r = capcmdline_compose(a->root, &a->config, &a->cmdline, err);

	if (r == 0)
		r = find_kexec(a->root, &kexec, err);
	if (r == 0)
		r = loader_load_command(a->root, kexec, a->config.kexec_args, &a->kernel,
					a->cmdline, &command, err);
	if (r < 0)
		return r;
	print_command(&command);
	r = loader_run(a->root, &command, true, err);
	printf(r < 0 ? "kexec: failed to load kdump kernel\n" : "kexec: loaded kdump kernel\n");
	return r;
}

/* One line of what is armed now, for the log and for `systemctl status`. */
static void tell_armed(const struct arming *a)
{
	char text[2048];

	snprintf(text, sizeof(text), "kernel %s, image %s, %ju MiB reserved, target %s UUID=%s:%s",
		 a->kernel.path, a->kernel.image, (uintmax_t)(a->reserved >> 20), a->target.type,
		 a->target.uuid, a->target.inner);
	printf("%s\n", text);
	sd_notifyf(0, "STATUS=%s", text);
}

static int arm(const struct sysroot *root, struct err *err)
{
	_cleanup_(arming_done) struct arming a = { .root = root };
	bool loaded = false;
	int r = conf_read(root, CONF_ADMIN, &a.conf, err);

	if (r == 0)
		r = sysconfig_read(root, &a.config, err);
	if (r == 0)
		r = reservation_check(root, &a.reserved, err);
	if (r == 0)
		r = reservation_loaded(root, &loaded, err);
	if (r < 0)
		return r;
	if (loaded) {
		printf("Kdump already running: [WARNING]\n");
		return 0;
	}
	r = kernel_find(root, &a.config, &a.kernel, err);
	if (r == 0)
		r = target_make_default(root, a.conf.path, err);
	if (r == 0)
		r = target_resolve(root, a.conf.path, &a.target, err);
	if (r == 0)
		r = update_image(&a, err);
	if (r == 0)
		r = load(&a, err);
	if (r < 0)
		return r;
	tell_armed(&a);
	printf("Starting kdump: [OK]\n");
	return 0;
}

static void tell_lock(void *ctx _unused_, const char *holder)
{
	printf("Another app is currently holding the kdump lock; waiting for it to exit...%s%s%s\n",
	       holder[0] ? " (held by " : "", holder, holder[0] ? ")" : "");
}

static int command_start(struct invocation *inv, struct err *err)
{
	int r = arm(&inv->root, err);

	if (r < 0) {
		err_print(stderr, NULL, err);
		printf("Starting kdump: [FAILED]\n");
	}
	return r;
}

static int command_stop(struct invocation *inv, struct err *err)
{
	_cleanup_(strv_done) struct strv command = { NULL };
	_cleanup_free_ char *kexec = NULL;
	int r = find_kexec(&inv->root, &kexec, err);

	if (r == 0)
		r = loader_unload_command(kexec, &command, err);
	if (r == 0)
		r = loader_run(&inv->root, &command, false, err);
	if (r < 0) {
		err_print(stderr, NULL, err);
		printf("kexec: failed to unload kdump kernel\n");
		printf("Stopping kdump: [FAILED]\n");
		return r;
	}
	printf("kexec: unloaded kdump kernel\n");
	printf("Stopping kdump: [OK]\n");
	return 0;
}

static int command_restart(struct invocation *inv, struct err *err)
{
	int r = command_stop(inv, err);

	return r < 0 ? r : command_start(inv, err);
}

static int command_status(struct invocation *inv, struct err *err)
{
	bool loaded = false;
	int r = reservation_loaded(&inv->root, &loaded, err);

	if (r < 0)
		err_print(stderr, NULL, err);
	printf(loaded ? "Kdump is operational\n" : "Kdump is not operational\n");
	inv->exit_status = loaded ? EXIT_SUCCESS : EXIT_NOT_OPERATIONAL;
	return 0;
}

/* A command says itself what went wrong, in its own words; the table knows the rest. */
static const struct command {
	const char *name;
	bool locks; /* it changes something */
	int (*run)(struct invocation *inv, struct err *err);
	const char *help;
} commands[] = {
	{ "start", true, command_start, "Build the capture image if needed; load the kernel." },
	{ "stop", true, command_stop, "Unload the capture kernel." },
	{ "status", false, command_status,
	  "Tell whether a capture kernel is loaded (0) or not (3)." },
	{ "restart", true, command_restart, "Stop, then start." },
};

enum option_id { OPTION_HELP = 1, OPTION_VERSION, OPTION_SYSROOT };

static const struct option_row options[] = {
	{ OPTION_HELP, 'h', "help", NULL, "Print this help." },
	{ OPTION_VERSION, 'V', "version", NULL, "Print the version." },
	{ OPTION_SYSROOT, 0, "sysroot", "DIR", NULL },
};

struct arguments {
	const char *sysroot;
	bool help;
	bool version;
};

static int take_option(void *ctx, int id, const char *arg, struct err *err _unused_)
{
	struct arguments *args = ctx;

	if (id == OPTION_HELP)
		args->help = true;
	else if (id == OPTION_VERSION)
		args->version = true;
	else
		args->sysroot = arg;
	return 0;
}

static void print_usage(FILE *out)
{
	fprintf(out, "Usage: kdumpctl {");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "%s%s", i ? "|" : "", commands[i].name);
	fprintf(out, "}\n");
}

static void print_help(void)
{
	print_usage(stdout);
	printf("\nArms the capture of crash dumps: loads a kernel that saves the memory of this\n"
	       "one when it panics, to where %s says.\n\n",
	       CONF_PATH);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-12s%s\n", commands[i].name, commands[i].help);
	printf("\n");
	options_help(stdout, options, ARRAY_SIZE(options));
}

static int run_command(const struct command *command, const char *dir)
{
	struct invocation inv = { .root = { .dir = dir } };
	_cleanup_close_ int lock = -1;
	struct err err = ERR_INIT;

	if (!rootpath_exists(&inv.root, CONF_PATH)) {
		_cleanup_(conf_done) struct conf conf = { NULL };

		if (conf_read(&inv.root, CONF_ADMIN, &conf, &err) < 0) {
			err_print(stderr, NULL, &err);
			return EXIT_FAILURE;
		}
	}
	if (command->locks &&
	    lock_take(&inv.root, command->name, LOCK_WAIT_MAX, tell_lock, NULL, &lock, &err) < 0) {
		err_print(stderr, NULL, &err);
		return EXIT_FAILURE;
	}
	return command->run(&inv, &err) < 0 ? EXIT_FAILURE : inv.exit_status;
}

int main(int argc, char **argv)
{
	struct arguments args = { .sysroot = "" };
	struct err err = ERR_INIT;
	int first;

	setlinebuf(stdout); /* in order with stderr, in the journal too */
	if (options_parse(options, ARRAY_SIZE(options), argc, argv, take_option, &args, &first,
			  &err) < 0) {
		err_print(stderr, "kdumpctl", &err);
		print_usage(stderr);
		return EXIT_FAILURE;
	}
	if (args.help) {
		print_help();
		return EXIT_SUCCESS;
	}
	if (args.version) {
		printf("kdumpctl %s\n", VERSION);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; first == argc - 1 && i < ARRAY_SIZE(commands); i++)
		if (strcmp(argv[first], commands[i].name) == 0)
			return run_command(&commands[i], args.sysroot);
	print_usage(stderr);
	return EXIT_FAILURE;
}
