/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <unistd.h>

#include "kdump/vmcore.h"

bool vmcore_is_there(void)
{
	return access(VMCORE_PATH, F_OK) == 0;
}

int vmcore_check(struct err *err)
{
	if (access(VMCORE_PATH, R_OK) == 0)
		return 0;
	err_errno(err, -errno, "there is no dump to save: %s", VMCORE_PATH);
	return err_hint(err, -ENOENT,
			"This kernel was not started by the crash of another "
			"one, or has no CONFIG_PROC_VMCORE.");
}
