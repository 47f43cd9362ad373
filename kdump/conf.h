/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/kdump.conf. The same grammar carries the generated configuration inside the capture
 * image, so that there is one reader for both. Which directives there are, and what each
 * takes, is directives.h's.
 *
 * Grammar (that of RHEL's kdump.conf(5)): one directive a line, its name, blanks, its
 * value to the end of the line. Blanks around are ignored, '#' starts a comment, and one
 * pair of double quotes around the whole value is taken off.
 *
 * Reading tells what is wrong with the text alone; what has to do with the machine is
 * confcheck.h's.
 */
#ifndef KDUMP_CONF_H
#define KDUMP_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/strv.h"

#define CONF_PATH              "/etc/kdump.conf"
#define CONF_DEFAULT_PATH      "/var/crash"
#define CONF_DEFAULT_COLLECTOR "makedumpfile -l --message-level 7 -d 31"
#define CONF_BUILTIN_COLLECTOR "builtin" /* no program: we copy the memory ourselves */

enum {
	CONF_LINE_MAX = 4096,     /* bytes in a line */
	CONF_FILE_MAX = 16 << 20, /* bytes in a file; a longer one is refused unread */
	CONF_DIRECTIVES_MAX = 48, /* directives that there may be */
};

/** enum conf_place - whose file is read. */
enum conf_place {
	CONF_ADMIN, /* the administrator's */
	CONF_IMAGE, /* the generated one in the capture image: has directives of its own */
};

/** enum conf_action - what ends a capture; in the order of CONF_ACTIONS. */
enum conf_action {
	CONF_REBOOT,
	CONF_HALT,
	CONF_POWEROFF,
	CONF_SHELL,          /* failure_action only */
	CONF_DUMP_TO_ROOTFS, /* failure_action only */
};

#define CONF_FINAL_ACTIONS   "reboot|halt|poweroff"
#define CONF_FAILURE_ACTIONS CONF_FINAL_ACTIONS "|shell|dump_to_rootfs"

#define CONF_LOOP_ACTIONS "halt|poweroff"

/** struct conf_loop - what are too many dumps, and how the machine's run ends then. */
struct conf_loop {
	uint64_t count;          /* this many of them, the new one included; 0: never */
	uint64_t seconds;        /* in this time */
	enum conf_action action; /* in the place of CONF_REBOOT */
};

/** struct conf - a configuration. Owns its strings; release with conf_done(). */
struct conf {
	char *path;              /* absolute, slashes squeezed */
	struct strv collector;   /* program and options, without source and destination */
	char *collector_text;    /* the same as written */
	char *target_type;       /* the target's directive, e.g. "ext4"; NULL: no target line */
	char *target;            /* what it names, e.g. "UUID=..." */
	const char *target_from; /* the directive that names it, where it stands; borrowed */
	char *mount_options;     /* to mount the target with; NULL: none are given */
	char *dump_host;         /* names of dumps begin with it; NULL: by the kind of target */
	char *sshkey;
	char *kdump_pre; /* programs, absolute paths */
	char *kdump_post;
	char *kdump_emergency;
	struct strv extra_bins;    /* programs, by path or name */
	struct strv extra_modules; /* by name */
	enum conf_action failure_action;
	enum conf_action final_action;
	bool force_rebuild;
	bool force_no_rebuild;
	bool keep_crashkernel; /* auto_reset_crashkernel no */
	char *dracut_args;
	char *fence_kdump_args;
	struct strv fence_kdump_nodes;
	/* Which old dumps may be removed; 0: none for this reason. */
	uint64_t keep_dumps; /* more of them than this */
	uint64_t min_free;   /* while less is free on the target; bytes */
	uint64_t max_age;    /* older ones; days */
	struct conf_loop crash_loop;

	const char *name;                         /* of the file, for messages; borrowed */
	unsigned long lines[CONF_DIRECTIVES_MAX]; /* where each directive stands; 0: nowhere */
	struct strv warnings;                     /* lines to be told, "NAME:LINE: ..." */
	char *unable;                             /* see conf_check_able() */
};

/**
 * conf_parse() - read a configuration.
 * @text: @size bytes, NUL-terminated as well; need not be text.
 * @name: short file name for messages, which begin with "NAME:LINE: "; stays borrowed.
 * @ret: filled in with the defaults for what is absent; untouched on failure.
 * Return: 0, -EINVAL, -ENOMEM.
 */
_must_check_ int conf_parse(const char *text, size_t size, const char *name, enum conf_place place,
			    struct conf *ret, struct err *err);

/** conf_read() - conf_parse() of CONF_PATH below @root. Return: also -errno of reading. */
_must_check_ int conf_read(const struct sysroot *root, enum conf_place place, struct conf *ret,
			   struct err *err);

/**
 * conf_check_able() - is there nothing in @conf that the capture image cannot do yet?
 * Return: 0; -ENOTSUP with the first line that asks for such a thing.
 */
_must_check_ int conf_check_able(const struct conf *conf, struct err *err);

/**
 * conf_blame() - put in front of @err where @directive stands, as "kdump.conf:LINE: ".
 * @directive: the name that it has today; one that stands nowhere leaves @err as it is.
 * Return: @code, unchanged.
 */
int conf_blame(const struct conf *conf, const char *directive, struct err *err, int code);

/** conf_warn() - add to @conf's warnings, with where @directive stands. Return: 0, -ENOMEM. */
_must_check_ int conf_warn(struct conf *conf, const char *directive, const char *fmt, ...)
	_printf_(3, 4);

/** conf_action_name() - the word for @action. */
const char *conf_action_name(enum conf_action action);

/**
 * conf_format() - what the capture side has to know of @conf, in the grammar of its place,
 * without comments, ordered.
 * @ret: malloc()ed text; the caller frees.
 * Return: 0, -EINVAL for a value that cannot be written in that grammar, -ENOMEM.
 */
_must_check_ int conf_format(const struct conf *conf, char **ret, struct err *err);

/** conf_done() - free what @conf owns; fine on one that is all zero. */
void conf_done(struct conf *conf);

#endif
