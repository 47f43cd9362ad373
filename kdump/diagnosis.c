/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/cmdline.h"

#include "kdump/crashkernel.h"
#include "kdump/diagnosis.h"
#include "kdump/kmsg.h"
#include "kdump/memory.h"
#include "kdump/nearest.h"

#define NONE "No memory reserved for crash kernel"

enum {
	CMDLINE_MAX = 64 << 10, /* bytes; kernels take 4096 or less */
	WORD_MAX = 96,          /* bytes of a word that are repeated in a message */
	REMEDY_MAX = 256,       /* bytes */
};

/* What the kernel says when a reservation fails, and not when it is made or echoed. */
static bool is_complaint(const char *message)
{
	static const char *const echoes[] = { "ommand line:", "parameters", "Reserving " };

	if (!strcasestr(message, "crashkernel") && !strcasestr(message, "crash kernel"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(echoes); i++)
		if (strstr(message, echoes[i]))
			return false;
	return true;
}

int diagnosis_facts_read(const struct sysroot *root, struct diagnosis_facts *ret, struct err *err)
{
	int r = sysroot_read(root, "/proc/cmdline", CMDLINE_MAX, &ret->cmdline, NULL, err);

	if (r == 0)
		r = bootconf_read(root, &ret->boot, err);
	if (r == 0)
		r = kmsg_last(root, is_complaint, &ret->log, err);
	if (r < 0)
		return r;
	ret->generator = bootconf_generator(root, &ret->boot);
	if (memory_size(root, &ret->memory, NULL) < 0)
		ret->memory = 0;
	return 0;
}

void diagnosis_facts_done(struct diagnosis_facts *facts)
{
	free(facts->cmdline);
	free(facts->log);
	bootconf_done(&facts->boot);
	*facts = (struct diagnosis_facts){ NULL };
}

/* A word of a command line, and the beginning of the next one. */
struct found {
	struct cmdline_word word;
	const char *rest;
};

static bool find_word(const char *cmdline, bool (*wanted)(const struct cmdline_word *word),
		      struct found *ret)
{
	bool is_found = false;
	struct cmdline_word word;

	while (cmdline_next(&cmdline, &word)) {
		if (!wanted(&word))
			continue;
		ret->word = word;
		ret->rest = cmdline;
		is_found = true;
	}
	return is_found; /* the last one is what the kernel goes by */
}

static bool is_exact(const struct cmdline_word *word)
{
	return cmdline_word_is(word, "crashkernel");
}

/* Looks a word's name like a slip for "crashkernel"? */
static bool is_misspelt(const struct cmdline_word *word)
{
	char name[NEAREST_WORD_MAX + 1];

	if (word->name_len > NEAREST_WORD_MAX || is_exact(word))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)word->name_len, word->text);
	if (strcmp(name, "crash_kexec_post_notifiers") == 0)
		return false;
	return strcasecmp(name, "crashkernel") == 0 || nearest_is_near(name, "crashkernel");
}

/* The word as it is repeated in messages; where blanks are at fault, with the one behind it. */
static void copy_word(const struct found *found, bool with_next, char ret[static WORD_MAX])
{
	const char *rest = found->rest;
	struct cmdline_word next;

	if (with_next && cmdline_next(&rest, &next))
		snprintf(ret, WORD_MAX, "%.*s %.*s", (int)found->word.len, found->word.text,
			 (int)next.len, next.text);
	else
		snprintf(ret, WORD_MAX, "%.*s", (int)found->word.len, found->word.text);
}

/* Where an administrator corrects @word: "/etc/default/grub, line 6" or what fits any machine. */
static void name_place(const struct diagnosis_facts *facts, const char *word,
		       char ret[static REMEDY_MAX])
{
	for (size_t i = 0; i < facts->boot.count; i++) {
		const struct bootconf_line *line = &facts->boot.lines[i];

		if (!bootconf_is_generated(line) && strstr(line->cmdline, word)) {
			snprintf(ret, REMEDY_MAX, "%s, line %u", line->path, line->number);
			return;
		}
	}
	snprintf(ret, REMEDY_MAX, "the boot loader's configuration");
}

/* "Correct it in PLACE, run `GENERATOR`, and reboot." */
static int hint_correct(const struct diagnosis_facts *facts, const char *word, const char *how,
			struct err *err)
{
	char place[REMEDY_MAX];

	name_place(facts, word, place);
	if (!facts->generator)
		return err_hint(err, -ENOENT, "%s in %s, and reboot.", how, place);
	return err_hint(err, -ENOENT, "%s in %s, run `%s`, and reboot.", how, place,
			facts->generator);
}

static int explain_blank(const struct diagnosis_facts *facts, const struct found *found,
			 struct err *err)
{
	char word[WORD_MAX];

	copy_word(found, true, word);
	err_set(err, -ENOENT, NONE ": '%s' on the kernel command line has no value", word);
	return hint_correct(facts, word, "No blanks may stand around the '='. Correct it", err);
}

static int explain_auto(const struct diagnosis_facts *facts, const char *word, struct err *err)
{
	err_set(err, -ENOENT, NONE ": this kernel made nothing of '%s'", word);
	return hint_correct(facts, word,
			    "Only RHEL's kernels know 'auto', up to RHEL 8, and only from 2 GiB of "
			    "memory up. Write a size, e.g. crashkernel=256M",
			    err);
}

