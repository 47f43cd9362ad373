/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "kdump/entropy.h"
#include "kdump/layout.h"

enum {
	SEED_MAX = 1024,    /* bytes of the file */
	BITS_PER_DIGIT = 4, /* it is in hexadecimal */
};

int entropy_add(const struct sysroot *root, struct err *err)
{
	_cleanup_free_ struct rand_pool_info *pool = NULL;
	_cleanup_free_ char *seed = NULL;
	_cleanup_close_ int fd = -1;
	size_t size;
	int r = sysroot_read(root, LAYOUT_SEED, SEED_MAX, &seed, &size, err);

	if (r < 0)
		return r;
	pool = calloc(1, sizeof(*pool) + size);
	if (!pool)
		return err_oom(err);
	memcpy(pool->buf, seed, size);
	pool->buf_size = (int)size;
	pool->entropy_count = (int)size * BITS_PER_DIGIT;
	fd = sysroot_open(root, "/dev/urandom", O_WRONLY);
	if (fd < 0 || ioctl(fd, RNDADDENTROPY, pool) < 0)
		return err_errno(err, -errno, "cannot give the kernel random bytes");
	return 0;
}
