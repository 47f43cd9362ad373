/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

#include "kdump/devid.h"
#include "kdump/lvmarea.h"
#include "kdump/lvmtext.h"
#include "kdump/lvmvolume.h"

enum { ID_SIZE = LVMVOLUME_ID_MAX - 1 };

/* Of device-mapper's UUIDs: lvm2, lib/activate/dev_manager.c. */
#define UUID_PREFIX "LVM-"
#define UUID_BELOW  "-real"

/* A group's description, as far as it is needed. */
struct group {
	struct lvmtext disks;
	struct lvmtext volumes;
	uint64_t extent; /* sectors */
};

bool lvmvolume_of(const char *dm_uuid, struct lvmvolume *ret)
{
	const char *ids = dm_uuid + strlen(UUID_PREFIX);

	*ret = (struct lvmvolume){ .text = NULL };
	if (strncmp(dm_uuid, UUID_PREFIX, strlen(UUID_PREFIX)) != 0 || strlen(ids) != 2 * ID_SIZE)
		return false;
	memcpy(ret->group, ids, ID_SIZE);
	memcpy(ret->id, ids + ID_SIZE, ID_SIZE);
	return true;
}

bool lvmvolume_is_below(const struct lvmvolume *volume, const char *dm_uuid)
{
	char wanted[sizeof(UUID_PREFIX) + 2 * LVMVOLUME_ID_MAX + sizeof(UUID_BELOW)];

	snprintf(wanted, sizeof(wanted), UUID_PREFIX "%s%s" UUID_BELOW, volume->group, volume->id);
	return strcmp(dm_uuid, wanted) == 0;
}

void lvmvolume_done(struct lvmvolume *volume)
{
	free(volume->text);
	volume->text = NULL;
}

static struct lvmtext whole(const char *text)
{
	return (struct lvmtext){ text, text + strlen(text) };
}

/* Has a section that id? Dashes do not count. */
static bool has_id(struct lvmtext section, const char *id)
{
	char text[DEVID_MAX], *to = text;
	struct lvmtext value;

	if (lvmtext_value(section, "id", &value) < 0 || lvmtext_copy(value, text, sizeof(text)) < 0)
		return false;
	for (const char *from = text; *from; from++)
		if (*from != '-')
			*to++ = *from;
	*to = '\0';
	return strcmp(text, id) == 0;
}

static int number_of(struct lvmtext section, const char *name, uint64_t *ret)
{
	struct lvmtext value;

	return lvmtext_value(section, name, &value) < 0 ? -EBADMSG : lvmtext_number(value, ret);
}

/* The group's own section is the only one at the top. */
static int find_group(const char *text, struct lvmtext *ret)
{
	struct lvmtext rest = whole(text);
	struct lvmtext_entry entry;

	while (lvmtext_next(&rest, &entry) > 0)
		if (entry.section) {
			*ret = entry.body;
			return 0;
		}
	return -EBADMSG;
}

void lvmvolume_take(struct lvmvolume *volume, char *text)
{
	struct lvmtext group;
	uint64_t seqno;

	if (find_group(text, &group) < 0 || !has_id(group, volume->group) ||
	    number_of(group, "seqno", &seqno) < 0 || (volume->text && seqno <= volume->seqno)) {
		free(text);
		return;
	}
	free(volume->text);
	volume->text = text;
	volume->seqno = seqno;
}

int lvmvolume_look(const struct sysroot *root, const char *node, struct lvmvolume *volume,
		   struct err *err)
{
	char *text = NULL;
	int r = lvmarea_read(root, node, &text, NULL);

	if (r == -ENOMEM)
		return err_oom(err);
	if (r == 0)
		lvmvolume_take(volume, text);
	return 0;
}

static int damaged(struct err *err)
{
	return err_set(err, -EBADMSG, "the metadata of LVM are not understood");
}

/* Find a volume by its id, and its name. Return: 0, -ENODATA, -EBADMSG. */
static int find_volume(const struct group *group, const char *id,
		       char name[static LVMVOLUME_NAME_MAX], struct lvmtext *ret)
{
	struct lvmtext rest = group->volumes;
	struct lvmtext_entry entry;
	int r;

	while ((r = lvmtext_next(&rest, &entry)) > 0)
		if (entry.section && has_id(entry.body, id)) {
			*ret = entry.body;
			return lvmtext_copy(entry.name, name, LVMVOLUME_NAME_MAX);
		}
	return r < 0 ? r : -ENODATA;
}

/* What a visitor returns that is not 0 is the end, and what went through them returns. */
typedef int segment_visitor(void *ctx, struct lvmtext segment, struct err *err);

