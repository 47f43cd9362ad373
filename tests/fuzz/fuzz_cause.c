/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash text: any bytes, through lines and events to both reports. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "vmcore-dmesg/cause.h"
#include "vmcore-dmesg/cause_report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(cause_done) struct cause cause = { .lines = 0 };
	_cleanup_(json_done) struct json json = { NULL };
	_cleanup_free_ char *text = NULL;
	struct line_sink sink = cause_sink(&cause);
	struct err err = ERR_INIT;
	const struct story *story;
	size_t text_size;
	FILE *out;

	if (lines_of_text((struct bytes){ data, size }, &sink, &err) < 0)
		abort();
	story = cause_finish(&cause);
	cause_json(&json, story);
	if (json_result(&json, &err) < 0)
		abort();
	for (size_t i = 0; i < json.size; i++)
		if ((unsigned char)json.text[i] < ' ' && json.text[i] != '\n')
			abort();
	out = open_memstream(&text, &text_size);
	if (!out)
		return 0;
	cause_print(out, &cause, story);
	fclose(out);
	return 0;
}
