/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "kdump/blockdev.h"
#include "kdump/btrfs.h"
#include "kdump/rootpath.h"
#include "kdump/stack.h"

#define VIRTUAL "/sys/devices/virtual/block/"

enum {
	DEPTH_MAX = 16,                 /* devices upon each other */
	REFERENCE_MAX = DEVID_MAX + 16, /* bytes of how a device is written, with NUL */
	NAME_FILE_MAX = 4096,           /* bytes of a file in sysfs: a page */
};

struct finder {
	const struct sysroot *root;
	struct strv made; /* the folders in sysfs of the layers, in their order */
	int depth;
	struct stack *ret;
};

/* Mapped devices that take more than their table, or programs, by what does the mapping. */
static const struct {
	const char *target;
	const char *what;
} unhandled[] = {
	{ "crypt", "encrypted (LUKS)" },
	{ "multipath", "a multipath device" },
	{ "thin", "an LVM thin volume" },
	{ "thin-pool", "an LVM thin pool" },
	{ "cache", "an LVM volume with a cache" },
	{ "writecache", "an LVM volume with a write cache" },
	{ "snapshot", "an LVM snapshot" },
	{ "snapshot-origin", "an LVM volume with snapshots" },
	{ "snapshot-merge", "an LVM volume that a snapshot is being merged into" },
	{ "mirror", "an LVM mirror, or one that pvmove is at" },
	{ "raid", "an LVM RAID volume" },
	{ "vdo", "an LVM VDO volume" },
	{ "integrity", "a device with dm-integrity" },
	{ "verity", "a device with dm-verity" },
};

static int find(struct finder *f, const char *sysfs, struct err *err);

static int check_target(const char *sysfs, const char *name, const char *target, struct err *err)
{
	const char *node = strrchr(sysfs, '/') + 1, *what = NULL;

	if (strcmp(target, "linear") == 0 || strcmp(target, "striped") == 0)
		return 0;
	for (size_t i = 0; !what && i < ARRAY_SIZE(unhandled); i++)
		if (strcmp(unhandled[i].target, target) == 0)
			what = unhandled[i].what;
	if (what)
		err_set(err, -ENOTSUP,
			"the dump target's device %s (%s) is %s, which the capture image cannot "
			"handle",
			node, name, what);
	else
		err_set(err, -ENOTSUP,
			"the dump target's device %s (%s) is mapped by dm-%s, which the capture "
			"image cannot handle",
			node, name, target);
	return -ENOTSUP;
}

/* How a device is written in a record. */
static int refer(const struct finder *f, const struct blockdev *dev, char ret[static REFERENCE_MAX],
		 struct err *err)
{
	struct devid id;
	int r;

	for (size_t i = 0; i < f->made.n; i++)
		if (strcmp(f->made.v[i], dev->sysfs) == 0) {
			snprintf(ret, REFERENCE_MAX, "@%zu", i + 1);
			return 0;
		}
	r = devid_read(f->root, dev->node, &id, err);
	if (r < 0)
		return r;
	/* The capture kernel would find it here before it found it on what is built. */
	if (id.type[0] && strcmp(id.type, "LVM2_member") != 0)
		return err_set(err, -ENOTSUP, "the dump target needs %s, which itself shows as %s",
			       dev->node, id.type);
	if (id.uuid[0])
		snprintf(ret, REFERENCE_MAX, "@UUID=%s", id.uuid);
	else if (id.partition[0])
		snprintf(ret, REFERENCE_MAX, "@PARTUUID=%s", id.partition);
	else
		return err_set(err, -ENOTSUP,
			       "the dump target needs %s, which has no UUID that the capture "
			       "kernel could tell it by",
			       dev->node);
	return 0;
}

/* In the record: what a device is made of is there before it. */
static int find_and_refer(void *ctx, const struct blockdev *dev, char ret[static REFERENCE_MAX],
			  struct err *err)
{
	struct finder *f = ctx;
	int r = find(f, dev->sysfs, err);

	return r < 0 ? r : refer(f, dev, ret, err);
}

/* Is @word a device's number, MAJOR:MINOR? */
static bool parse_number(const char *word, dev_t *ret)
{
	unsigned int major_number, minor_number;
	int end = 0;

	if (sscanf(word, "%u:%u%n", &major_number, &minor_number, &end) != 2 || word[end])
		return false;
	*ret = makedev(major_number, minor_number);
	return true;
}

/* What stands for a device in a table; @ctx: as of translate(). */
typedef int describer(void *ctx, const struct blockdev *dev, char ret[static REFERENCE_MAX],
		      struct err *err);

