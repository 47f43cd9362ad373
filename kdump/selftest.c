/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"

#include "kdump/selftest.h"

static const char *const words[] = {
	[SELFTEST_PENDING] = "pending",
	[SELFTEST_SUCCESS] = "success",
	[SELFTEST_FAIL] = "fail",
	[SELFTEST_MANUAL] = "manual",
};

void selftest_id(const struct timespec *when, char ret[static SELFTEST_ID_MAX])
{
	snprintf(ret, SELFTEST_ID_MAX, "%lld-%09ld", (long long)when->tv_sec, when->tv_nsec);
}

time_t selftest_time(const char *id)
{
	return (time_t)strtoll(id, NULL, 10);
}

static size_t digits(const char *p)
{
	size_t n = 0;

	while (isdigit((unsigned char)p[n]))
		n++;
	return n;
}

/* Is it an id, and nothing that could lead out of a folder? */
static bool take_id(const char *text, size_t len, char ret[static SELFTEST_ID_MAX])
{
	size_t first = digits(text), second;

	if (len >= SELFTEST_ID_MAX || first == 0 || text[first] != '-')
		return false;
	second = digits(text + first + 1);
	if (second == 0 || first + 1 + second != len)
		return false;
	snprintf(ret, SELFTEST_ID_MAX, "%.*s", (int)len, text);
	return true;
}

bool selftest_of_cmdline(const char *line, char ret[static SELFTEST_ID_MAX])
{
	_cleanup_free_ char *value = NULL;

	return cmdline_value(line, SELFTEST_PARAMETER, &value) == 1 &&
	       take_id(value, strlen(value), ret);
}

void selftest_folder(const char *id, char ret[static SELFTEST_NAME_MAX])
{
	snprintf(ret, SELFTEST_NAME_MAX, "kdump-test-%s", id);
}

void selftest_write(const struct selftest *test, char ret[static SELFTEST_TEXT_MAX])
{
	snprintf(ret, SELFTEST_TEXT_MAX, "%s " SELFTEST_PARAMETER "=%s\n", words[test->result],
		 test->id);
}

void selftest_read(const char *text, struct selftest *ret)
{
	static const char middle[] = " " SELFTEST_PARAMETER "=";

	*ret = (struct selftest){ .result = SELFTEST_NONE };
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = words[i] ? strlen(words[i]) : 0;
		const char *id = text + len + strlen(middle);

		if (len == 0 || strncmp(text, words[i], len) != 0 ||
		    strncmp(text + len, middle, strlen(middle)) != 0)
			continue;
		if (take_id(id, strcspn(id, " \n"), ret->id))
			ret->result = (enum selftest_result)i;
		return;
	}
}
