/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kdump/dumpfolder.h"
#include "kdump/rootpath.h"
#include "kdump/staged.h"
#include "kdump/teststate.h"

/* Another one after each boot. */
#define BOOT_ID_PATH "/proc/sys/kernel/random/boot_id"
#define BOOT_WORD    " boot="

enum { STATE_MODE = 0644, TIME_MAX = 64 };

/* The running system's; "" if the kernel does not tell. */
static void read_boot(const struct sysroot *root, char ret[static SELFTEST_TEXT_MAX])
{
	_cleanup_free_ char *text = NULL;

	ret[0] = '\0';
	if (sysroot_read(root, BOOT_ID_PATH, SELFTEST_TEXT_MAX - 1, &text, NULL, NULL) == 0)
		snprintf(ret, SELFTEST_TEXT_MAX, "%.*s", (int)strcspn(text, "\n"), text);
}

/* Write the file; @boot: when a pending test was begun. */
static int write_state(const struct sysroot *root, const struct selftest *test, const char *boot,
		       struct err *err)
{
	char line[SELFTEST_TEXT_MAX], text[3 * SELFTEST_TEXT_MAX];

	selftest_write(test, line);
	line[strcspn(line, "\n")] = '\0';
	snprintf(text, sizeof(text), "%s%s%s\n", line, boot[0] ? BOOT_WORD : "", boot);
	return staged_write(root, TESTSTATE_PATH, text, STATE_MODE, err);
}

int teststate_begin(const struct sysroot *root, const char *id, struct err *err)
{
	struct selftest test = { .result = SELFTEST_PENDING };
	char boot[SELFTEST_TEXT_MAX];

	snprintf(test.id, sizeof(test.id), "%s", id);
	read_boot(root, boot);
	return write_state(root, &test, boot, err);
}

void teststate_forget(const struct sysroot *root)
{
	struct rootpath path;

	if (rootpath_join(root, TESTSTATE_PATH, &path, NULL) == 0)
		unlink(path.text);
}

/* Was the file written since the machine was booted? */
static bool is_of_this_boot(const struct sysroot *root, const char *text)
{
	const char *word = strstr(text, BOOT_WORD);
	char boot[SELFTEST_TEXT_MAX];

	read_boot(root, boot);
	if (!word || !boot[0])
		return false;
	word += strlen(BOOT_WORD);
	return strlen(boot) == strcspn(word, "\n") && strncmp(word, boot, strlen(boot)) == 0;
}

/* What the capture wrote, if its folder can be seen from here. */
static enum selftest_result settle(const struct sysroot *root, const struct conf *conf,
				   const char *id)
{
	_cleanup_free_ char *folder = NULL, *text = NULL;
	char name[SELFTEST_NAME_MAX], path[PATH_MAX];
	struct err ignored = ERR_INIT;
	struct selftest said;
	int r;

	if (!conf || dumpfolder_find(root, conf, &folder, &ignored) < 0 ||
	    !rootpath_exists(root, folder))
		return SELFTEST_MANUAL;
	selftest_folder(id, name);
	snprintf(path, sizeof(path), "%s/%s/" SELFTEST_NAME, folder, name);
	r = sysroot_read(root, path, SELFTEST_TEXT_MAX, &text, NULL, &ignored);
	if (r < 0)
		return r == -ENOENT ? SELFTEST_FAIL : SELFTEST_MANUAL;
	selftest_read(text, &said);
	if (said.result == SELFTEST_SUCCESS && strcmp(said.id, id) == 0)
		return SELFTEST_SUCCESS;
	return SELFTEST_FAIL;
}

/* Return: is it another result than stands in the file? */
static bool look(const struct sysroot *root, const struct conf *conf, struct selftest *ret)
{
	_cleanup_free_ char *text = NULL;

	*ret = (struct selftest){ .result = SELFTEST_NONE };
	if (sysroot_read(root, TESTSTATE_PATH, 3 * SELFTEST_TEXT_MAX, &text, NULL, NULL) < 0)
		return false;
	selftest_read(text, ret);
	if (ret->result != SELFTEST_PENDING || is_of_this_boot(root, text))
		return false;
	ret->result = settle(root, conf, ret->id);
	return true;
}

void teststate_look(const struct sysroot *root, const struct conf *conf, struct selftest *ret)
{
	look(root, conf, ret);
}

int teststate_settle(const struct sysroot *root, const struct conf *conf, struct selftest *ret,
		     struct err *err)
{
	return look(root, conf, ret) ? write_state(root, ret, "", err) : 0;
}

void teststate_sentence(const struct selftest *test, char ret[static TESTSTATE_SENTENCE_MAX])
{
	static const char *const texts[] = {
		[SELFTEST_NONE] = "",
		[SELFTEST_PENDING] = "A vmcore creation test is under way, since ",
		[SELFTEST_SUCCESS] = "Notice: Last successful vmcore creation test on ",
		[SELFTEST_FAIL] = "Notice: Last NOT successful vmcore creation test on ",
		[SELFTEST_MANUAL] = "Notice: Require manual check for vmcore creation test of ",
	};
	time_t when = selftest_time(test->id);
	char text[TIME_MAX];
	struct tm tm = { 0 };

	if (test->result == SELFTEST_NONE) {
		snprintf(ret, TESTSTATE_SENTENCE_MAX, "No vmcore creation test performed!");
		return;
	}
	localtime_r(&when, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(ret, TESTSTATE_SENTENCE_MAX, "%s%s", texts[test->result], text);
}