/* A row's parameters with what @describe calls its devices. @ret: malloc()ed. */
static int translate(const struct sysroot *root, const char *params, describer *describe, void *ctx,
		     char **ret, struct err *err)
{
	_cleanup_free_ char *copy = strdup(params), *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	char *pos = copy, *word;
	int r = 0;

	if (!copy || !out) {
		if (out)
			fclose(out);
		return err_oom(err);
	}
	while (r == 0 && (word = strsep(&pos, " "))) {
		_cleanup_(blockdev_done) struct blockdev dev = { NULL };
		char reference[REFERENCE_MAX];
		dev_t number;

		if (parse_number(word, &number)) {
			r = blockdev_by_number(root, number, &dev, err);
			if (r == 0)
				r = describe(ctx, &dev, reference, err);
			word = reference;
		}
		if (r == 0)
			fprintf(out, "%s%s", ftell(out) > 0 ? " " : "", word);
	}
	if (fclose(out) != 0 && r == 0)
		r = err_oom(err);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

/* @file: name or uuid. */
static int read_name(const struct sysroot *root, const char *sysfs, const char *file, char **ret,
		     struct err *err)
{
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "%s/dm/%s", sysfs, file);
	r = sysroot_read(root, path, NAME_FILE_MAX, ret, NULL, err);
	if (r == 0)
		(*ret)[strcspn(*ret, "\n")] = '\0';
	return r;
}

static int add_layer(struct finder *f, const char *sysfs, struct layer *layer, const char *module,
		     struct err *err)
{
	int r = layers_add(&f->ret->layers, layer, err);

	if (r < 0)
		return r;
	if (strv_add(&f->made, sysfs) < 0 ||
	    (!strv_has(&f->ret->modules, module) && strv_add(&f->ret->modules, module) < 0))
		return err_oom(err);
	return 0;
}

/* What a volume's disks are looked at with. */
struct disks {
	struct finder *finder;
	struct lvmvolume *volume;
	char node[PATH_MAX]; /* what was looked at last, of those that had a newer description */
	bool failed;         /* no memory is left */
};

/* By the UUIDs that LVM calls its disks by, looking for its metadata there. */
static int look_and_name(void *ctx, const struct blockdev *dev, char ret[static REFERENCE_MAX],
			 struct err *err)
{
	struct disks *disks = ctx;
	struct devid id;
	const struct sysroot *root = disks->finder->root;
	int r = devid_read(root, dev->node, &id, err);

	if (r == 0)
		r = lvmvolume_look(root, dev->node, disks->volume, err);
	if (r == 0)
		snprintf(ret, REFERENCE_MAX, "@UUID=%s", id.uuid);
	return r;
}

static bool look(void *ctx, const char *node, const struct devid *id)
{
	struct disks *disks = ctx;
	const char *text = disks->volume->text;

	if (strcmp(id->type, "LVM2_member") != 0)
		return false;
	disks->failed = lvmvolume_look(disks->finder->root, node, disks->volume, NULL) < 0;
	if (disks->volume->text != text)
		snprintf(disks->node, sizeof(disks->node), "%s", node);
	return disks->failed;
}

/*
 * A disk of a group need not have its metadata (pvcreate(8), --metadatacopies 0). Where none of a
 * volume's has, the capture kernel needs one that does.
 */
static int look_elsewhere(struct disks *disks, struct layer *layer, struct err *err)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	struct finder *f = disks->finder;
	char reference[REFERENCE_MAX];
	int r;

	if (devid_find(f->root, look, disks, NULL) == 0)
		return err_oom(err);
	if (!disks->node[0])
		return 0; /* what is missing is told by who reads them */
	r = blockdev_find(f->root, disks->node, &dev, err);
	if (r == 0)
		r = find_and_refer(f, &dev, reference, err);
	if (r < 0)
		return err_prefix(err, r, "the disk with its metadata");
	layer->from = strdup(reference);
	return layer->from ? 0 : err_oom(err);
}

/*
 * The capture kernel makes a logical volume as its disks then say. Where these do not say now
 * what is in use, it cannot.
 */
static int compare(struct disks *disks, const struct dmtable *in_use, struct layer *layer,
		   struct err *err)
{
	_cleanup_(dmtable_done) struct dmtable named = { NULL }, described = { NULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < in_use->n; i++) {
		_cleanup_free_ char *params = NULL;
		struct dmtable_row row = in_use->v[i];

		r = translate(disks->finder->root, row.params, look_and_name, disks, &params, err);
		if (r < 0)
			break;
		row.params = params;
		if (dmtable_add(&named, &row) < 0)
			r = err_oom(err);
	}
	if (r == 0 && !disks->volume->text)
		r = look_elsewhere(disks, layer, err);
	if (r == 0)
		r = lvmvolume_table(disks->volume, &described, err);
	if (r == 0 && !dmtable_same(&named, &described))
		r = err_set(err, -EBADMSG, "the metadata of LVM are not those of what is in use");
	return r;
}

