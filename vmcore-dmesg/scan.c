/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/scan.h"

enum {
	HEX_DIGITS_MAX = 16,
	DECIMAL_DIGITS_MAX = 18,

	/* Error codes that tell the access. x86: the page fault's (asm/trap_pf.h). */
	X86_WRITE = 1 << 1,
	X86_EXECUTE = 1 << 4,
	/* arm64: ESR_ELx, exception class in bits 26 to 31 (asm/esr.h). */
	ESR_CLASS_SHIFT = 26,
	ESR_CLASS_MASK = 0x3f,
	ESR_INSTRUCTION_ABORT = 0x21,
	ESR_DATA_ABORT = 0x25,
	ESR_WRITE = 1 << 6,
	/* powerpc: DSISR_ISSTORE (asm/reg.h). */
	DSISR_STORE = 0x02000000,
	/* s390: what was tried, bits 52 and 53 of the TEID (asm/fault.h). */
	TEID_STORE = 0x400,
	TEID_FETCH = 0x800,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static bool take_decimal(const char **text, uint64_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < DECIMAL_DIGITS_MAX && is_digit((*text)[n]); n++)
		*ret = *ret * 10 + (uint64_t)((*text)[n] - '0');
	*text += n;
	return n > 0;
}

/* Hexadecimal, with or without 0x. */
static bool take_hex(const char **text, uint64_t *ret)
{
	const char *p = *text;
	size_t n = 0;

	if (p[0] == '0' && p[1] == 'x')
		p += 2;
	for (*ret = 0; n < HEX_DIGITS_MAX && hex_value(p[n]) >= 0; n++)
		*ret = *ret << 4 | (uint64_t)hex_value(p[n]);
	if (n == 0)
		return false;
	*text = p + n;
	return true;
}

static bool take_word(const char **text, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*text, word, n) != 0)
		return false;
	*text += n;
	return true;
}

static void skip_blanks(const char **text)
{
	while (**text == ' ')
		(*text)++;
}

static size_t word_length(const char *text)
{
	return strcspn(text, " ");
}

/* ---- Symbols ---- */

static bool is_symbol_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$';
}

static size_t module_length(const char *text)
{
	size_t n = 0;

	if (!is_letter(text[0]) && text[0] != '_')
		return 0;
	while (is_letter(text[n]) || is_digit(text[n]) || text[n] == '_' || text[n] == '-')
		n++;
	return n;
}

/* " [module]", newer kernels " [module BUILD-ID]". */
static void take_module(const char **text, struct symbol *symbol)
{
	const char *p = *text, *end;
	size_t n;

	skip_blanks(&p);
	if (*p++ != '[')
		return;
	n = module_length(p);
	end = p + n + strspn(p + n, " 0123456789abcdef");
	if (n == 0 || *end != ']')
		return;
	copy_cut(symbol->module, sizeof(symbol->module), p, n);
	*text = end + 1;
}

/* "function+0x1/0x2", ".function" on big-endian powerpc. */
static bool take_symbol(const char **text, struct symbol *ret)
{
	const char *p = *text, *name;
	size_t n = 0;

	if (*p == '.')
		p++;
	name = p;
	if (!is_letter(*p) && *p != '_' && *p != '$')
		return false;
	while (is_symbol_char(p[n]))
		n++;
	p += n;
	if (!take_word(&p, "+0x") || !take_hex(&p, &ret->offset) || !take_word(&p, "/0x") ||
	    !take_hex(&p, &ret->size))
		return false;
	copy_cut(ret->name, sizeof(ret->name), name, n);
	ret->module[0] = '\0';
	take_module(&p, ret);
	*text = p;
	return true;
}

/* "[<ffffffff81234567>]", "[c000000000012345]", "<IRQ>", "(". */
static bool take_decoration(const char **text)
{
	const char *p = *text;
	uint64_t address;
	bool angle;

	if (take_word(text, "("))
		return true;
	if (*p == '<') {
		p += strcspn(p, "> ");
		if (*p != '>')
			return false;
		*text = p + 1;
		return true;
	}
	if (*p++ != '[')
		return false;
	angle = take_word(&p, "<");
	if (!take_hex(&p, &address) || (angle && !take_word(&p, ">")) || !take_word(&p, "]"))
		return false;
	*text = p;
	return true;
}

bool scan_frame(const char *text, struct frame *ret)
{
	bool aside = false; /* s390 puts what it only found on the stack in parentheses */

	ret->reliable = true;
	skip_blanks(&text);
	while (take_decoration(&text)) {
		if (text[-1] == '(')
			aside = true;
		skip_blanks(&text);
	}
	if (take_word(&text, "? "))
		ret->reliable = false;
	skip_blanks(&text);
	if (!take_symbol(&text, &ret->symbol))
		return false;
	skip_blanks(&text);
	if (aside || take_word(&text, "(unreliable)"))
		ret->reliable = false;
	return true;
}

/* ---- Who, and on what ---- */

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

/* ---- Error codes ---- */

static enum event_access decode_access(char architecture, uint64_t code)
{
	unsigned int class = (unsigned int)(code >> ESR_CLASS_SHIFT) & ESR_CLASS_MASK;

	switch (architecture) {
	case 'E':
		if (code & X86_EXECUTE)
			return ACCESS_EXECUTE;
		return code & X86_WRITE ? ACCESS_WRITE : ACCESS_READ;
	case 'M':
		if (class == ESR_INSTRUCTION_ABORT)
			return ACCESS_EXECUTE;
		if (class != ESR_DATA_ABORT)
			return ACCESS_UNKNOWN;
		return code & ESR_WRITE ? ACCESS_WRITE : ACCESS_READ;
	case 'R': /* the privileged specification's exception codes */
		if (code == 1 || code == 12)
			return ACCESS_EXECUTE;
		if (code == 5 || code == 13)
			return ACCESS_READ;
		return code == 7 || code == 15 ? ACCESS_WRITE : ACCESS_UNKNOWN;
	case 'D':
		return code & DSISR_STORE ? ACCESS_WRITE : ACCESS_READ;
	default:
		if ((code & TEID_STORE) == (code & TEID_FETCH) / 2)
			return ACCESS_UNKNOWN;
		return code & TEID_STORE ? ACCESS_WRITE : ACCESS_READ;
	}
}

/* ---- Patterns ---- */

static bool take_address(const char **text, struct facts *facts)
{
	facts->has |= HAS_ADDRESS;
	facts->address = 0;
	return take_word(text, "(null)") || take_word(text, "<NULL>") ||
	       take_hex(text, &facts->address);
}

static bool take_code(const char **text, char architecture, struct facts *facts)
{
	uint64_t code;

	if (!take_hex(text, &code))
		return false;
	facts->access = decode_access(architecture, code);
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
	case 'c':
		facts->has |= HAS_CPU;
		return take_decimal(text, &facts->cpu);
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

/* "%n": a name is as short as it can be for what stands behind it to match. */
static bool scan_name(const char *text, const char *pattern, struct facts *facts)
{
	for (size_t n = 0; n < PROCESS_NAME_MAX && text[n]; n++) {
		struct facts tried = *facts;

		if (n == 0 || text[n] != pattern[0] || !scan_from(text + n, pattern, &tried))
			continue;
		*facts = tried;
		copy_cut(facts->process, sizeof(facts->process), text, n);
		facts->has |= HAS_PROCESS;
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
