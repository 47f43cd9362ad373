/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/array.h"

#include "kdump/devchain.h"
#include "kdump/dracutargs.h"
#include "kdump/dracutfiles.h"
#include "kdump/dracutimage.h"
#include "kdump/dumphost.h"
#include "kdump/elfdeps.h"
#include "kdump/hookfolder.h"
#include "kdump/imageplan.h"
#include "kdump/layout.h"
#include "kdump/manifest.h"
#include "kdump/modulefiles.h"
#include "kdump/modules.h"
#include "kdump/netmodules.h"
#include "kdump/nettarget.h"
#include "kdump/rescuetools.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/savedump.h"
#include "kdump/sshcommand.h"
#include "kdump/sshfiles.h"
#include "kdump/stack.h"
#include "kdump/virtiofs.h"
#include "kdump/words.h"

static void item_done(struct image_item *item)
{
	free(item->name);
	free(item->source);
	free(item->text);
}

void image_plan_done(struct image_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		item_done(&plan->items[i]);
	free(plan->items);
	free(plan->collector);
	free(plan->manifest);
	free(plan->why);
	strv_done(&plan->layers);
	strv_done(&plan->command);
	strv_done(&plan->no_firmware);
	*plan = (struct image_plan){ NULL };
}

bool image_plan_has(const struct image_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->count; i++)
		if (strcmp(plan->items[i].name, name) == 0)
			return true;
	return false;
}

/* Add an item; @name with its slash, @item's own strings are copied. */
static int add(struct image_plan *plan, const char *name, const struct image_item *item,
	       struct err *err)
{
	struct image_item copy = *item;

	copy.name = strdup(name + 1);
	copy.source = item->source ? strdup(item->source) : NULL;
	copy.text = item->text ? strdup(item->text) : NULL;
	if (!copy.name || (item->source && !copy.source) || (item->text && !copy.text) ||
	    array_reserve(&plan->items, &plan->capacity, plan->count + 1, sizeof(copy)) < 0) {
		item_done(&copy);
		return err_oom(err);
	}
	plan->items[plan->count++] = copy;
	return 0;
}

int image_plan_add_file(struct image_plan *plan, enum image_kind kind, mode_t mode,
			const char *name, const char *source, struct err *err)
{
	return add(plan, name,
		   &(struct image_item){ .kind = kind, .mode = mode, .source = (char *)source },
		   err);
}

int image_plan_add_text(struct image_plan *plan, const char *name, const char *text,
			struct err *err)
{
	return add(plan, name,
		   &(struct image_item){ .kind = IMAGE_TEXT, .mode = 0600, .text = (char *)text },
		   err);
}

/* What every image has: mount points, and the console that the kernel opens for init. */
static int add_skeleton(struct image_plan *plan, struct err *err)
{
	static const char *const folders[] = { "/proc", "/sys", "/dev",
					       "/tmp",  "/run", LAYOUT_MOUNT_POINT };
	/* Documentation/admin-guide/devices.txt: 5,1 is the system console. */
	const struct image_item console = { .kind = IMAGE_DEVICE,
					    .mode = 0600,
					    .device = makedev(5, 1) };
	int r = add(plan, "/dev/console", &console, err);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(folders); i++)
		r = add(plan, folders[i],
			&(struct image_item){ .kind = IMAGE_FOLDER, .mode = 0755 }, err);
	return r;
}

/* The file system that is mounted at the target; NULL: none is. */
static const char *file_system(const struct target *target)
{
	static const char *const without[] = { "ssh", "raw" };

	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		if (strcmp(target->type, without[i]) == 0)
			return NULL;
	return target->type;
}

static int add_layers(const struct stack *stack, struct image_plan *plan, struct err *err)
{
	_cleanup_free_ char *record = NULL;
	int r = layers_format(&stack->layers, &record, err);

	return r < 0 ? r : image_plan_add_text(plan, LAYOUT_LAYERS, record, err);
}

/* Collect the drivers of all disks below the target; what is made of these is recorded. */
static int add_devices(const struct image_inputs *in, struct devchain *chain,
		       struct image_plan *plan, struct err *err)
{
	_cleanup_(stack_done) struct stack stack = { .disks = { NULL } };
	int r = stack_find(in->root, in->target, &stack, err);

