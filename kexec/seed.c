/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "kexec/seed.h"

int seed_fill(uint8_t *data, size_t size, struct err *err)
{
	_cleanup_close_ int fd = -1;
	ssize_t n = getrandom(data, size, 0);

	if (n < 0 && errno == ENOSYS) { /* before 3.17 */
		fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, data, size);
	}
	if (n < 0)
		return err_errno(err, -errno, "no random seed for the new kernel");
	return (size_t)n == size ? 0 : err_set(err, -EIO, "no random seed for the new kernel");
}
