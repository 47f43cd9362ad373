/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "vmcore-dmesg/stamps.h"

void stamps_add(struct stamps *stamps, enum stamp_kind kind)
{
	for (size_t i = 0; i < stamps->count; i++)
		if (stamps->kinds[i] == kind)
			return;
	stamps->kinds[stamps->count++] = kind;
}

int stamps_add_named(struct stamps *stamps, const char *name, struct err *err)
{
	static const struct {
		const char *name;
		enum stamp_kind kind;
	} formats[] = {
		{ "raw", STAMP_SECONDS },     { "delta", STAMP_DELTA }, { "ctime", STAMP_CTIME },
		{ "reltime", STAMP_RELTIME }, { "iso", STAMP_ISO },
	};

	if (strcmp(name, "notime") == 0) {
		stamps->none = true;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(name, formats[i].name) == 0) {
			stamps_add(stamps, formats[i].kind);
			return 0;
		}
	err_set(err, -EINVAL, "unknown time format '%s'", name);
	return err_hint(err, -EINVAL, "formats: ctime reltime delta iso notime raw");
}

/* Take @kind out. Return: was it in? */
static bool remove_kind(struct stamps *stamps, enum stamp_kind kind)
{
	for (size_t i = 0; i < stamps->count; i++)
		if (stamps->kinds[i] == kind) {
			stamps->count--;
			memmove(&stamps->kinds[i], &stamps->kinds[i + 1],
				(stamps->count - i) * sizeof(stamps->kinds[0]));
			return true;
		}
	return false;
}

static bool replace_kind(struct stamps *stamps, enum stamp_kind from, enum stamp_kind to)
{
	for (size_t i = 0; i < stamps->count; i++)
		if (stamps->kinds[i] == from) {
			stamps->kinds[i] = to;
			return true;
		}
	return false;
}

void stamps_combine(struct stamps *stamps)
{
	bool full = remove_kind(stamps, STAMP_SECONDS_DELTA);
	bool delta = remove_kind(stamps, STAMP_DELTA) || full;

	stamps->asked = stamps->count > 0 || delta;
	if (stamps->none)
		stamps->count = 0;
	if (delta && !replace_kind(stamps, STAMP_CTIME, STAMP_CTIME_DELTA) &&
	    !replace_kind(stamps, STAMP_SECONDS, STAMP_SECONDS_DELTA))
		stamps_add(stamps, full && !stamps->none ? STAMP_SECONDS_DELTA : STAMP_DELTA);
	if (stamps->count == 0 && !stamps->none)
		stamps_add(stamps, STAMP_SECONDS);
}
