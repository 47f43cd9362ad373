/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vmcore-dmesg/symbol.h"
#include "vmcore-dmesg/take.h"

enum { ADDRESS_DIGITS = 16 };

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

/* " (kernel/file.c:12 (discriminator 1))", also of several files where functions are inlined. */
static bool take_source(const char **text)
{
	const char *p = *text, *colon;
	unsigned int depth = 1;

	skip_blanks(&p);
	if (*p++ != '(')
		return false;
	colon = p + strcspn(p, ": ()");
	if (*colon != ':' || !is_digit(colon[1]) || !memchr(p, '.', (size_t)(colon - p)))
		return false;
	for (; *p && depth > 0; p++) {
		depth += *p == '(';
		depth -= *p == ')';
	}
	if (depth > 0)
		return false;
	*text = p;
	return true;
}

/* " module", which is what decoding leaves of " [module]". */
static void take_bare_module(const char **text, struct symbol *symbol)
{
	const char *p = *text;
	size_t n;

	skip_blanks(&p);
	n = module_length(p);
	if (n == 0 || p[n])
		return;
	copy_cut(symbol->module, sizeof(symbol->module), p, n);
	*text = p + n;
}

static bool take_offset(const char **text, struct symbol *ret)
{
	const char *p = *text;

	ret->offset = 0;
	ret->size = 0;
	ret->has_offset = take_word(&p, "+0x") && take_hex(&p, &ret->offset) &&
			  take_word(&p, "/0x") && take_hex(&p, &ret->size);
	if (ret->has_offset)
		*text = p;
	return ret->has_offset;
}

bool take_symbol(const char **text, struct symbol *ret)
{
	const char *p = *text, *name;
	size_t n = 0;
	bool decoded;

	if (*p == '.') /* big-endian powerpc's ".function" */
		p++;
	name = p;
	if (!is_letter(*p) && *p != '_' && *p != '$')
		return false;
	while (is_symbol_char(p[n]))
		n++;
	p += n;
	take_offset(&p, ret);
	decoded = take_source(&p);
	if (!ret->has_offset && !decoded)
		return false;
	copy_cut(ret->name, sizeof(ret->name), name, n);
	ret->module[0] = '\0';
	take_module(&p, ret);
	if (decoded && !ret->module[0])
		take_bare_module(&p, ret);
	*text = p;
	return true;
}

bool is_nmi_end(const char *text)
{
	skip_blanks(&text);
	return take_word(&text, "<<EOE>>") || take_word(&text, "</NMI>");
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
		*text = p + strspn(p, ">"); /* "<<EOE>>" */
		return true;
	}
	if (strspn(p, "0123456789abcdef") == ADDRESS_DIGITS && p[ADDRESS_DIGITS] == ' ') {
		*text = p + ADDRESS_DIGITS; /* xmon's have no brackets */
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

	const char *from = strstr(text, " from "); /* arm tells the callee as well */

	ret->reliable = true;
	if (from)
		text = from + strlen(" from ");
	skip_blanks(&text);
	while (take_decoration(&text)) {
		if (text[-1] == '(' && !from)
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
