/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"

#include "kdump/bootconf.h"
#include "kdump/rootpath.h"
#include "kdump/strv.h"
#include "kdump/words.h"

#define BLANKS " \t"

static const char *const entry_folders[] = {
	"/boot/loader/entries",
	"/boot/efi/loader/entries",
	"/efi/loader/entries",
};

/* Where distributions have it: Debian, Ubuntu and Arch; RHEL, Fedora and SUSE; RHEL 7's UEFI. */
static const char *const grub_configs[] = {
	"/boot/grub/grub.cfg",           "/boot/grub2/grub.cfg",
	"/boot/efi/EFI/redhat/grub.cfg", "/boot/efi/EFI/centos/grub.cfg",
	"/boot/efi/EFI/fedora/grub.cfg",
};

void bootconf_done(struct bootconf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->lines[i].path);
		free(conf->lines[i].cmdline);
	}
	free(conf->lines);
	*conf = (struct bootconf){ NULL };
}

bool bootconf_is_generated(const struct bootconf_line *line)
{
	return line->kind == BOOTCONF_GRUB_ENTRY || line->kind == BOOTCONF_BLS_ENTRY;
}

/* What finding lines in one file needs. */
struct reading {
	struct bootconf *conf;
	enum bootconf_kind kind;
	const char *path;
	unsigned int number;
};

/* Takes @cmdline over in any case. */
static int add(const struct reading *rd, char *cmdline)
{
	struct bootconf *conf = rd->conf;
	struct bootconf_line *line;
	char *path = strdup(rd->path);

	if (!cmdline || !path ||
	    array_reserve(&conf->lines, &conf->capacity, conf->count + 1, sizeof(*line)) < 0) {
		free(cmdline);
		free(path);
		return -ENOMEM;
	}
	line = &conf->lines[conf->count++];
	*line = (struct bootconf_line){
		.kind = rd->kind,
		.path = path,
		.number = rd->number,
		.cmdline = cmdline,
	};
	return 0;
}

/* GRUB_CMDLINE_LINUX="...", and those that begin so; a shell would expand what stays here. */
static int take_variable(const struct reading *rd, const char *line)
{
	static const char name[] = "GRUB_CMDLINE_LINUX";
	const char *value = strchr(line, '=');
	char *text;

	if (strncmp(line, "export ", 7) == 0)
		line += 7 + strspn(line + 7, BLANKS);
	if (strncmp(line, name, strlen(name)) != 0 || !value)
		return 0;
	value++;
	/* A quote that ends on another line: what stands here is better than nothing. */
	if (words_unquote(&value, WORDS_LITERAL, &text, NULL) < 0)
		text = strdup(value + strspn(value, "\"'"));
	return add(rd, text);
}

/* "linux /boot/vmlinuz root=..."; also linux16 and linuxefi, which distributions have added. */
static int take_grub_entry(const struct reading *rd, const char *line)
{
	if (strncmp(line, "linux", 5) != 0)
		return 0;
	line += strcspn(line, BLANKS);
	line += strspn(line, BLANKS);
	line += strcspn(line, BLANKS); /* the kernel's name */
	return *line ? add(rd, strdup(line + strspn(line, BLANKS))) : 0;
}

static int take_bls_entry(const struct reading *rd, const char *line)
{
	if (strncmp(line, "options", 7) != 0 || !line[7] || !strchr(BLANKS, line[7]))
		return 0;
	return add(rd, strdup(line + 7 + strspn(line + 7, BLANKS)));
}

static int take_line(const struct reading *rd, const char *line)
{
	line += strspn(line, BLANKS);
	if (!*line || *line == '#')
		return 0;
	switch (rd->kind) {
	case BOOTCONF_GRUB_VARIABLE:
		return take_variable(rd, line);
	case BOOTCONF_GRUB_ENTRY:
		return take_grub_entry(rd, line);
	case BOOTCONF_BLS_ENTRY:
		return take_bls_entry(rd, line);
	case BOOTCONF_KERNEL_INSTALL:
		break;
	}
	return add(rd, strdup(line));
}

