/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/major.h> /* what md_u.h builds on */
#include <linux/raid/md_u.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/console.h"
#include "kdump/mdarray.h"
#include "kdump/rootpath.h"

enum { ATTRIBUTE_MAX = 4096 }; /* bytes of a file in sysfs: a page */

static int read_word(const struct sysroot *root, const char *dir, const char *name,
		     char ret[static MDARRAY_WORD_MAX], struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX + NAME_MAX + 64];
	int r;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	r = sysroot_read(root, path, ATTRIBUTE_MAX, &text, NULL, err);
	if (r == 0)
		snprintf(ret, MDARRAY_WORD_MAX, "%.*s", (int)strcspn(text, "\n"), text);
	return r;
}

/* Version 0.90 has no identity for each member, and "external:" ones need a daemon. */
static int check_version(const struct mdarray *array, const char *sysfs, struct err *err)
{
	static const char *const known[] = { "1.0", "1.1", "1.2" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(array->version, known[i]) == 0)
			return 0;
	return err_set(err, -ENOTSUP,
		       "the dump target's device %s is an md array with metadata %s, which the "
		       "capture image cannot handle",
		       strrchr(sysfs, '/') + 1, array->version);
}

/* Add a member unless it is a spare, or failed: its folder @dir in sysfs is md/dev-NAME. */
static int add_member(const struct sysroot *root, const char *dir, struct mdarray *array,
		      struct err *err)
{
	char slot[MDARRAY_WORD_MAX], path[PATH_MAX + NAME_MAX + 16];
	struct rootpath real;
	int r = read_word(root, dir, "slot", slot, err);

	if (r < 0 || strcmp(slot, "none") == 0)
		return r;
	snprintf(path, sizeof(path), "%s/block", dir);
	r = rootpath_real(root, path, &real, err);
	if (r < 0)
		return r;
	return strv_add(&array->members, real.text) < 0 ? err_oom(err) : 0;
}

int mdarray_read(const struct sysroot *root, const char *sysfs, struct mdarray *ret,
		 struct err *err)
{
	char md[PATH_MAX], path[PATH_MAX + NAME_MAX + 2];
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r;

	snprintf(md, sizeof(md), "%s/md", sysfs);
	r = read_word(root, md, "level", ret->level, err);
	if (r == 0)
		r = read_word(root, md, "metadata_version", ret->version, err);
	if (r == 0)
		r = check_version(ret, sysfs, err);
	if (r < 0)
		return r;
	dir = sysroot_opendir(root, md);
	if (!dir)
		return err_errno(err, -errno, "cannot read %s", md);
	while (r == 0 && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "dev-", 4) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", md, entry->d_name);
		r = add_member(root, path, ret, err);
	}
	return r;
}

void mdarray_done(struct mdarray *array)
{
	strv_done(&array->members);
}

/* Write to a file of sysfs. */
static int set(const char *path, const char *text, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_errno(err, -errno, "cannot write %s to %s", text, path);
	return 0;
}

static int add_disk(int md, const char *node, struct err *err)
{
	struct stat st;
	mdu_disk_info_t disk = { 0 };

	if (stat(node, &st) < 0)
		return err_errno(err, -errno, "cannot look at %s", node);
	disk.major = (int)major(st.st_rdev);
	disk.minor = (int)minor(st.st_rdev);
	if (ioctl(md, ADD_NEW_DISK, &disk) < 0)
		return err_errno(err, -errno, "ADD_NEW_DISK of %s", node);
	return 0;
}

/* Make the array's device. @name: gets its name. Return: a descriptor or -errno. */
static int make_device(unsigned int number, char name[static MDARRAY_WORD_MAX], struct err *err)
{
	char path[PATH_MAX];
	int fd, r;

	snprintf(name, MDARRAY_WORD_MAX, "md_kdump%u", number);
	r = set("/sys/module/md_mod/parameters/new_array", name, err);
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? err_errno(err, -errno, "cannot open %s", path) : fd;
}

/* No resync now. Levels without redundancy have no such file. */
static void freeze(const char *name)
{
	struct err why = ERR_INIT;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/block/%s/md/sync_action", name);
	if (set(path, "frozen", &why) < 0 && access(path, F_OK) == 0)
		console_say("%s, going on", why.text);
}

int mdarray_start(unsigned int number, const char *version, const struct strv *members, dev_t *ret,
		  struct err *err)
{
	mdu_array_info_t info = { 0 };
	char name[MDARRAY_WORD_MAX];
	_cleanup_close_ int fd = make_device(number, name, err);
	struct err why = ERR_INIT;
	size_t added = 0;
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return err_errno(err, -errno, "cannot look at %s", name);
	if (sscanf(version, "%d.%d", &info.major_version, &info.minor_version) != 2)
		return err_set(err, -EINVAL, "'%s' is no version of md metadata", version);
	if (ioctl(fd, SET_ARRAY_INFO, &info) < 0)
		return err_errno(err, -errno, "SET_ARRAY_INFO of %s", name);
	for (size_t i = 0; i < members->n; i++)
		if (add_disk(fd, members->v[i], &why) == 0)
			added++;
		else
			console_say("%s, going on", why.text);
	if (added == 0)
		return err_set(err, -ENODEV, "%s has no member that can be used", name);
	if (ioctl(fd, RUN_ARRAY, NULL) < 0)
		return err_errno(err, -errno, "RUN_ARRAY of %s with %zu members", name, added);
	freeze(name);
	*ret = st.st_rdev;
	return 0;
}
