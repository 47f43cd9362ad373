/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"

#include "kdump/armed.h"
#include "kdump/arming.h"
#include "kdump/capcmdline.h"
#include "kdump/collector.h"
#include "kdump/confcheck.h"
#include "kdump/cryptkey.h"
#include "kdump/dracutargs.h"
#include "kdump/dracutimage.h"
#include "kdump/dumpspace.h"
#include "kdump/firmware.h"
#include "kdump/image.h"
#include "kdump/loader.h"
#include "kdump/luks.h"
#include "kdump/lvmsnapshot.h"
#include "kdump/manifest.h"
#include "kdump/memory.h"
#include "kdump/nettarget.h"
#include "kdump/preflight.h"
#include "kdump/rawrecover.h"
#include "kdump/rawtarget.h"
#include "kdump/reservation.h"
#include "kdump/rootpath.h"
#include "kdump/roottarget.h"
#include "kdump/run.h"
#include "kdump/selftest.h"
#include "kdump/sshcheck.h"
#include "kdump/tell.h"
#include "kdump/teststate.h"
#include "kdump/words.h"

enum { REACH_SECONDS = 180 }; /* for a server that does not answer yet */

void arming_done(struct arming *a)
{
	conf_done(&a->conf);
	sysconfig_done(&a->config);
	kernel_done(&a->kernel);
	target_done(&a->target);
	fence_done(&a->fence);
	target_done(&a->rootfs);
	free(a->space_warning);
	image_plan_done(&a->plan);
	free(a->cmdline);
	kexecargs_done(&a->args);
	strv_done(&a->command);
}

int arming_configure(struct arming *a, struct err *err)
{
	int r = sysconfig_read(a->root, &a->config, err);

	if (r == 0) /* it says where to what comes from now on is told */
		tell_set(a->root, &a->config.levels);
	if (r == 0)
		r = conf_read(a->root, CONF_ADMIN, &a->conf, err);
	if (r == 0)
		r = confcheck(a->root, &a->conf, err);
	return r < 0 ? r : conf_check_able(&a->conf, err);
}

int arming_find_kernel(struct arming *a, struct err *err)
{
	return kernel_find(a->root, &a->config, &a->kernel, err);
}

/* Too little space is no reason to arm nothing; neither is space that nobody can tell of. */
static int check_space(struct arming *a, struct err *err)
{
	struct err unknown = ERR_INIT;

	if (dumpspace_check(a->root, a->target.folder, a->target.device, &a->conf.collector,
			    &a->space_warning, &unknown) == 0)
		return 0;
	if (asprintf(&a->space_warning,
		     "Warning: whether there is space for a dump is not known: %s",
		     unknown.text) < 0) {
		a->space_warning = NULL;
		return err_oom(err);
	}
	return 0;
}

int arming_find_target(struct arming *a, struct err *err)
{
	const struct target *t = &a->target;
	int r = a->conf.target ? 0 : target_make_default(a->root, a->conf.path, err);

	if (r == 0)
		r = target_find(a->root, &a->conf, &a->target, err);
	if (r == 0)
		r = target_check_able(t, &a->conf, err);
	if (r < 0)
		return r;
	r = nettarget_route(a->root, &a->target, err);
	if (r < 0)
		return conf_blame(&a->conf, a->conf.target ? a->conf.target_from : "path", err, r);
	fence_done(&a->fence);
	r = fence_route(a->root, &a->conf, &a->fence, err);
	if (r < 0)
		return r;
	if (strcmp(t->type, "raw") == 0)
		return rawtarget_warn(a->root, &a->conf, t, &a->space_warning, err);
	if (!t->folder)
		return 0;
	return check_space(a, err);
}

int arming_recover(const struct arming *a, struct err *err)
{
	_cleanup_(target_done) struct target target = { NULL };
	_cleanup_free_ char *program = NULL, *saved = NULL;
	struct err why = ERR_INIT;
	int r;

	if (!a->conf.target || strcmp(a->conf.target_type, "raw") != 0)
		return 0;
	r = target_find(a->root, &a->conf, &target, err);
	if (r < 0)
		return r;
	r = target_make_default(a->root, a->conf.path, &why);
	if (r == 0)
		r = run_find_here(a->root, "makedumpfile", NULL, &program, &why);
	if (r == 0)
		r = rawrecover(a->root, program, target.device, a->conf.path, &saved, &why);
	if (r < 0)
		tell_warning("Warning: a dump that may be on %s stays there: %s", target.device,
			     why.text);
	if (saved)
		tell(TELL_INFO, "Dump saved to %s", saved);
	return 0;
}

static void tell_waiting(const char *text)
{
	tell_warning("%s", text);
}