	if (r == 0)
		r = stack_drivers(in->root, &stack, chain, err);
	plan->snapshots = stack.snapshots;
	if (r < 0 || stack.layers.n == 0)
		return r;
	return add_layers(&stack, plan, err);
}

/*
 * Does what the target needs do for the root file system, too? A btrfs may be known by another one
 * of its disks.
 */
static bool needs_the_same(const struct image_inputs *in, const struct target *rootfs)
{
	const struct target *t = in->target;

	if (t->devices > 1 && t->uuid && rootfs->uuid && strcmp(t->uuid, rootfs->uuid) == 0)
		return true;
	if (t->server && rootfs->server) /* the record of the way is that to the target */
		return strcmp(t->server, rootfs->server) == 0 && nettarget_is_nfs(t->type);
	return t->sysfs && rootfs->sysfs && strcmp(t->sysfs, rootfs->sysfs) == 0;
}

static int refuse_rootfs(const char *what, struct err *err)
{
	err_set(err, -ENOTSUP, "the root file system is on %s, and the target is elsewhere", what);
	return err_hint(err, -ENOTSUP, "Choose another failure_action.");
}

/*
 * The drivers of what the root file system is on. Only one of the two may be made of disks, here
 * or on a server: one that is broken must not keep the other from coming up. The way to a server
 * is the target's.
 */
static int add_rootfs_devices(const struct image_inputs *in, struct devchain *chain,
			      struct image_plan *plan, struct err *err)
{
	_cleanup_(stack_done) struct stack stack = { .disks = { NULL } };
	int r;

	if (virtiofs_is(in->rootfs->type))
		return virtiofs_walk(in->root, chain, err);
	if (in->rootfs->server)
		return refuse_rootfs("a server", err);
	r = stack_find(in->root, in->rootfs, &stack, err);
	plan->snapshots |= stack.snapshots;
	if (r == 0 && stack.layers.n > 0)
		r = in->target->sysfs ? refuse_rootfs("LVM, md or several devices", err)
				      : add_layers(&stack, plan, err);
	return r < 0 ? r : stack_drivers(in->root, &stack, chain, err);
}

/* Those for the root file system, where dumps may have to go to it. */
static int add_rootfs_modules(const struct image_inputs *in, struct modules *modules,
			      struct image_plan *plan, struct err *err)
{
	_cleanup_(devchain_done) struct devchain chain = { NULL };
	const struct strv none = { NULL };
	int r;

	if (!in->rootfs || needs_the_same(in, in->rootfs))
		return 0;
	r = add_rootfs_devices(in, &chain, plan, err);
	if (r == 0)
		r = modules_resolve(in->root, in->kernel, &chain, in->rootfs->type, &none, &none,
				    modules, err);
	if (r == 0)
		return 0;
	err_prefix(err, r, "failure_action dump_to_rootfs");
	return conf_blame(in->conf, "failure_action", err, r);
}

/* Modules that dracut_args names; dracut passes over those that the kernel has not, in silence. */
static int add_named_modules(const struct image_inputs *in, const struct strv *names,
			     struct modules *modules, struct err *err)
{
	const struct devchain nothing = { NULL };
	const struct strv none = { NULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < names->n; i++) {
		const struct strv one = { .v = &names->v[i], .n = 1 };

		r = modules_resolve(in->root, in->kernel, &nothing, NULL, &none, &one, modules,
				    err);
		if (r == -ENOENT) {
			err_set(err, r, "dracut_args: kernel %s has no module %s",
				in->kernel->version, one.v[0]);
			err_hint(err, r, "Leave it out.");
		}
	}
	return r < 0 ? conf_blame(in->conf, "dracut_args", err, r) : 0;
}

/* @named: further modules, by name. */
static int add_modules(const struct image_inputs *in, const struct strv *named,
		       struct image_plan *plan, struct err *err)
{
	_cleanup_(devchain_done) struct devchain chain = { NULL };
	_cleanup_(modules_done) struct modules modules = { .names = { NULL } };
	_cleanup_(strv_done) struct strv needed = { NULL };
	int r = 0;

