/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/kdump.conf: one table says which directives there are, what each takes and whether
 * it works yet. The same grammar carries the generated configuration inside the capture
 * image, so that there is one reader for both.
 *
 * Grammar (that of RHEL's kdump.conf(5)): one directive a line, its name, blanks, its
 * value to the end of the line. Blanks around are ignored, '#' starts a comment, and one
 * pair of double quotes around the whole value is taken off.
 */
#ifndef KDUMP_CONF_H
#define KDUMP_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

#define CONF_PATH              "/etc/kdump.conf"
#define CONF_DEFAULT_PATH      "/var/crash"
#define CONF_DEFAULT_COLLECTOR "makedumpfile -l --message-level 7 -d 31"

enum {
	CONF_LINE_MAX = 4096,     /* bytes in a line */
	CONF_FILE_MAX = 16 << 20, /* bytes in a file; a longer one is refused unread */
};

/** enum conf_place - whose file is read. */
enum conf_place {
	CONF_ADMIN, /* the administrator's: directives that do not work yet are refused */
	CONF_IMAGE, /* the generated one in the capture image: may name its target */
};

/** struct conf - a configuration. Owns its strings; release with conf_done(). */
struct conf {
	char *path;            /* absolute, slashes squeezed */
	struct strv collector; /* program and options, without source and destination */
	char *collector_text;  /* the same as written */
	char *target_type;     /* file-system type, NULL: no target line */
	char *target;          /* what the target line names, e.g. "UUID=..." */
	/* Which old dumps may be removed; 0: none for this reason. */
	uint64_t keep_dumps; /* more of them than this */
	uint64_t min_free;   /* while less is free on the target; bytes */
	uint64_t max_age;    /* older ones; days */
};

/**
 * conf_parse() - read a configuration.
 * @text: @size bytes, NUL-terminated as well; need not be text.
 * @name: short file name for messages, which begin with "NAME:LINE: ".
 * @ret: filled in with the defaults for what is absent; untouched on failure.
 * Return: 0, -EINVAL, -ENOMEM.
 */
_must_check_ int conf_parse(const char *text, size_t size, const char *name, enum conf_place place,
			    struct conf *ret, struct err *err);

/** conf_read() - conf_parse() of CONF_PATH below @root. Return: also -errno of reading. */
_must_check_ int conf_read(const struct sysroot *root, enum conf_place place, struct conf *ret,
			   struct err *err);

/**
 * conf_format() - @conf in its own grammar, without comments, ordered.
 * @ret: malloc()ed text; the caller frees.
 * Return: 0, -EINVAL for a value that cannot be written in that grammar, -ENOMEM.
 */
_must_check_ int conf_format(const struct conf *conf, char **ret, struct err *err);

/** conf_done() - free what @conf owns; fine on one that is all zero. */
void conf_done(struct conf *conf);

#endif