/* Is a mapped device a logical volume? */
static bool is_volume(const struct sysroot *root, const char *sysfs, struct lvmvolume *ret)
{
	_cleanup_free_ char *uuid = NULL;

	return read_name(root, sysfs, "uuid", &uuid, NULL) == 0 && lvmvolume_of(uuid, ret);
}

/* The device below a volume with snapshots, which has the table that it had without. */
static int find_below(const struct sysroot *root, const struct lvmvolume *volume,
		      const struct dmtable *table, struct blockdev *ret)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	_cleanup_free_ char *uuid = NULL;
	dev_t number;

	if (table->n != 1 || strcmp(table->v[0].target, "snapshot-origin") != 0 ||
	    !parse_number(table->v[0].params, &number) ||
	    blockdev_by_number(root, number, &dev, NULL) < 0 ||
	    read_name(root, dev.sysfs, "uuid", &uuid, NULL) < 0 ||
	    !lvmvolume_is_below(volume, uuid))
		return -ENOENT;
	*ret = dev;
	dev = (struct blockdev){ NULL };
	return 0;
}

/*
 * What a mapped device is made of. Snapshots come and go, by the hour with some; the volume that
 * they are of lies where it lay, and needs nothing else (lvmsnapshot.h).
 */
static int read_table(struct finder *f, const char *sysfs, struct dmtable *ret, struct err *err)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL }, below = { NULL };
	struct lvmvolume volume;
	int r = blockdev_by_sysfs(f->root, sysfs, &dev, err);

	if (r == 0)
		r = dmtable_read(f->root, sysfs, dev.number, ret, err);
	if (r < 0 || !is_volume(f->root, sysfs, &volume) ||
	    find_below(f->root, &volume, ret, &below) < 0)
		return r;
	f->ret->snapshots = true;
	dmtable_done(ret);
	return dmtable_read(f->root, below.sysfs, below.number, ret, err);
}

static int check_volume(struct finder *f, const char *sysfs, const struct dmtable *in_use,
			struct layer *layer, struct err *err)
{
	_cleanup_(lvmvolume_done) struct lvmvolume volume = { .text = NULL };
	struct disks disks = { .finder = f, .volume = &volume };
	struct err why = ERR_INIT;
	int r;

	if (!is_volume(f->root, sysfs, &volume))
		return 0;
	r = compare(&disks, in_use, layer, &why);
	if (r == -ENOMEM)
		return err_oom(err);
	if (r < 0)
		return err_set(err, -ENOTSUP,
			       "the dump target's device %s (%s) cannot be made from the metadata "
			       "on its disks: %s",
			       strrchr(sysfs, '/') + 1, layer->name, why.text);
	strcpy(layer->group, volume.group);
	strcpy(layer->volume, volume.id);
	return 0;
}

static int find_mapped(struct finder *f, const char *sysfs, struct err *err)
{
	_cleanup_(layer_done) struct layer layer = { .kind = LAYER_DM };
	_cleanup_(dmtable_done) struct dmtable table = { NULL };
	int r = read_name(f->root, sysfs, "name", &layer.name, err);

	if (r == 0)
		r = read_table(f, sysfs, &table, err);
	for (size_t i = 0; r == 0 && i < table.n; i++) {
		_cleanup_free_ char *params = NULL;
		struct dmtable_row row = table.v[i];

		r = check_target(sysfs, layer.name, row.target, err);
		if (r == 0)
			r = translate(f->root, row.params, find_and_refer, f, &params, err);
		if (r < 0)
			break;
		row.params = params;
		if (dmtable_add(&layer.table, &row) < 0)
			r = err_oom(err);
	}
	if (r == 0)
		r = check_volume(f, sysfs, &table, &layer, err);
	return r < 0 ? r : add_layer(f, sysfs, &layer, "dm-mod", err);
}

/* Find what a member of an array or a btrfs is built of, and what tells it from the others. */
static int find_member(struct finder *f, const char *sysfs, const char *type, struct layer *layer,
		       struct err *err)
{
	_cleanup_(blockdev_done) struct blockdev dev = { NULL };
	struct devid id;
	int r = blockdev_by_sysfs(f->root, sysfs, &dev, err);

