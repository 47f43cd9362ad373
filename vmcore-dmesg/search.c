/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/search.h"

/* Of kinds whose messages differ; NULL: the message is searched for. */
static const char *const words[EVENT_KINDS] = {
	[EVENT_NULL_DEREFERENCE] = "NULL pointer dereference",
	[EVENT_PAGE_FAULT] = "unable to handle kernel paging request",
	[EVENT_GENERAL_PROTECTION] = "general protection fault",
	[EVENT_HUNG_TASK] = "task blocked for more than seconds",
	[EVENT_SOFT_LOCKUP] = "soft lockup",
	[EVENT_HARD_LOCKUP] = "hard LOCKUP",
	[EVENT_RCU_STALL] = "rcu detected stall",
	[EVENT_OOM] = "panic out of memory",
	[EVENT_NMI] = "kernel panic NMI",
	[EVENT_MACHINE_CHECK] = "machine check",
	[EVENT_STACK_OVERFLOW] = "kernel stack overflow",
	[EVENT_STACK_CORRUPTION] = "kernel stack is corrupted",
	[EVENT_DIVIDE_ERROR] = "divide error",
	[EVENT_INVALID_OPCODE] = "invalid opcode",
	[EVENT_INIT_EXIT] = "Attempted to kill init",
	[EVENT_SYSRQ] = "sysrq triggered crash",
};

static void append(char *ret, const char *text, size_t size)
{
	size_t used = strlen(ret);

	if (used > 0 && used + 1 < SEARCH_MAX)
		ret[used++] = ' ';
	if (size > SEARCH_MAX - 1 - used)
		size = SEARCH_MAX - 1 - used;
	memcpy(ret + used, text, size);
	ret[used + size] = '\0';
}

/* Bytes up to what differs: an address, a number in brackets, a second sentence. */
static size_t constant_length(const char *text)
{
	const char *const ends[] = { " (", " [", "0x", ". ", "!", "=" };
	size_t n = strlen(text);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		const char *p = strstr(text, ends[i]);

		if (p && (size_t)(p - text) < n)
			n = (size_t)(p - text);
	}
	while (n > 0 && strchr(" .:,", text[n - 1]))
		n--;
	return n;
}

/* Where a warning is: "kernel/file.c:12", which stands in three places in as many formats. */
static const char *file_of(const char *message, size_t *ret_size)
{
	const char *p = strstr(message, "at ");
	const char *word = p ? p + 3 : message;

	if (!memchr(word, ':', strcspn(word, " "))) {
		p = strstr(message, "WARNING: ");
		word = p ? p + 9 : message;
	}
	*ret_size = strcspn(word, " ");
	return memchr(word, ':', *ret_size) && memchr(word, '/', *ret_size) ? word : NULL;
}

static void append_message(const struct event *event, char *ret)
{
	static const char panic[] = "Kernel panic - not syncing: ";
	const char *message = event->message, *file;
	size_t size;

	if (strncmp(message, panic, sizeof(panic) - 1) == 0)
		message += sizeof(panic) - 1;
	file = event->kind == EVENT_WARN ? file_of(message, &size) : NULL;
	if (file) {
		append(ret, "WARNING at", 10);
		append(ret, file, size);
	} else {
		append(ret, message, constant_length(message));
	}
}

/* Where it was, or who was there last. */
static const struct symbol *place_of(const struct event *event)
{
	if (event->facts.has & HAS_FUNCTION)
		return &event->facts.function;
	if (event->severity != SEVERITY_OOPS)
		return NULL;
	for (size_t i = 0; i < event->trace_count; i++)
		if (event->trace[i].reliable)
			return &event->trace[i].symbol;
	return NULL;
}

void search_words(const struct event *event, char ret[SEARCH_MAX])
{
	const struct symbol *function = place_of(event);
	size_t name;

	ret[0] = '\0';
	if (event->note[0])
		append(ret, event->note, constant_length(event->note));
	if (words[event->kind])
		append(ret, words[event->kind], strlen(words[event->kind]));
	else
		append_message(event, ret);
	if (!function)
		return;
	name = strcspn(function->name, "."); /* without what the compiler adds: ".cold" */
	if (!memmem(ret, strlen(ret), function->name, name))
		append(ret, function->name, name);
	if (function->module[0])
		append(ret, function->module, strlen(function->module));
}
