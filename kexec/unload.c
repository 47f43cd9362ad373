/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "kexec/explain.h"
#include "kexec/load.h"
#include "kexec/machine.h"
#include "kexec/submit.h"
#include "kexec/unload.h"

int unload_kernel(const struct request *request, struct err *err)
{
	_cleanup_(machine_done) struct machine machine = { .arch = NULL };
	int r = explain_privilege(&request->root, err);

	if (r < 0)
		return r;
	r = -ENOSYS;
	if (request->syscall != SYSCALL_SEGMENTS)
		r = submit_unload_files(request->crash, &request->root, err);
	if (r == -ENOSYS && request->syscall == SYSCALL_FILE)
		return LOAD_NOT_BY_FILE;
	if (r != -ENOSYS)
		return r < 0 ? LOAD_REFUSED : 0;
	r = machine_read(&request->root, &machine, err);
	if (r < 0)
		return r;
	r = submit_unload_segments(machine.arch, request->crash, &request->root, err);
	if (r == -ENOSYS && request->syscall != SYSCALL_SEGMENTS)
		explain_neither(err);
	return r < 0 ? LOAD_REFUSED : 0;
}
