/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that a program needs to run: its dynamic loader and shared libraries, found
 * in the loader's own order (ld.so(8)). There is no loader cache in the capture image, so
 * libraries are placed where the loader looks without one: those that an object's RUNPATH
 * or RPATH leads to keep their place, all others lie beside the loader.
 */
#ifndef KDUMP_ELFDEPS_H
#define KDUMP_ELFDEPS_H

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

/** struct elfdeps - element i of both lists is one file; release with elfdeps_done(). */
struct elfdeps {
	struct strv names;    /* absolute, in the image; each only once */
	struct strv sources;  /* absolute, as on the machine */
	struct strv programs; /* of the names, those that were asked for */
};

/**
 * elfdeps_add() - add a program with all that it needs.
 * @source: the program, an ELF file or a script whose "#!" line names one.
 * @name: what it is to be called in the image.
 * @deps: all zero at first; may hold other programs. Holds part of it all on failure.
 * Return: 0; -ENOENT if a library is nowhere; -ENOEXEC for a file that is no program.
 */
_must_check_ int elfdeps_add(const struct sysroot *root, const char *source, const char *name,
			     struct elfdeps *deps, struct err *err);

/** elfdeps_done() - free the lists; they are empty afterwards. */
void elfdeps_done(struct elfdeps *deps);

#endif
