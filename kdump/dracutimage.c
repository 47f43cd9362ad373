/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"

#include "kdump/devstack.h"
#include "kdump/dracutargs.h"
#include "kdump/dracutimage.h"
#include "kdump/image.h"
#include "kdump/layout.h"
#include "kdump/modules.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/staged.h"
#include "kdump/tell.h"
#include "kdump/words.h"

#define STAGE LAYOUT_DRACUT_STAGE
#define MADE  STAGE "/image" /* what dracut writes */
#define LIST  STAGE "/programs"
#define CONF  STAGE "/kdump.conf"

enum { BUILD_SECONDS = 1800 }; /* the longest that dracut may take; slow machines need minutes */

/* Configuration that dracut's modules look at, or copy; a folder stands for what is in it. */
static const char *const watched[] = {
	LAYOUT_DRACUT_MODULE,
	"/etc/dracut.conf",
	"/etc/dracut.conf.d",
	"/usr/lib/dracut/dracut.conf.d",
	"/etc/crypttab",
	"/etc/cryptsetup-keys.d",
	"/etc/lvm/lvm.conf",
	"/etc/lvm/lvmlocal.conf",
	"/etc/lvm/devices",
	"/etc/modprobe.d",
	"/lib/modprobe.d",
	"/etc/mdadm.conf",
	"/etc/mdadm",
	"/etc/multipath.conf",
	"/etc/multipath",
	"/etc/multipath/conf.d",
	"/etc/iscsi/initiatorname.iscsi",
	"/etc/iscsi/iscsid.conf",
	"/etc/nvme",
};

static int watch_file(const struct image_inputs *in, const char *path, struct image_plan *plan,
		      struct err *err)
{
	struct stat st;

	if (rootpath_stat(in->root, path, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	return image_plan_add_file(plan, IMAGE_FILE, 0, path, path, err);
}

static int watch(const struct image_inputs *in, const char *path, struct image_plan *plan,
		 struct err *err)
{
	DIR *dir = sysroot_opendir(in->root, path);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return watch_file(in, path, plan, err);
	while (r == 0 && (entry = readdir(dir))) {
		char name[PATH_MAX];

		if (entry->d_name[0] == '.')
			continue;
		if ((size_t)snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) <
		    sizeof(name))
			r = watch_file(in, name, plan, err);
	}
	closedir(dir);
	return r;
}

/* Files that the administrator's own arguments name, as --install does, are watched too. */
static int watch_all(const struct image_inputs *in, const struct dracutargs *args,
		     const char *dracut, struct image_plan *plan, struct err *err)
{
	_cleanup_free_ char *modules = NULL;
	int r = 0;

	if (asprintf(&modules, "/lib/modules/%s/modules.dep", in->kernel->version) < 0) {
		modules = NULL;
		return err_oom(err);
	}
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(watched); i++)
		r = watch(in, watched[i], plan, err);
	for (size_t i = 0; r == 0 && i < args->others.n; i++) {
		const char *file = strchr(args->others.v[i], '/');

		if (file)
			r = watch_file(in, file, plan, err);
	}
	if (r == 0)
		r = watch_file(in, modules, plan, err);
	return r < 0 ? r : watch_file(in, dracut, plan, err);
}

/* What its UUID= is; NULL if it is no file system that is found by that. */
static const char *uuid_of(const struct target *target)
{
	static const char uuid[] = "UUID=";

	return strncmp(target->name, uuid, strlen(uuid)) == 0 ? target->name + strlen(uuid) : NULL;
}

/*
 * The modules that its disks need, and their firmware, are dracut's to find; that they changed is
 * ours to see.
 */