/* Go through the segments of all volumes that depend on what is in that of the name. */
static int visit_dependents(const struct group *group, const char *name, segment_visitor *visit,
			    void *ctx, struct err *err)
{
	struct lvmtext rest = group->volumes;
	struct lvmtext_entry volume, segment;
	int r = 0;

	while (r == 0 && lvmtext_next(&rest, &volume) > 0)
		while (r == 0 && volume.section && lvmtext_next(&volume.body, &segment) > 0)
			if (segment.section && (lvmtext_has(segment.body, "origin", name) ||
						lvmtext_has(segment.body, "external_origin", name)))
				r = visit(ctx, segment.body, err);
	return r;
}

/*
 * A snapshot can be given up for a dump, but not one that is being merged: that goes on with the
 * next boot, over what the capture writes. Whatever else there is goes by what the volume has.
 */
static int check_dependent(void *ctx _unused_, struct lvmtext segment, struct err *err)
{
	struct lvmtext value;

	if (lvmtext_value(segment, "merging_store", &value) == 0)
		return err_set(err, -ENOTSUP, "a snapshot is being merged into it");
	if (!lvmtext_has(segment, "type", "snapshot"))
		return err_set(err, -ENOTSUP, "another volume depends on what is in it");
	return 0;
}

/* Write where in which disk a piece lies. Return: 0, -EBADMSG, -ENOTSUP. */
static int put_place(const struct group *group, struct lvmtext disk_name, struct lvmtext extent,
		     FILE *out, struct err *err)
{
	char name[LVMVOLUME_NAME_MAX], id[DEVID_MAX];
	uint64_t start, extents, place;
	struct lvmtext disk, value;

	if (lvmtext_copy(disk_name, name, sizeof(name)) < 0 || lvmtext_number(extent, &extents) < 0)
		return damaged(err);
	if (lvmtext_section(group->disks, name, &disk) < 0)
		return err_set(err, -ENOTSUP, "it lies on %s, which is no disk", name);
	if (lvmtext_has(disk, "flags", "MISSING"))
		return err_set(err, -ENOTSUP, "it lies on %s, which LVM calls missing", name);
	if (lvmtext_value(disk, "id", &value) < 0 || lvmtext_copy(value, id, sizeof(id)) < 0 ||
	    number_of(disk, "pe_start", &start) < 0 ||
	    __builtin_mul_overflow(extents, group->extent, &place) ||
	    __builtin_add_overflow(place, start, &place))
		return damaged(err);
	fprintf(out, "@UUID=%s %" PRIu64, id, place);
	return 0;
}

static int put_params(const struct group *group, struct lvmtext segment, uint64_t stripes,
		      FILE *out, struct err *err)
{
	struct lvmtext list, disk, extent;
	uint64_t size, n = 0;
	int r = 0;

	if (stripes > 1) {
		if (number_of(segment, "stripe_size", &size) < 0)
			return damaged(err);
		fprintf(out, "%" PRIu64 " %" PRIu64 " ", stripes, size);
	}
	if (lvmtext_value(segment, "stripes", &list) < 0)
		return damaged(err);
	for (; r == 0 && lvmtext_item(&list, &disk) > 0; n++) {
		if (n >= stripes || lvmtext_item(&list, &extent) <= 0)
			return damaged(err);
		if (n > 0)
			fputc(' ', out);
		r = put_place(group, disk, extent, out, err);
	}
	return r == 0 && n != stripes ? damaged(err) : r;
}

static int add_segment(const struct group *group, struct lvmtext segment, struct dmtable *ret,
		       struct err *err)
{
	_cleanup_free_ char *params = NULL;
	struct dmtable_row row = { .start = 0 };
	char type[LVMVOLUME_NAME_MAX] = "?";
	struct lvmtext value;
	uint64_t stripes;
	size_t size;
	FILE *out;
	int r;

	if (lvmtext_value(segment, "type", &value) < 0 ||
	    lvmtext_copy(value, type, sizeof(type)) < 0)
		return damaged(err);
	if (strcmp(type, "striped") != 0 && strcmp(type, "linear") != 0)
		return err_set(err, -ENOTSUP, "it is of the type %s", type);
	if (number_of(segment, "start_extent", &row.start) < 0 ||
	    number_of(segment, "extent_count", &row.length) < 0 ||
	    number_of(segment, "stripe_count", &stripes) < 0 || stripes == 0 ||
	    __builtin_mul_overflow(row.start, group->extent, &row.start) ||
	    __builtin_mul_overflow(row.length, group->extent, &row.length) || row.length == 0)
		return damaged(err);
	out = open_memstream(&params, &size);
	if (!out)
		return err_oom(err);
	r = put_params(group, segment, stripes, out, err);
	if (fclose(out) != 0)
		return err_oom(err);
	if (r == 0 && size >= DMTABLE_PARAMS_MAX)
		r = damaged(err);
	row.target = stripes > 1 ? (char *)"striped" : (char *)"linear";
	row.params = params;
	return r == 0 && dmtable_add(ret, &row) < 0 ? err_oom(err) : r;
}

