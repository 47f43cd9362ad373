/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/dracutargs.h"
#include "kdump/imagebuilder.h"
#include "kdump/layout.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/stack.h"

/* There the capture program would have to wait for all of them, which dracut makes. */
static int refuse_several(const struct conf *conf, const struct target *target, const char *why,
			  struct err *err)
{
	err_set(err, -ENOTSUP,
		"the dump target is a btrfs on %ju devices, which an image that dracut builds "
		"cannot mount: %s",
		(uintmax_t)target->devices, why);
	err_hint(err, -ENOTSUP, "Let 'path' in %s name a folder on a file system on one device.",
		 CONF_PATH);
	return conf_blame(conf, conf->target ? conf->target_from : "path", err, -ENOTSUP);
}

/* What dracut builds has no network of ours. */
static int refuse_word(const struct conf *conf, const struct target *target, const char *word,
		       struct err *err)
{
	err_set(err, -ENOTSUP,
		"dracut_args: '%s' takes an image that dracut builds, which can only dump to block "
		"devices",
		word);
	err_hint(err, -ENOTSUP,
		 "Leave it out: what a dump to %s needs is found without it, and extra_modules, "
		 "extra_bins and --install add to it.",
		 target->type);
	return conf_blame(conf, "dracut_args", err, -ENOTSUP);
}

int imagebuilder_choose(const struct sysroot *root, const struct conf *conf,
			const struct target *target, enum imagebuilder *ret, char **why,
			struct err *err)
{
	_cleanup_(dracutargs_done) struct dracutargs args = { NULL };
	_cleanup_(devchain_done) struct devchain chain = { NULL };
	_cleanup_(stack_done) struct stack stack = { .disks = { NULL } };
	struct err says = ERR_INIT;
	const char *reason = NULL;
	int r = dracutargs_split(conf->dracut_args, &args, err);

	if (r < 0)
		return conf_blame(conf, "dracut_args", err, r);
	if (args.beyond && !target->sysfs)
		return refuse_word(conf, target, args.beyond, err);
	if (args.beyond)
		reason = "dracut_args in " CONF_PATH " asks for it";
	if (!reason && target->sysfs) {
		r = stack_find(root, target, &stack, &says);
		if (r == 0)
			r = stack_drivers(root, &stack, &chain, &says);
		if (r == -ENOTSUP)
			reason = says.text;
		/* Whatever else is wrong, whoever builds the image will tell. */
	}
	if (reason && target->devices > 1)
		return refuse_several(conf, target, reason, err);
	*ret = reason ? IMAGEBUILDER_DRACUT : IMAGEBUILDER_OWN;
	if (!reason)
		return 0;
	*why = strdup(reason);
	return *why ? 0 : err_oom(err);
}

/* What installs dracut here, if that is known; Debian's package "dracut" takes the place of initramfs-tools. */
static const char *install_command(const struct sysroot *root)
{
	static const struct {
		const char *program, *command;
	} known[] = {
		{ "apt-get", "apt-get install dracut-core" },
		{ "dnf", "dnf install dracut" },
		{ "yum", "yum install dracut" },
		{ "zypper", "zypper install dracut" },
		{ "pacman", "pacman -S dracut" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		_cleanup_free_ char *path = NULL;

		if (run_find(root, known[i].program, RUN_USUAL_DIRS, &path, NULL) == 0)
			return known[i].command;
	}
	return NULL;
}

int imagebuilder_find_dracut(const struct sysroot *root, const char *dirs, const char *why,
			     char **ret, struct err *err)
{
	static const char module[] = LAYOUT_DRACUT_MODULE "/module-setup.sh";
	const char *command;
	int r = run_find(root, "dracut", dirs, ret, NULL);

	if (r == -ENOMEM)
		return err_oom(err);
	if (r < 0) {
		err_set(err, r,
			"the capture image has to be built by dracut, which is not "
			"installed: %s",
			why);
		command = install_command(root);
		if (!command)
			return err_hint(err, r, "Install the package dracut.");
		return err_hint(err, r, "Install it: %s", command);
	}
	if (rootpath_exists(root, module))
		return 0;
	free(*ret);
	*ret = NULL;
	err_set(err, -ENOENT, "the capture image has to be built by dracut, which has no %s: %s",
		module, why);
	return err_hint(err, -ENOENT, "Install kexec-kdump's module for dracut there.");
}
