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

static int load(const struct sysroot *root, const char *file, const char *cmdline, struct err *err)
{
	_cleanup_free_ char *parameters = NULL;
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX];

	if (modload_parameters(cmdline, file, &parameters) < 0)
		return err_oom(err);
	snprintf(path, sizeof(path), "%s/%s", LAYOUT_MODULES, file);
	fd = sysroot_open(root, path, O_RDONLY);
	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", path);
	if (syscall(SYS_finit_module, fd, parameters, 0) == 0 || errno == EEXIST || errno == ENODEV)
		return 0;
	return err_errno(err, -errno, "cannot load module %s", file);
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
		struct err why = ERR_INIT;

		if (file[0] && load(root, file, cmdline, &why) < 0)
			failed(ctx, file, &why);
	}
	return 0;
}
