/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kdump/layout.h"
#include "kdump/manifest.h"
#include "kdump/rootpath.h"

#define DRACUT "dracut" /* in the place of a compression */

enum { FORMAT_VERSION = 1 }; /* raised when images are made in another way */

static int put_file(FILE *out, const struct sysroot *root, const struct image_item *item,
		    struct err *err)
{
	struct stat st;
	int r = rootpath_stat(root, item->source, &st);

	if (r < 0)
		return err_errno(err, r, "cannot look at %s", item->source);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s: not a regular file", item->source);
	fprintf(out, "%s\t%jd\t%jd.%09ld\t%s\t%s\n", item->kind == IMAGE_MODULE ? "module" : "file",
		(intmax_t)st.st_size, (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, item->name,
		item->source);
	return 0;
}

static bool is_file(const struct image_item *item)
{
	return item->kind == IMAGE_FILE || item->kind == IMAGE_PROGRAM ||
	       item->kind == IMAGE_MODULE || item->kind == IMAGE_PACKED;
}

/* What only dracut knows how to use. */
static void put_dracut(FILE *out, const struct image_inputs *in, const struct image_plan *plan)
{
	if (in->conf->dracut_args)
		fprintf(out, "conf\tdracut_args %s\n", in->conf->dracut_args);
	for (size_t i = 0; i < plan->layers.n; i++)
		fprintf(out, "device\t%s\n", plan->layers.v[i]);
}

/* Each line of a text, with the word that says which text it is. */
static void put_lines(FILE *out, const char *word, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		fprintf(out, "%s\t%.*s\n", word, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

/* Of the list of modules what the modules themselves do not tell. */
static void put_options(FILE *out, const char *order)
{
	while (*order) {
		size_t len = strcspn(order, "\n");

		if (memchr(order, ' ', len))
			fprintf(out, "options\t%.*s\n", (int)len, order);
		order += len + (order[len] == '\n');
	}
}

int manifest_make(const struct image_inputs *in, const struct image_plan *plan, char **ret,
		  struct err *err)
{
	static const char fence_folder[] = LAYOUT_FENCE "/";
	const char *fence = fence_folder + 1; /* as items are named */
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r = 0;

	if (!out)
		return err_oom(err);
	fprintf(out, "image\t%d\t%s\n", FORMAT_VERSION,
		plan->builder == IMAGEBUILDER_DRACUT ? DRACUT : pack_name(plan->format));
	fprintf(out, "kernel\t%s\n", in->kernel->version);
	fprintf(out, "target\t%s\t%s\t%s\n", in->target->type, in->target->name, in->target->inner);
	for (size_t i = 0; r == 0 && i < plan->count; i++) {
		const struct image_item *item = &plan->items[i];

		if (is_file(item))
			r = put_file(out, in->root, item, err);
		else if (item->kind == IMAGE_TEXT &&
			 (strcmp(item->name, &CONF_PATH[1]) == 0 ||
			  strcmp(item->name, &LAYOUT_ROOTFS_CONF[1]) == 0))
			put_lines(out, "conf", item->text);
		else if (item->kind == IMAGE_TEXT && strcmp(item->name, &LAYOUT_NETWORK[1]) == 0)
			put_lines(out, "network", item->text);
		else if (item->kind == IMAGE_TEXT && strcmp(item->name, &LAYOUT_LAYERS[1]) == 0)
			put_lines(out, "layers", item->text);
		else if (item->kind == IMAGE_TEXT &&
			 strcmp(item->name, &LAYOUT_MODULE_ORDER[1]) == 0)
			put_options(out, item->text);
		else if (item->kind == IMAGE_TEXT && strncmp(item->name, fence, strlen(fence)) == 0)
			put_lines(out, "fence", item->text);
	}
	if (plan->builder == IMAGEBUILDER_DRACUT)
		put_dracut(out, in, plan);
	if (fclose(out) != 0 && r == 0)
		r = err_oom(err);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

/* A line of a record, without its newline. */
struct line {
	const char *text;
	size_t len;
};

static bool next_line(const char **pos, struct line *ret)
{
	if (!**pos)
		return false;
	*ret = (struct line){ *pos, strcspn(*pos, "\n") };
	*pos += ret->len + ((*pos)[ret->len] == '\n');
	return true;
}

static bool has_line(const char *text, struct line line)
{
	struct line other;

	while (next_line(&text, &other))
		if (other.len == line.len && memcmp(other.text, line.text, line.len) == 0)
			return true;
	return false;
}

/* Field @n of a line, counted from 0; empty if there are not so many. */
static struct line field(struct line line, unsigned int n)
{
	const char *end = line.text + line.len, *p = line.text, *tab;

	for (; n > 0 && p < end; n--) {
		tab = memchr(p, '\t', (size_t)(end - p));
		p = tab ? tab + 1 : end;
	}
	tab = memchr(p, '\t', (size_t)(end - p));
	return (struct line){ p, (size_t)((tab ? tab : end) - p) };
}

static bool is(struct line line, const char *text)
{
	return line.len == strlen(text) && memcmp(line.text, text, line.len) == 0;
}

static bool same(struct line a, struct line b)
{
	return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

/* Does @text have a line of the same kind and name as @line? */
static bool has_name(const char *text, struct line line)
{
	struct line other;

	while (next_line(&text, &other))
		if (same(field(other, 0), field(line, 0)) && same(field(other, 3), field(line, 3)))
			return true;
	return false;
}

static int add_once(struct strv *list, struct line text)
{
	_cleanup_free_ char *copy = strndup(text.text, text.len);

	if (!copy)
		return -ENOMEM;
	return strv_has(list, copy) ? 0 : strv_take(list, TAKE_PTR(copy));
}

/* These come from the mount table and this machine's name, not from the administrator's kdump.conf. */
static bool is_of_target(struct line line)
{
	static const char *const names[] = { "mount_options ", "dump_host " };
	struct line text = field(line, 1);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (text.len >= strlen(names[i]) &&
		    memcmp(text.text, names[i], strlen(names[i])) == 0)
			return is(field(line, 0), "conf");
	return false;
}

/* Is the target that @line names, wherever in it, the one of a record? */
static bool has_target(const char *text, struct line line)
{
	struct line other;

	while (next_line(&text, &other))
		if (is(field(other, 0), "target") && same(field(other, 1), field(line, 1)) &&
		    same(field(other, 2), field(line, 2)))
			return true;
	return false;
}

/* Does a line that only the present record has say that the target is another, or elsewhere? */
static bool is_of_storage(struct line line, const char *was)
{
	struct line kind = field(line, 0);

	if (is(kind, "target"))
		return !has_target(was, line);
	if (is(kind, "module"))
		return !has_name(was, line);
	return is(kind, "device") || is(kind, "layers");
}

/* Sort a line that only one of the records has. @is_new: it is the present one's. */
static int note(struct line line, bool is_new, const char *was, struct manifest_changes *ret)
{
	struct line kind = field(line, 0), conf = { CONF_PATH, strlen(CONF_PATH) };

	if (is(kind, "target") || is(kind, "device") || is_of_target(line)) {
		ret->target = true;
		return 0;
	}
	if (is(kind, "network")) {
		ret->network = true;
		return 0;
	}
	if (is(kind, "fence")) {
		ret->fence = true;
		return 0;
	}
	if (is(kind, "options")) {
		ret->options = true;
		return 0;
	}
	if (is(kind, "layers")) {
		ret->layers = true;
		return 0;
	}
	if (is(kind, "conf")) /* a line about the target changes with the target */
		return ret->target ? 0 : add_once(&ret->files, conf);
	if (is(kind, "module") && is_new && !has_name(was, line))
		return add_once(&ret->modules, field(line, 4));
	if (is(kind, "module") || is(kind, "file"))
		return add_once(&ret->files, field(line, 4));
	ret->maker = true;
	return 0;
}

enum imagebuilder manifest_builder(const char *text)
{
	struct line line;

	if (next_line(&text, &line) && is(field(line, 0), "image") && is(field(line, 2), DRACUT))
		return IMAGEBUILDER_DRACUT;
	return IMAGEBUILDER_OWN;
}

bool manifest_has_layers(const char *text)
{
	struct line line;

	while (next_line(&text, &line))
		if (is(field(line, 0), "layers") || is(field(line, 0), "device"))
			return true;
	return false;
}

int manifest_compare(const char *was, const char *is_now, struct manifest_changes *ret)
{
	const char *old = was, *new = is_now;
	struct line line;
	int changed = 0, r;

	while (next_line(&new, &line)) {
		if (has_line(was, line))
			continue;
		changed = 1;
		ret->storage |= is_of_storage(line, was);
		r = note(line, true, was, ret);
		if (r < 0)
			return r;
	}
	while (next_line(&old, &line)) {
		if (has_line(is_now, line))
			continue;
		changed = 1;
		ret->storage |= is(field(line, 0), "device") || is(field(line, 0), "layers");
		r = note(line, false, was, ret);
		if (r < 0)
			return r;
	}
	return changed;
}

void manifest_changes_done(struct manifest_changes *changes)
{
	strv_done(&changes->files);
	strv_done(&changes->modules);
	*changes = (struct manifest_changes){ .maker = false };
}
