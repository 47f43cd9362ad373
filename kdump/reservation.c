/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/cmdline.h"

#include "kdump/nearest.h"
#include "kdump/reservation.h"

/* Kernel documentation, ABI/testing/sysfs-kernel-kexec-kdump (kernel/ksysfs.c before). */
#define SYS_LOADED "/sys/kernel/kexec_crash_loaded"
#define SYS_SIZE   "/sys/kernel/kexec_crash_size"

enum { CMDLINE_MAX = 64 << 10 }; /* bytes; kernels take 4096 or less */

static void keep_word(const struct cmdline_word *word, char ret[static RESERVATION_WORD_MAX])
{
	snprintf(ret, RESERVATION_WORD_MAX, "%.*s", (int)word->len, word->text);
}

/* Looks a word's name like a slip for "crashkernel"? */
static bool is_misspelt(const struct cmdline_word *word)
{
	char name[NEAREST_WORD_MAX + 1];

	if (word->name_len > NEAREST_WORD_MAX)
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)word->name_len, word->text);
	if (strcmp(name, "crash_kexec_post_notifiers") == 0)
		return false;
	return strcasecmp(name, "crashkernel") == 0 || nearest_is_near(name, "crashkernel");
}

enum reservation_fault reservation_diagnose(const char *cmdline,
					    char word[static RESERVATION_WORD_MAX])
{
	enum reservation_fault fault = RESERVATION_ABSENT;
	struct cmdline_word w;

	word[0] = '\0';
	while (cmdline_next(&cmdline, &w)) {
		if (cmdline_word_is(&w, "crashkernel")) {
			keep_word(&w, word);
			if (w.len <= w.name_len + 1)
				return RESERVATION_BLANK;
			fault = strncmp(w.text + w.name_len, "=auto", w.len - w.name_len) == 0
					? RESERVATION_AUTO
					: RESERVATION_REFUSED;
		} else if (fault == RESERVATION_ABSENT && is_misspelt(&w)) {
			keep_word(&w, word);
			fault = RESERVATION_MISSPELT;
		}
	}
	return fault;
}

/* What is said about each fault, and the remedy. %s: the word at fault, where there is one. */
static int explain(enum reservation_fault fault, const char *word, struct err *err)
{
	static const char none[] = "No memory reserved for crash kernel";
	static const char remedy[] = "to the kernel's command line in the boot loader "
				     "(GRUB_CMDLINE_LINUX in /etc/default/grub), write the boot "
				     "loader's configuration anew, and reboot.";
	int r = -ENOENT;

	switch (fault) {
	case RESERVATION_ABSENT:
		err_set(err, r, "%s: the kernel was booted without crashkernel=", none);
		return err_hint(err, r, "Add crashkernel=256M %s", remedy);
	case RESERVATION_MISSPELT:
		err_set(err, r, "%s: '%s' on the kernel command line looks misspelt", none, word);
		return err_hint(err, r,
				"The word is crashkernel=. Correct it, adding e.g. "
				"crashkernel=256M %s",
				remedy);
	case RESERVATION_BLANK:
		err_set(err, r, "%s: '%s' on the kernel command line has no value", none, word);
		return err_hint(err, r,
				"No blanks may stand around the '='. Correct it, adding "
				"e.g. crashkernel=256M %s",
				remedy);
	case RESERVATION_AUTO:
		err_set(err, r, "%s: this kernel made nothing of '%s'", none, word);
		return err_hint(err, r,
				"Only RHEL's kernels know 'auto', and only from 2 GiB of memory "
				"up. Add a size, e.g. crashkernel=256M, %s",
				remedy);
	case RESERVATION_REFUSED:
		break;
	}
	err_set(err, r, "%s: the kernel made nothing of '%s'", none, word);
	return err_hint(err, r,
			"Is the size well written, and is there that much free memory? "
			"`dmesg | grep -i crashkernel` shows the kernel's reason.");
}

static int unsupported(struct err *err)
{
	err_set(err, -ENOTSUP, "Kdump is not supported on this kernel");
	return err_hint(err, -ENOTSUP,
			"%s is missing: the kernel was built without "
			"CONFIG_KEXEC and CONFIG_KEXEC_FILE, or without crash dumps.",
			SYS_LOADED);
}

int reservation_loaded(const struct sysroot *root, bool *ret, struct err *err)
{
	uint64_t loaded;
	int r = sysroot_read_u64(root, SYS_LOADED, 10, &loaded, err);

	if (r == -ENOENT)
		return unsupported(err);
	if (r == 0)
		*ret = loaded != 0;
	return r;
}

int reservation_size(const struct sysroot *root, uint64_t *ret, struct err *err)
{
	int r = sysroot_read_u64(root, SYS_SIZE, 10, ret, err);

	return r == -ENOENT ? unsupported(err) : r;
}

int reservation_check(const struct sysroot *root, uint64_t *ret_bytes, struct err *err)
{
	_cleanup_free_ char *cmdline = NULL;
	char word[RESERVATION_WORD_MAX];
	uint64_t bytes;
	bool loaded;
	int r = reservation_loaded(root, &loaded, err);

	if (r == 0)
		r = reservation_size(root, &bytes, err);
	if (r < 0)
		return r;
	if (bytes > 0) {
		*ret_bytes = bytes;
		return 0;
	}
	r = sysroot_read(root, "/proc/cmdline", CMDLINE_MAX, &cmdline, NULL, err);
	if (r < 0)
		return err_prefix(err, r, "No memory reserved for crash kernel");
	return explain(reservation_diagnose(cmdline, word), word, err);
}
