/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel file, from its wrappers to the loader that takes it: any bytes. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/scratch.h"
#include "kexec/image.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The number that the next descriptor will get: the same again if none was lost. */
static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	check(fd >= 0);
	close(fd);
	return fd;
}

/* A descriptor can be had for it, which has just these bytes. */
static void check_mapping(struct mapping *m)
{
	size_t size = m->bytes.size;

	check(scratch_back(m, "it", NULL) == 0);
	check(m->bytes.size == size);
	check(size == 0 || lseek(m->fd, 0, SEEK_END) == (off_t)size);
}

static void check_image(struct image *image)
{
	check(image->loader && image->kernel.bytes.size > 0);
	check(image->wrapper_count <= IMAGE_WRAPPERS_MAX);
	check_mapping(&image->kernel);
	check_mapping(&image->initrd);
	check_mapping(&image->dtb);
	check(image->loader->probe(image->kernel.bytes, NULL) == 0);
	for (const char *c = image->cmdline; c && *c; c++)
		check(*c < 0 || *c >= ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct bytes in = { data, size };
	const struct arch *arch = arch_find("x86_64");
	struct image image = IMAGE_INIT;
	struct mapping file;
	struct err err = ERR_INIT;
	int before = next_fd(), r;

	check(scratch_join(&in, 1, 1, "it", &file, &err) == 0);
	r = image_from(&file, "it", arch, &image, &err);
	check(file.fd < 0 && !file.bytes.data);
	if (r == 0)
		check_image(&image);
	else
		check(err.text[0] && !image.loader &&
		      (r == -ENOEXEC || r == -EBADMSG || r == -ENOTSUP || r == -EFBIG));
	image_done(&image);
	check(next_fd() == before);
	return 0;
}