int arming_reach_target(const struct arming *a, struct err *err)
{
	const char *key = a->conf.sshkey ? a->conf.sshkey : CONFCHECK_SSHKEY;
	struct sshcommand ssh = { .login = a->target.name, .connect = SSHCOMMAND_CONNECT_SECONDS };
	_cleanup_free_ char *program = NULL;
	struct rootpath full;
	int r;

	if (strcmp(a->target.type, "ssh") != 0)
		return 0;
	r = run_find_here(a->root, "ssh", NULL, &program, err);
	if (r == 0)
		r = rootpath_join(a->root, key, &full, err);
	if (r < 0)
		return r;
	ssh.program = program;
	ssh.key = full.text;
	r = sshcheck(&ssh, a->target.inner, REACH_SECONDS, tell_waiting, err);
	return r < 0 ? conf_blame(&a->conf, "ssh", err, r) : 0;
}

static void print_command(const struct strv *command)
{
	_cleanup_free_ char *line = words_line(command->v);

	tell(TELL_INFO, "kexec command: %s", line ? line : command->v[0]);
}

static void print_list(const char *title, const struct strv *list)
{
	if (list->n == 0)
		return;
	tell(TELL_INFO, "%s", title);
	for (size_t i = 0; i < list->n; i++)
		tell(TELL_INFO, "  %s", list->v[i]);
}

int arming_compare_image(const struct arming *a, struct err *err)
{
	_cleanup_(manifest_changes_done) struct manifest_changes changes = { .maker = false };
	_cleanup_free_ char *was = NULL;
	int r = image_read_manifest(a->root, a->kernel.image, &was, err);

	if (r == -ENOENT) {
		tell(TELL_INFO, "No kdump initial ramdisk found.");
		return 1;
	}
	if (r == -EBADMSG) {
		tell(TELL_INFO, "%s", err->text);
		return 1;
	}
	if (r < 0)
		return r;
	r = manifest_compare(was, a->plan.manifest, &changes);
	if (r == 0)
		tell(TELL_DEBUG, "%s is in date", a->kernel.image);
	if (r <= 0)
		return r < 0 ? err_oom(err) : 0;
	if (changes.maker)
		tell(TELL_INFO, "Detected change in the way the image is made");
	if (changes.target)
		tell(TELL_INFO, "Detected change in File System");
	if (changes.network)
		tell(TELL_INFO, "Detected change in the network to the dump target");
	if (changes.fence)
		tell(TELL_INFO, "Detected change in the network to fence_kdump_nodes");
	if (changes.layers)
		tell(TELL_INFO, "Detected change in the devices that the dump target is made of");
	if (changes.options)
		tell(TELL_INFO, "Detected change in the options of kernel modules");
	for (size_t i = 0; i < changes.modules.n; i++)
		tell(TELL_INFO, "Detected change in block device driver, new loaded module: %s",
		     changes.modules.v[i]);
	print_list("Detected change(s) in the following file(s):", &changes.files);
	return 1;
}

int arming_compare_storage(const struct arming *a, struct err *err)
{
	_cleanup_(manifest_changes_done) struct manifest_changes changes = { .maker = false };
	_cleanup_free_ char *was = NULL;
	int r = image_read_manifest(a->root, a->kernel.image, &was, err);

	if (r == -ENOENT || r == -EBADMSG)
		return 0;
	if (r < 0)
		return r;
	if (manifest_compare(was, a->plan.manifest, &changes) < 0)
		return err_oom(err);
	return changes.storage;
}

/* Say why an image must be built. Return: 1 if it must, 0 if not, -errno. */
static int must_build(const struct arming *a, struct err *err)
{
	if (a->conf.force_rebuild) {
		tell(TELL_INFO, "Force rebuild %s", a->kernel.image);
		return 1;
	}
	if (a->conf.force_no_rebuild && rootpath_exists(a->root, a->kernel.image)) {
		tell(TELL_INFO, "force_no_rebuild: %s stays as it is", a->kernel.image);
		return 0;
	}
	return arming_compare_image(a, err);
}

int arming_plan_image(struct arming *a, struct err *err)
{
	const char *path = getenv("PATH");
	_cleanup_free_ char *dirs = NULL;
	int r;
	struct image_inputs in = {
		.root = a->root,
		.conf = &a->conf,
		.target = &a->target,
		.fence = &a->fence,
		.kernel = &a->kernel,
		.capture = a->places->capture,
	};

	if (a->conf.failure_action == CONF_DUMP_TO_ROOTFS) {
		target_done(&a->rootfs);
		r = roottarget_find(a->root, &a->conf, &a->rootfs, err);
		if (r < 0)
			return r;
		in.rootfs = &a->rootfs;
	}
	if (asprintf(&dirs, "%s:%s", a->places->sbin,
		     sysroot_is_real(a->root) && path ? path : RUN_USUAL_DIRS) < 0) {
		dirs = NULL;
		return err_oom(err);
	}
	in.program_dirs = dirs;
	return image_plan_make(&in, &a->plan, err);
}

