/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands about crashkernel= in the boot loader: what it is by default, and to make it so,
 * when somebody asks for it or when packages were updated.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/commands.h"
#include "kdump/defaults.h"
#include "kdump/kernel.h"
#include "kdump/reset.h"
#include "kdump/run.h"

enum { REBOOT_SECONDS = 60, SYSTEMCTL_SECONDS = 60 };

#define REBOOT_TEXT "Please reboot the system for the change to take effect.\n"

int command_get_default_crashkernel(struct invocation *inv, struct err *err)
{
	enum defaults_mode mode = DEFAULTS_KDUMP;
	char value[CRASHKERNEL_TEXT_MAX];
	struct defaults_machine machine;
	int r = 0;

	if (inv->count > 0 && strcmp(inv->words[0], "fadump") == 0)
		mode = DEFAULTS_FADUMP;
	else if (inv->count > 0 && strcmp(inv->words[0], "kdump") != 0)
		r = err_set(err, -EINVAL, "'%s' is neither kdump nor fadump", inv->words[0]);
	if (r == 0)
		r = defaults_machine_read(&inv->root, &machine, err);
	if (r == 0)
		r = defaults_value(&machine, mode, value, err);
	if (r < 0) {
		err_print(stderr, NULL, err);
		return r;
	}
	printf("%s\n", value);
	return 0;
}

static int reboot(const struct sysroot *root, struct err *err)
{
	static const struct run_options options = { .seconds = REBOOT_SECONDS };
	_cleanup_free_ char *program = NULL;
	char verb[] = "reboot";
	int status, r = run_find_here(root, "systemctl", NULL, &program, err);
	char *argv[] = { program, verb, NULL };

	printf("WARNING: --reboot is deprecated; reboot when it suits.\n");
	return r < 0 ? r : run_program(argv, &options, &status, err);
}

static int reset_asked(struct invocation *inv, struct err *err)
{
	struct reset reset = {
		.root = &inv->root,
		.kernel = inv->kernel,
		.fadump = inv->fadump,
		.force = inv->given & OPTION_FORCE,
	};
	int r = reset_value(&reset, err);

	if (r == 0)
		r = reset_apply(&reset, err);
	if (r < 0 || !reset.changed)
		return r;
	if (inv->given & OPTION_REBOOT)
		return reboot(&inv->root, err);
	printf(REBOOT_TEXT);
	return 0;
}

int command_reset_crashkernel(struct invocation *inv, struct err *err)
{
	int r = reset_asked(inv, err);

	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}

/* Return: 1 if kdump.service is enabled, 0 if not, or if systemd cannot tell, -errno. */
static int is_enabled(const struct sysroot *root, struct err *err)
{
	static const struct run_options options = { .seconds = SYSTEMCTL_SECONDS, .quiet = true };
	_cleanup_free_ char *program = NULL;
	char quiet[] = "--quiet", verb[] = "is-enabled", unit[] = "kdump.service";
	int status, r = run_find_here(root, "systemctl", NULL, &program, err);
	char *argv[] = { program, quiet, verb, unit, NULL };

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = run_program(argv, &options, &status, err);
	return r < 0 ? r : status == 0;
}

/*
 * What packages may do where nobody looks: nothing unless a dump is wanted, and the value is one
 * of ours or another's default.
 */
static int reset_unasked(struct invocation *inv, const char *kernel, struct err *err)
{
	struct reset reset = { .root = &inv->root, .kernel = kernel, .automatic = true };
	_cleanup_(conf_done) struct conf conf = { NULL };
	int r = conf_read(&inv->root, CONF_ADMIN, &conf, err);

	if (r == 0 && conf.keep_crashkernel)
		return 0;
	if (r == 0)
		r = is_enabled(&inv->root, err);
	if (r <= 0)
		return r;
	r = reset_value(&reset, err);
	if (r == 0)
		r = reset_apply(&reset, err);
	if (r == -ENOENT) /* no boot loader that is known here, as in an installer */
		return 0;
	if (r == 0 && reset.changed)
		printf(REBOOT_TEXT
		       "Where nobody is to change it: auto_reset_crashkernel no, in %s\n",
		       CONF_PATH);
	return r;
}

int command_reset_after_update(struct invocation *inv, struct err *err)
{
	int r = reset_unasked(inv, "ALL", err);

	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}

int command_reset_for_kernel(struct invocation *inv, struct err *err)
{
	_cleanup_(sysconfig_done) struct sysconfig config = { NULL };
	_cleanup_(kernel_done) struct kernel kernel = { .image = NULL };
	int r = 0;

	if (inv->count != 1)
		r = err_set(err, -EINVAL, "which kernel was installed?");
	if (r == 0)
		r = sysconfig_read(&inv->root, &config, err);
	if (r == 0)
		r = sysconfig_set_kernel(&config, inv->words[0], err);
	if (r == 0)
		r = kernel_find(&inv->root, &config, &kernel, err);
	if (r == 0)
		r = reset_unasked(inv, kernel.path, err);
	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}