	if (in->target->sysfs)
		r = add_devices(in, &chain, plan, err);
	else if (virtiofs_is(in->target->type))
		r = virtiofs_walk(in->root, &chain, err);
	if (r == 0)
		r = netmodules_collect(in->root, in->target, &chain, &needed, err);
	if (r == 0)
		r = fence_add_modules(in, &chain, &needed, err);
	if (r == 0)
		r = modules_resolve(in->root, in->kernel, &chain, file_system(in->target), &needed,
				    &in->conf->extra_modules, &modules, err);
	if (r == 0)
		r = add_named_modules(in, named, &modules, err);
	if (r == 0)
		r = add_rootfs_modules(in, &modules, plan, err);
	return r < 0 ? r : modulefiles_add(&modules, plan, err);
}

/* The program that core_collector names; @ret: its path, which it keeps in the image. */
static int find_collector(const struct image_inputs *in, char **ret, struct err *err)
{
	const char *name = in->conf->collector.n > 0 ? in->conf->collector.v[0] : "";
	int r;

	if (strcmp(name, CONF_BUILTIN_COLLECTOR) == 0) {
		*ret = strdup(name);
		return *ret ? 0 : err_oom(err);
	}
	r = run_find(in->root, name, in->program_dirs, ret, err);
	if (r < 0) {
		err_prefix(err, r, "core_collector");
		err_hint(err, r, "Install %s, or let core_collector in %s name another program.",
			 name, CONF_PATH);
		return conf_blame(in->conf, "core_collector", err, r);
	}
	return 0;
}

/* The programs that extra_bins names; they keep their paths. */
static int add_extra_bins(const struct image_inputs *in, struct elfdeps *deps, struct err *err)
{
	const struct strv *names = &in->conf->extra_bins;

	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->v[i];
		_cleanup_free_ char *path = NULL;
		int r = run_find(in->root, name, in->program_dirs, &path, err);

		if (r == -ENOENT)
			err_set(err, r, "Error: %s %s.", name,
				name[0] == '/' && rootpath_exists(in->root, name)
					? "is not executable"
					: "not found");
		if (r == 0)
			r = elfdeps_add(in->root, path, path, deps, err);
		if (r < 0)
			return conf_blame(in->conf, "extra_bins", err, r);
	}
	return 0;
}

/* A program that kdump.conf's @directive names; it keeps its path. */
static int add_hook(const struct image_inputs *in, const char *directive, const char *path,
		    struct elfdeps *deps, struct err *err)
{
	int r = path ? elfdeps_add(in->root, path, path, deps, err) : 0;

	return r < 0 ? conf_blame(in->conf, directive, err, r) : 0;
}

/* The programs that are run before and after the dump; so do these. */
static int add_hooks(const struct image_inputs *in, struct elfdeps *deps, struct err *err)
{
	static const char *const folders[] = { HOOKFOLDER_PRE, HOOKFOLDER_POST,
					       HOOKFOLDER_EMERGENCY };
	_cleanup_(strv_done) struct strv found = { NULL };
	const struct conf *conf = in->conf;
	int r = add_hook(in, "kdump_pre", conf->kdump_pre, deps, err);

	if (r == 0)
		r = add_hook(in, "kdump_post", conf->kdump_post, deps, err);
	if (r == 0)
		r = add_hook(in, "kdump_emergency", conf->kdump_emergency, deps, err);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(folders); i++)
		r = hookfolder_list(in->root, folders[i], &found, err);
	for (size_t i = 0; r == 0 && i < found.n; i++)
		r = elfdeps_add(in->root, found.v[i], found.v[i], deps, err);
	return r;
}

/* The collector; and makedumpfile for when it fails, if that is another program and is there. */
static int add_collectors(const struct image_inputs *in, const char *collector,
			  struct elfdeps *deps, struct err *err)
{
	_cleanup_free_ char *other = NULL;
	int r = 0;

