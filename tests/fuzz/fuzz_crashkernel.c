/* SPDX-License-Identifier: GPL-2.0-or-later */
/* crashkernel= on a command line, and lines of boot loaders' files that get another one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/attrs.h"

#include "kdump/bootedit.h"
#include "kdump/crashkernel.h"

/* A value that was read is printed as one that means the same. */
static void go_and_return(const struct crashkernel *value)
{
	char text[CRASHKERNEL_TEXT_MAX];
	struct crashkernel again;

	if (crashkernel_print(value, text, NULL) < 0)
		return;
	if (crashkernel_parse(text, &again, NULL) < 0 || again.count != value->count ||
	    again.suffix != value->suffix || again.offset != value->offset)
		abort();
	for (size_t i = 0; i < value->count; i++)
		if (again.ranges[i].start != value->ranges[i].start ||
		    again.ranges[i].end != value->ranges[i].end ||
		    again.ranges[i].size != value->ranges[i].size)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_free_ char *line = NULL, *again = NULL;
	struct crashkernel_words words;
	struct crashkernel value;

	if (!text)
		return 0;
	if (crashkernel_parse(text, &value, NULL) == 0) {
		go_and_return(&value);
		if (crashkernel_grow(&value, (int64_t)size << 20, NULL) == 0)
			crashkernel_size(&value, size << 30);
	}
	if (crashkernel_read(text, &words, NULL) == 0 && words.has[CRASHKERNEL_HIGH])
		go_and_return(&words.value[CRASHKERNEL_HIGH]);
	/* What was written once is not changed by writing it again. */
	if (bootedit_assignment(text, "256M", &line) == 0 &&
	    (bootedit_assignment(line, "256M", &again) < 0 || strcmp(line, again) != 0))
		abort();
	return 0;
}
