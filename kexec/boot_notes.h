/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ELF boot notes: how boot loaders from Etherboot and LinuxBIOS's time on tell any ELF program
 * what it was started with (E. Biederman, "ELF Boot proposal"; include/elf_boot.h of
 * Etherboot and of FILO): a header, then notes as in ELF files, with empty names.
 */
#ifndef KEXEC_BOOT_NOTES_H
#define KEXEC_BOOT_NOTES_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "kexec/plan.h"

/**
 * boot_notes_plan() - place notes that name the loader, its version and @cmdline, and set
 * plan->kernel's ax and bx so that the program finds them.
 * @limits: its min, max and bottom_up count.
 */
_must_check_ int boot_notes_plan(const char *cmdline, const struct placement *limits,
				 struct plan *plan, struct err *err);

#endif
