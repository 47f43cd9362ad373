/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/cmdline.h"
#include "lib/sha256.h"
#include "kexec/purgatory.h"
#include "purgatory/params.h"

_Static_assert(PURGATORY_REGIONS_MAX >= PLAN_SEGMENTS_MAX, "each segment is a region");

/* kexec/purgatory_blob.S */
extern const uint8_t purgatory_blob[PURGATORY_SIZE];

enum {
	UART_FIRST_PORT = 0x3f8,
	UART_BASE_BAUD = 115200, /* a 16550's clock of 1.8432 MHz by 16 */
	PURGATORY_MIN = 0x3000,  /* above what firmware and the running kernel keep at the bottom */
};

/* "ttyS0,9600n8" */
static struct purgatory_console parse_console(const char *value)
{
	static const uint16_t ports[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
	struct purgatory_console console = { 0 };
	unsigned long baud;

	if (strncmp(value, "ttyS", 4) != 0 || value[4] < '0' || value[4] > '3' ||
	    (value[5] != '\0' && value[5] != ','))
		return console;
	console.port = ports[value[4] - '0'];
	baud = value[5] == ',' ? strtoul(value + 6, NULL, 10) : 0;
	if (baud > 0 && baud <= UART_BASE_BAUD && UART_BASE_BAUD / baud <= UINT16_MAX)
		console.divisor = (uint16_t)(UART_BASE_BAUD / baud);
	return console;
}

int purgatory_console_find(const char *cmdline, struct purgatory_console *ret, struct err *err)
{
	struct purgatory_console found = { 0 };
	struct cmdline_word word;

	while (cmdline_next(&cmdline, &word)) {
		_cleanup_free_ char *value = NULL;
		struct purgatory_console console;

		if (!cmdline_word_is(&word, "console") || word.len == word.name_len)
			continue;
		value = strndup(word.text + word.name_len + 1, word.len - word.name_len - 1);
		if (!value)
			return err_oom(err);
		console = parse_console(value);
		if (console.port)
			found = console;
	}
	*ret = found;
	return 0;
}

void purgatory_console_ask(const struct request *request, struct purgatory_console *console)
{
	uint32_t baud = request->serial_baud;

	if (request_has(request, OPTION_SERIAL) && request->serial_port != console->port) {
		console->port = request->serial_port;
		console->divisor = 0;
	}
	if (request_has(request, OPTION_SERIAL_BAUD))
		console->divisor = baud > 0 ? (uint16_t)(UART_BASE_BAUD / baud) : 0;
	if (request_has(request, OPTION_CONSOLE_SERIAL)) {
		console->say |= PURGATORY_SAY_SERIAL;
		if (!console->port)
			console->port = UART_FIRST_PORT;
	}
	if (request_has(request, OPTION_CONSOLE_VGA))
		console->say |= PURGATORY_SAY_VGA;
	if (request_has(request, OPTION_RESET_VGA))
		console->say |= PURGATORY_RESET_VGA;
}

int purgatory_place(struct plan *plan, const struct placement *limits, struct err *err)
{
	const struct placement where = {
		.size = PURGATORY_SIZE + PURGATORY_STACK_SIZE,
		.min = limits && limits->min > PURGATORY_MIN ? limits->min : PURGATORY_MIN,
		.max = limits ? limits->max : 0,
	};
	struct segment *s;
	int r = plan_place(plan, "purgatory", &where, &s, err);

	if (r < 0)
		return r;
	s->owned = malloc(PURGATORY_SIZE);
	if (!s->owned)
		return err_oom(err);
	memcpy(s->owned, purgatory_blob, PURGATORY_SIZE);
	s->content = (struct bytes){ s->owned, PURGATORY_SIZE };
	plan->purgatory = s;
	plan->entry = s->start + PURGATORY_ENTRY;
	return 0;
}

/* Whole pages: what is behind the content is zero, or of no interest. */
static uint64_t digest_size(const struct segment *s)
{
	return s->scratch ? align_down(s->content.size + PLAN_PAGE_SIZE - 1, PLAN_PAGE_SIZE)
			  : s->size;
}

int purgatory_finish(struct plan *plan, const struct purgatory_console *console, bool skip_digest,
		     struct err *err)
{
	struct purgatory_params params = {
		.magic = PURGATORY_MAGIC,
		.flags = console->say | (skip_digest ? PURGATORY_SKIP_DIGEST : 0),
		.mode = plan->mode,
		.entry = plan->kernel,
		.return_text = plan->return_text,
		.backup_from = plan->backup.from,
		.backup_to = plan->backup.to,
		.backup_size = plan->backup.size,
		.serial_port = console->port,
		.serial_divisor = console->divisor,
	};
	bool native = sha256_native_usable();
	struct sha256_pair digest;

	if (!bytes_has(plan->purgatory->content, 0, params.magic, sizeof(params.magic)))
		return err_set(err, -EINVAL, "purgatory was built with another parameter block");
	if (native)
		params.flags |= PURGATORY_NATIVE_SHA;
	sha256_pair_init(&digest, native);
	for (unsigned int i = 0; i < plan->count && !skip_digest; i++) {
		const struct segment *s = &plan->segments[i];
		uint64_t size;

		if (s == plan->purgatory || s->changes)
			continue;
		size = digest_size(s);
		params.regions[params.region_count++] = (struct purgatory_region){ s->start, size };
		sha256_pair_update(&digest, s->content.data, s->content.size, size);
	}
	sha256_pair_final(&digest, native, params.digest);
	memcpy(plan->purgatory->owned, &params, sizeof(params));
	return 0;
}
