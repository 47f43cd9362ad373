/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "kdump/console.h"
#include "kdump/progress.h"

enum {
	MS = 1000,         /* in a second */
	OFTEN_LINES = 10,  /* that come a second apart */
	SELDOM_MS = 10000, /* between those that follow */
	MIB_SHIFT = 20,
	GIB_SHIFT = 30,
	PERCENT = 100,
};

static uint64_t ms_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * MS + (uint64_t)now.tv_nsec / (1000000000 / MS);
}

/* @part of @whole, in percents, without overflow. */
static uint64_t percent(uint64_t part, uint64_t whole)
{
	return whole < PERCENT ? PERCENT : part / (whole / PERCENT);
}

/* Bytes in a second, of @done in @ms. */
static uint64_t scale(uint64_t done, uint64_t ms)
{
	return done > UINT64_MAX / MS ? done / ms * MS : done * MS / ms;
}

void progress_text(uint64_t done, uint64_t total, uint64_t elapsed_ms,
		   char ret[static PROGRESS_TEXT_MAX])
{
	uint64_t share = percent(done, total);
	uint64_t rate = elapsed_ms > 0 ? scale(done, elapsed_ms) : 0;
	uint64_t left = rate > 0 && total > done ? (total - done) / rate + 1 : 0;
	unsigned int shift = total >> GIB_SHIFT ? GIB_SHIFT : MIB_SHIFT;

	snprintf(ret, PROGRESS_TEXT_MAX,
		 "%" PRIu64 "%% of %" PRIu64 ".%" PRIu64 " %s, %" PRIu64 " MiB/s, %" PRIu64
		 " s left",
		 share < PERCENT ? share : PERCENT, total >> shift,
		 (total >> (shift - 10)) % 1024 * 10 / 1024, shift == GIB_SHIFT ? "GiB" : "MiB",
		 rate >> MIB_SHIFT, left);
}

void progress_tell(struct progress *progress, const char *name, uint64_t done)
{
	char text[PROGRESS_TEXT_MAX];
	uint64_t now = ms_now();

	if (progress->began_ms == 0) {
		progress->began_ms = now;
		progress->next_ms = now + MS;
	}
	if (progress->total == 0 || now < progress->next_ms)
		return;
	progress_text(done, progress->total, now - progress->began_ms, text);
	console_progress("%s: %s", name, text);
	progress->lines++;
	progress->next_ms = now + (progress->lines < OFTEN_LINES ? MS : SELDOM_MS);
}