	if (strcmp(collector, CONF_BUILTIN_COLLECTOR) != 0)
		r = elfdeps_add(in->root, collector, collector, deps, err);
	if (r < 0 || savedump_is_makedumpfile(collector) ||
	    run_find(in->root, "makedumpfile", in->program_dirs, &other, NULL) < 0)
		return r;
	return elfdeps_add(in->root, other, other, deps, err);
}

/* @capture_name: what the capture program is called in the image. */
static int add_programs(const struct image_inputs *in, const char *capture_name,
			struct image_plan *plan, struct err *err)
{
	_cleanup_(elfdeps_done) struct elfdeps deps = { .names = { NULL } };
	_cleanup_free_ char *dmesg = NULL;
	int r = run_find(in->root, "vmcore-dmesg", in->program_dirs, &dmesg, err);

	if (r == 0)
		r = elfdeps_add(in->root, in->capture, capture_name, &deps, err);
	if (r == 0)
		r = elfdeps_add(in->root, dmesg, LAYOUT_DMESG, &deps, err);
	if (r == 0)
		r = add_collectors(in, plan->collector, &deps, err);
	if (r == 0)
		r = add_extra_bins(in, &deps, err);
	if (r == 0)
		r = add_hooks(in, &deps, err);
	if (r == 0)
		r = sshfiles_add(in, plan, &deps, err);
	if (r == 0)
		r = fence_add_files(in, plan, &deps, err);
	if (r == 0 && in->conf->failure_action == CONF_SHELL)
		r = rescuetools_add(in->root, in->program_dirs, &deps, err);
	for (size_t i = 0; r == 0 && i < deps.names.n; i++)
		r = image_plan_add_file(plan,
					strv_has(&deps.programs, deps.names.v[i]) ? IMAGE_PROGRAM
										  : IMAGE_FILE,
					0755, deps.names.v[i], deps.sources.v[i], err);
	return r;
}

/* The collector's command as the capture side runs it: by its path, and scp as ssh is. */
static int collector_words(const struct image_inputs *in, const char *collector, struct strv *ret)
{
	const struct sshcommand scp = { collector, LAYOUT_SSHKEY, in->target->name,
					SSHCOMMAND_CONNECT_SECONDS };
	bool copies = strcmp(in->target->type, "ssh") == 0 && sshcommand_is_scp(collector);
	int r = copies ? sshcommand_begin(&scp, ret) : strv_add(ret, collector);

	for (size_t i = 1; r == 0 && i < in->conf->collector.n; i++)
		r = strv_add(ret, in->conf->collector.v[i]);
	return r;
}

/* The configuration for the capture side: target and path as they are there. */
static int add_conf(const struct image_inputs *in, const char *collector, const char *name,
		    struct image_plan *plan, struct err *err)
{
	_cleanup_free_ char *line = NULL, *text = NULL;
	_cleanup_(strv_done) struct strv argv = { NULL };
	struct conf conf = { .path = in->target->inner,
			     .target_type = in->target->type,
			     .target = in->target->name,
			     .mount_options = in->target->options,
			     .kdump_pre = in->conf->kdump_pre,
			     .kdump_post = in->conf->kdump_post,
			     .kdump_emergency = in->conf->kdump_emergency,
			     .fence_kdump_args = in->conf->fence_kdump_args,
			     .keep_dumps = in->conf->keep_dumps,
			     .min_free = in->conf->min_free,
			     .max_age = in->conf->max_age,
			     .crash_loop = in->conf->crash_loop,
			     .failure_action = in->conf->failure_action,
			     .final_action = in->conf->final_action };
	char host[DUMP_HOST_MAX];
	int r;

	if (virtiofs_is(in->target->type)) {
		r = dumphost_shared(in->root, host, err);
		if (r < 0)
			return r;
		conf.dump_host = host;
	}
	if (collector_words(in, collector, &argv) < 0 || !(line = words_line(argv.v)))
		return err_oom(err);
	conf.collector_text = line;
	r = conf_format(&conf, &text, err);
	return r < 0 ? r : image_plan_add_text(plan, name, text, err);
}

static int add_confs(const struct image_inputs *in, const char *collector, struct image_plan *plan,
		     struct err *err)
{
	struct image_inputs rootfs = *in;
	int r = add_conf(in, collector, CONF_PATH, plan, err);

