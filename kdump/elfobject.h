/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a dynamic loader wants to know of an ELF file, read with libelf (System V gABI,
 * chapter 5).
 */
#ifndef KDUMP_ELFOBJECT_H
#define KDUMP_ELFOBJECT_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/strv.h"

/** struct elfobject - a program or library; release with elfobject_done(). */
struct elfobject {
	int elf_class;      /* ELFCLASS32 or ELFCLASS64 */
	int machine;        /* EM_* */
	char *interpreter;  /* PT_INTERP; NULL: none */
	char *runpath;      /* DT_RUNPATH; NULL: none */
	char *rpath;        /* DT_RPATH; NULL: none */
	struct strv needed; /* DT_NEEDED, in order */
};

/** ELFOBJECT_NOT_MINE - the file is no ELF file. */
#define ELFOBJECT_NOT_MINE 1

/**
 * elfobject_read() - read an open file.
 * @fd: stays the caller's. @name: for messages.
 * @ret: untouched unless 0 is returned.
 * Return: 0, ELFOBJECT_NOT_MINE, -ENOEXEC for a damaged ELF file, -errno.
 */
_must_check_ int elfobject_read(int fd, const char *name, struct elfobject *ret, struct err *err);

/** elfobject_done() - free what @object owns; fine on one that is all zero. */
void elfobject_done(struct elfobject *object);

#endif
