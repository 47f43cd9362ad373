/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/sysconfig.h"
#include "kdump/words.h"

#define BLANKS " \t"

struct variable {
	const char *name;
	size_t offset; /* of its char * in struct sysconfig */
	const char *value;
};

#define VARIABLE(name, member, value)                                                              \
	{                                                                                          \
		name, offsetof(struct sysconfig, member), value                                    \
	}

/* The defaults are those of the file that we install; why each is there stands in it. */
static const struct variable variables[] = {
	VARIABLE("KDUMP_KERNELVER", kernel_version, ""),
	VARIABLE("KDUMP_COMMANDLINE", commandline, ""),
	VARIABLE("KDUMP_COMMANDLINE_REMOVE", commandline_remove,
		 "hugepages hugepagesz slub_debug quiet log_buf_len swiotlb hugetlb_cma cma "
		 "ignition.firstboot"),
	VARIABLE("KDUMP_COMMANDLINE_APPEND", commandline_append,
		 "irqpoll nr_cpus=1 reset_devices cgroup_disable=memory mce=off numa=off panic=10 "
		 "acpi_no_memhotplug transparent_hugepage=never nokaslr hest_disable novmcoredd "
		 "kfence.sample_interval=0 hugetlb_cma=0 cma=0 pcie_ports=compat "
		 "rootfstype=ramfs"),
	VARIABLE("KEXEC_ARGS", kexec_args, ""),
	VARIABLE("KDUMP_BOOTDIR", boot_dir, ""),
	VARIABLE("KDUMP_IMG", image_name, "vmlinuz"),
	VARIABLE("KDUMP_IMG_EXT", image_ext, ""),
};

static char **slot(struct sysconfig *conf, const struct variable *row)
{
	return (char **)(void *)((char *)conf + row->offset);
}

static int assign(struct sysconfig *conf, const char *name, size_t len, char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		char **p = slot(conf, &variables[i]);

		if (strlen(variables[i].name) != len || memcmp(variables[i].name, name, len) != 0)
			continue;
		free(*p);
		*p = value;
		return 0;
	}
	free(value);
	return 0;
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
static int read_line(const char **pos, struct sysconfig *conf, struct err *err)
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
		assign(conf, name, len, value);
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

static int set_defaults(struct sysconfig *conf)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		char **p = slot(conf, &variables[i]);

		if (!*p)
			*p = strdup(variables[i].value);
		if (!*p)
			return -ENOMEM;
	}
	return 0;
}

int sysconfig_parse(const char *text, const char *name, struct sysconfig *ret, struct err *err)
{
	_cleanup_(sysconfig_done) struct sysconfig conf = { NULL };
	const char *p = text, *counted = text;
	unsigned long number = 1;

	while (*p) {
		int r;

		for (; counted < p; counted++)
			number += *counted == '\n';
		r = read_line(&p, &conf, err);
		if (r < 0)
			return err_prefix(err, r, "%s:%lu", name, number);
	}
	if (set_defaults(&conf) < 0)
		return err_oom(err);
	*ret = conf;
	conf = (struct sysconfig){ NULL };
	return 0;
}

int sysconfig_read(const struct sysroot *root, struct sysconfig *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = sysroot_read(root, SYSCONFIG_PATH, SYSCONFIG_FILE_MAX, &text, &size, err);

	if (r == -ENOENT)
		return sysconfig_parse("", "", ret, err);
	if (r < 0)
		return r;
	if (strlen(text) != size)
		return err_set(err, -EINVAL, "%s: NUL byte: this is not a text file",
			       SYSCONFIG_PATH);
	if (strchr(text, '\r')) {
		err_set(err, -EINVAL, "%s: carriage return: this file has DOS line ends",
			SYSCONFIG_PATH);
		return err_hint(err, -EINVAL, "Convert it: sed -i 's/\\r$//' %s", SYSCONFIG_PATH);
	}
	return sysconfig_parse(text, SYSCONFIG_PATH, ret, err);
}

void sysconfig_done(struct sysconfig *conf)
{
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		free(*slot(conf, &variables[i]));
	*conf = (struct sysconfig){ NULL };
}