	if (r == 0)
		r = find(f, dev.sysfs, err);
	if (r == 0)
		r = devid_read(f->root, dev.node, &id, err);
	if (r < 0)
		return r;
	if (strcmp(id.type, type) != 0 || !id.member[0])
		return err_set(err, -EINVAL, "%s shows as '%s', and not as a member of %s",
			       dev.node, id.type,
			       layer->kind == LAYER_MD ? "an md array" : "a btrfs");
	strcpy(layer->uuid, id.uuid);
	return strv_add(&layer->members, id.member) < 0 ? err_oom(err) : 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The order of folders is another one in every boot. */
static void sort_members(struct layer *layer)
{
	qsort(layer->members.v, layer->members.n, sizeof(*layer->members.v), by_text);
}

static int find_array(struct finder *f, const char *sysfs, struct err *err)
{
	_cleanup_(layer_done) struct layer layer = { .kind = LAYER_MD };
	_cleanup_(mdarray_done) struct mdarray array = { .level = "" };
	char module[MDARRAY_WORD_MAX + 4];
	int r = mdarray_read(f->root, sysfs, &array, err);

	for (size_t i = 0; r == 0 && i < array.members.n; i++)
		r = find_member(f, array.members.v[i], "linux_raid_member", &layer, err);
	if (r < 0)
		return r;
	if (layer.members.n == 0)
		return err_set(err, -EINVAL, "the md array %s has no members",
			       strrchr(sysfs, '/') + 1);
	sort_members(&layer);
	strcpy(layer.version, array.version);
	strcpy(layer.level, array.level);
	snprintf(module, sizeof(module), "md-%s", array.level);
	return add_layer(f, sysfs, &layer, module, err);
}

/* The disk that @sysfs is, or is a partition of. @ret: malloc()ed. */
static int whole_disk(const struct sysroot *root, const char *sysfs, char **ret, struct err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/partition", sysfs);
	*ret = strdup(sysfs);
	if (!*ret)
		return err_oom(err);
	if (rootpath_exists(root, path))
		*strrchr(*ret, '/') = '\0';
	return 0;
}

/*
 * An array whose data begin where its members do (md(4): metadata at the end) shows its
 * partitions on each of these, too: the capture kernel would take one half for the whole.
 */
static int find_partitioned_array(struct finder *f, const char *sysfs, const char *disk,
				  struct err *err)
{
	const struct layers *layers = &f->ret->layers;
	int r = find_array(f, disk, err);

	if (r < 0 || strcmp(sysfs, disk) == 0 ||
	    strcmp(layers->v[layers->n - 1].version, "1.0") != 0)
		return r;
	return err_set(err, -ENOTSUP,
		       "the dump target needs a partition of md array %s, whose metadata 1.0 "
		       "leaves that visible on its disks",
		       strrchr(disk, '/') + 1);
}

static int find(struct finder *f, const char *sysfs, struct err *err)
{
	_cleanup_free_ char *disk = NULL;
	int r = whole_disk(f->root, sysfs, &disk, err);

	if (r < 0 || strv_has(&f->made, disk))
		return r;
	if (f->depth >= DEPTH_MAX)
		return err_set(err, -ELOOP, "more than %d devices are built upon each other",
			       DEPTH_MAX);
	f->depth++;
	if (fnmatch(VIRTUAL "dm-*", disk, 0) == 0)
		r = find_mapped(f, disk, err);
	else if (fnmatch(VIRTUAL "md*", disk, 0) == 0)
		r = find_partitioned_array(f, sysfs, disk, err);
	else if (!strv_has(&f->ret->disks, sysfs) && strv_add(&f->ret->disks, sysfs) < 0)
		r = err_oom(err);
	f->depth--;
	return r;
}

/* The UUID is the file system's: one that grew out of another has that one's devices, too. */
static int find_btrfs(struct finder *f, const struct target *target, struct err *err)
{
	_cleanup_(layer_done) struct layer layer = { .kind = LAYER_BTRFS };
	_cleanup_(strv_done) struct strv devices = { NULL };
	int r = btrfs_list_devices(f->root, target->uuid, target->devices, &devices, err);

	for (size_t i = 0; r == 0 && i < devices.n; i++)
		r = find_member(f, devices.v[i], "btrfs", &layer, err);
	if (r < 0)
		return r;
	sort_members(&layer);
	snprintf(layer.uuid, sizeof(layer.uuid), "%s", target->uuid);
	return layers_add(&f->ret->layers, &layer, err);
}

int stack_find(const struct sysroot *root, const struct target *target, struct stack *ret,
	       struct err *err)
{
	struct finder f = { .root = root, .ret = ret };
	int r = target->devices > 1 ? find_btrfs(&f, target, err) : find(&f, target->sysfs, err);

	strv_done(&f.made);
	return r;
}

int stack_drivers(const struct sysroot *root, const struct stack *stack, struct devchain *chain,
		  struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < stack->disks.n; i++)
		r = devchain_walk(root, stack->disks.v[i], chain, err);
	for (size_t i = 0; r == 0 && i < stack->modules.n; i++)
		r = devchain_add_module(chain, stack->modules.v[i]) < 0 ? err_oom(err) : 0;
	return r;
}

void stack_done(struct stack *stack)
{
	strv_done(&stack->disks);
	strv_done(&stack->modules);
	layers_done(&stack->layers);
}
