/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/pe.h"
#include "kexec/uki.h"

enum { CMDLINE_MAX = 64 << 10 }; /* bytes; the longest COMMAND_LINE_SIZE of Linux is 4096 */

static const char *const names[UKI_SECTIONS] = {
	[UKI_LINUX] = ".linux",     [UKI_UCODE] = ".ucode", [UKI_INITRD] = ".initrd",
	[UKI_CMDLINE] = ".cmdline", [UKI_DTB] = ".dtb",
};

static bool overlap(struct bytes a, struct bytes b)
{
	return a.size > 0 && b.size > 0 && a.data < b.data + b.size && b.data < a.data + a.size;
}

static int check_overlaps(const struct uki *uki, struct err *err)
{
	for (size_t i = 0; i < UKI_SECTIONS; i++)
		for (size_t j = 0; j < i; j++)
			if (overlap(uki->sections[i], uki->sections[j]))
				return err_set(err, -EBADMSG,
					       "is a damaged unified kernel image: its sections %s "
					       "and %s overlap",
					       names[j], names[i]);
	return 0;
}

int uki_parse(struct bytes file, struct uki *ret, struct err *err)
{
	struct uki uki = { 0 };
	struct pe pe;
	int r = pe_parse(file, &pe, err);

	if (r != 0)
		return r == PE_NOT_MINE ? UKI_NOT_MINE : r;
	for (size_t i = 0; i < UKI_SECTIONS; i++) {
		r = pe_section(&pe, names[i], &uki.sections[i], err);
		if (r < 0)
			return r;
		if (i == UKI_LINUX && r == PE_NO_SECTION)
			return UKI_NOT_MINE;
	}
	if (uki.sections[UKI_LINUX].size == 0)
		return err_set(err, -EBADMSG,
			       "is a damaged unified kernel image: its section .linux is empty");
	r = check_overlaps(&uki, err);
	if (r == 0)
		*ret = uki;
	return r;
}

int uki_cmdline(const struct uki *uki, char **ret, struct err *err)
{
	struct bytes section = uki->sections[UKI_CMDLINE];
	const char *text = (const char *)section.data;
	size_t len = section.size > 0 ? strnlen(text, section.size) : 0;
	char *line;

	if (len > CMDLINE_MAX)
		return err_set(err, -EBADMSG,
			       "is a damaged unified kernel image: its section .cmdline has %zu "
			       "characters",
			       len);
	line = calloc(len + 1, 1);
	if (!line)
		return err_oom(err);
	for (size_t i = 0; i < len; i++)
		line[i] = text[i] > 0 && text[i] < ' ' ? ' ' : text[i];
	while (len > 0 && line[len - 1] == ' ')
		line[--len] = '\0';
	*ret = line;
	return 0;
}