int arming_find_builder(struct arming *a, struct err *err)
{
	free(a->plan.why);
	a->plan.why = NULL;
	return imagebuilder_choose(a->root, &a->conf, &a->target, &a->plan.builder, &a->plan.why,
				   err);
}

/* By the image that is there, for what is loaded with it. */
static void take_builder(struct arming *a)
{
	if (image_builder(a->root, a->kernel.image, &a->plan.builder, NULL) < 0)
		a->plan.builder = IMAGEBUILDER_OWN; /* kexec will say what is wrong with it */
}

void arming_tell_snapshots(const struct arming *a)
{
	if (a->plan.snapshots)
		tell_warning("Warning: %s", LVMSNAPSHOT_WARNING);
}

static void tell_builder(const struct arming *a)
{
	arming_tell_snapshots(a);
	if (!a->plan.why)
		return;
	tell(TELL_INFO, "The capture image is built by dracut: %s", a->plan.why);
	if (cryptkey_is_asked(a->root, &a->plan.layers, a->conf.dracut_args))
		tell_warning("Warning: %s", CRYPTKEY_WARNING);
}

/* They stood in kdump.conf when dracut built all images; nobody has to take them out. */
static void tell_passed_over(const struct arming *a)
{
	_cleanup_(dracutargs_done) struct dracutargs args = { NULL };
	struct err ignored = ERR_INIT;
	_cleanup_free_ char *line = NULL;

	if (a->plan.builder == IMAGEBUILDER_DRACUT ||
	    dracutargs_split(a->conf.dracut_args, &args, &ignored) < 0 || args.for_dracut.n == 0)
		return;
	line = words_line(args.for_dracut.v);
	if (line)
		tell(TELL_INFO, "dracut_args: passed over, as dracut does not build the image: %s",
		     line);
}

/* What is mounted has been looked at, and a server that is logged in to. */
static int try_unmounted(const struct arming *a, struct err *err)
{
	const struct target *t = &a->target;
	int r;

	if (!sysroot_is_real(a->root) || !preflight_is_due(t))
		return 0;
	tell(TELL_INFO, "%s is not mounted: trying to, for a moment", t->device);
	r = preflight(t, err);
	if (r > 0)
		tell_warning("Dump path \"%s\" does not exist in dump target \"%s\": it is created "
			     "when a dump comes",
			     t->inner, t->device);
	return r < 0 ? conf_blame(&a->conf, a->conf.target_from, err, r) : 0;
}

int arming_update_image(struct arming *a, bool always, struct err *err)
{
	int r = arming_plan_image(a, err);

	if (r < 0)
		return r;
	tell_builder(a);
	for (size_t i = 0; i < a->plan.no_firmware.n; i++)
		tell_warning("Warning: the firmware of module %s is more than the capture image "
			     "may hold (%d MiB): what asks for it does not work there",
			     a->plan.no_firmware.v[i], FIRMWARE_MAX_MIB);
	r = always ? 1 : must_build(a, err);
	if (r == 0)
		take_builder(a); /* force_no_rebuild keeps what may be another's */
	if (r <= 0)
		return r;
	r = collector_check(a->root, &a->conf, a->plan.collector, err);
	if (r == 0)
		r = try_unmounted(a, err);
	if (r < 0)
		return r;
	tell_passed_over(a);
	tell(TELL_INFO, "Rebuilding %s", a->kernel.image);
	if (a->plan.builder == IMAGEBUILDER_DRACUT)
		r = dracutimage_write(a->root, &a->plan, a->kernel.image, err);
	else
		r = image_write(a->root, &a->plan, a->kernel.image, err);
	if (r == 0) /* what the one before it passed says nothing of this one */
		teststate_forget(a->root);
	return r;
}

/* One after the other, they need no more than the one that needs most. */
static uint64_t luks_need(const struct arming *a)
{
	_cleanup_(strv_done) struct strv uuids = { NULL };
	uint64_t most = 0;

	if (!a->target.sysfs || luks_below(a->root, a->target.sysfs, &uuids, NULL) < 0)
		return 0;
	for (size_t i = 0; i < uuids.n; i++) {
		uint64_t bytes;

		if (luks_memory(a->root, uuids.v[i], &bytes, NULL) == 0 && bytes > most)
			most = bytes;
	}
	return most;
}

