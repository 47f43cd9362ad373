/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/number.h"

#include "kdump/assemble.h"
#include "kdump/btrfs.h"
#include "kdump/console.h"
#include "kdump/diskwait.h"
#include "kdump/layers.h"
#include "kdump/layout.h"
#include "kdump/lvmsnapshot.h"

/* Seconds. Controllers with many disks take most of a minute to have them all spin up. */
enum {
	DISK_SECONDS = 60,
	MEMBER_SECONDS = 60,
	GUARD_SECONDS = 180, /* a disk of a volume may be waited for twice: place_volume() */
};

struct assembly {
	const struct sysroot *root;
	struct layers layers;
	dev_t numbers[LAYERS_MAX]; /* of those that were made */
	unsigned int arrays;
};

/* The members of an array or a btrfs that have been seen. */
struct gathering {
	const struct layer *layer;
	struct strv seen;  /* their own UUIDs, of those that the record has */
	struct strv nodes; /* of all, those included that came after it was written */
	bool failed;       /* no memory is left */
	bool to_the_end;   /* look at all devices, wherever the last one is */
};

/* A btrfs may have devices of the one that it grew out of (btrfs(5), SEEDING DEVICE). */
static bool is_member(const struct layer *layer, const struct devid *id)
{
	if (strcmp(id->type, layer->kind == LAYER_MD ? "linux_raid_member" : "btrfs") != 0)
		return false;
	return strcasecmp(id->uuid, layer->uuid) == 0 ||
	       (layer->kind == LAYER_BTRFS && strv_has(&layer->members, id->member));
}

static bool gather(void *ctx, const char *node, const struct devid *id)
{
	struct gathering *g = ctx;

	if (id->held || !is_member(g->layer, id) || strv_has(&g->nodes, node))
		return false;
	if (strv_add(&g->nodes, node) < 0 ||
	    (strv_has(&g->layer->members, id->member) && !strv_has(&g->seen, id->member) &&
	     strv_add(&g->seen, id->member) < 0))
		g->failed = true;
	return g->failed || (!g->to_the_end && g->seen.n == g->layer->members.n);
}

/* Whether a btrfs does, mounting it shows. */
static bool needs_all(const struct layer *layer)
{
	return strcmp(layer->level, "raid0") == 0 || strcmp(layer->level, "linear") == 0;
}

/*
 * Wait for the members. A stale one may be there while those in use are not, so that one
 * of the record's is the least. The kernel finds out which are too old.
 */
static int wait_members(const struct assembly *a, struct gathering *g, struct err *err)
{
	const struct layer *layer = g->layer;
	char what[DEVID_MAX + 64];
	int r;

	snprintf(what, sizeof(what), "disks of %s UUID=%s",
		 layer->kind == LAYER_MD ? "md array" : "btrfs", layer->uuid);
	r = diskwait(a->root, what, gather, g, needs_all(layer) ? DISK_SECONDS : MEMBER_SECONDS,
		     NULL, err);
	if (g->failed)
		return err_oom(err);
	if (r < 0 && (g->seen.n == 0 || needs_all(layer)))
		return err_set(err, r, "%zu of %zu %s appeared%s%s", g->seen.n, layer->members.n,
			       what, layer->level[0] ? ", which is " : "", layer->level);
	if (r < 0)
		console_say("%zu of %zu %s appeared, going on without the others", g->seen.n,
			    layer->members.n, what);
	g->to_the_end = true;
	return devid_find(a->root, gather, g, NULL) == 0 ? err_oom(err) : 0;
}

static int start_array(struct assembly *a, const struct layer *layer, dev_t *ret, struct err *err)
{
	struct gathering g = { .layer = layer };
	int r = wait_members(a, &g, err);

	if (r == 0)
		r = mdarray_start(a->arrays++, layer->version, &g.nodes, ret, err);
	if (r == 0)
		console_say("started md array UUID=%s (%s), disks: %zu", layer->uuid, layer->level,
			    g.nodes.n);
	strv_done(&g.seen);
	strv_done(&g.nodes);
	return r < 0 ? err_prefix(err, r, "md array") : 0;
}

