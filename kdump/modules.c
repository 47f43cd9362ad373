/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <libkmod.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"

#include "kdump/modload.h"
#include "kdump/modules.h"
#include "kdump/rootpath.h"

enum {
	DEPTH_MAX = 32,         /* dependencies behind dependencies; soft ones may go in circles */
	CMDLINE_MAX = 64 << 10, /* bytes of /proc/cmdline */
};

struct resolver {
	const struct sysroot *root;
	const struct kernel *kernel;
	struct kmod_ctx *kmod;
	char *cmdline; /* what libkmod takes options from, too */
	struct strv visited;
	struct modules *ret;
};

static void unref_kmod(struct kmod_ctx **kmod)
{
	kmod_unref(*kmod);
}

static void unref_list(struct kmod_list **list)
{
	kmod_module_unref_list(*list);
}

static void free_info(struct kmod_list **list)
{
	kmod_module_info_free_list(*list);
}

static void unref_iter(struct kmod_config_iter **iter)
{
	kmod_config_iter_free_iter(*iter);
}

static void stay_silent(void *data _unused_, int priority _unused_, const char *file _unused_,
			int line _unused_, const char *fn _unused_, const char *format _unused_,
			va_list args _unused_)
{
}

static int add_module(struct resolver *rs, struct kmod_module *mod, int depth, struct err *err);

static int add_list(struct resolver *rs, struct kmod_list *list, int depth, struct err *err)
{
	struct kmod_list *item;
	int r = 0;

	kmod_list_foreach(item, list)
	{
		struct kmod_module *mod = kmod_module_get_module(item);

		if (r == 0)
			r = add_module(rs, mod, depth, err);
		kmod_module_unref(mod);
	}
	return r;
}

/* Add the modules that one line of soft dependencies names: "pre: A B post: C". */
static int add_soft_line(struct resolver *rs, const char *line, int depth, int after,
			 struct err *err)
{
	_cleanup_free_ char *text = strdup(line);
	bool wanted = false;
	char *pos = text, *word;
	int r = 0;

	if (!text)
		return err_oom(err);
	while (r == 0 && (word = strsep(&pos, " \t"))) {
		_cleanup_(unref_list) struct kmod_list *list = NULL;

		if (strcmp(word, "pre:") == 0 || strcmp(word, "post:") == 0)
			wanted = strcmp(word, after ? "post:" : "pre:") == 0;
		else if (wanted && word[0] &&
			 kmod_module_new_from_lookup(rs->kmod, word, &list) == 0)
			r = add_list(rs, list, depth, err);
	}
	return r;
}

/* A module may have several lines of them, of which kmod_module_get_softdeps() sees one. */
static int add_soft(struct resolver *rs, struct kmod_module *mod, int depth, int after,
		    struct err *err)
{
	_cleanup_(unref_iter) struct kmod_config_iter *iter = kmod_config_get_softdeps(rs->kmod);
	int r = 0;

	while (r == 0 && iter && kmod_config_iter_next(iter))
		if (fnmatch(kmod_config_iter_get_key(iter), kmod_module_get_name(mod), 0) == 0)
			r = add_soft_line(rs, kmod_config_iter_get_value(iter), depth, after, err);
	return r;
}

static int add_hard(struct resolver *rs, struct kmod_module *mod, int depth, struct err *err)
{
	_cleanup_(unref_list) struct kmod_list *deps = kmod_module_get_dependencies(mod);

	return add_list(rs, deps, depth, err);
}

static bool has_word(const char *line, const char *text)
{
	size_t len = strlen(text);
	struct cmdline_word word;

	while (cmdline_next(&line, &word))
		if (word.len == len && memcmp(word.text, text, len) == 0)
			return true;
	return false;
}

/*
 * Those of modprobe.d. Those of the kernel's command line come with the capture kernel's own, which
 * the administrator may have taken them from.
 */
