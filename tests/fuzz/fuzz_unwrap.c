/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compressed contents: any bytes, never more out than allowed. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "lib/unwrap.h"

enum { UNPACKED_MAX = 64 << 10 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mapping m = MAPPING_INIT;
	struct err err = ERR_INIT;
	int r = unwrap((struct bytes){ data, size }, UNPACKED_MAX, "it", &m, &err);

	if (r < 0 && !err.text[0])
		abort(); /* failed and did not say why */
	if (r != 0 && (m.fd >= 0 || m.bytes.data))
		abort();
	if (m.bytes.size > UNPACKED_MAX)
		abort();
	mapping_close(&m);
	return 0;
}
