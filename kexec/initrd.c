/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "lib/cmdline.h"
#include "lib/scratch.h"
#include "kexec/initrd.h"
#include "kexec/input.h"

#define RETAINED_PATH "/sys/firmware/initrd" /* since 6.6: init/initramfs.c */

enum {
	INITRD_ALIGN = 4,
	INITRD_MIN_ADDRESS = 1 << 24, /* clear of ISA and of what old kernels put below */
	COPY_SIZE = 1 << 20,          /* bytes at a time */
};

/* As mkinitramfs leaves it on a full disk. */
static int refuse_empty(const char *path, struct err *err)
{
	err_set(err, -EBADMSG, "initrd file %s is empty", path);
	return err_hint(err, -EBADMSG, "make it anew, or leave it out to boot without one");
}

/* Append all that @fd has to @out. *@used: bytes there are. */
static int copy_file(int fd, int out, uint64_t *used)
{
	_cleanup_free_ char *buffer = malloc(COPY_SIZE);

	if (!buffer)
		return -ENOMEM;
	for (;;) {
		ssize_t n = read(fd, buffer, COPY_SIZE);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		r = file_write_all(out, buffer, (size_t)n);
		if (r < 0)
			return r;
		*used += (uint64_t)n;
	}
}

static int append_file(const struct request *request, const char *path, int out, uint64_t *used,
		       struct err *err)
{
	static const char zeros[INITRD_ALIGN];
	_cleanup_close_ int fd = input_open(request, INPUT_INITRD, path, err);
	size_t padding = (INITRD_ALIGN - *used % INITRD_ALIGN) % INITRD_ALIGN;
	uint64_t before = *used + padding;
	int r;

	if (fd < 0)
		return fd;
	r = file_write_all(out, zeros, padding);
	*used += padding;
	if (r == 0)
		r = copy_file(fd, out, used);
	if (r < 0)
		return err_errno(err, r, "cannot copy %s", path);
	return *used > before ? 0 : refuse_empty(path, err);
}

static int join(const struct request *request, const char *const *paths, size_t count,
		struct mapping *ret, struct err *err)
{
	_cleanup_close_ int out = scratch_open(err);
	uint64_t used = 0;
	int r = 0;

	if (out < 0)
		return out;
	for (size_t i = 0; i < count && r == 0; i++)
		r = append_file(request, paths[i], out, &used, err);
	if (r == 0)
		r = scratch_map(out, "initrd", ret, err);
	if (r == 0)
		out = -1;
	return r;
}

/* The kernel keeps it only when told so at its own boot. */
static int open_retained(const struct request *request, const char *running, struct mapping *ret,
			 struct err *err)
{
	_cleanup_free_ char *value = NULL;
	_cleanup_free_ char *path = NULL;
	int r = cmdline_value(running, "retain_initrd", &value);

	if (r < 0)
		return err_oom(err);
	if (r == 0) {
		r = err_set(
			err, -ENOPROTOOPT,
			"unrecoverable error: current boot didn't retain the initrd for reuse.");
		return err_hint(err, r, "boot with retain_initrd, or name the file: --initrd=FILE");
	}
	if (asprintf(&path, "%s" RETAINED_PATH, request->root.dir ? request->root.dir : "") < 0)
		return err_oom(err);
	r = join(request, (const char *const *)&path, 1, ret, err);
	return r < 0 ? err_hint(err, r,
				"kernels before 6.6 keep it but do not show it: name the "
				"file: --initrd=FILE")
		     : 0;
}

static int open_one(const struct request *request, const char *path, struct mapping *ret,
		    struct err *err)
{
	struct mapping m;
	int r = input_map(request, INPUT_INITRD, path, &m, err);

	if (r < 0)
		return r;
	if (m.bytes.size == 0) {
		mapping_close(&m);
		return refuse_empty(path, err);
	}
	*ret = m;
	return 0;
}

int initrd_open(const struct request *request, const char *running, struct mapping *ret,
		struct err *err)
{
	const struct file_list *files = &request->initrds;
	int r = 0;

	if (request_has(request, OPTION_REUSE_INITRD) && files->count > 0)
		return err_set(err, -ENOPROTOOPT, "--reuseinitrd and --initrd: give one of them");
	if (request_has(request, OPTION_REUSE_INITRD))
		r = open_retained(request, running, ret, err);
	else if (files->count == 1)
		r = open_one(request, files->names[0], ret, err);
	else if (files->count > 1)
		r = join(request, files->names, files->count, ret, err);
	return r;
}

int initrd_place(struct bytes initrd, uint64_t max, struct plan *plan, uint64_t *ret,
		 struct err *err)
{
	const struct placement where = { .size = initrd.size,
					 .min = INITRD_MIN_ADDRESS,
					 .max = max };
	struct segment *s;
	int r;

	*ret = 0;
	if (initrd.size == 0)
		return 0;
	r = plan_place(plan, "initrd", &where, &s, err);
	if (r < 0)
		return r;
	s->content = initrd;
	*ret = s->start;
	return 0;
}
