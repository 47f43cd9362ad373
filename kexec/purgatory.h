/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader's side of purgatory: the blob becomes a segment, and once every segment is
 * known, its parameter block is filled in, the digest over all the others included.
 */
#ifndef KEXEC_PURGATORY_H
#define KEXEC_PURGATORY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/plan.h"
#include "kexec/request.h"

/** struct purgatory_console - where to report a bad digest, and where to say all that is done. */
struct purgatory_console {
	uint16_t port;    /* I/O port of a 16550, 0: none */
	uint16_t divisor; /* of 115200 baud, 0: leave the speed */
	uint32_t say;     /* PURGATORY_SAY_* and PURGATORY_RESET_VGA */
};

/**
 * purgatory_console_find() - the serial port that a kernel with @cmdline would use: the last
 * console=ttySn[,baud...], n from 0 to 3 (ports: arch/x86/include/asm/serial.h).
 * Return: 0 (with *@ret all zero if there is none) or -ENOMEM.
 */
_must_check_ int purgatory_console_find(const char *cmdline, struct purgatory_console *ret,
					struct err *err);

/**
 * purgatory_console_ask() - change what purgatory_console_find() found to what the user asks
 * for: another port or speed, or to hear of everything. Without a port it is the first one then.
 */
void purgatory_console_ask(const struct request *request, struct purgatory_console *console);

/**
 * purgatory_place() - give purgatory its segment; sets plan->purgatory and plan->entry.
 * @limits: its min and max count, if the image is entered in a mode that reaches less; NULL:
 *	anywhere.
 */
_must_check_ int purgatory_place(struct plan *plan, const struct placement *limits,
				 struct err *err);

/**
 * purgatory_finish() - fill in the parameter block. After the last change to any segment.
 * @skip_digest: jump without verifying (--no-checks).
 */
_must_check_ int purgatory_finish(struct plan *plan, const struct purgatory_console *console,
				  bool skip_digest, struct err *err);

#endif
