/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "kexec/rsdp.h"

#define MEMORY_PATH "/dev/mem"

enum {
	OFF_REVISION = 15,
	OFF_LENGTH = 20,
};

/* All bytes that a checksum covers sum up to 0. */
static bool sums_up(const uint8_t *data, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + data[i]);
	return sum == 0;
}

void rsdp_read(const struct sysroot *root, uint64_t address, struct rsdp *ret)
{
	_cleanup_close_ int fd = -1;
	struct rsdp rsdp = { .size = RSDP_SIZE_1 };
	const struct bytes bytes = { rsdp.data, sizeof(rsdp.data) };
	uint32_t length;

	if (address == 0 || address > INT64_MAX)
		return;
	fd = sysroot_open(root, MEMORY_PATH, O_RDONLY);
	if (fd < 0 || pread(fd, rsdp.data, sizeof(rsdp.data), (off_t)address) != sizeof(rsdp.data))
		return;
	if (!bytes_has(bytes, 0, "RSD PTR ", 8) || !sums_up(rsdp.data, RSDP_SIZE_1))
		return;
	if (rsdp.data[OFF_REVISION] >= 2 && bytes_le32(bytes, OFF_LENGTH, &length) &&
	    length == RSDP_SIZE_2 && sums_up(rsdp.data, RSDP_SIZE_2))
		rsdp.size = RSDP_SIZE_2;
	*ret = rsdp;
}