static int add_options(struct resolver *rs, const char *name, struct err *err)
{
	_cleanup_(unref_iter) struct kmod_config_iter *iter = kmod_config_get_options(rs->kmod);
	_cleanup_free_ char *from_cmdline = NULL, *text = strdup("");
	int r = text ? modload_parameters(rs->cmdline, name, &from_cmdline) : -ENOMEM;

	while (r == 0 && iter && kmod_config_iter_next(iter)) {
		const char *value = kmod_config_iter_get_value(iter);

		if (strcmp(kmod_config_iter_get_key(iter), name) == 0 && value &&
		    !has_word(from_cmdline, value))
			r = cmdline_add(&text, value, err);
	}
	if (r == 0)
		r = strv_take(&rs->ret->options, TAKE_PTR(text));
	return r < 0 ? err_oom(err) : 0;
}

static int append(struct resolver *rs, struct kmod_module *mod, struct err *err)
{
	const char *path = kmod_module_get_path(mod);
	size_t cut = sysroot_is_real(rs->root) ? 0 : strlen(rs->root->dir);

	if (strv_add(&rs->ret->names, kmod_module_get_name(mod)) < 0 ||
	    strv_add(&rs->ret->paths, path + cut) < 0)
		return err_oom(err);
	return add_options(rs, kmod_module_get_name(mod), err);
}

/* What cannot be read here is told when the image is built. */
static int add_firmware(struct resolver *rs, struct kmod_module *mod, struct err *err)
{
	_cleanup_(free_info) struct kmod_list *list = NULL;
	_cleanup_(strv_done) struct strv wanted = { NULL };
	struct kmod_list *item;

	if (kmod_module_get_info(mod, &list) < 0)
		return 0;
	kmod_list_foreach(item, list)
	{
		if (strcmp(kmod_module_info_get_key(item), "firmware") == 0 &&
		    strv_add(&wanted, kmod_module_info_get_value(item)) < 0)
			return err_oom(err);
	}
	if (wanted.n == 0)
		return 0;
	return firmware_add(rs->root, rs->kernel->version, kmod_module_get_name(mod), &wanted,
			    &rs->ret->firmware, err);
}

/* Add a module behind all that it needs. One without a file is built in. */
static int add_module(struct resolver *rs, struct kmod_module *mod, int depth, struct err *err)
{
	const char *name = kmod_module_get_name(mod);
	int r;

	if (strv_has(&rs->visited, name) || strv_has(&rs->ret->names, name))
		return 0;
	if (!kmod_module_get_path(mod))
		return add_firmware(rs, mod, err);
	if (depth > DEPTH_MAX)
		return err_set(err, -ELOOP, "dependencies of module %s are too deep", name);
	if (strv_add(&rs->visited, name) < 0)
		return err_oom(err);
	r = add_soft(rs, mod, depth + 1, 0, err);
	if (r == 0)
		r = add_hard(rs, mod, depth + 1, err);
	if (r == 0)
		r = append(rs, mod, err);
	if (r == 0)
		r = add_firmware(rs, mod, err);
	if (r == 0)
		r = add_soft(rs, mod, depth + 1, 1, err);
	return r;
}

/*
 * Add all modules that go by @alias. @loaded_only: leave out those that the running kernel
 * has not loaded. Return: how many there were, built-in ones included; -errno.
 */
static int add_alias(struct resolver *rs, const char *alias, bool loaded_only, struct err *err)
{
	_cleanup_(unref_list) struct kmod_list *list = NULL;
	struct kmod_list *item;
	int count = 0, r = 0;

	r = kmod_module_new_from_lookup(rs->kmod, alias, &list);
	if (r < 0)
		return err_errno(err, r, "cannot look up module alias %s", alias);
	kmod_list_foreach(item, list)
	{
		struct kmod_module *mod = kmod_module_get_module(item);
		char dir[PATH_MAX];

		snprintf(dir, sizeof(dir), "/sys/module/%s", kmod_module_get_name(mod));
		if (r == 0 && (!loaded_only || rootpath_exists(rs->root, dir))) {
			r = add_module(rs, mod, 0, err);
			count++;
		}
		kmod_module_unref(mod);
	}
	return r < 0 ? r : count;
}

/*
 * A driver's module by its name; else, where another kernel than the running one captures
 * or sysfs names no module, by the device's alias.
 */
static int add_driver(struct resolver *rs, const struct kernel *kernel, const struct devlink *link,
		      struct err *err)
{
	bool same = strcmp(kernel->version, kernel->running) == 0;
	int r = 0;

