/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of the network; one that was read is written as one that means the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/attrs.h"

#include "kdump/netrecord.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	_cleanup_free_ char *once = NULL, *twice = NULL;
	struct netrecord record;

	if (!text || netrecord_parse(text, &record, NULL) < 0)
		return 0;
	if (netrecord_format(&record, &once, NULL) < 0)
		abort();
	if (netrecord_parse(once, &record, NULL) < 0 ||
	    netrecord_format(&record, &twice, NULL) < 0 || strcmp(once, twice) != 0)
		abort();
	return 0;
}
