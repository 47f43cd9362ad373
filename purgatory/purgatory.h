/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Purgatory: what runs between the two kernels, on bare hardware, with paging on and every
 * address that it touches mapped one to one. The part in purgatory.c is the same for all
 * machines and is tested on the host; a machine's folder supplies the entry, and these.
 */
#ifndef PURGATORY_PURGATORY_H
#define PURGATORY_PURGATORY_H

#include "purgatory/params.h"

/** console_open() - get ready to say what is done, where the flags of @params ask for it. */
void console_open(const struct purgatory_params *params);

/** console_alarm() - something is wrong: speak on the serial port, too, if @params names one. */
void console_alarm(const struct purgatory_params *params);

/** console_put() - write one byte there. Bounded: gives up on hardware that never answers. */
void console_put(char c);

/** machine_reset() - restart the machine; does not return (on the host, in tests, it may). */
void machine_reset(void);

/**
 * purgatory_main() - verify what was loaded and save what the new kernel will overwrite.
 * @return_address: where the old kernel goes on when it is jumped back to; 0: it does not.
 * Returns if the kernel may be entered; resets the machine if a loaded byte has changed.
 */
void purgatory_main(const struct purgatory_params *params, uint64_t return_address);

#endif
