/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/conf.h"
#include "kdump/nearest.h"
#include "kdump/sysconfig.h"
#include "kdump/value.h"
#include "kdump/words.h"

#define BLANKS " \t"

struct variable {
	const char *name;
	size_t offset;     /* of its char * in struct sysconfig */
	const char *value; /* its default; NULL: the architecture's */
};

#define VARIABLE(name, member, value)                                                              \
	{                                                                                          \
		name, offsetof(struct sysconfig, member), value                                    \
	}

/* The defaults are those of the file that we install; why each is there stands in it. */
static const struct variable variables[] = {
	VARIABLE("KDUMP_KERNELVER", kernel_version, ""),
	VARIABLE("KDUMP_COMMANDLINE", commandline, ""),
	VARIABLE("KDUMP_COMMANDLINE_REMOVE", commandline_remove, NULL),
	VARIABLE("KDUMP_COMMANDLINE_APPEND", commandline_append, NULL),
	VARIABLE("KEXEC_ARGS", kexec_args, ""),
	VARIABLE("KDUMP_BOOTDIR", boot_dir, ""),
	VARIABLE("KDUMP_IMG", image_name, NULL),
	VARIABLE("KDUMP_IMG_EXT", image_ext, ""),
};

struct choice;
/* Return: 0; 1 for a value that is none, and is taken for the default; -EINVAL for a mistake. */
typedef int choice_setter(const struct choice *row, const char *value, struct sysconfig *conf,
			  struct err *err);
static choice_setter set_level, set_no;

/* Variables that take one of a few words. */
static const struct choice {
	const char *name;
	choice_setter *set;
	size_t offset; /* of what is set in struct sysconfig */
} choices[] = {
	{ "KDUMP_STDLOGLVL", set_level, offsetof(struct sysconfig, levels.std) },
	{ "KDUMP_SYSLOGLVL", set_level, offsetof(struct sysconfig, levels.syslog) },
	{ "KDUMP_KMSGLOGLVL", set_level, offsetof(struct sysconfig, levels.kmsg) },
	{ "VMCORE_CREATION_NOTIFICATION", set_no, offsetof(struct sysconfig, no_test_notice) },
};

static int set_level(const struct choice *row, const char *value, struct sysconfig *conf,
		     struct err *err)
{
	enum tell_level *level = (void *)((char *)conf + row->offset);
	int choice = value_choice(value, "0|1|2|3|4");

	if (choice < 0) {
		err_set(err, -EINVAL, "Illegal log level: %s '%s'", row->name, value);
		return err_hint(err, -EINVAL,
				"0 none, 1 errors, 2 warnings, 3 information, 4 debugging.");
	}
	*level = (enum tell_level)choice;
	return 0;
}

/* Whether something is told is no reason to arm nothing. */
static int set_no(const struct choice *row, const char *value, struct sysconfig *conf,
		  struct err *err _unused_)
{
	bool *no = (void *)((char *)conf + row->offset);
	int choice = value_choice(value, "yes|no");

	*no = choice == 1;
	return choice < 0;
}

/* What RHEL's file has besides, and what only SUSE's has. */
#define OF_POWER "FADUMP_COMMANDLINE_APPEND"
#define OF_SUSE  "KDUMP_SAVEDIR"

static bool is_name(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && memcmp(name, text, len) == 0;
}

static char **slot(struct sysconfig *conf, const struct variable *row)
{
	return (char **)(void *)((char *)conf + row->offset);
}

/* A variable that is not ours may be anybody's; it may also be one of ours with a slip in it. */
static int note_unknown(struct sysconfig *conf, const char *name, size_t len, unsigned long number)
{
	const char *meant = NULL;
	char typed[NEAREST_WORD_MAX];

	if (is_name(OF_SUSE, name, len)) {
		conf->of_suse = true;
		return strv_addf(&conf->warnings,
				 "%s:%lu: warning: " OF_SUSE " is of SUSE's kdump; dumps go where "
				 "%s says",
				 conf->path, number, CONF_PATH);
	}
	if (len >= sizeof(typed) || is_name(OF_POWER, name, len))
		return 0;
	memcpy(typed, name, len);
	typed[len] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		if (nearest_is_better(typed, variables[i].name, meant))
			meant = variables[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (nearest_is_better(typed, choices[i].name, meant))
			meant = choices[i].name;
	return meant ? strv_addf(&conf->warnings,
				 "%s:%lu: warning: %s has no effect; did you mean '%s'?",
				 conf->path, number, typed, meant)
		     : 0;
}

static int choose(struct sysconfig *conf, const struct choice *row, const char *value,
		  unsigned long number, struct err *err)
{
	int r = row->set(row, value, conf, err);

	if (r <= 0)
		return r;
	r = strv_addf(&conf->warnings,
		      "%s:%lu: warning: %s: '%s' is neither yes nor no, and is taken for yes",
		      conf->path, number, row->name, value);
	return r < 0 ? err_oom(err) : 0;
}

/* @value, which is taken over, becomes that of the variable @name of @len bytes. */
static int assign(struct sysconfig *conf, const char *name, size_t len, char *value,
		  unsigned long number, struct err *err)
{
	_cleanup_free_ char *owned = value;

	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (is_name(choices[i].name, name, len))
			return choose(conf, &choices[i], value, number, err);
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		char **p = slot(conf, &variables[i]);

		if (!is_name(variables[i].name, name, len))
			continue;
		free(*p);
		*p = TAKE_PTR(owned);
		return 0;
	}
	return note_unknown(conf, name, len, number) < 0 ? err_oom(err) : 0;
}

