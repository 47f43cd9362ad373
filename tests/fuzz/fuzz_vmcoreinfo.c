/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The VMCOREINFO note's text: any bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vmcore-dmesg/vmcoreinfo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = malloc(size + 1);
	struct vmcoreinfo info;
	struct damage damage = { 0 };
	struct err err;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	vmcoreinfo_parse(text, size, &info);
	if (vmcoreinfo_need(&info, VMCOREINFO_PRB, 8, &info, &damage, &err) < 0)
		return 0;
	if (info.ring_size > VMCOREINFO_STRUCT_MAX || info.desc_size > VMCOREINFO_STRUCT_MAX)
		abort(); /* what the readers of rings rely on */
	return 0;
}
