/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of levels and facilities, and times: whatever is typed is read or refused with a reason. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/priority.h"
#include "vmcore-dmesg/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int r, const struct err *err)
{
	if ((r < 0) != (err->text[0] != '\0'))
		abort();
}

static void read_time(const char *text)
{
	const struct wall_clock clock = {
		.has_last = true,
		.last_nsec = UINT64_C(1000250000000),
		.known = true,
		.boot = { 1795443830, 750000000 },
	};
	struct err err = ERR_INIT;
	struct when when;
	int r = when_parse(text, &when, &err);

	check(r, &err);
	if (r == 0)
		when_resolve(&when, &clock);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct err level_err = ERR_INIT, facility_err = ERR_INIT;
	uint32_t set = 0;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_time(text);
	check(levels_parse(text, &set, &level_err), &level_err);
	if (set > 0xff)
		abort();
	check(facilities_parse(text, &set, &facility_err), &facility_err);
	free(text);
	return 0;
}
