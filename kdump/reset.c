/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/cmdline.h"

#include "kdump/bootedit.h"
#include "kdump/defaults.h"
#include "kdump/grubby.h"
#include "kdump/kernel.h"
#include "kdump/reset.h"
#include "kdump/rootpath.h"

/* The entries that --kernel names, or those of the kernel that dumps are to be of. */
static int read_entries(const struct reset *reset, struct grubby *ret, struct err *err)
{
	_cleanup_(sysconfig_done) struct sysconfig config = { NULL };
	_cleanup_(kernel_done) struct kernel kernel = { .image = NULL };
	int r;

	if (reset->kernel) {
		r = grubby_read(reset->root, reset->kernel, ret, err);
		if (r != -EINVAL)
			return r;
		return err_set(err, r,
			       "Invalid --kernel=%s, please specify a valid kernel path, ALL or "
			       "DEFAULT",
			       reset->kernel);
	}
	r = sysconfig_read(reset->root, &config, err);
	if (r == 0)
		r = kernel_find(reset->root, &config, &kernel, err);
	return r < 0 ? r : grubby_read(reset->root, kernel.path, ret, err);
}

/*
 * Is the entry's value nobody's choice, or are we told not to mind? Return: 0; 1 to pass it over;
 * -EPERM.
 */
static int check_entry(const struct reset *reset, const struct grubby_entry *entry,
		       const char *value, struct err *err)
{
	if (!value || reset->force || defaults_is_known(value))
		return 0;
	if (reset->automatic) {
		printf("kernel=%s: crashkernel=%s is no default but your own, and stays\n",
		       entry->kernel ? entry->kernel : "?", value);
		return 1;
	}
	err_set(err, -EPERM,
		"kernel=%s, grub entry index=%s: 'crashkernel=%s' is no default but "
		"your own",
		entry->kernel, entry->index, value);
	return err_hint(err, -EPERM, "With --force it becomes 'crashkernel=%s'.", reset->value);
}

static void tell_updated(const struct reset *reset, const struct grubby_entry *entry,
			 const char *kernel)
{
	if (reset->automatic) {
		printf("For kernel=%s, crashkernel=%s now.\n", kernel, reset->value);
		return;
	}
	if (reset->fadump)
		printf("Updated fadump=%s and updated ", reset->fadump);
	else
		printf("Updated ");
	printf("crashkernel=%s for kernel=%s, grub entry index=%s.\n", reset->value, kernel,
	       entry->index);
}

static int reset_entry(struct reset *reset, const struct grubby *grubby,
		       const struct grubby_entry *entry, struct err *err)
{
	const char *kernel = entry->kernel ? entry->kernel : "?";
	_cleanup_free_ char *value = NULL;
	int r = cmdline_value(entry->args ? entry->args : "", "crashkernel", &value);

	if (r < 0)
		return err_oom(err);
	if (value && strcmp(value, reset->value) == 0 && !reset->fadump) {
		if (!reset->automatic)
			printf("No need to update crashkernel value for kernel=%s, grub entry "
			       "index=%s\n",
			       kernel, entry->index);
		return 0;
	}
	r = check_entry(reset, entry, value, err);
	if (r == 0)
		r = grubby_set(grubby, entry, "crashkernel", reset->value, err);
	if (r == 0 && reset->fadump)
		r = grubby_set(grubby, entry, "fadump", reset->fadump, err);
	if (r != 0)
		return r < 0 ? r : 0;
	tell_updated(reset, entry, kernel);
	reset->changed = true;
	return 0;
}
static int reset_by_grubby(struct reset *reset, struct err *err)
{
	_cleanup_(grubby_done) struct grubby grubby = { NULL };
	int r = read_entries(reset, &grubby, err);

	for (size_t i = 0; r == 0 && i < grubby.count; i++)
		r = reset_entry(reset, &grubby, &grubby.entries[i], err);
	return r;
}

static int reset_by_files(struct reset *reset, struct err *err)
{
	const struct bootedit edit = {
		.root = reset->root,
		.value = reset->value,
		.force = reset->force,
		.may_change = defaults_is_known,
	};
	int r;

	if (reset->kernel && strcmp(reset->kernel, "ALL") != 0 && !reset->automatic) {
		err_set(err, -EINVAL,
			"--kernel=%s: this machine's boot loader is set up for all "
			"kernels at once",
			reset->kernel);
		return err_hint(err, -EINVAL, "Leave --kernel out.");
	}
	r = bootedit_apply(&edit, err);
	if (r == 0 && !reset->automatic)
		printf("No need to update crashkernel value\n");
	if (r == -EPERM && reset->automatic) {
		printf("%s, and stays\n", err->text);
		return 0;
	}
	reset->changed = r > 0;
	return r < 0 ? r : 0;
}

static int check_fadump(const char *fadump, const struct defaults_machine *machine, struct err *err)
{
	static const char *const modes[] = { "on", "off", "nocma" };

	if (!fadump)
		return 0;
	if (strcmp(machine->arch, "ppc64le") != 0)
		return err_set(err, -EINVAL, "Option --fadump only valid on PPC");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (strcmp(fadump, modes[i]) == 0)
			return 0;
	return err_set(err, -EINVAL, "--fadump=%s: only on, off and nocma are known", fadump);
}

int reset_value(struct reset *reset, struct err *err)
{
	bool fadump = reset->fadump && strcmp(reset->fadump, "off") != 0;
	struct defaults_machine machine;
	int r = defaults_machine_read(reset->root, &machine, err);

	if (r == 0)
		r = check_fadump(reset->fadump, &machine, err);
	if (r < 0)
		return r;
	return defaults_value(&machine, fadump ? DEFAULTS_FADUMP : DEFAULTS_KDUMP, reset->value,
			      err);
}

int reset_apply(struct reset *reset, struct err *err)
{
	return rootpath_exists(reset->root, GRUBBY_PATH) ? reset_by_grubby(reset, err)
							 : reset_by_files(reset, err);
}
