/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cpuinfo.h"
#include "lib/lockdown.h"

#include "kdump/kexecargs.h"
#include "kdump/words.h"

/* The letters of kexec's options that choose the system call. */
enum call {
	CALL_NONE = 0,
	CALL_AUTO = 'a',
	CALL_FILE = 's',
	CALL_SEGMENTS = 'c',
};

/* Long options; each may be cut as long as it is like no other one of kexec(8). */
static const struct {
	const char *name;
	size_t least; /* characters that may be left */
	enum call call;
} names[] = {
	{ "kexec-file-syscall", sizeof("kexec-f") - 1, CALL_FILE },
	{ "kexec-syscall", sizeof("kexec-syscall") - 1, CALL_SEGMENTS },
	{ "kexec-syscall-auto", sizeof("kexec-syscall-") - 1, CALL_AUTO },
};

/* Which call a word of KEXEC_ARGS asks for; the last letter of "-ds" counts, as for kexec. */
static enum call call_of(const char *word)
{
	enum call call = CALL_NONE;
	size_t len = strlen(word);

	if (word[0] != '-')
		return call;
	if (word[1] == '-') {
		len -= 2;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			if (len >= names[i].least && strncmp(word + 2, names[i].name, len) == 0)
				return names[i].call;
		return call;
	}
	for (const char *p = word + 1; *p && *p != 't'; p++) /* -t takes the rest of the word */
		if (*p == CALL_AUTO || *p == CALL_FILE || *p == CALL_SEGMENTS)
			call = (enum call)(unsigned char)*p;
	return call;
}

/* *@slot = text. Return: 0 or -ENOMEM. */
static _printf_(2, 3) int write_text(char **slot, const char *fmt, ...)
{
	va_list args;
	int r;

	va_start(args, fmt);
	r = vasprintf(slot, fmt, args);
	va_end(args);
	if (r >= 0)
		return 0;
	*slot = NULL;
	return -ENOMEM;
}

/*
 * Does the kernel take signed kernels only? Those that cannot tell do where Secure Boot is on.
 * @why: filled in if so. Return: 1, 0, -ENOMEM.
 */
static int is_locked(const struct sysroot *root, char **why)
{
	char mode[LOCKDOWN_MODE_MAX];
	bool tells = lockdown_read(root, mode);
	int r;

	if (mode[0])
		r = write_text(why, "The kernel is locked down (%s): by kexec_file_load (-s).",
			       mode);
	else if (!tells && lockdown_secure_boot(root))
		r = write_text(why, "Secure Boot is on: by kexec_file_load (-s).");
	else
		return 0;
	return r < 0 ? r : 1;
}

/* The next number of a release such as "6.1.0-48-amd64"; false behind the last one. */
static bool next_number(const char **p, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)**p))
		return false;
	*ret = strtoull(*p, &end, 10);
	*p = end + (*end == '.' || *end == '-');
	return true;
}

/* Is release @a older than @b? Only numbers say; "rc1", "el9" and the like end them. */
static bool is_older(const char *a, const char *b)
{
	uint64_t x, y;

	while (next_number(&a, &x) && next_number(&b, &y))
		if (x != y)
			return x < y;
	return false;
}

/*
 * With kexec_file_load it is the running kernel's own purgatory that starts the capture kernel,
 * and leaves the top page table to it as it is. Kernels since 6.14 have a mark of their own in
 * there, which those before 6.19 take for a part of an address; our purgatory wipes it out.
 */
static bool needs_segments(const struct sysroot *root, const struct kernel *kernel)
{
	return is_older(kernel->version, kernel->running) && cpuinfo_five_levels(root);
}

static int add_segments(const struct kernel *kernel, struct kexecargs *ret)
{
	int r = write_text(&ret->why,
			   "Five-level paging is in use, and %s is older than the running kernel: "
			   "by kexec_load (-c).",
			   kernel->version);

	return r < 0 ? r : strv_add(&ret->words, "-c");
}

static int doubt_file(const struct kernel *kernel, struct kexecargs *ret)
{
	return write_text(&ret->doubt,
			  "WARNING: under five-level paging, %s, which is older than the running "
			  "kernel, may not start when loaded by kexec_file_load.\n"
			  "Boot this system with no5lvl, or let its own kernel capture.",
			  kernel->version);
}

/* @kernel: what is to be loaded; NULL: nothing. @asked: by KEXEC_ARGS. */
static int choose_call(const struct sysroot *root, const struct kernel *kernel, enum call asked,
		       struct kexecargs *ret)
{
	const struct kernel *old = kernel && needs_segments(root, kernel) ? kernel : NULL;
	int r = is_locked(root, &ret->why);

	if (r == 0)
		return old && asked == CALL_NONE ? add_segments(old, ret) : 0;
	if (r > 0 && asked != CALL_FILE) /* the last one given wins over -c */
		r = strv_add(&ret->words, "-s");
	return r < 0 || !old ? r : doubt_file(old, ret);
}

/* The last one counts, as for kexec. */
static enum call call_of_all(const struct strv *words)
{
	enum call call = CALL_NONE;

	for (size_t i = words->n; i > 0 && call == CALL_NONE; i--)
		call = call_of(words->v[i - 1]);
	return call;
}

int kexecargs_for_load(const struct sysroot *root, const struct sysconfig *config,
		       const struct kernel *kernel, struct kexecargs *ret, struct err *err)
{
	int r = words_split(config->kexec_args, &ret->words, err);

	if (r < 0)
		return err_prefix(err, r, "%s: KEXEC_ARGS", config->path);
	r = choose_call(root, kernel, call_of_all(&ret->words), ret);
	return r < 0 ? err_oom(err) : 0;
}

int kexecargs_for_unload(const struct sysroot *root, const struct sysconfig *config,
			 struct kexecargs *ret, struct err *err)
{
	_cleanup_(strv_done) struct strv all = { NULL };
	int r = config->kexec_args ? words_split(config->kexec_args, &all, err) : 0;
	enum call call;

	if (r == -ENOMEM)
		return r;
	r = 0;
	call = call_of_all(&all);
	if (call != CALL_NONE)
		r = strv_addf(&ret->words, "-%c", call);
	if (r == 0)
		r = choose_call(root, NULL, call, ret);
	return r < 0 ? err_oom(err) : 0;
}

void kexecargs_done(struct kexecargs *args)
{
	strv_done(&args->words);
	free(args->why);
	free(args->doubt);
	*args = (struct kexecargs){ .why = NULL };
}