	if (link->module)
		r = add_alias(rs, link->module, false, err);
	if (r == 0 && link->alias && link->alias[0])
		r = add_alias(rs, link->alias, same, err);
	if (r != 0 || same || !link->module)
		return r < 0 ? r : 0;
	return err_set(err, -ENOENT,
		       "kernel %s has no module %s, which drives the dump target's "
		       "device now",
		       kernel->version, link->module);
}

/* File systems ask for "fs-TYPE" (include/linux/fs.h: MODULE_ALIAS_FS). */
static int add_file_system(struct resolver *rs, const struct kernel *kernel, const char *type,
			   struct err *err)
{
	char alias[64];
	int r;

	snprintf(alias, sizeof(alias), "fs-%s", type);
	r = add_alias(rs, alias, false, err);
	if (r == 0)
		r = add_alias(rs, type, false, err);
	if (r == 0)
		return err_set(err, -ENOENT, "kernel %s has no file system %s", kernel->version,
			       type);
	return r < 0 ? r : 0;
}

/* Modules by their names. @why: who names them. */
static int add_named(struct resolver *rs, const struct kernel *kernel, const struct strv *names,
		     const char *why, struct err *err)
{
	int r = 1;

	for (size_t i = 0; r > 0 && i < names->n; i++) {
		r = add_alias(rs, names->v[i], false, err);
		if (r == 0)
			return err_set(err, -ENOENT, "%s: kernel %s has no module %s", why,
				       kernel->version, names->v[i]);
	}
	return r < 0 ? r : 0;
}

static int open_kmod(const struct sysroot *root, const struct kernel *kernel, struct kmod_ctx **ret,
		     struct err *err)
{
	struct rootpath dir, conf;
	const char *confs[] = { conf.text, NULL };
	char path[64 + KERNEL_VERSION_MAX];
	int r;

	snprintf(path, sizeof(path), "/lib/modules/%s", kernel->version);
	r = rootpath_join(root, path, &dir, err);
	if (r == 0)
		r = rootpath_join(root, "/etc/modprobe.d", &conf, err);
	if (r < 0)
		return r;
	*ret = kmod_new(dir.text, sysroot_is_real(root) ? NULL : confs);
	if (!*ret)
		return err_oom(err);
	kmod_set_log_fn(*ret, stay_silent, NULL);
	r = kmod_load_resources(*ret);
	if (r < 0) {
		err_errno(err, r, "cannot read the list of modules in %s", path);
		return err_hint(err, r, "Write it anew: depmod %s", kernel->version);
	}
	return 0;
}

/* The running kernel's: libkmod looks nowhere else, whatever folder it was given. */
static int read_cmdline(char **ret, struct err *err)
{
	const struct sysroot real = { .dir = "" };

	if (sysroot_read(&real, "/proc/cmdline", CMDLINE_MAX, ret, NULL, NULL) < 0)
		*ret = strdup("");
	return *ret ? 0 : err_oom(err);
}

int modules_resolve(const struct sysroot *root, const struct kernel *kernel,
		    const struct devchain *chain, const char *fs_type, const struct strv *needed,
		    const struct strv *extra, struct modules *ret, struct err *err)
{
	_cleanup_(unref_kmod) struct kmod_ctx *kmod = NULL;
	struct resolver rs = { .root = root, .kernel = kernel, .ret = ret };
	int r = open_kmod(root, kernel, &kmod, err);

	if (r == 0)
		r = read_cmdline(&rs.cmdline, err);
	if (r < 0)
		return r;
	rs.kmod = kmod;
	for (size_t i = chain->n; r == 0 && i-- > 0;) /* buses before what is on them */
		r = add_driver(&rs, kernel, &chain->v[i], err);
	if (r == 0 && fs_type)
		r = add_file_system(&rs, kernel, fs_type, err);
	if (r == 0)
		r = add_named(&rs, kernel, needed, "the dump target", err);
	if (r == 0)
		r = add_named(&rs, kernel, extra, "extra_modules", err);
	strv_done(&rs.visited);
	free(rs.cmdline);
	return r;
}

void modules_done(struct modules *modules)
{
	strv_done(&modules->names);
	strv_done(&modules->paths);
	strv_done(&modules->options);
	firmware_done(&modules->firmware);
}