static int add_devices(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	_cleanup_(devstack_done) struct devstack stack = { .sysfs = { NULL } };
	_cleanup_(modules_done) struct modules modules = { .names = { NULL } };
	const char *type = uuid_of(in->target) ? in->target->type : NULL;
	const struct strv none = { NULL };
	int r = 0;

	if (!in->target->sysfs)
		return 0;
	r = devstack_read(in->root, in->target->sysfs, &stack, err);
	if (r == 0)
		r = modules_resolve(in->root, in->kernel, &stack.chain, type, &none,
				    &in->conf->extra_modules, &modules, err);
	for (size_t i = 0; r == 0 && i < modules.paths.n; i++)
		r = image_plan_add_file(plan, IMAGE_MODULE, 0, modules.paths.v[i],
					modules.paths.v[i], err);
	for (size_t i = 0; r == 0 && i < modules.firmware.paths.n; i++)
		r = watch_file(in, modules.firmware.paths.v[i], plan, err);
	for (size_t i = 0; r == 0 && i < stack.layers.n; i++)
		if (strv_add(&plan->layers, stack.layers.v[i]) < 0)
			r = err_oom(err);
	return r;
}

/* The device, so that dracut finds out what leads to it; and the file system's type. */
static int add_target_words(const struct target *target, struct strv *command)
{
	const char *uuid = uuid_of(target);

	if (!uuid) {
		if (strv_add(command, "--add-device") < 0)
			return -ENOMEM;
		return strv_add(command, target->device);
	}
	if (strv_add(command, "--mount") < 0)
		return -ENOMEM;
	/* The capture program mounts it itself, where every failure is seen and bounded. */
	return strv_addf(command, "/dev/disk/by-uuid/%s %s %s noauto 0 0", uuid, LAYOUT_MOUNT_POINT,
			 target->type);
}

static int add_extra_modules(const struct strv *names, struct strv *command)
{
	_cleanup_free_ char *line = NULL;

	if (names->n == 0)
		return 0;
	line = words_line(names->v);
	if (!line || strv_add(command, "--force-drivers") < 0)
		return -ENOMEM;
	return strv_take(command, TAKE_PTR(line));
}

/*
 * The kernel has to be able to unpack it, and dracut's own choice takes minutes on a slow machine
 * for a few percent.
 */
static int add_compression(const struct image_inputs *in, const struct image_plan *plan,
			   struct strv *command)
{
	bool zstd = plan->format == PACK_ZSTD;
	_cleanup_free_ char *path = NULL;

	if (run_find(in->root, zstd ? "zstd" : "gzip", in->program_dirs, &path, NULL) < 0)
		return 0;
	if (strv_add(command, "--compress") < 0)
		return -ENOMEM;
	return strv_add(command, zstd ? "zstd -3 -q -T0" : "gzip -n -4");
}

static int compose(const struct image_inputs *in, const struct dracutargs *args, const char *dracut,
		   struct image_plan *plan)
{
	static const char *const words[] = {
		"--force",
		"--quiet",
		"--hostonly",
		"--hostonly-mode",
		"strict",
		"--hostonly-cmdline",
		"--hostonly-i18n",
		"--no-hostonly-default-device",
		"--no-early-microcode",
		"--omit",
		"plymouth resume rescue earlykdump kdumpbase",
		"--add",
		"kexec-kdump",
	};
	struct strv *command = &plan->command;
	int r = strv_add(command, dracut);

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(words); i++)
		r = strv_add(command, words[i]);
	if (r == 0)
		r = add_compression(in, plan, command);
	if (r == 0)
		r = add_target_words(in->target, command);
	if (r == 0)
		r = add_extra_modules(&in->conf->extra_modules, command);
	/* Last, as they have the last word. */
	for (size_t i = 0; r == 0 && i < args->others.n; i++)
		r = strv_add(command, args->others.v[i]);
	return r;
}

static int add_names(const struct image_inputs *in, struct strv *command)
{
	struct rootpath made;

	if (rootpath_join(in->root, MADE, &made, NULL) < 0 || strv_add(command, made.text) < 0)
		return -ENOMEM;
	return strv_add(command, in->kernel->version);
}

