/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/unwrap.h"
#include "kexec/modules.h"

#define MODULE_MAX ((size_t)4 << 30) /* bytes, unpacked: they lie below 4 GiB */

static int open_module(struct module *module, const char *text, struct err *err)
{
	size_t len = strcspn(text, " ");
	_cleanup_free_ char *name = strndup(text, len);
	struct mapping unpacked;
	int r;

	if (!name)
		return err_oom(err);
	module->text = text;
	r = mapping_open(name, &module->file, err);
	if (r < 0)
		return r;
	r = unwrap_whole(module->file.bytes, MODULE_MAX, name, &unpacked, err);
	if (r != 0)
		return r == UNWRAP_NOT_MINE ? 0 : r;
	mapping_close(&module->file);
	module->file = unpacked;
	return 0;
}

int modules_open(const struct request *request, struct modules *ret, struct err *err)
{
	const struct file_list *list = &request->modules;
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++) {
		ret->items[i].file = (struct mapping)MAPPING_INIT;
		ret->count = i + 1;
		r = open_module(&ret->items[i], list->names[i], err);
	}
	return r < 0 ? err_prefix(err, r, "module") : 0;
}

void modules_done(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		mapping_close(&modules->items[i].file);
	modules->count = 0;
}

/* Bytes of whole pages; an empty module has one, for its address to be its own. */
static uint64_t pages_of(const struct module *module)
{
	size_t size = module->file.bytes.size ? module->file.bytes.size : 1;

	return align_down(size + PLAN_PAGE_SIZE - 1, PLAN_PAGE_SIZE);
}

/* Several modules in one segment have to be copied, one alone need not. */
static int fill(struct segment *s, const struct module *modules, size_t count, struct err *err)
{
	uint64_t at = 0;

	if (count == 1) {
		s->content = modules[0].file.bytes;
		return 0;
	}
	s->owned = calloc(1, s->size);
	if (!s->owned)
		return err_oom(err);
	for (size_t i = 0; i < count; i++) {
		if (modules[i].file.bytes.size > 0)
			memcpy(s->owned + at, modules[i].file.bytes.data,
			       modules[i].file.bytes.size);
		at += pages_of(&modules[i]);
	}
	s->content = (struct bytes){ s->owned, s->size };
	return 0;
}

static int place_together(const struct module *modules, size_t count,
			  const struct placement *limits, struct plan *plan, uint64_t *starts,
			  struct err *err)
{
	struct placement where = *limits;
	struct segment *s;
	uint64_t at;
	int r;

	where.size = 0;
	for (size_t i = 0; i < count; i++)
		where.size += pages_of(&modules[i]);
	r = plan_place(plan, count == 1 ? "module" : "modules", &where, &s, err);
	if (r < 0)
		return r;
	at = s->start;
	for (size_t i = 0; i < count; i++) {
		starts[i] = at;
		at += pages_of(&modules[i]);
	}
	return fill(s, modules, count, err);
}

int modules_place(const struct modules *modules, const struct placement *limits, struct plan *plan,
		  uint64_t starts[REQUEST_FILES_MAX], struct err *err)
{
	size_t slots =
		plan->count + 2 < PLAN_SEGMENTS_MAX ? PLAN_SEGMENTS_MAX - 1 - plan->count : 1;
	int r = 0;

	for (size_t i = 0, count; i < modules->count && r == 0; i += count, slots--) {
		count = slots == 1 ? modules->count - i : 1;
		r = place_together(&modules->items[i], count, limits, plan, starts + i, err);
	}
	return r;
}