static int add_segments(const struct group *group, struct lvmtext volume, struct dmtable *ret,
			struct err *err)
{
	struct lvmtext_entry entry;
	uint64_t count;
	int r = 0;

	if (number_of(volume, "segment_count", &count) < 0)
		return damaged(err);
	while (r == 0 && lvmtext_next(&volume, &entry) > 0)
		if (entry.section && ret->n >= DMTABLE_ROWS_MAX)
			r = damaged(err);
		else if (entry.section)
			r = add_segment(group, entry.body, ret, err);
	return r == 0 && (ret->n == 0 || ret->n != count) ? damaged(err) : r;
}

/* Return: 0; -ENODATA if no description was seen; -EBADMSG. */
static int read_group(const struct lvmvolume *volume, struct group *ret, struct err *err)
{
	static const char nothing[] = "";
	struct lvmtext text;
	int r;

	if (!volume->text)
		return err_set(err, -ENODATA, "no metadata of its volume group are on its disks");
	if (find_group(volume->text, &text) < 0 ||
	    number_of(text, "extent_size", &ret->extent) < 0 ||
	    lvmtext_section(text, "physical_volumes", &ret->disks) < 0)
		return damaged(err);
	r = lvmtext_section(text, "logical_volumes", &ret->volumes);
	if (r == -ENODATA)
		ret->volumes = (struct lvmtext){ nothing, nothing };
	return r == -EBADMSG ? damaged(err) : 0;
}

int lvmvolume_table(const struct lvmvolume *volume, struct dmtable *ret, struct err *err)
{
	char name[LVMVOLUME_NAME_MAX];
	struct lvmtext found;
	struct group group;
	int r = read_group(volume, &group, err);

	if (r < 0)
		return r;
	r = find_volume(&group, volume->id, name, &found);
	if (r == -ENODATA)
		return err_set(err, r, "it is not in its volume group any more");
	if (r < 0)
		return damaged(err);
	if (!lvmtext_has(found, "status", "WRITE"))
		return err_set(err, -ENOTSUP, "it is read-only");
	r = visit_dependents(&group, name, check_dependent, NULL, err);
	return r < 0 ? r : add_segments(&group, found, ret, err);
}

struct listing {
	const struct group *group;
	struct lvmvolume_snapshots *ret;
};

/* Add the snapshot that a segment describes. Its store is a volume, which has its name. */
static int add_snapshot(void *ctx, struct lvmtext segment, struct err *err)
{
	struct listing *l = ctx;
	struct lvmvolume_snapshots *ret = l->ret;
	struct lvmvolume_snapshot *new;
	struct lvmtext value, store;
	int r;

	if (array_reserve(&ret->v, &ret->capacity, ret->n + 1, sizeof(*ret->v)) < 0)
		return err_oom(err);
	new = &ret->v[ret->n++];
	*new = (struct lvmvolume_snapshot){ .name = "?" };
	if (lvmtext_value(segment, "cow_store", &value) < 0 ||
	    lvmtext_copy(value, new->name, sizeof(new->name)) < 0 ||
	    lvmtext_section(l->group->volumes, new->name, &store) < 0)
		return 0;
	r = add_segments(l->group, store, &new->store, NULL);
	if (r < 0)
		dmtable_done(&new->store);
	return r == -ENOMEM ? err_oom(err) : 0;
}

int lvmvolume_snapshots(const struct lvmvolume *volume, struct lvmvolume_snapshots *ret,
			struct err *err)
{
	char name[LVMVOLUME_NAME_MAX];
	struct lvmtext found;
	struct group group;
	struct listing l = { &group, ret };
	int r = read_group(volume, &group, err);

	if (r < 0)
		return r;
	if (find_volume(&group, volume->id, name, &found) < 0)
		return damaged(err);
	return visit_dependents(&group, name, add_snapshot, &l, err);
}

void lvmvolume_snapshots_done(struct lvmvolume_snapshots *list)
{
	for (size_t i = 0; i < list->n; i++)
		dmtable_done(&list->v[i].store);
	free(list->v);
	*list = (struct lvmvolume_snapshots){ NULL };
}
