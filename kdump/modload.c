/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/cmdline.h"

#include "kdump/layout.h"
#include "kdump/modload.h"

enum {
	ORDER_MAX = 1 << 20,    /* bytes of the list */
	CMDLINE_MAX = 64 << 10, /* bytes of /proc/cmdline */
};

static char dash_to_underscore(char c)
{
	return c == '-' ? '_' : c;
}

/* Is @word "MODULE.NAME..." for the module in file @module? */
static bool is_parameter_of(const struct cmdline_word *word, const char *module, size_t len)
{
	if (word->name_len <= len + 1 || word->text[len] != '.')
		return false;
	for (size_t i = 0; i < len; i++)
		if (dash_to_underscore(word->text[i]) != dash_to_underscore(module[i]))
			return false;
	return true;
}

int modload_parameters(const char *cmdline, const char *module, char **ret)
{
	size_t len = strcspn(module, "."), used = 0;
	char *text = malloc(strlen(cmdline) + 1);
	struct cmdline_word word;

	if (!text)
		return -ENOMEM;
	while (cmdline_next(&cmdline, &word)) {
		if (!is_parameter_of(&word, module, len))
			continue;
		if (used > 0)
			text[used++] = ' ';
		memcpy(text + used, word.text + len + 1, word.len - len - 1);
		used += word.len - len - 1;
	}
	text[used] = '\0';
	*ret = text;
	return 0;
}

int modload_choices(const char *options, const char *cmdline, const char *module, struct strv *ret)
{
	_cleanup_free_ char *own = NULL;
	int r = modload_parameters(cmdline, module, &own);

	if (r == 0 && options[0])
		r = strv_addf(ret, "%s%s%s", options, own[0] ? " " : "", own);
	if (r == 0 && own[0])
		r = strv_add(ret, own);
	return r < 0 ? r : strv_add(ret, "");
}

static int insert(int fd, const char *parameters)
{
	if (syscall(SYS_finit_module, fd, parameters, 0) == 0 || errno == EEXIST || errno == ENODEV)
		return 0;
	return -errno;
}

/* Return: 0, also if that took less than the first of @choices, of which @err then tells. */
static int insert_somehow(int fd, const char *file, const struct strv *choices, struct err *err)
{
	int r = 0, first = 0;

	for (size_t i = 0; i < choices->n; i++) {
		r = insert(fd, choices->v[i]);
		if (i == 0)
			first = r;
		if (r == 0)
			break;
	}
	if (r < 0)
		return err_errno(err, first, "cannot load module %s", file);
	if (first < 0)
		err_errno(err, first, "module %s does not take '%s'", file, choices->v[0]);
	return 0;
}

/* Return: as insert_somehow(). */
static int load(const struct sysroot *root, const char *file, const char *options,
		const char *cmdline, struct err *err)
{
	_cleanup_(strv_done) struct strv choices = { NULL };
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	if (modload_choices(options, cmdline, file, &choices) < 0)
		return err_oom(err);
	snprintf(path, sizeof(path), "%s/%s", LAYOUT_MODULES, file);
	fd = sysroot_open(root, path, O_RDONLY);
	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", path);
	return insert_somehow(fd, file, &choices, err);
}

int modload_all(const struct sysroot *root, modload_failure *failed, void *ctx, struct err *err)
{
	_cleanup_free_ char *order = NULL, *cmdline = NULL;
	char *pos, *file;
	int r = sysroot_read(root, LAYOUT_MODULE_ORDER, ORDER_MAX, &order, NULL, err);

	if (r == 0)
		r = sysroot_read(root, "/proc/cmdline", CMDLINE_MAX, &cmdline, NULL, err);
	if (r < 0)
		return r;
	pos = order;
	while ((file = strsep(&pos, "\n"))) {
		char *options = file + strcspn(file, " ");
		struct err why = ERR_INIT;

		if (*options)
			*options++ = '\0';
		if (file[0] && (load(root, file, options, cmdline, &why) < 0 || why.text[0]))
			failed(ctx, file, &why);
	}
	return 0;
}