/* The word is well written: does it ask for what this machine has? Return: 0 if it does. */
static int explain_size(const struct diagnosis_facts *facts, const struct crashkernel *value,
			const char *word, struct err *err)
{
	uint64_t size = crashkernel_size(value, facts->memory);
	uint64_t mib = facts->memory >> 20;

	if (facts->memory == 0 && value->by_range)
		return 0;
	if (size == 0 && value->by_range) {
		err_set(err, -ENOENT,
			NONE ": no range of '%s' is for this machine's %" PRIu64 " MiB of memory",
			word, mib);
		return hint_correct(facts, word, "Give it a size, e.g. crashkernel=256M,", err);
	}
	if (size == 0) {
		err_set(err, -ENOENT, NONE ": '%s' asks for none", word);
		return hint_correct(facts, word, "Give it a size, e.g. crashkernel=256M,", err);
	}
	if (facts->memory != 0 && size >= facts->memory) {
		err_set(err, -ENOENT,
			NONE ": '%s' asks for more than this machine's %" PRIu64 " MiB of memory",
			word, mib);
		return hint_correct(facts, word, "Make it smaller", err);
	}
	return 0;
}

static int explain_refusal(const struct diagnosis_facts *facts, const char *word, struct err *err)
{
	char how[REMEDY_MAX];

	err_set(err, -ENOENT, NONE ": the kernel made nothing of '%s'%s%s", word,
		facts->log ? ": " : "", facts->log ? facts->log : "");
	if (!facts->log)
		return err_hint(err, -ENOENT,
				"Is there that much free memory in one piece? "
				"`dmesg | grep -i crashkernel` shows the kernel's reason.");
	snprintf(how, sizeof(how),
		 "It wants that much in one piece, of %" PRIu64 " MiB of memory. Make it smaller",
		 facts->memory >> 20);
	return hint_correct(facts, word, facts->memory ? how : "Make it smaller", err);
}

static int explain_word(const struct diagnosis_facts *facts, const struct found *found,
			struct err *err)
{
	struct crashkernel_words words;
	const struct crashkernel *value;
	char word[WORD_MAX];
	int r;

	if (found->word.len <= found->word.name_len + 1)
		return explain_blank(facts, found, err);
	copy_word(found, false, word);
	if (strncmp(word, "crashkernel=auto", 16) == 0)
		return explain_auto(facts, word, err);
	if (crashkernel_read(facts->cmdline, &words, err) < 0) {
		err_prefix(err, -ENOENT, NONE);
		return hint_correct(facts, word, "A size is a number with K, M or G. Correct it",
				    err);
	}
	if (!words.has[CRASHKERNEL_PLAIN] && !words.has[CRASHKERNEL_HIGH]) {
		err_set(err, -ENOENT,
			NONE ": '%s' is only an addition to another crashkernel=", word);
		return hint_correct(facts, word, "Add crashkernel=SIZE,high", err);
	}
	value = &words.value[words.has[CRASHKERNEL_PLAIN] ? CRASHKERNEL_PLAIN : CRASHKERNEL_HIGH];
	r = explain_size(facts, value, word, err);
	return r < 0 ? r : explain_refusal(facts, word, err);
}

static int explain_misspelt(const struct diagnosis_facts *facts, const struct found *found,
			    struct err *err)
{
	char word[WORD_MAX];

	copy_word(found, false, word);
	err_set(err, -ENOENT, NONE ": '%s' on the kernel command line looks misspelt", word);
	return hint_correct(facts, word, "The word is crashkernel=. Correct it", err);
}

/* The first line of the boot loader's files, of either sort, with a crashkernel=. */
static const struct bootconf_line *find_line(const struct bootconf *boot, bool generated,
					     char ret_word[static WORD_MAX])
{
	for (size_t i = 0; i < boot->count; i++) {
		struct found found;

		if (bootconf_is_generated(&boot->lines[i]) != generated ||
		    !find_word(boot->lines[i].cmdline, is_exact, &found))
			continue;
		copy_word(&found, false, ret_word);
		return &boot->lines[i];
	}
	return NULL;
}

/* The running kernel knows of none. Is one waiting for it? */
static int explain_absent(const struct diagnosis_facts *facts, struct err *err)
{
	const struct bootconf_line *line;
	char word[WORD_MAX];

	line = find_line(&facts->boot, true, word);
	if (line) {
		err_set(err, -ENOENT,
			NONE ": the kernel was booted without crashkernel=; '%s' stands in %s",
			word, line->path);
		return err_hint(err, -ENOENT,
				"Reboot. If it fails again, the boot loader starts another entry.");
	}
	line = find_line(&facts->boot, false, word);
	if (line) {
		err_set(err, -ENOENT,
			NONE ": '%s' stands in %s, but not in what the boot loader reads", word,
			line->path);
		return err_hint(err, -ENOENT, "Run `%s`, and reboot.",
				facts->generator ? facts->generator : "kdumpctl reset-crashkernel");
	}
	err_set(err, -ENOENT, NONE ": the kernel was booted without crashkernel=");
	return err_hint(err, -ENOENT, "Run `kdumpctl reset-crashkernel`, and reboot.");
}

int diagnosis_explain(const struct diagnosis_facts *facts, struct err *err)
{
	struct found found;

	if (find_word(facts->cmdline, is_exact, &found))
		return explain_word(facts, &found, err);
	if (find_word(facts->cmdline, is_misspelt, &found))
		return explain_misspelt(facts, &found, err);
	return explain_absent(facts, err);
}