static int read_file(const struct sysroot *root, const char *path, enum bootconf_kind kind,
		     struct bootconf *ret)
{
	struct reading rd = { .conf = ret, .kind = kind, .path = path };
	_cleanup_free_ char *text = NULL;
	char *line, *next;
	int r = sysroot_read(root, path, BOOTCONF_FILE_MAX, &text, NULL, NULL);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	for (line = text; line && r == 0; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		rd.number++;
		r = take_line(&rd, line);
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	return len > n && strcmp(name + len - n, suffix) == 0;
}

/* The folder's files with that suffix, in the order of their names. */
static int read_folder(const struct sysroot *root, const char *folder, const char *suffix,
		       enum bootconf_kind kind, struct bootconf *ret)
{
	_cleanup_(strv_done) struct strv paths = { NULL };
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, folder);
	const struct dirent *entry;
	int r = 0;

	if (!dir)
		return 0;
	while (r == 0 && paths.n < BOOTCONF_ENTRIES_MAX && (entry = readdir(dir)))
		if (ends_with(entry->d_name, suffix))
			r = strv_addf(&paths, "%s/%s", folder, entry->d_name);
	if (paths.n > 0)
		qsort(paths.v, paths.n, sizeof(*paths.v), compare);
	for (size_t i = 0; r == 0 && i < paths.n; i++)
		r = read_file(root, paths.v[i], kind, ret);
	return r;
}

int bootconf_read(const struct sysroot *root, struct bootconf *ret, struct err *err)
{
	int r = read_file(root, BOOTCONF_GRUB_DEFAULTS, BOOTCONF_GRUB_VARIABLE, ret);

	if (r == 0)
		r = read_folder(root, BOOTCONF_GRUB_FOLDER, ".cfg", BOOTCONF_GRUB_VARIABLE, ret);
	if (r == 0)
		r = read_file(root, BOOTCONF_KERNEL_LINE, BOOTCONF_KERNEL_INSTALL, ret);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(grub_configs); i++)
		r = read_file(root, grub_configs[i], BOOTCONF_GRUB_ENTRY, ret);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(entry_folders); i++)
		r = read_folder(root, entry_folders[i], ".conf", BOOTCONF_BLS_ENTRY, ret);
	return r < 0 ? err_oom(err) : 0;
}

/* Does this file have entries? On UEFI, newer systems keep only a pointer to another one there. */
static bool has_entries(const struct bootconf *conf, const char *path)
{
	for (size_t i = 0; i < conf->count; i++)
		if (strcmp(conf->lines[i].path, path) == 0)
			return true;
	return false;
}

const char *bootconf_generator(const struct sysroot *root, const struct bootconf *conf)
{
	static const struct {
		const char *program;
		const char *config; /* NULL: it knows */
		const char *command;
	} generators[] = {
		{ "/usr/sbin/update-grub", NULL, "update-grub" },
		{ "/usr/sbin/grub2-mkconfig", "/boot/efi/EFI/redhat/grub.cfg",
		  "grub2-mkconfig -o /boot/efi/EFI/redhat/grub.cfg" },
		{ "/usr/sbin/grub2-mkconfig", "/boot/efi/EFI/centos/grub.cfg",
		  "grub2-mkconfig -o /boot/efi/EFI/centos/grub.cfg" },
		{ "/usr/sbin/grub2-mkconfig", NULL, "grub2-mkconfig -o /boot/grub2/grub.cfg" },
		{ "/usr/sbin/grub-mkconfig", NULL, "grub-mkconfig -o /boot/grub/grub.cfg" },
		{ "/usr/bin/grub-mkconfig", NULL, "grub-mkconfig -o /boot/grub/grub.cfg" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(generators); i++)
		if (rootpath_exists(root, generators[i].program) &&
		    (!generators[i].config || has_entries(conf, generators[i].config)))
			return generators[i].command;
	return NULL;
}
