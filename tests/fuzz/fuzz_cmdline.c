/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel command lines: any text, cut into words, searched, and put together anew. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/command_line.h"
#include "kexec/purgatory.h"
#include "lib/cmdline.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words lie in the line one behind the other, and none is empty. */
static void check_words(const char *line)
{
	const char *pos = line, *end = line;
	struct cmdline_word word;

	while (cmdline_next(&pos, &word)) {
		check(word.text >= end && word.len > 0 && word.name_len <= word.len);
		end = word.text + word.len;
		check(pos >= end && end <= line + strlen(line));
	}
}

static bool keep_all(_unused_ const struct cmdline_word *word, _unused_ void *ctx)
{
	return false;
}

static char *rebuild(const char *line)
{
	char *ret = NULL;

	check(cmdline_without(line, keep_all, NULL, &ret) == 0);
	check(strlen(ret) <= strlen(line));
	return ret;
}

/* Putting a line together from its words changes nothing that a second time would change. */
static void check_rebuild(const char *line)
{
	_cleanup_free_ char *once = rebuild(line);
	_cleanup_free_ char *twice = rebuild(once);

	check(strcmp(once, twice) == 0);
	check_words(once);
}

static void check_composed(const char *line)
{
	const struct request request = { .given = OPTION_BIT(OPTION_REUSE_CMDLINE),
					 .crash = true,
					 .append = "last=1" };
	_cleanup_free_ char *composed = NULL, *value = NULL;
	const char *pos;
	struct cmdline_word word;

	check(command_line_compose(&request, line, NULL, &composed, NULL) == 0);
	for (pos = composed; cmdline_next(&pos, &word);)
		check(!cmdline_word_is(&word, "crashkernel") &&
		      !cmdline_word_is(&word, "BOOT_IMAGE"));
	check(cmdline_add(&composed, "x", NULL) == 0);
	check(cmdline_value(composed, "root", &value) >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = malloc(size + 1);
	struct purgatory_console console;

	check(line != NULL);
	if (size > 0)
		memcpy(line, data, size);
	line[size] = '\0';
	check_words(line);
	check_rebuild(line);
	check_composed(line);
	check(purgatory_console_find(line, &console, NULL) == 0);
	check(console.port || !console.divisor);
	return 0;
}