int dracutimage_plan(const struct image_inputs *in, struct image_plan *plan, struct err *err)
{
	_cleanup_(dracutargs_done) struct dracutargs args = { NULL };
	_cleanup_free_ char *dracut = NULL;
	struct rootpath program;
	int r = imagebuilder_find_dracut(in->root, in->program_dirs, plan->why, &dracut, err);

	if (r == 0)
		r = dracutargs_split(in->conf->dracut_args, &args, err);
	if (r == 0)
		r = watch_all(in, &args, dracut, plan, err);
	if (r == 0)
		r = add_devices(in, plan, err);
	if (r == 0)
		r = rootpath_join(in->root, dracut, &program, err);
	if (r < 0)
		return r;
	if (compose(in, &args, program.text, plan) < 0 || add_names(in, &plan->command) < 0)
		return err_oom(err);
	return 0;
}

/* A line a program, for units/dracut/module-setup.sh. */
static int write_list(const struct sysroot *root, const struct image_plan *plan, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return err_oom(err);
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].kind == IMAGE_PROGRAM)
			fprintf(out, "%s\t/%s\n", plan->items[i].source, plan->items[i].name);
	if (fclose(out) != 0)
		return err_oom(err);
	return staged_write(root, LIST, text, 0600, err);
}

static int write_conf(const struct sysroot *root, const struct image_plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->items[i].kind == IMAGE_TEXT)
			return staged_write(root, CONF, plan->items[i].text, 0600, err);
	return err_set(err, -EINVAL, "there is no configuration for the image");
}

static int make_folder(const struct sysroot *root, const char *path, mode_t mode,
		       struct rootpath *ret, struct err *err)
{
	int r = rootpath_join(root, path, ret, err);

	if (r == 0 && mkdir(ret->text, mode) < 0 && errno != EEXIST)
		r = err_errno(err, -errno, "cannot create %s", path);
	return r;
}

/* The folder is only root's: what dracut copies may be secret. @ret: its name on this machine. */
static int make_stage(const struct sysroot *root, struct rootpath *ret, struct err *err)
{
	_cleanup_free_ char *above = strndup(STAGE, (size_t)(strrchr(STAGE, '/') - STAGE));
	int r = above ? make_folder(root, above, 0755, ret, err) : err_oom(err);

	return r < 0 ? r : make_folder(root, STAGE, 0700, ret, err);
}

static int run_dracut(const struct rootpath *stage, const struct image_plan *plan, struct err *err)
{
	const struct run_options options = { .seconds = BUILD_SECONDS };
	_cleanup_free_ char *line = words_line(plan->command.v);
	int status, r;

	if (!line || setenv("KDUMP_STAGE", stage->text, 1) < 0)
		return err_oom(err);
	r = run_program(plan->command.v, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "it ended with status %d", status);
	if (r == 0)
		return 0;
	err_prefix(err, r, "dracut");
	return err_hint(err, r, "Try it: KDUMP_STAGE=%s %s", STAGE, line);
}

/* What has to be in the image beside the programs: dracut(8) goes on where a module fails. */
static const char *const needed[] = {
	"etc/kdump.conf",
	"etc/systemd/system/kdump-capture.service",
	"etc/systemd/system/initrd.target.wants/kdump-capture.service",
};

/* A name as it is where /usr and the folders of programs are merged: file-hierarchy(7). */
static void merge(const char *name, char ret[static PATH_MAX])
{
	static const char *const before[] = { "./", "/", "usr/" };
	bool admin;

	for (size_t i = 0; i < ARRAY_SIZE(before); i++)
		if (strncmp(name, before[i], strlen(before[i])) == 0)
			name += strlen(before[i]);
	admin = strncmp(name, "sbin/", strlen("sbin/")) == 0;
	snprintf(ret, PATH_MAX, "%s", admin ? name + 1 : name);
}

/*
 * Where dracut's modules squash, squash-squashfs and squash-erofs of its versions put all but what
 * mounts it: a file system in a file.
 */
static const char *const file_systems[] = {
	"squash/root.img",
	"squash-root.img",
	"squashfs-root.img",
	"erofs-root.img",
};

/* What was seen of an image. */
struct seen {
	struct strv missing;     /* of what is needed; "" is there */
	const char *file_system; /* that the rest of the files are in; NULL: none */
};

