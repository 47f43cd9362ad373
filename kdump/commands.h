/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What kdumpctl can be told to do: a function a command, as in struct command.
 */
#ifndef KDUMP_COMMANDS_H
#define KDUMP_COMMANDS_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/invocation.h"

/** command_start() - build the image if needed and load the capture kernel. */
_must_check_ int command_start(struct invocation *inv, struct err *err);

/** command_early() - load the capture kernel with the image that is there, while the system boots. */
_must_check_ int command_early(struct invocation *inv, struct err *err);

/** command_stop() - unload it. */
_must_check_ int command_stop(struct invocation *inv, struct err *err);

/** command_restart() - stop, then start. */
_must_check_ int command_restart(struct invocation *inv, struct err *err);

/** command_reload() - load it anew with the image that is there, after CPUs or memory changed. */
_must_check_ int command_reload(struct invocation *inv, struct err *err);

/** command_condrestart() - the same if one is loaded that the target's devices have outdated. */
_must_check_ int command_condrestart(struct invocation *inv, struct err *err);

/** command_condreload() - the same if a capture kernel is loaded, else nothing. */
_must_check_ int command_condreload(struct invocation *inv, struct err *err);

/** command_rebuild() - build the image, of the kernel named if one is, and load nothing. */
_must_check_ int command_rebuild(struct invocation *inv, struct err *err);

/** command_status() - tell whether a capture kernel is loaded. */
_must_check_ int command_status(struct invocation *inv, struct err *err);

/** command_showmem() - tell how much memory is reserved. */
_must_check_ int command_showmem(struct invocation *inv, struct err *err);

/** command_check() - tell what stands in the way of a dump, and what does not. */
_must_check_ int command_check(struct invocation *inv, struct err *err);

/** command_show() - print the configuration as it is, and the command that start would run. */
_must_check_ int command_show(struct invocation *inv, struct err *err);

/** command_estimate() - tell how much memory a capture kernel needs, and why. */
_must_check_ int command_estimate(struct invocation *inv, struct err *err);

/** command_get_default_crashkernel() - print the default value of crashkernel=. */
_must_check_ int command_get_default_crashkernel(struct invocation *inv, struct err *err);

/** command_reset_crashkernel() - write it where the boot loader has its command lines from. */
_must_check_ int command_reset_crashkernel(struct invocation *inv, struct err *err);

/** command_rehearse() - do all that a crash would bring about, but for the crash. */
_must_check_ int command_rehearse(struct invocation *inv, struct err *err);

/** command_reset_after_update() - the same for packages: what nobody chose, in all entries. */
_must_check_ int command_reset_after_update(struct invocation *inv, struct err *err);

/** command_reset_for_kernel() - the same for the kernel of one release, which was installed. */
_must_check_ int command_reset_for_kernel(struct invocation *inv, struct err *err);

/** command_list() - show which dumps were saved. */
_must_check_ int command_list(struct invocation *inv, struct err *err);

/** command_info() - show all about one of them. */
_must_check_ int command_info(struct invocation *inv, struct err *err);

/** command_prune() - remove old ones, as the configuration says. */
_must_check_ int command_prune(struct invocation *inv, struct err *err);

/** command_propagate() - let the capture log in to the ssh target. */
_must_check_ int command_propagate(struct invocation *inv, struct err *err);

/** command_test() - crash the machine, to see whether a dump is saved. */
_must_check_ int command_test(struct invocation *inv, struct err *err);

/** command_setup_crypttab() - have the keys of an encrypted target kept for the capture. */
_must_check_ int command_setup_crypttab(struct invocation *inv, struct err *err);

/** command_panic() - show, or set, what the kernel panics at. */
_must_check_ int command_panic(struct invocation *inv, struct err *err);

#endif