/* The kernel has to know all devices before it can mount one of them. */
static int tell_btrfs(const struct assembly *a, const struct layer *layer, struct err *err)
{
	struct gathering g = { .layer = layer };
	int r = wait_members(a, &g, err);

	for (size_t i = 0; r == 0 && i < g.nodes.n; i++)
		r = btrfs_scan(g.nodes.v[i], err);
	if (r == 0)
		console_say("btrfs UUID=%s, disks: %zu", layer->uuid, g.nodes.n);
	strv_done(&g.seen);
	strv_done(&g.nodes);
	return r;
}

static bool has_partition(void *ctx, const char *node _unused_, const struct devid *id)
{
	return strcasecmp(id->partition, ctx) == 0;
}

static bool has_uuid(void *ctx, const char *node _unused_, const struct devid *id)
{
	return strcasecmp(id->uuid, ctx) == 0;
}

/* The number here of the device that a record calls @word, without its '@'. */
static int resolve(const struct assembly *a, size_t made, char *word, dev_t *ret, struct err *err)
{
	char node[PATH_MAX], what[DEVID_MAX + 32];
	char *uuid = strchr(word, '=');
	struct stat st;
	uint64_t n;
	int r;

	if (number_parse(word, 10, &n) == 0) {
		if (n == 0 || n > made)
			return err_set(err, -EINVAL, "@%s is not made before", word);
		*ret = a->numbers[n - 1];
		return 0;
	}
	if (!uuid)
		return err_set(err, -EINVAL, "@%.40s names no device", word);
	snprintf(what, sizeof(what), "disk with %.*s", DEVID_MAX + 16, word);
	r = diskwait(a->root, what, strncmp(word, "PART", 4) == 0 ? has_partition : has_uuid,
		     uuid + 1, DISK_SECONDS, node, err);
	if (r < 0)
		return r;
	if (stat(node, &st) < 0)
		return err_errno(err, -errno, "cannot look at %s", node);
	*ret = st.st_rdev;
	return 0;
}

/* Put numbers in the place of references. @ret: malloc()ed. */
static int translate(const struct assembly *a, size_t made, const char *params, char **ret,
		     struct err *err)
{
	_cleanup_free_ char *copy = strdup(params), *text = malloc(DMTABLE_PARAMS_MAX);
	size_t used = 0;
	char *pos = copy, *word;
	int r;

	if (!copy || !text)
		return err_oom(err);
	text[0] = '\0';
	while ((word = strsep(&pos, " "))) {
		char number[32];
		dev_t dev;

		if (word[0] == '@') {
			r = resolve(a, made, word + 1, &dev, err);
			if (r < 0)
				return r;
			snprintf(number, sizeof(number), "%u:%u", major(dev), minor(dev));
			word = number;
		}
		if (used + strlen(word) + 2 > DMTABLE_PARAMS_MAX)
			return err_set(err, -E2BIG, "a row of a table is too long");
		used += (size_t)sprintf(text + used, "%s%s", used > 0 ? " " : "", word);
	}
	*ret = TAKE_PTR(text);
	return 0;
}

static int translate_table(const struct assembly *a, size_t made, const struct dmtable *from,
			   struct dmtable *ret, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->n; i++) {
		_cleanup_free_ char *params = NULL;
		struct dmtable_row row = from->v[i];

		r = translate(a, made, row.params, &params, err);
		if (r < 0)
			break;
		row.params = params;
		if (dmtable_add(ret, &row) < 0)
			r = err_oom(err);
	}
	return r;
}

/* What is looked for on all disks that LVM has to do with. */
struct search {
	const struct sysroot *root;
	struct lvmvolume volume;
	bool failed; /* no memory is left */
};

static bool look(void *ctx, const char *node, const struct devid *id)
{
	struct search *search = ctx;

	if (strcmp(id->type, "LVM2_member") == 0)
		search->failed = lvmvolume_look(search->root, node, &search->volume, NULL) < 0;
	return search->failed;
}

/* Wait for the disks that a volume had, and what says where it is now. @ret: its table then. */
static int wait_volume(const struct assembly *a, size_t made, const struct layer *layer,
		       struct dmtable *ret, struct err *err)
{
	_cleanup_free_ char *number = NULL;
	int r = translate_table(a, made, &layer->table, ret, err);

	return r < 0 || !layer->from ? r : translate(a, made, layer->from, &number, err);
}

/*
 * The table of a logical volume, as its disks say it is now: it may have been moved or extended
 * since the record was written, and what it was on may be another volume's. The record only
 * tells what to wait for first, and that in vain if a disk has left the group since.
 */
