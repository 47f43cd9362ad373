/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included first in every C file of purgatory by its build. -fvisibility=hidden says of what is
 * defined that nothing outside the blob needs it; this says it of what is only declared, too,
 * so that compilers do not look for its address in a table, which would need relocations.
 */
#pragma GCC visibility push(hidden)
