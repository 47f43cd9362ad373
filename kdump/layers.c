/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

#include "kdump/layers.h"

void layer_done(struct layer *layer)
{
	strv_done(&layer->members);
	free(layer->name);
	free(layer->from);
	dmtable_done(&layer->table);
	*layer = (struct layer){ .kind = LAYER_MD };
}

void layers_done(struct layers *layers)
{
	for (size_t i = 0; i < layers->n; i++)
		layer_done(&layers->v[i]);
	free(layers->v);
	*layers = (struct layers){ NULL };
}

int layers_add(struct layers *layers, struct layer *layer, struct err *err)
{
	int r = 0;

	if (layers->n >= LAYERS_MAX)
		r = err_set(err, -E2BIG, "more than %d devices are built upon each other",
			    LAYERS_MAX);
	else if (array_reserve(&layers->v, &layers->capacity, layers->n + 1, sizeof(*layer)) < 0)
		r = err_oom(err);
	if (r < 0) {
		layer_done(layer);
		return r;
	}
	layers->v[layers->n++] = *layer;
	*layer = (struct layer){ .kind = LAYER_MD };
	return 0;
}

static void put(FILE *out, const struct layer *layer)
{
	if (layer->kind == LAYER_MD)
		fprintf(out, "md %s %s %s\n", layer->version, layer->level, layer->uuid);
	else if (layer->kind == LAYER_BTRFS)
		fprintf(out, "btrfs %s\n", layer->uuid);
	else
		fprintf(out, "dm %s\n", layer->name);
	if (layer->group[0])
		fprintf(out, "lv %s %s\n", layer->group, layer->volume);
	if (layer->from)
		fprintf(out, "from %s\n", layer->from);
	for (size_t i = 0; i < layer->members.n; i++)
		fprintf(out, "member %s\n", layer->members.v[i]);
	for (size_t i = 0; i < layer->table.n; i++) {
		const struct dmtable_row *row = &layer->table.v[i];

		fprintf(out, "map %" PRIu64 " %" PRIu64 " %s %s\n", row->start, row->length,
			row->target, row->params);
	}
}

int layers_format(const struct layers *layers, char **ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return err_oom(err);
	for (size_t i = 0; i < layers->n; i++)
		put(out, &layers->v[i]);
	if (fclose(out) != 0)
		return err_oom(err);
	*ret = TAKE_PTR(text);
	return 0;
}

/* Copy a word that is there and not too long. */
static int copy(const char *word, char *ret, size_t size)
{
	if (!word || !word[0] || strlen(word) >= size)
		return -EINVAL;
	strcpy(ret, word);
	return 0;
}

static int parse_md(char *rest, struct layers *ret, struct err *err)
{
	struct layer layer = { .kind = LAYER_MD };
	char *version = strsep(&rest, " "), *level = strsep(&rest, " ");

	if (copy(version, layer.version, sizeof(layer.version)) < 0 ||
	    copy(level, layer.level, sizeof(layer.level)) < 0 ||
	    copy(rest, layer.uuid, sizeof(layer.uuid)) < 0)
		return err_set(err, -EINVAL, "this is no md array");
	return layers_add(ret, &layer, err);
}

static int parse_btrfs(const char *rest, struct layers *ret, struct err *err)
{
	struct layer layer = { .kind = LAYER_BTRFS };

	if (copy(rest, layer.uuid, sizeof(layer.uuid)) < 0)
		return err_set(err, -EINVAL, "this is no btrfs");
	return layers_add(ret, &layer, err);
}

static int parse_dm(const char *rest, struct layers *ret, struct err *err)
{
	struct layer layer = { .kind = LAYER_DM, .name = strdup(rest) };

	return layer.name ? layers_add(ret, &layer, err) : err_oom(err);
}

static int parse_lv(char *rest, struct layer *layer, struct err *err)
{
	const char *group = strsep(&rest, " ");

	if (copy(group, layer->group, sizeof(layer->group)) < 0 ||
	    copy(rest, layer->volume, sizeof(layer->volume)) < 0)
		return err_set(err, -EINVAL, "this is no logical volume");
	return 0;
}

static int parse_from(const char *rest, struct layer *layer, struct err *err)
{
	if (!layer->group[0] || layer->from || rest[0] != '@')
		return err_set(err, -EINVAL, "this is no disk of a logical volume's");
	layer->from = strdup(rest);
	return layer->from ? 0 : err_oom(err);
}

/* A line about the device that began last. */
static int parse_part(const char *word, char *rest, struct layers *ret, struct err *err)
{
	struct layer *last = ret->n > 0 ? &ret->v[ret->n - 1] : NULL;
	struct dmtable_row row;
	int r;

	if (last && last->kind != LAYER_DM && strcmp(word, "member") == 0 && rest[0])
		return strv_add(&last->members, rest) < 0 ? err_oom(err) : 0;
	if (last && last->kind == LAYER_DM && strcmp(word, "lv") == 0)
		return parse_lv(rest, last, err);
	if (last && last->kind == LAYER_DM && strcmp(word, "from") == 0)
		return parse_from(rest, last, err);
	if (!last || last->kind != LAYER_DM || strcmp(word, "map") != 0)
		return err_set(err, -EINVAL, "'%.40s' is out of place", word);
	r = dmtable_parse_row(rest, &row, err);
	if (r == 0 && last->table.n >= DMTABLE_ROWS_MAX)
		r = err_set(err, -E2BIG, "a table of more than %d rows", DMTABLE_ROWS_MAX);
	if (r < 0)
		return r;
	return dmtable_add(&last->table, &row) < 0 ? err_oom(err) : 0;
}

int layers_parse(char *text, struct layers *ret, struct err *err)
{
	char *rest;
	int r = 0;

	while (r == 0 && (rest = strsep(&text, "\n"))) {
		const char *word = strsep(&rest, " ");

		if (!word[0])
			continue;
		if (!rest)
			rest = (char *)word + strlen(word);
		if (strcmp(word, "md") == 0)
			r = parse_md(rest, ret, err);
		else if (strcmp(word, "btrfs") == 0)
			r = parse_btrfs(rest, ret, err);
		else if (strcmp(word, "dm") == 0)
			r = parse_dm(rest, ret, err);
		else
			r = parse_part(word, rest, ret, err);
	}
	return r;
}
