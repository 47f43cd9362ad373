/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/access.h"
#include "vmcore-dmesg/scan.h"
#include "vmcore-dmesg/symbol.h"
#include "vmcore-dmesg/take.h"

/* The flags behind "Tainted: "; other kernels' rows of dashes are left out. */
static void take_flags(const char **text, struct facts *facts)
{
	for (;;) {
		size_t n;
		bool dashes;

		skip_blanks(text);
		n = word_length(*text);
		dashes = n > 0 && strcspn(*text, "-") < n;
		if (n == 0 || (!dashes && strspn(*text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < n) ||
		    (dashes && strspn(*text, "-ABCDEFGHIJKLMNOPQRSTUVWXYZ") < n))
			return;
		for (size_t i = 0; i < n; i++)
			if (is_letter((*text)[i]))
				facts->taint |= UINT32_C(1) << ((*text)[i] - 'A');
		*text += n;
	}
}

static bool take_taint(const char **text, struct facts *facts)
{
	const char *p = *text;

	if (take_word(&p, "Kdump: loaded"))
		skip_blanks(&p);
	facts->taint = 0;
	if (take_word(&p, "Tainted: ") && strspn(p, " ") != strcspn(p, "["))
		take_flags(&p, facts);
	else if (!take_word(&p, "Not tainted"))
		return false;
	facts->has |= HAS_TAINT;
	*text = p;
	return true;
}

static bool take_kernel(const char **text, struct facts *facts)
{
	size_t n;

	skip_blanks(text);
	take_word(text, "(");
	n = strcspn(*text, " )");
	if (!is_digit(**text))
		return false;
	copy_cut(facts->kernel, sizeof(facts->kernel), *text, n);
	facts->has |= HAS_KERNEL;
	*text += n;
	return true;
}

static bool take_hardware(const char **text, struct facts *facts)
{
	skip_blanks(text);
	if (**text == '\0')
		return false;
	copy_cut(facts->hardware, sizeof(facts->hardware), *text, strlen(*text));
	facts->has |= HAS_HARDWARE;
	*text += strlen(*text);
	return true;
}

/* What follows the taint: release, "#1-build", in old kernels the machine. */
static bool take_taint_and_more(const char **text, struct facts *facts, bool machine)
{
	if (!take_taint(text, facts))
		return false;
	if (!take_kernel(text, facts) || !machine)
		return true;
	skip_blanks(text);
	if (**text != '#')
		return true;
	*text += word_length(*text);
	skip_blanks(text);
	if (take_word(text, "Debian ")) /* its version of the package */
		*text += word_length(*text);
	if (strspn(*text, " ") < strlen(*text))
		take_hardware(text, facts);
	return true;
}

static bool take_address(const char **text, struct facts *facts)
{
	facts->has |= HAS_ADDRESS;
	facts->address = 0;
	return take_word(text, "(null)") || take_word(text, "<NULL>") ||
	       take_hex(text, &facts->address);
}

/* As take_address(), but a hash, which has half the digits of an address, is left out. */
static bool take_plain_address(const char **text, struct facts *facts)
{
	const char *start = *text;

	if (!take_address(text, facts))
		return false;
	if (*text - start == 16 && facts->address <= UINT32_MAX)
		facts->has &= ~(unsigned int)HAS_ADDRESS;
	return true;
}

static bool take_code(const char **text, char architecture, struct facts *facts)
{
	uint64_t code;

	if (!take_hex(text, &code))
		return false;
	facts->access = access_decode(architecture, code);
	if (facts->access != ACCESS_UNKNOWN)
		facts->has |= HAS_ACCESS;
	return true;
}

/* A conversion but for those that look for what stands behind them. */
static bool convert(const char **text, char conversion, struct facts *facts)
{
	uint64_t number;

	switch (conversion) {
	case 'a':
		return take_address(text, facts);
	case 'A':
		return take_plain_address(text, facts);
	case 'c':
		facts->has |= HAS_CPU;
		return take_decimal(text, &facts->cpu);
	case 'C':
		facts->has |= HAS_CPU;
		return take_hex(text, &facts->cpu);
	case 'p':
		facts->has |= HAS_PID;
		return take_decimal(text, &facts->pid);
	case 'f':
		facts->has |= HAS_FUNCTION;
		return take_symbol(text, &facts->function);
	case 't':
		return take_taint_and_more(text, facts, false);
	case 'm':
		return take_taint_and_more(text, facts, true);
	case 'r':
		return take_kernel(text, facts);
	case 'h':
		return take_hardware(text, facts);
	case 'x':
		return take_hex(text, &number);
	case 'd':
		return take_decimal(text, &number);
	case 'w':
		number = word_length(*text);
		*text += number;
		return number > 0;
	case '$':
		return **text == '\0';
	case '%':
		return take_word(text, "%");
	default:
		return take_code(text, conversion, facts);
	}
}

/* "%*": go to the first place where the characters behind it in the pattern stand. */
static bool skip_to(const char **text, const char *pattern)
{
	char literal[32];
	size_t n = strcspn(pattern, "%");
	const char *found;

	copy_cut(literal, sizeof(literal), pattern, n);
	found = strstr(*text, literal);
	if (!found)
		return false;
	*text = found;
	return true;
}

static bool scan_from(const char *text, const char *pattern, struct facts *facts);

static void set_process(struct facts *facts, const char *text, size_t size)
{
	copy_cut(facts->process, sizeof(facts->process), text, size);
	facts->has |= HAS_PROCESS;
}

/* "%n": a name is as short as it can be for what stands behind it to match. */
static bool scan_name(const char *text, const char *pattern, struct facts *facts)
{
	if (strcmp(pattern, "%$") == 0) {
		set_process(facts, text, strlen(text));
		return text[0];
	}
	for (size_t n = 0; n < PROCESS_NAME_MAX && text[n]; n++) {
		struct facts tried = *facts;

		if (n == 0 || text[n] != pattern[0] || !scan_from(text + n, pattern, &tried))
			continue;
		*facts = tried;
		set_process(facts, text, n);
		return true;
	}
	return false;
}

static bool scan_from(const char *text, const char *pattern, struct facts *facts)
{
	while (*pattern) {
		char c = *pattern++;

		if (c == ' ') {
			if (*text != ' ')
				return false;
			skip_blanks(&text);
		} else if (c != '%') {
			if (*text++ != c)
				return false;
		} else if (*pattern == 'n') {
			return scan_name(text, pattern + 1, facts);
		} else if (*pattern == '*') {
			if (!skip_to(&text, ++pattern))
				return false;
		} else if (!convert(&text, *pattern++, facts)) {
			return false;
		}
	}
	return true;
}

bool scan(const char *text, const char *pattern, struct facts *ret)
{
	ret->has = 0;
	return scan_from(text, pattern, ret);
}
