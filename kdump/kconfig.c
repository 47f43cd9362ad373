/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/kconfig.h"

int kconfig_read(const struct sysroot *root, const char *version, struct kconfig *ret,
		 struct err *err)
{
	snprintf(ret->path, sizeof(ret->path), "/boot/config-%s", version);
	return sysroot_read(root, ret->path, KCONFIG_MAX, &ret->text, NULL, err);
}

bool kconfig_has(const struct kconfig *config, const char *option)
{
	size_t len = strlen(option);

	for (const char *p = config->text; (p = strstr(p, option)); p += len)
		if ((p == config->text || p[-1] == '\n') && strncmp(p + len, "=y", 2) == 0)
			return true;
	return false;
}

void kconfig_done(struct kconfig *config)
{
	free(config->text);
	config->text = NULL;
}
