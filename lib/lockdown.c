/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "lib/lockdown.h"

/* The global variable of UEFI 2.10, 3.3: 4 bytes of attributes, then 1 if it is on. */
#define SECURE_BOOT_PATH "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

enum {
	LOCKDOWN_MAX = 256, /* bytes of the files */
	EFI_VARIABLE_MAX = 16,
	SECURE_BOOT_VALUE = 4,
};

bool lockdown_read(const struct sysroot *root, char ret[static LOCKDOWN_MODE_MAX])
{
	_cleanup_free_ char *text = NULL;
	char *begin;

	ret[0] = '\0';
	if (sysroot_read(root, LOCKDOWN_PATH, LOCKDOWN_MAX, &text, NULL, NULL) < 0)
		return false;
	begin = strchr(text, '['); /* "none [integrity] confidentiality" */
	if (begin && strncmp(begin, "[none]", 6) != 0)
		snprintf(ret, LOCKDOWN_MODE_MAX, "%.*s", (int)strcspn(begin + 1, "]"), begin + 1);
	return true;
}

bool lockdown_secure_boot(const struct sysroot *root)
{
	_cleanup_free_ char *value = NULL;
	size_t size;

	return sysroot_read(root, SECURE_BOOT_PATH, EFI_VARIABLE_MAX, &value, &size, NULL) == 0 &&
	       size == SECURE_BOOT_VALUE + 1 && value[SECURE_BOOT_VALUE] == 1;
}
