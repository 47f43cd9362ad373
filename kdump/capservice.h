/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * As what kdump-capture runs. In the image that we build it is the first process. In one that
 * dracut builds systemd is, and starts it as a service when the devices are there, or in the
 * place of an emergency shell when something went wrong on the way (units/dracut).
 */
#ifndef KDUMP_CAPSERVICE_H
#define KDUMP_CAPSERVICE_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

/** enum capservice - as what. */
enum capservice {
	CAPSERVICE_INIT,      /* the first process: has to make everything ready itself */
	CAPSERVICE_DUMP,      /* a service: devices and modules are there */
	CAPSERVICE_EMERGENCY, /* there will be no dump: only failure_action is to be done */
};

/**
 * capservice_of() - tell by our process id and arguments.
 * Return: 0; -EPERM where this is no capture image, which nobody's machine is to be reset for;
 * -EINVAL for arguments that do not exist.
 */
_must_check_ int capservice_of(const struct sysroot *root, int pid, int argc, char *const *argv,
			       enum capservice *ret, struct err *err);

/**
 * capservice_begin() - write to the console from now on, as what goes to the journal is lost
 * with the machine; and wait for another process of ours to end. One that saves a dump is left
 * alone by an emergency elsewhere: it has its own bounds, and resets the machine.
 */
void capservice_begin(const struct sysroot *root, enum capservice mode);

#endif
