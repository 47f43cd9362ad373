/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kdump/diagnosis.h"
#include "kdump/reservation.h"

/* Kernel documentation, ABI/testing/sysfs-kernel-kexec-kdump (kernel/ksysfs.c before). */
#define SYS_LOADED "/sys/kernel/kexec_crash_loaded"
#define SYS_SIZE   "/sys/kernel/kexec_crash_size"

static int unsupported(struct err *err)
{
	err_set(err, -ENOTSUP, "Kdump is not supported on this kernel");
	return err_hint(err, -ENOTSUP,
			"%s is missing: the kernel was built without "
			"CONFIG_KEXEC and CONFIG_KEXEC_FILE, or without crash dumps.",
			SYS_LOADED);
}

int reservation_loaded(const struct sysroot *root, bool *ret, struct err *err)
{
	uint64_t loaded;
	int r = sysroot_read_u64(root, SYS_LOADED, 10, &loaded, err);

	if (r == -ENOENT)
		return unsupported(err);
	if (r == 0)
		*ret = loaded != 0;
	return r;
}

int reservation_size(const struct sysroot *root, uint64_t *ret, struct err *err)
{
	int r = sysroot_read_u64(root, SYS_SIZE, 10, ret, err);

	return r == -ENOENT ? unsupported(err) : r;
}

int reservation_check(const struct sysroot *root, uint64_t *ret_bytes, struct err *err)
{
	_cleanup_(diagnosis_facts_done) struct diagnosis_facts facts = { NULL };
	uint64_t bytes;
	bool loaded;
	int r = reservation_loaded(root, &loaded, err);

	if (r == 0)
		r = reservation_size(root, &bytes, err);
	if (r < 0)
		return r;
	if (bytes > 0) {
		*ret_bytes = bytes;
		return 0;
	}
	r = diagnosis_facts_read(root, &facts, err);
	return r < 0 ? r : diagnosis_explain(&facts, err);
}