static int place_volume(const struct assembly *a, size_t made, const struct layer *layer,
			struct dmtable *ret, struct err *err)
{
	_cleanup_(dmtable_done) struct dmtable recorded = { NULL }, described = { NULL };
	struct search search = { .root = a->root };
	struct err missing = ERR_INIT;
	int waited = wait_volume(a, made, layer, &recorded, &missing);
	int r;

	memcpy(search.volume.group, layer->group, sizeof(layer->group));
	memcpy(search.volume.id, layer->volume, sizeof(layer->volume));
	if (devid_find(a->root, look, &search, NULL) == 0)
		r = err_oom(err);
	else
		r = lvmvolume_table(&search.volume, &described, err);
	if (r == -ENODATA && waited < 0)
		r = err_set(err, waited, "%s", missing.text);
	if (r == 0)
		r = translate_table(a, made, &described, ret, err);
	if (r == 0)
		lvmsnapshot_give_up(a->root, &search.volume);
	lvmvolume_done(&search.volume);
	if (r < 0)
		return r;
	if (waited < 0)
		console_say("%s", missing.text);
	if (waited < 0 || !dmtable_same(&recorded, ret))
		console_say(
			"mapped device %s is not where it was when the capture image was built: "
			"taking it as LVM has it on its disks now",
			layer->name);
	return 0;
}

static int map_device(const struct assembly *a, size_t made, const struct layer *layer, dev_t *ret,
		      struct err *err)
{
	_cleanup_(dmtable_done) struct dmtable table = { NULL };
	int r = layer->group[0] ? place_volume(a, made, layer, &table, err)
				: translate_table(a, made, &layer->table, &table, err);

	if (r == 0)
		r = dmtable_create(layer->name, &table, ret, err);
	if (r == 0)
		console_say("mapped device %s", layer->name);
	return r < 0 ? err_prefix(err, r, "mapped device %s", layer->name) : 0;
}

static int make(struct assembly *a, size_t number, struct err *err)
{
	const struct layer *layer = &a->layers.v[number];

	switch (layer->kind) {
	case LAYER_MD:
		return start_array(a, layer, &a->numbers[number], err);
	case LAYER_DM:
		return map_device(a, number, layer, &a->numbers[number], err);
	case LAYER_BTRFS:
		return tell_btrfs(a, layer, err);
	}
	return 0;
}

/*
 * How much need not be made: it is there, as in a rehearsal, or as what is asked for is the root
 * file system, which a target that is gone has nothing to do with.
 */
static size_t count_there(const struct assembly *a, const char *uuid)
{
	const struct layer *last = &a->layers.v[a->layers.n - 1];
	struct gathering g = { .layer = last };
	size_t count = 0;

	if (last->kind != LAYER_BTRFS || strcasecmp(last->uuid, uuid) != 0)
		return diskwait_is_there(a->root, uuid) ? a->layers.n : 0;
	if (btrfs_is_mounted(a->root, uuid))
		return a->layers.n;
	if (devid_find(a->root, gather, &g, NULL) == 0 && !g.failed)
		count = a->layers.n - 1;
	strv_done(&g.seen);
	strv_done(&g.nodes);
	return count;
}

static int make_all(struct assembly *a, const char *uuid, const struct guard *guard,
		    struct err *err)
{
	int r = 0;

	for (size_t i = count_there(a, uuid); r == 0 && i < a->layers.n; i++) {
		guard_step(guard, "assembling the disks", GUARD_SECONDS);
		r = make(a, i, err);
	}
	return r;
}

int assemble(const struct sysroot *root, const char *uuid, const struct guard *guard,
	     struct err *err)
{
	struct assembly a = { .root = root };
	_cleanup_free_ char *text = NULL;
	int r = sysroot_read(root, LAYOUT_LAYERS, LAYERS_SIZE_MAX, &text, NULL, err);

	if (r == -ENOENT)
		return 0;
	if (r == 0) {
		r = layers_parse(text, &a.layers, err);
		if (r < 0)
			err_prefix(err, r, "%s", LAYOUT_LAYERS);
	}
	if (r == 0 && a.layers.n > 0)
		r = make_all(&a, uuid, guard, err);
	layers_done(&a.layers);
	return r;
}
