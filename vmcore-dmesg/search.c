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

static const char panic[] = "Kernel panic - not syncing: ", bug[] = "BUG: ";

enum { ADDRESS_DIGITS = 8 }; /* of the shortest address */

static bool is_panic(const char *message)
{
	return strncmp(message, panic, sizeof(panic) - 1) == 0;
}

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

/* A number of an address' size, whatever stands behind it. */
static bool is_address(const char *word, size_t size)
{
	size_t digits = strspn(word, "0123456789abcdef");

	return digits >= ADDRESS_DIGITS && digits + 1 >= size;
}

/* Words in brackets, from "(" or "[" to its end. Return: bytes; 0 if it has no end. */
static size_t group_length(const char *text)
{
	const char *end = strchr(text, text[0] == '(' ? ')' : ']');

	return end ? (size_t)(end - text) + 1 : 0;
}

/* Where in a path the kernel's own folders begin: builders' folders are in front of them. */
static size_t builder_length(const char *word, size_t size)
{
	static const char tree[] = "/linux-";
	size_t base = 0, kernel = 0;

	if (word[0] != '/')
		return 0;
	for (size_t i = 0; i < size; i++) {
		if (word[i] != '/')
			continue;
		if (kernel == 0 && base > 0 && strncmp(word + base - 1, tree, 7) == 0)
			kernel = i + 1;
		base = i + 1;
	}
	return kernel > 0 ? kernel : base;
}

/* "kernel/file.c:12" of a word that begins like that: without folders of who built it. */
static void append_place(char *ret, const char *word, size_t size)
{
	size_t skip = builder_length(word, size), end;
	const char *colon = memchr(word, ':', size);

	end = colon ? (size_t)(colon - word) + 1 : size;
	while (end < size && word[end] >= '0' && word[end] <= '9')
		end++;
	append(ret, word + skip, end - skip);
}

/* A word up to what differs. Return: is it the last of a sentence? */
static bool append_word(char *ret, const char *word, size_t size)
{
	const char *number = memmem(word, size, "0x", 2);
	bool last = word[size - 1] == '!' || word[size - 1] == '.';

	if (number)
		size = number > word && number[-1] == '+' ? (size_t)(number - word) - 1 : 0;
	if (size == 0 || is_address(word, size) || memchr(word, '=', size) ||
	    strncmp(word, "0000", size) == 0)
		return last;
	if (memmem(word, size, ".c:", 3) || memmem(word, size, ".h:", 3)) {
		append_place(ret, word, size);
		return last;
	}
	while (size > 0 && (word[size - 1] == '!' || word[size - 1] == '.'))
		size--;
	append(ret, word, size);
	return last;
}

/* Words that lead to an address say nothing without it. */
static void drop_last_words(char *ret)
{
	static const char *const words_to[] = { " at", " address", " virtual", " data", " for" };
	size_t n = strlen(ret);
	bool found;

	do {
		while (n > 0 && strchr(" .:,-", ret[n - 1]))
			n--;
		found = false;
		for (size_t i = 0; i < ARRAY_SIZE(words_to) && !found; i++) {
			size_t size = strlen(words_to[i]);

			found = n > size && memcmp(ret + n - size, words_to[i], size) == 0;
			n -= found ? size : 0;
		}
	} while (found);
	ret[n] = '\0';
}

/* The first sentence of @text without what differs: addresses, and what is in brackets. */
static void append_constant(char *ret, const char *text)
{
	for (;;) {
		size_t size;

		text += strspn(text, " ");
		if (strncmp(text, "[#", 2) == 0)
			break;
		size = *text == '(' || *text == '[' ? group_length(text) : 0;
		if (size > 0) {
			text += size + strspn(text + size, ":");
			continue;
		}
		size = strcspn(text, " ");
		if (size == 0 || *text == '(' || *text == '[' || append_word(ret, text, size))
			break;
		text += size;
	}
	drop_last_words(ret);
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
	const char *message = event->message, *file;
	size_t size;

	if (is_panic(message))
		message += sizeof(panic) - 1;
	else if (strncmp(message, bug, sizeof(bug) - 1) == 0)
		message += sizeof(bug) - 1;
	file = event->kind == EVENT_WARN ? file_of(message, &size) : NULL;
	if (file) {
		append(ret, "WARNING at", 10);
		append_place(ret, file, size);
	} else {
		append_constant(ret, message);
	}
}

/* Do the kind's words say less than the message? */
static bool is_message_better(const struct event *event)
{
	const char *message = event->message;

	if (event->kind == EVENT_PAGE_FAULT)
		return strncmp(message, "BUG: ", 5) == 0 || message[0] == 'U';
	if (event->kind == EVENT_MACHINE_CHECK)
		return is_panic(message);
	return !words[event->kind];
}

/* Where it was, or who was there last. */
static const struct symbol *place_of(const struct event *event)
{
	if (event->facts.has & HAS_FUNCTION)
		return &event->facts.function;
	if (event->severity != SEVERITY_OOPS)
		return NULL;
	return event_first_place(event);
}

void search_words(const struct event *event, char ret[SEARCH_MAX])
{
	const struct symbol *function = place_of(event);
	size_t name;

	ret[0] = '\0';
	if (event->note[0])
		append_constant(ret, event->note);
	else if (event->kind == EVENT_SYSRQ && event->severity == SEVERITY_OOPS)
		append(ret, words[EVENT_NULL_DEREFERENCE],
		       strlen(words[EVENT_NULL_DEREFERENCE])); /* how kernels before 5.4 crash */
	else if (is_message_better(event))
		append_message(event, ret);
	else
		append(ret, words[event->kind], strlen(words[event->kind]));
	if (!function)
		return;
	name = strcspn(function->name, "."); /* without what the compiler adds: ".cold" */
	if (!memmem(ret, strlen(ret), function->name, name))
		append(ret, function->name, name);
	if (function->module[0])
		append(ret, function->module, strlen(function->module));
}
