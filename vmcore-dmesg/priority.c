/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "lib/number.h"
#include "vmcore-dmesg/priority.h"

enum { NAME_MAX_BYTES = 16 }; /* with a NUL */

static const char *const level_names[LEVEL_COUNT] = {
	"emerg", "alert", "crit", "err", "warn", "notice", "info", "debug",
};

static const char *const facility_names[FACILITY_COUNT] = {
	"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
	"uucp",   "cron",   "authpriv", "ftp",    "res0",   "res1",   "res2",   "res3",
	"local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
};

const char *level_name(unsigned int level)
{
	return level < LEVEL_COUNT ? level_names[level] : NULL;
}

const char *facility_name(unsigned int facility)
{
	return facility < FACILITY_COUNT ? facility_names[facility] : NULL;
}

/* Find @word among @count names, or as a number below it. Return: its number, or @count. */
static size_t find(const char *word, const char *const *names, size_t count)
{
	uint64_t number;

	for (size_t i = 0; i < count; i++)
		if (strcasecmp(word, names[i]) == 0)
			return i;
	if (word[0] >= '0' && word[0] <= '9' && number_parse(word, 10, &number) == 0 &&
	    number < count)
		return (size_t)number;
	return count;
}

/* The bits [@first, @last]. */
static uint32_t bits(size_t first, size_t last)
{
	return (uint32_t)((UINT64_C(2) << last) - (UINT64_C(1) << first));
}

static bool add_level(char *word, uint32_t *set)
{
	size_t size = strlen(word), level;
	bool worse = size > 0 && word[size - 1] == '+';
	bool less = word[0] == '+' && size > 1;

	if (worse)
		word[size - 1] = '\0';
	level = find(less ? word + 1 : word, level_names, LEVEL_COUNT);
	if (level == LEVEL_COUNT)
		return false;
	*set |= bits(worse ? 0 : level, less ? LEVEL_COUNT - 1 : level);
	return true;
}

static bool add_facility(char *word, uint32_t *set)
{
	size_t facility = find(word, facility_names, FACILITY_COUNT);

	if (facility == FACILITY_COUNT)
		return false;
	*set |= bits(facility, facility);
	return true;
}

static int parse(const char *list, const char *what, bool (*add)(char *word, uint32_t *set),
		 uint32_t *set, struct err *err)
{
	for (const char *p = list;; p++) {
		size_t size = strcspn(p, ",");
		char word[NAME_MAX_BYTES];

		if (size >= sizeof(word))
			return err_set(err, -EINVAL, "unknown %s '%.*s'", what, (int)size, p);
		memcpy(word, p, size);
		word[size] = '\0';
		if (!add(word, set))
			return err_set(err, -EINVAL, "unknown %s '%.*s'", what, (int)size, p);
		p += size;
		if (*p == '\0')
			return 0;
	}
}

int levels_parse(const char *list, uint32_t *set, struct err *err)
{
	int r = parse(list, "level", add_level, set, err);

	return r < 0 ? err_hint(err, r,
				"levels: emerg alert crit err warn notice info debug, "
				"0 to 7, and err+ or +err for those above or below, too")
		     : 0;
}

int facilities_parse(const char *list, uint32_t *set, struct err *err)
{
	int r = parse(list, "facility", add_facility, set, err);

	return r < 0 ? err_hint(err, r,
				"facilities: kern user mail daemon auth syslog lpr news "
				"uucp cron authpriv ftp local0 to local7, or 0 to 23")
		     : 0;
}