	rootfs.target = in->rootfs;
	if (r < 0 || !in->rootfs)
		return r;
	return add_conf(&rootfs, collector, LAYOUT_ROOTFS_CONF, plan, err);
}

/* The way to a server. */
static int add_network(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int r = 0;

	if (in->target->network)
		r = netrecord_format(in->target->network, &text, err);
	return r == 0 && text ? image_plan_add_text(plan, LAYOUT_NETWORK, text, err) : r;
}

/* The time zone that dump folders are named in; without one it is UTC. */
static int add_time_zone(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	static const char path[] = "/etc/localtime";
	struct rootpath real;

	if (rootpath_real(in->root, path, &real, NULL) < 0)
		return 0;
	return image_plan_add_file(plan, IMAGE_FILE, 0644, path, real.text, err);
}

/* The folders that items lie in and that are no items yet. */
static int add_parents(struct image_plan *plan, struct err *err)
{
	const struct image_item folder = { .kind = IMAGE_FOLDER, .mode = 0755 };
	size_t count = plan->count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		char parent[PATH_MAX];

		snprintf(parent, sizeof(parent), "/%s", plan->items[i].name);
		for (char *p = parent + 1; r == 0 && (p = strchr(p, '/')); p++) {
			*p = '\0';
			if (!image_plan_has(plan, parent + 1))
				r = add(plan, parent, &folder, err);
			*p = '/';
		}
	}
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct image_item *)a)->name, ((const struct image_item *)b)->name);
}

static int plan_own(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	_cleanup_(dracutargs_done) struct dracutargs args = { NULL };
	int r = dracutargs_split(in->conf->dracut_args, &args, err);

	if (r == 0)
		r = add_skeleton(plan, err);
	if (r == 0)
		r = add_modules(in, &args.modules, plan, err);
	if (r == 0)
		r = add_programs(in, LAYOUT_INIT, plan, err);
	if (r == 0)
		r = add_confs(in, plan->collector, plan, err);
	if (r == 0)
		r = add_network(in, plan, err);
	if (r == 0)
		r = add_time_zone(in, plan, err);
	if (r == 0)
		r = dracutfiles_add(in, &args.files, plan, err);
	return r < 0 ? r : add_parents(plan, err);
}

static int plan_dracut(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	int r;

	if (in->fence->n > 0) {
		r = err_set(err, -ENOTSUP,
			    "fence_kdump_nodes: the image that dracut builds for this target has "
			    "no way to them");
		err_hint(err, r, "Choose another target, or do without.");
		return conf_blame(in->conf, "fence_kdump_nodes", err, r);
	}
	if (in->rootfs) { /* dracut is told of the dump target's devices only */
		r = err_set(err, -ENOTSUP,
			    "failure_action dump_to_rootfs: the image that dracut builds for this "
			    "target cannot do that");
		err_hint(err, r, "Choose another failure_action.");
		return conf_blame(in->conf, "failure_action", err, r);
	}
	r = add_programs(in, LAYOUT_SERVICE, plan, err);
	if (r == 0)
		r = add_conf(in, plan->collector, CONF_PATH, plan, err);
	if (r == 0)
		r = add_time_zone(in, plan, err);
	return r < 0 ? r : dracutimage_plan(in, plan, err);
}

int image_plan_make(const struct image_inputs *in, struct image_plan *ret, struct err *err)
{
	_cleanup_(image_plan_done) struct image_plan plan = { NULL };
	int r = find_collector(in, &plan.collector, err);

	if (r < 0)
		return r;
	plan.format = pack_choose(in->root, in->kernel->version);
	r = imagebuilder_choose(in->root, in->conf, in->target, &plan.builder, &plan.why, err);
	if (r == 0)
		r = plan.builder == IMAGEBUILDER_DRACUT ? plan_dracut(in, &plan, err)
							: plan_own(in, &plan, err);
	if (r < 0)
		return r;
	qsort(plan.items, plan.count, sizeof(*plan.items), by_name);
	r = manifest_make(in, &plan, &plan.manifest, err);
	if (r < 0)
		return r;
	*ret = plan;
	plan = (struct image_plan){ NULL };
	return 0;
}
