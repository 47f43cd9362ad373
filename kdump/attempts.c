/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "kdump/attempts.h"
#include "kdump/conf.h"
#include "kdump/savedump.h"

/*
 * makedumpfile(8): its bitmap of pages is made piece by piece, in as many KiB as this says; 1 MiB
 * is enough for 32 GiB at a time, and is always there.
 */
#define LITTLE_MEMORY "--cyclic-buffer", "1024"

#define LOG_ONLY "--dump-dmesg" /* then there is to be no dump of the memory at all */

/* Does a word of short options have one of @letters, so that it may be one of them? */
static bool has_short(const struct strv *words, const char *letters)
{
	for (size_t i = 1; i < words->n; i++)
		if (words->v[i][0] == '-' && words->v[i][1] != '-' && strpbrk(words->v[i], letters))
			return true;
	return false;
}

static bool has_long(const struct strv *words, const char *option)
{
	for (size_t i = 1; i < words->n; i++)
		if (strncmp(words->v[i], option, strlen(option)) == 0)
			return true;
	return false;
}

/* Threads compress; with -E and -F, makedumpfile takes none. */
static bool takes_threads(const struct strv *words)
{
	return !has_short(words, "EF") && !has_long(words, "--num-threads") &&
	       !has_long(words, "--split") && !has_long(words, LOG_ONLY);
}

static int add_words(struct strv *to, const char *const *words, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = strv_add(to, words[i]);
	return r;
}

static struct attempt *begin(struct attempts *attempts, const char *name)
{
	struct attempt *attempt = &attempts->v[attempts->n++];

	attempt->name = name;
	return attempt;
}

static int add_configured(struct attempts *attempts, const struct strv *collector,
			  unsigned int cpus, bool streams)
{
	struct attempt *attempt = begin(attempts, "core_collector");
	int r = add_words(&attempt->words, (const char *const *)collector->v, collector->n);

	if (r == 0 && cpus > 1 && !streams && savedump_is_makedumpfile(collector->v[0]) &&
	    takes_threads(collector))
		r = strv_addf(&attempt->words, "--num-threads=%u", cpus);
	return r;
}

/* The same with little memory, as what ends a collector is often that there is no more. */
static int add_frugal(struct attempts *attempts, const struct strv *collector)
{
	static const char *const words[] = { LITTLE_MEMORY };
	struct attempt *attempt;
	int r;

	if (!savedump_is_makedumpfile(collector->v[0]) || has_long(collector, "--cyclic-buffer"))
		return 0;
	attempt = begin(attempts, "the same with less memory");
	r = add_words(&attempt->words, (const char *const *)collector->v, collector->n);
	return r < 0 ? r : add_words(&attempt->words, words, ARRAY_SIZE(words));
}

static int add_reduced(struct attempts *attempts, const char *makedumpfile)
{
	static const char *const words[] = { "-c", "-d", "31", LITTLE_MEMORY };
	struct attempt *attempt;
	int r;

	if (!makedumpfile)
		return 0;
	attempt = begin(attempts, "the kernel's own pages only");
	attempt->less = true;
	r = strv_add(&attempt->words, makedumpfile);
	return r < 0 ? r : add_words(&attempt->words, words, ARRAY_SIZE(words));
}

int attempts_make(const struct strv *collector, const char *makedumpfile, unsigned int cpus,
		  bool streams, struct attempts *ret)
{
	struct attempts attempts = { .n = 0 };
	bool own = strcmp(collector->v[0], CONF_BUILTIN_COLLECTOR) == 0;
	bool log_only = has_long(collector, LOG_ONLY);
	int r = 0;

	if (own)
		begin(&attempts, "core_collector")->own = true;
	else
		r = add_configured(&attempts, collector, cpus, streams);
	if (r == 0 && !own && !log_only)
		r = add_frugal(&attempts, collector);
	if (r == 0 && !log_only)
		r = add_reduced(&attempts, makedumpfile);
	if (r == 0 && !own && !log_only && !streams)
		begin(&attempts, "a plain copy of all memory")->own = true;
	if (r < 0)
		attempts_done(&attempts);
	else
		*ret = attempts;
	return r;
}

void attempts_done(struct attempts *attempts)
{
	for (size_t i = 0; i < attempts->n; i++)
		strv_done(&attempts->v[i].words);
	attempts->n = 0;
}
