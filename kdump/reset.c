/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands about crashkernel= in the boot loader: what it is by default, and to make it so.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cmdline.h"

#include "kdump/bootedit.h"
#include "kdump/commands.h"
#include "kdump/defaults.h"
#include "kdump/grubby.h"
#include "kdump/kernel.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"

enum { REBOOT_SECONDS = 60 };

/* What is to be written. */
struct reset {
	struct invocation *inv;
	char value[CRASHKERNEL_TEXT_MAX];
	bool changed;
};

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

/* The entries that --kernel names, or those of the kernel that dumps are to be of. */
static int read_entries(const struct invocation *inv, struct grubby *ret, struct err *err)
{
	_cleanup_(sysconfig_done) struct sysconfig config = { NULL };
	_cleanup_(kernel_done) struct kernel kernel = { .image = NULL };
	int r;

	if (inv->kernel) {
		r = grubby_read(&inv->root, inv->kernel, ret, err);
		if (r != -EINVAL)
			return r;
		return err_set(err, r,
			       "Invalid --kernel=%s, please specify a valid kernel path, ALL or "
			       "DEFAULT",
			       inv->kernel);
	}
	r = sysconfig_read(&inv->root, &config, err);
	if (r == 0)
		r = kernel_find(&inv->root, &config, &kernel, err);
	return r < 0 ? r : grubby_read(&inv->root, kernel.path, ret, err);
}

/* Is the entry's value nobody's choice, or are we told not to mind? */
static int check_entry(const struct reset *reset, const struct grubby_entry *entry,
		       const char *value, struct err *err)
{
	if (!value || reset->inv->given & OPTION_FORCE || defaults_is_known(value))
		return 0;
	err_set(err, -EPERM,
		"kernel=%s, grub entry index=%s: 'crashkernel=%s' is no default but "
		"your own",
		entry->kernel, entry->index, value);
	return err_hint(err, -EPERM, "With --force it becomes 'crashkernel=%s'.", reset->value);
}

static int reset_entry(struct reset *reset, const struct grubby *grubby,
		       const struct grubby_entry *entry, struct err *err)
{
	const char *kernel = entry->kernel ? entry->kernel : "?";
	_cleanup_free_ char *value = NULL;
	int r = cmdline_value(entry->args ? entry->args : "", "crashkernel", &value);

	if (r < 0)
		return err_oom(err);
	if (value && strcmp(value, reset->value) == 0 && !reset->inv->fadump) {
		printf("No need to update crashkernel value for kernel=%s, grub entry index=%s\n",
		       kernel, entry->index);
		return 0;
	}
	r = check_entry(reset, entry, value, err);
	if (r == 0)
		r = grubby_set(grubby, entry, "crashkernel", reset->value, err);
	if (r == 0 && reset->inv->fadump)
		r = grubby_set(grubby, entry, "fadump", reset->inv->fadump, err);
	if (r < 0)
		return r;
	if (reset->inv->fadump)
		printf("Updated fadump=%s and updated ", reset->inv->fadump);
	else
		printf("Updated ");
	printf("crashkernel=%s for kernel=%s, grub entry index=%s.\n", reset->value, kernel,
	       entry->index);
	reset->changed = true;
	return 0;
}

static int reset_by_grubby(struct reset *reset, struct err *err)
{
	_cleanup_(grubby_done) struct grubby grubby = { NULL };
	int r = read_entries(reset->inv, &grubby, err);

	for (size_t i = 0; r == 0 && i < grubby.count; i++)
		r = reset_entry(reset, &grubby, &grubby.entries[i], err);
	return r;
}

static int reset_by_files(struct reset *reset, struct err *err)
{
	const struct bootedit edit = {
		.root = &reset->inv->root,
		.value = reset->value,
		.force = reset->inv->given & OPTION_FORCE,
		.may_change = defaults_is_known,
	};
	int r;

	if (reset->inv->kernel && strcmp(reset->inv->kernel, "ALL") != 0) {
		err_set(err, -EINVAL,
			"--kernel=%s: this machine's boot loader is set up for all "
			"kernels at once",
			reset->inv->kernel);
		return err_hint(err, -EINVAL, "Leave --kernel out.");
	}
	r = bootedit_apply(&edit, err);
	if (r == 0)
		printf("No need to update crashkernel value\n");
	reset->changed = r > 0;
	return r < 0 ? r : 0;
}

static int check_options(const struct invocation *inv, const struct defaults_machine *machine,
			 struct err *err)
{
	static const char *const modes[] = { "on", "off", "nocma" };

	if (!inv->fadump)
		return 0;
	if (strcmp(machine->arch, "ppc64le") != 0)
		return err_set(err, -EINVAL, "Option --fadump only valid on PPC");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (strcmp(inv->fadump, modes[i]) == 0)
			return 0;
	return err_set(err, -EINVAL, "--fadump=%s: only on, off and nocma are known", inv->fadump);
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

static int reset(struct invocation *inv, struct err *err)
{
	struct reset reset = { .inv = inv };
	bool fadump = inv->fadump && strcmp(inv->fadump, "off") != 0;
	struct defaults_machine machine;
	int r = defaults_machine_read(&inv->root, &machine, err);

	if (r == 0)
		r = check_options(inv, &machine, err);
	if (r == 0)
		r = defaults_value(&machine, fadump ? DEFAULTS_FADUMP : DEFAULTS_KDUMP, reset.value,
				   err);
	if (r < 0)
		return r;
	r = rootpath_exists(&inv->root, GRUBBY_PATH) ? reset_by_grubby(&reset, err)
						     : reset_by_files(&reset, err);
	if (r < 0 || !reset.changed)
		return r;
	if (inv->given & OPTION_REBOOT)
		return reboot(&inv->root, err);
	printf("Please reboot the system for the change to take effect.\n");
	return 0;
}

int command_reset_crashkernel(struct invocation *inv, struct err *err)
{
	int r = reset(inv, err);

	if (r < 0)
		err_print(stderr, NULL, err);
	return r;
}
