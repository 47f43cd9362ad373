/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "kdump/dumpname.h"

/* Of host names, IPv4 and IPv6 addresses, the last with the name of an interface. */
#define HOST_CHARS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:%_-"

enum {
	YEAR_DIGITS = 4,
	OTHER_DIGITS = 2,
	FIRST_YEAR = 1970,
	TM_YEAR_BASE = 1900,
	SECOND_MAX = 60, /* a leap second */
};

static const struct form {
	const char *pattern; /* Y, M, D, h, m, s: the digits of a number; all else itself */
	enum dump_origin origin;
	bool host; /* a word for the machine and a dash stand before it */
} forms[] = {
	{ "Y-M-D-h:m:s", DUMP_OF_KDUMP, true },
	{ "Y-M-D-h:m", DUMP_OF_RECOVERY, false },
	{ "Y-M-D-h-m", DUMP_OF_SUSE, false },
	{ "YMDhm", DUMP_OF_KDUMPTOOLS, false },
};

static const struct field {
	char letter;
	size_t digits;
	int min, max;
} fields[] = {
	{ 'Y', YEAR_DIGITS, FIRST_YEAR, 9999 }, { 'M', OTHER_DIGITS, 1, 12 },
	{ 'D', OTHER_DIGITS, 1, 31 },           { 'h', OTHER_DIGITS, 0, 23 },
	{ 'm', OTHER_DIGITS, 0, 59 },           { 's', OTHER_DIGITS, 0, SECOND_MAX },
};

static const struct field *find_field(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].letter == letter)
			return &fields[i];
	return NULL;
}

static size_t stamp_width(const char *pattern)
{
	size_t width = 0;

	for (; *pattern; pattern++) {
		const struct field *field = find_field(*pattern);

		width += field ? field->digits : 1;
	}
	return width;
}

static void keep(struct tm *tm, char letter, int value)
{
	switch (letter) {
	case 'Y':
		tm->tm_year = value - TM_YEAR_BASE;
		break;
	case 'M':
		tm->tm_mon = value - 1;
		break;
	case 'D':
		tm->tm_mday = value;
		break;
	case 'h':
		tm->tm_hour = value;
		break;
	case 'm':
		tm->tm_min = value;
		break;
	default:
		tm->tm_sec = value;
		break;
	}
}

/* Does @text, of stamp_width() bytes, have the form of @pattern? */
static bool read_stamp(const char *text, const char *pattern, struct tm *tm)
{
	for (; *pattern; pattern++) {
		const struct field *field = find_field(*pattern);
		int value = 0;

		if (!field) {
			if (*text++ != *pattern)
				return false;
			continue;
		}
		for (size_t i = 0; i < field->digits; i++, text++) {
			if (*text < '0' || *text > '9')
				return false;
			value = value * 10 + (*text - '0');
		}
		if (value < field->min || value > field->max)
			return false;
		keep(tm, field->letter, value);
	}
	return true;
}

static bool read_form(const char *name, const struct form *form, struct dump_name *ret)
{
	struct tm tm = { .tm_isdst = -1 };
	size_t len = strlen(name), width = stamp_width(form->pattern), before;

	if (len < width)
		return false;
	before = len - width;
	if (!form->host && before > 0)
		return false;
	if (form->host && (before < 2 || name[before - 1] != '-' ||
			   strspn(name, HOST_CHARS) < before || name[0] == '.'))
		return false;
	if (!read_stamp(name + before, form->pattern, &tm))
		return false;
	ret->origin = form->origin;
	ret->host = before > 0 ? before - 1 : 0;
	ret->time = mktime(&tm);
	return true;
}

static bool is_host(const char *name, const struct dump_name *said, const char *host)
{
	return said->host > 0 && said->host == strlen(host) && strncmp(name, host, said->host) == 0;
}

bool dump_name_read(const char *name, struct dump_name *ret)
{
	struct dump_name said;

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (!read_form(name, &forms[i], &said))
			continue;
		if (is_host(name, &said, DUMP_NAME_REHEARSAL))
			return false;
		*ret = said;
		return true;
	}
	return false;
}

bool dump_name_is_of(const char *name, const char *host)
{
	struct dump_name said;

	return dump_name_read(name, &said) && is_host(name, &said, host);
}

bool dump_name_takes(const char *host)
{
	size_t len = strlen(host);

	return len > 0 && len < DUMP_HOST_MAX && strspn(host, HOST_CHARS) == len && host[0] != '.';
}

void dump_name_write(const char *host, time_t when, char ret[static DUMP_NAME_MAX])
{
	char stamp[sizeof("YYYY-MM-DD-HH:MM:SS") + 16]; /* of years far off */
	struct tm tm = { 0 };

	localtime_r(&when, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%d-%H:%M:%S", &tm);
	snprintf(ret, DUMP_NAME_MAX, "%s-%s", host, stamp);
}
