/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "kdump/console.h"
#include "kdump/diskwait.h"

enum {
	POLL_MS = 50,
	NOTICE_SECONDS = 5,
};

int diskwait(const struct sysroot *root, const char *what, devid_match *match, void *ctx,
	     unsigned int seconds, char ret[PATH_MAX], struct err *err)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	unsigned int said = 0, waited = 0;
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (devid_find(root, match, ctx, ret) < 0) {
		if (waited >= seconds)
			return err_set(err, -ETIMEDOUT, "no %s appeared within %u s", what,
				       seconds);
		if (waited >= said + NOTICE_SECONDS) {
			console_say("waiting for the %s: %u of %u s", what, waited, seconds);
			said = waited;
		}
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
		waited = (unsigned int)(now.tv_sec - start.tv_sec);
	}
	return 0;
}

/* What begins a device may begin another one that is built upon it, and belongs to that. */
static bool has_uuid(void *ctx, const char *node _unused_, const struct devid *id)
{
	return !id->held && strcasecmp(id->uuid, ctx) == 0;
}

bool diskwait_is_there(const struct sysroot *root, const char *uuid)
{
	return devid_find(root, has_uuid, (void *)uuid, NULL) == 0;
}

int diskwait_uuid(const struct sysroot *root, const char *uuid, unsigned int seconds,
		  char ret[PATH_MAX], struct err *err)
{
	char what[DEVID_MAX + 32];

	snprintf(what, sizeof(what), "disk with UUID=%s", uuid);
	return diskwait(root, what, has_uuid, (void *)uuid, seconds, ret, err);
}
