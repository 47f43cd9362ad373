/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "kexec/boot_notes.h"
#include "kexec/buffer.h"

enum {
	SIGNATURE = 0x0e1fb007, /* in the header, and in ax */
	OFF_SIZE = 4,           /* of all, header included */
	OFF_CHECKSUM = 8,       /* 16 bits: that of IP (RFC 791) over all */
	OFF_RECORDS = 10,       /* 16 bits */
	HEADER_SIZE = 12,

	LOADER_NAME = 2, /* types of notes */
	LOADER_VERSION = 3,
	COMMAND_LINE = 4,

	NOTES_MIN_ADDRESS = 0x3000, /* above what firmware keeps at the bottom */
};

static void add_note(struct buffer *buffer, uint32_t type, const char *text)
{
	buffer_add_le(buffer, 4, 0); /* no name */
	buffer_add_le(buffer, 4, strlen(text) + 1);
	buffer_add_le(buffer, 4, type);
	buffer_add_text(buffer, text);
	buffer_align(buffer, 4);
}

/* The ones' complement of the ones' complement sum of all 16-bit words; @size is even. */
static uint16_t ip_checksum(const uint8_t *data, size_t size)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < size; i += 2)
		sum += (uint64_t)data[i] | (uint64_t)data[i + 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

int boot_notes_plan(const char *cmdline, const struct placement *limits, struct plan *plan,
		    struct err *err)
{
	_cleanup_(buffer_done) struct buffer buffer = { .data = NULL };
	struct placement where = *limits;
	struct segment *s;
	int r;

	buffer_add_zeros(&buffer, HEADER_SIZE);
	add_note(&buffer, LOADER_NAME, "kexec");
	add_note(&buffer, LOADER_VERSION, VERSION);
	add_note(&buffer, COMMAND_LINE, cmdline);
	buffer_set_le(&buffer, 0, 4, SIGNATURE);
	buffer_set_le(&buffer, OFF_SIZE, 4, buffer.used);
	buffer_set_le(&buffer, OFF_RECORDS, 2, 3);
	if (!buffer.failed)
		buffer_set_le(&buffer, OFF_CHECKSUM, 2, ip_checksum(buffer.data, buffer.used));
	if (where.min < NOTES_MIN_ADDRESS)
		where.min = NOTES_MIN_ADDRESS;
	r = buffer_place(&buffer, plan, "boot notes", &where, &s, err);
	if (r < 0)
		return r;
	plan->kernel.ax = SIGNATURE;
	plan->kernel.bx = s->start;
	return 0;
}