static int look_at(void *ctx, const struct cpio_entry *file)
{
	struct seen *seen = ctx;
	char found[PATH_MAX], wanted[PATH_MAX];

	merge(file->name, found);
	for (size_t i = 0; i < ARRAY_SIZE(file_systems); i++)
		if (strcmp(found, file_systems[i]) == 0)
			seen->file_system = file_systems[i];
	for (size_t i = 0; i < seen->missing.n; i++) {
		merge(seen->missing.v[i], wanted);
		if (strcmp(found, wanted) == 0)
			seen->missing.v[i][0] = '\0';
	}
	return 0;
}

static int list_needed(const struct image_plan *plan, struct strv *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(needed); i++)
		r = strv_add(ret, needed[i]);
	for (size_t i = 0; r == 0 && i < plan->count; i++)
		if (plan->items[i].kind == IMAGE_PROGRAM)
			r = strv_add(ret, plan->items[i].name);
	return r;
}

static void seen_done(struct seen *seen)
{
	strv_done(&seen->missing);
}

/* What cannot be looked into may be good all the same. Return: 1 if it was, 0 if not, -errno. */
static int look_into(const struct sysroot *root, const char *path, struct seen *ret,
		     struct err *err)
{
	int r = image_walk(root, path, look_at, ret, err);

	if (r == 0 && !ret->file_system)
		return 1;
	if (r == 0)
		tell(TELL_INFO, "What the capture runs is in the image's /%s, which is not checked",
		     ret->file_system);
	else if (r == -EBADMSG || r == -ENOENT)
		return err_prefix(err, r, "what dracut built is no good");
	else
		tell_warning("Warning: the image is not checked for what the capture runs: %s",
			     err->text);
	return 0;
}

int dracutimage_check(const struct sysroot *root, const char *path, const struct image_plan *plan,
		      struct err *err)
{
	_cleanup_(seen_done) struct seen seen = { .file_system = NULL };
	_cleanup_free_ char *line = words_line(plan->command.v);
	int r = line ? list_needed(plan, &seen.missing) : -ENOMEM;

	if (r < 0)
		return err_oom(err);
	r = look_into(root, path, &seen, err);
	for (size_t i = 0; r > 0 && i < seen.missing.n; i++)
		if (seen.missing.v[i][0])
			r = err_set(err, -ENOENT, "dracut built an image without /%s",
				    seen.missing.v[i]);
	return r < 0 ? err_hint(err, r, "See why: KDUMP_STAGE=%s %s", STAGE, line) : r;
}

/* The kernel unpacks one archive after the other. */
static int publish_image(const struct sysroot *root, const struct image_plan *plan,
			 const char *path, struct err *err)
{
	_cleanup_(staged_done) struct staged staged = STAGED_INIT;
	_cleanup_(mapping_close) struct mapping made = MAPPING_INIT;
	struct rootpath full;
	int r = rootpath_join(root, MADE, &full, err);

	if (r == 0)
		r = mapping_open(full.text, &made, err);
	if (r == 0)
		r = staged_begin(root, path, 0600, &staged, err);
	if (r == 0)
		r = image_write_manifest(staged.fd, plan->manifest, err);
	if (r < 0)
		return r;
	r = file_write_all(staged.fd, made.bytes.data, made.bytes.size);
	if (r < 0)
		return err_errno(err, r, "cannot write the image");
	return staged_commit(&staged, err);
}

int dracutimage_write(const struct sysroot *root, const struct image_plan *plan, const char *path,
		      struct err *err)
{
	struct rootpath stage, made;
	int r = make_stage(root, &stage, err);

	if (r == 0)
		r = rootpath_join(root, MADE, &made, err);
	if (r < 0)
		return err_prefix(err, r, "cannot build %s", path);
	remove(made.text);
	r = write_list(root, plan, err);
	if (r == 0)
		r = write_conf(root, plan, err);
	if (r == 0)
		r = run_dracut(&stage, plan, err);
	if (r == 0)
		r = dracutimage_check(root, MADE, plan, err);
	if (r >= 0)
		r = publish_image(root, plan, path, err);
	remove(made.text);
	return r < 0 ? err_prefix(err, r, "cannot build %s", path) : 0;
}
