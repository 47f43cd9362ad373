/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "kexec/zboot.h"

enum {
	OFF_TYPE = 4, /* "zimg" */
	OFF_PAYLOAD = 8,
	OFF_PAYLOAD_SIZE = 12,
	OFF_COMPRESSION = 24, /* text, with a NUL */
	COMPRESSION_SIZE = 32,
};

/* As the kernel's build names its ways to compress (scripts/Makefile.lib). */
static const struct {
	const char *name;
	const char *format;
} formats[] = {
	{ "gzip", "gzip" }, { "lzma", "lzma" }, { "xz", "xz" },
	{ "xzkern", "xz" }, { "zstd", "zstd" }, { "zstd22", "zstd" },
};

static int find_format(struct bytes file, const char **ret, struct err *err)
{
	struct bytes field;
	const char *name;

	if (!bytes_slice(file, OFF_COMPRESSION, COMPRESSION_SIZE, &field) ||
	    !memchr(field.data, '\0', field.size) || field.data[0] == '\0')
		return err_set(err, -EBADMSG,
			       "looks like an EFI zboot image, but does not say how it is "
			       "compressed");
	name = (const char *)field.data;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(name, formats[i].name) == 0) {
			*ret = formats[i].format;
			return 0;
		}
	for (const char *c = name; *c; c++)
		if (*c <= ' ' || *c > '~')
			return err_set(err, -EBADMSG,
				       "looks like an EFI zboot image, but the name of its "
				       "compression is damaged");
	return err_set(err, -ENOTSUP,
		       "is an EFI zboot image compressed with %s, which cannot be unpacked", name);
}

int zboot_parse(struct bytes file, struct zboot *ret, struct err *err)
{
	struct zboot zboot;
	uint32_t at, size;
	int r;

	if (!bytes_has(file, 0, "MZ", 2) || !bytes_has(file, OFF_TYPE, "zimg", 4))
		return ZBOOT_NOT_MINE;
	if (!bytes_le32(file, OFF_PAYLOAD, &at) || !bytes_le32(file, OFF_PAYLOAD_SIZE, &size))
		return err_set(err, -EBADMSG,
			       "looks like an EFI zboot image, but is truncated in its header");
	if (!bytes_slice(file, at, size, &zboot.payload))
		return err_set(err, -EBADMSG,
			       "looks like an EFI zboot image, but is truncated: it has %zu bytes, "
			       "its kernel is %" PRIu32 " bytes at 0x%" PRIx32,
			       file.size, size, at);
	r = find_format(file, &zboot.format, err);
	if (r == 0)
		*ret = zboot;
	return r;
}
