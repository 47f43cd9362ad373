/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "vmcore-dmesg/event.h"
#include "vmcore-dmesg/wall.h"

enum {
	ISO_MAX = 48, /* bytes of a date that are looked at, with a NUL */
	CTIME = 26,   /* bytes of "[Mon Nov 23 14:40:31 2026]" */
	YEAR_MIN = 1970,
	YEAR_MAX = 9999,
};

static bool set_wall(struct wall *ret, int year, struct tm *tm, int zone_minutes, bool local)
{
	if (year < YEAR_MIN || year > YEAR_MAX || tm->tm_mon < 0 || tm->tm_mon > 11 ||
	    tm->tm_mday < 1 || tm->tm_mday > 31 || tm->tm_hour > 23 || tm->tm_min > 59 ||
	    tm->tm_sec > 60 || tm->tm_hour < 0 || tm->tm_min < 0 || tm->tm_sec < 0)
		return false;
	tm->tm_year = year - 1900;
	*ret = (struct wall){ true, local, (int64_t)timegm(tm) - zone_minutes * 60 };
	return ret->seconds >= 0;
}

/* "Z", "+01:00", "+0100" or nothing. Return: bytes; *@local if nothing. */
static size_t scan_zone(const char *text, int *minutes, bool *local)
{
	unsigned int h, m;
	int n = 0;

	*minutes = 0;
	*local = false;
	if (text[0] == 'Z')
		return 1;
	if ((text[0] == '+' || text[0] == '-') &&
	    ((sscanf(text + 1, "%2u:%2u%n", &h, &m, &n) == 2 && n == 5) ||
	     (sscanf(text + 1, "%2u%2u%n", &h, &m, &n) == 2 && n == 4))) {
		*minutes = (int)(h * 60 + m) * (text[0] == '-' ? -1 : 1);
		return (size_t)n + 1;
	}
	*local = true;
	return 0;
}

bool wall_take_iso(struct bytes *text, struct wall *ret)
{
	char copy[ISO_MAX];
	int year, n = 0, zone;
	struct tm tm = { .tm_isdst = 0 };
	size_t used;
	bool local;

	if (text->size < 19 || text->data[4] != '-' || text->data[13] != ':')
		return false;
	copy_cut(copy, sizeof(copy), (const char *)text->data, text->size);
	if (sscanf(copy, "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6 ||
	    n != 19)
		return false;
	tm.tm_mon--;
	used = (size_t)n;
	if (copy[used] == '.' || copy[used] == ',')
		used += 1 + strspn(copy + used + 1, "0123456789");
	used += scan_zone(copy + used, &zone, &local);
	if ((copy[used] != ' ' && copy[used] != '\0' && copy[used] != ':') ||
	    !set_wall(ret, year, &tm, zone, local))
		return false;
	used += copy[used] == ':';
	*text = (struct bytes){ text->data + used, text->size - used };
	return true;
}

bool wall_take_ctime(struct bytes *text, struct wall *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char copy[CTIME + 1], month[4], *found;
	struct tm tm = { .tm_isdst = 0 };
	int year, n = 0;

	if (text->size < CTIME || text->data[0] != '[' || text->data[CTIME - 1] != ']')
		return false;
	copy_cut(copy, sizeof(copy), (const char *)text->data, CTIME);
	if (sscanf(copy, "[%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d]%n", month, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &year, &n) != 6 ||
	    n != CTIME)
		return false;
	found = strstr(months, month);
	if (!found)
		return false;
	tm.tm_mon = (int)((size_t)(found - months) / 3);
	if (!set_wall(ret, year, &tm, 0, true))
		return false;
	*text = (struct bytes){ text->data + CTIME, text->size - CTIME };
	return true;
}

void wall_format(const struct wall *wall, const char *t, const char *z, char ret[WALL_TEXT_MAX])
{
	time_t seconds = (time_t)wall->seconds;
	struct tm tm;

	ret[0] = '\0';
	if (wall->known && gmtime_r(&seconds, &tm))
		snprintf(ret, WALL_TEXT_MAX, "%04d-%02d-%02d%s%02d:%02d:%02d%s", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, t, tm.tm_hour, tm.tm_min, tm.tm_sec,
			 wall->local ? "" : z);
}
