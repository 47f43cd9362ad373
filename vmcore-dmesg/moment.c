/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "vmcore-dmesg/moment.h"

#define NSEC_PER_SEC UINT64_C(1000000000)

/* drivers/rtc/class.c at boot, and each of kernel/audit.c's lines: "(1700000000.123:45)" */
static const char clock_set[] = "setting system clock to", audit[] = "audit(";

void moment_take(struct moment *ret, const struct log_line *line)
{
	unsigned long long seconds;
	unsigned int milliseconds = 0;
	const char *p;

	if (!line->has_time)
		return;
	if (line->wall.known && !line->wall.local) {
		*ret = (struct moment){ true, line->nsec,
					(uint64_t)line->wall.seconds * NSEC_PER_SEC };
		return;
	}
	p = strstr(line->text, clock_set);
	if (p)
		p = strchr(p, '(');
	else if ((p = strstr(line->text, audit)))
		p += sizeof(audit) - 2;
	if (!p || sscanf(p, "(%10llu.%3u", &seconds, &milliseconds) < 1)
		return;
	*ret = (struct moment){
		.known = true,
		.nsec = line->nsec,
		.epoch = seconds * NSEC_PER_SEC + milliseconds * UINT64_C(1000000),
	};
}
