/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compiler attributes that carry part of a function's contract, and scope-bound
 * ownership: a local declared with one of the _cleanup_* attributes is released when
 * it goes out of scope; TAKE_FD() and TAKE_PTR() hand ownership on.
 */
#ifndef LIB_ATTRS_H
#define LIB_ATTRS_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _must_check_   __attribute__((warn_unused_result))
#define _printf_(f, a) __attribute__((format(printf, f, a)))
#define _cleanup_(f)   __attribute__((cleanup(f)))
#define _unused_       __attribute__((unused))
#define ARRAY_SIZE(a)  (sizeof(a) / sizeof((a)[0]))

/** free_ptr() - cleanup handler: frees the pointer that @p points to. */
static inline void free_ptr(void *p)
{
	free(*(void **)p);
}

/** close_fd() - cleanup handler: closes *@fd unless it is negative. */
static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/** close_file() - cleanup handler: closes the stream *@f unless it is NULL. */
static inline void close_file(FILE **f)
{
	if (*f)
		fclose(*f);
}

/** close_dir() - cleanup handler: closes the folder *@dir unless it is NULL. */
static inline void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define _cleanup_free_     _cleanup_(free_ptr)
#define _cleanup_close_    _cleanup_(close_fd)
#define _cleanup_fclose_   _cleanup_(close_file)
#define _cleanup_closedir_ _cleanup_(close_dir)

/** TAKE_FD() - value of the descriptor lvalue @fd, which becomes -1. */
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int *fd_ = &(fd);                                                                  \
		int taken_ = *fd_;                                                                 \
		*fd_ = -1;                                                                         \
		taken_;                                                                            \
	})

/** TAKE_PTR() - value of the pointer lvalue @p, which becomes NULL. */
#define TAKE_PTR(p)                                                                                \
	({                                                                                         \
		typeof(p) *p_ = &(p);                                                              \
		typeof(p) taken_ = *p_;                                                            \
		*p_ = NULL;                                                                        \
		taken_;                                                                            \
	})

#endif
