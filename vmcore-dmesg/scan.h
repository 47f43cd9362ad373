/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Patterns for the lines of crash texts. A pattern describes the beginning of a line:
 *
 *	blank  one or more blanks	%*  anything, up to the first place where what
 *	%a  address (hex)		    stands behind it in the pattern goes on
 *	%A  address, or the hash of one, which is left alone (%p since 4.15)
 *	%c  CPU (decimal), %C (hex)	%n  name of a process; as %*, but tried at each place
 *	%p  process id (decimal)	%t  taint, and behind it release, build and machine
 *	%f  function+0x1/0x2 [module]	%h  hardware: the rest of the line
 *	%r  kernel release (a word)	%m  as %t, of lines that name the machine as well
 *	%$  the end of the line		%x  hex, %d decimal number, %w word: left alone
 *	%%  a percent sign
 *	%E %M %R %D %T  error code of x86, ESR of arm64, cause of riscv, DSISR of powerpc,
 *	    TEID of s390: what was accessed how
 *
 * Any other character stands for itself. There is no backtracking but for %n, whose length
 * is bounded, so a line costs time that is linear in its length.
 */
#ifndef VMCORE_DMESG_SCAN_H
#define VMCORE_DMESG_SCAN_H

#include <stdbool.h>

#include "vmcore-dmesg/event.h"

/**
 * scan() - match a line.
 * @ret: what the line says; of no meaning if it does not match.
 * Return: does @text begin as @pattern describes?
 */
bool scan(const char *text, const char *pattern, struct facts *ret);

#endif