int arming_estimate(const struct arming *a, struct estimate *ret, struct err *err)
{
	uint64_t memory;

	if (memory_size(a->root, &memory, NULL) < 0)
		memory = 0;
	return estimate_make(a->root, a->kernel.path, a->kernel.image, memory, luks_need(a), ret,
			     err);
}

static int add_test(struct arming *a, struct err *err)
{
	char word[sizeof(SELFTEST_PARAMETER "=") + SELFTEST_ID_MAX];

	snprintf(word, sizeof(word), SELFTEST_PARAMETER "=%s", a->test_id);
	return cmdline_add(&a->cmdline, word, err);
}

int arming_compose(struct arming *a, struct err *err)
{
	_cleanup_free_ char *kexec = NULL;
	int r = capcmdline_compose(a->root, &a->config, a->plan.builder, &a->cmdline, err);

	if (r == 0 && a->test_id)
		r = add_test(a, err);
	if (r == 0)
		r = run_find_here(a->root, "kexec", a->places->sbin, &kexec, err);
	if (r == 0)
		r = kexecargs_for_load(a->root, &a->config, &a->kernel, &a->args, err);
	if (r < 0)
		return r;
	return loader_load_command(a->root, kexec, &a->args.words, &a->kernel, a->cmdline,
				   &a->command, err);
}

static int describe(const struct arming *a, char **ret, struct err *err)
{
	return armed_describe(a->root, &a->kernel, &a->command, ret, err);
}

/*
 * @description: NULL if there is none. What cannot be written down is loaded all the same. What is
 * there is replaced at once: killed in between, it would not be known any more what is loaded.
 */
static void note_loaded(const struct arming *a, const char *description)
{
	struct err err = ERR_INIT;

	if (description && armed_write(a->root, a->early, description, &err) == 0)
		return;
	armed_forget(a->root);
	if (description)
		tell_problem(&err);
}

/*
 * Before anything is loaded early: start has to know it, also if we are killed with the load done.
 * It believes this only while something is loaded, and what is loaded before has its own.
 */
static int note_early(const struct arming *a, bool loaded, const char *description, struct err *err)
{
	return a->early && !loaded ? armed_write(a->root, true, description, err) : 0;
}

int arming_take_image(struct arming *a, struct err *err)
{
	int r = sysconfig_read(a->root, &a->config, err);

	if (r == 0)
		tell_set(a->root, &a->config.levels);
	if (r == 0)
		r = arming_find_kernel(a, err);
	if (r < 0)
		return r;
	take_builder(a);
	return arming_compose(a, err);
}

static bool is_loaded(const struct sysroot *root)
{
	bool loaded = false;

	return reservation_loaded(root, &loaded, NULL) == 0 && loaded;
}

int arming_load(struct arming *a, struct err *err)
{
	_cleanup_free_ char *description = NULL;
	bool before = is_loaded(a->root);
	int r = 0;

	if (a->args.why)
		tell(TELL_INFO, "%s", a->args.why);
	if (a->args.doubt)
		tell_warning("%s", a->args.doubt);
	print_command(&a->command);
	if (describe(a, &description, NULL) < 0) /* kexec will say what is wrong with the files */
		description = NULL;
	if (description)
		r = note_early(a, before, description, err);
	if (r == 0)
		r = loader_run(a->root, &a->command, true, err);
	if (r == 0) {
		note_loaded(a, description);
		tell(TELL_INFO, "kexec: loaded kdump kernel");
		return 0;
	}
	tell(TELL_ERROR, "kexec: failed to load kdump kernel");
	if (!is_loaded(a->root)) {
		armed_forget(a->root);
		if (before)
			tell_warning("What was loaded before is gone: nothing is loaded now.");
	}
	return r;
}

int arming_keep(const struct arming *a, const char *was, const char **ret_change, struct err *err)
{
	_cleanup_free_ char *now = NULL;
	const char *change;
	int r = describe(a, &now, err);

	if (r < 0)
		return r;
	change = armed_change(was, now);
	if (change)
		*ret_change = change;
	else
		note_loaded(a, now);
	return !change;
}

int arming_unload(const struct arming *a, struct err *err)
{
	_cleanup_(kexecargs_done) struct kexecargs args = { .why = NULL };
	_cleanup_(strv_done) struct strv command = { NULL };
	_cleanup_free_ char *kexec = NULL;
	int r = run_find_here(a->root, "kexec", a->places->sbin, &kexec, err);

	if (r == 0)
		r = kexecargs_for_unload(a->root, &a->config, &args, err);
	if (r == 0)
		r = loader_unload_command(kexec, &args.words, &command, err);
	if (r == 0)
		r = loader_run(a->root, &command, false, err);
	if (r == 0)
		armed_forget(a->root);
	return r;
}
