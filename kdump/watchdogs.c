/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kdump/rootpath.h"
#include "kdump/watchdogs.h"

#define CLASS "/sys/class/watchdog"

/* The name of the driver's module, which parameters go by; of the driver, if it is built in. */
static bool driver_of(const struct sysroot *root, const char *name, struct rootpath *ret)
{
	static const char *const links[] = { "device/driver/module", "device/driver" };
	char path[sizeof(CLASS) + 256 + sizeof("device/driver/module")];

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", CLASS, name, links[i]);
		if (rootpath_real(root, path, ret, NULL) == 0)
			return true;
	}
	return false;
}

static int add_word(struct strv *ret, const char *driver, const char *parameter)
{
	_cleanup_free_ char *word = NULL;

	if (asprintf(&word, "%s.%s=0", driver, parameter) < 0) {
		word = NULL;
		return -ENOMEM;
	}
	return strv_has(ret, word) ? 0 : strv_add(ret, word);
}

int watchdogs_words(const struct sysroot *root, struct strv *ret, struct err *err)
{
	_cleanup_closedir_ DIR *dir = sysroot_opendir(root, CLASS);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct rootpath real;
		const char *driver;

		if (entry->d_name[0] == '.' || !driver_of(root, entry->d_name, &real))
			continue;
		driver = strrchr(real.text, '/') + 1;
		if (add_word(ret, driver, "pretimeout") < 0 ||
		    (strcmp(driver, "hpwdt") == 0 && add_word(ret, driver, "kdumptimeout") < 0))
			return err_oom(err);
	}
	return 0;
}