/* Bytes of the variable name at @p, 0 if there is none. */
static size_t name_length(const char *p)
{
	size_t len = 0;

	if (isdigit((unsigned char)p[0]))
		return 0;
	while (isalnum((unsigned char)p[len]) || p[len] == '_')
		len++;
	return len;
}

/* One line, or several that a quote holds together. @pos ends behind its newline. */
static int read_line(const char **pos, unsigned long number, struct sysconfig *conf,
		     struct err *err)
{
	const char *p = *pos + strspn(*pos, BLANKS), *name;
	char *value = NULL;
	size_t len;
	int r;

	if (*p && *p != '#' && *p != '\n') {
		if (strncmp(p, "export", 6) == 0 && strchr(BLANKS, p[6]) && p[6])
			p += 6 + strspn(p + 6, BLANKS);
		name = p;
		len = name_length(p);
		if (len == 0 || p[len] != '=') {
			err_set(err, -EINVAL, "this is not an assignment");
			return err_hint(err, -EINVAL,
					"This file is read, not executed: NAME=VALUE lines only, "
					"without blanks around the '='.");
		}
		p += len + 1;
		r = words_unquote(&p, WORDS_REFUSED, &value, err);
		if (r < 0)
			return r;
		r = assign(conf, name, len, value, number, err);
		if (r < 0)
			return r;
		p += strspn(p, BLANKS);
		if (*p && *p != '\n' && *p != '#') {
			err_set(err, -EINVAL, "more than one word in the value");
			return err_hint(err, -EINVAL, "Put the value into double quotes.");
		}
	}
	p += strcspn(p, "\n");
	*pos = *p ? p + 1 : p;
	return 0;
}

/* Variables whose default is the architecture's. */
static int set_arch_defaults(struct sysconfig *conf, const struct archdefaults *arch)
{
	const struct {
		char **slot;
		const char *value;
	} values[] = {
		{ &conf->commandline_remove, arch->commandline_remove },
		{ &conf->commandline_append, arch->commandline_append },
		{ &conf->image_name, arch->image_name },
	};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		if (!*values[i].slot)
			*values[i].slot = strdup(values[i].value);
		if (!*values[i].slot)
			return -ENOMEM;
	}
	return 0;
}

/* There it is for what somebody wants besides. */
static int add_to_default(struct sysconfig *conf, const struct archdefaults *arch)
{
	char *own = conf->commandline_append;

	if (!conf->of_suse || !own)
		return 0;
	if (asprintf(&conf->commandline_append, "%s%s%s", arch->commandline_append,
		     own[0] ? " " : "", own) < 0) {
		conf->commandline_append = own;
		return -ENOMEM;
	}
	free(own);
	return 0;
}

static int set_defaults(struct sysconfig *conf, const struct archdefaults *arch)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		char **p = slot(conf, &variables[i]);

		if (!*p && variables[i].value) {
			*p = strdup(variables[i].value);
			if (!*p)
				return -ENOMEM;
		}
	}
	if (add_to_default(conf, arch) < 0)
		return -ENOMEM;
	return set_arch_defaults(conf, arch);
}

int sysconfig_parse(const char *text, const char *path, const struct archdefaults *arch,
		    struct sysconfig *ret, struct err *err)
{
	_cleanup_(sysconfig_done) struct sysconfig conf = {
		.path = path,
		.arch = arch,
		.levels = TELL_DEFAULT,
	};
	const char *p = text, *counted = text;
	unsigned long number = 1;

	while (*p) {
		int r;

		for (; counted < p; counted++)
			number += *counted == '\n';
		r = read_line(&p, number, &conf, err);
		if (r < 0)
			return err_prefix(err, r, "%s:%lu", path, number);
	}
	if (set_defaults(&conf, arch) < 0)
		return err_oom(err);
	*ret = conf;
	conf = (struct sysconfig){ NULL };
	return 0;
}

int sysconfig_read(const struct sysroot *root, struct sysconfig *ret, struct err *err)
{
	const struct archdefaults *arch = archdefaults_native();
	const char *path = SYSCONFIG_PATH;
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = sysroot_read(root, path, SYSCONFIG_FILE_MAX, &text, &size, err);

	if (r == -ENOENT) {
		r = sysroot_read(root, SYSCONFIG_DEFAULT_PATH, SYSCONFIG_FILE_MAX, &text, &size,
				 err);
		if (r == -ENOENT)
			return sysconfig_parse("", path, arch, ret, err);
		path = SYSCONFIG_DEFAULT_PATH;
	}
	if (r < 0)
		return r;
	if (strlen(text) != size)
		return err_set(err, -EINVAL, "%s: NUL byte: this is not a text file", path);
	if (strchr(text, '\r')) {
		err_set(err, -EINVAL, "%s: carriage return: this file has DOS line ends", path);
		return err_hint(err, -EINVAL, "Convert it: sed -i 's/\\r$//' %s", path);
	}
	return sysconfig_parse(text, path, arch, ret, err);
}

int sysconfig_set_kernel(struct sysconfig *conf, const char *version, struct err *err)
{
	char *copy = strdup(version);

	if (!copy)
		return err_oom(err);
	free(conf->kernel_version);
	conf->kernel_version = copy;
	return 0;
}

void sysconfig_done(struct sysconfig *conf)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		free(*slot(conf, &variables[i]));
	strv_done(&conf->warnings);
	*conf = (struct sysconfig){ NULL };
}
