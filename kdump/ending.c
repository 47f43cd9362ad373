/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sys/reboot.h>

#include "kdump/ending.h"

const struct ending *ending_of(enum conf_action action)
{
	static const struct ending restart = { "restarting", RB_AUTOBOOT };
	static const struct ending halt = { "halting", RB_HALT_SYSTEM };
	static const struct ending power_off = { "powering off", RB_POWER_OFF };

	switch (action) {
	case CONF_HALT:
		return &halt;
	case CONF_POWEROFF:
		return &power_off;
	case CONF_REBOOT:
	case CONF_SHELL:
	case CONF_DUMP_TO_ROOTFS:
		break;
	}
	return &restart;
}
