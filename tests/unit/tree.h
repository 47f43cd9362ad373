/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder that stands for a machine's "/", filled file by file, for the tests of what is read
 * from /proc and /sys.
 */
#ifndef TESTS_UNIT_TREE_H
#define TESTS_UNIT_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/attrs.h"
#include "lib/file.h"
#include "lib/sysroot.h"

struct tree {
	char dir[32];
	struct sysroot root;
};

/** tree_make() - make an empty one. */
static inline void tree_make(struct tree *tree)
{
	strcpy(tree->dir, "/tmp/test_tree.XXXXXX");
	assert_non_null(mkdtemp(tree->dir));
	tree->root.dir = tree->dir;
}

/* Make the folders above @full, which is below the tree's; with a slash at its end, itself too. */
static inline void tree_make_parents(const struct tree *tree, char *full)
{
	for (char *p = full + strlen(tree->dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(full, 0755) < 0)
			assert_int_equal(errno, EEXIST);
		*p = '/';
	}
}

/** tree_folder() - make a folder at @path (absolute), with those above it. */
static inline void tree_folder(const struct tree *tree, const char *path)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "%s%s/", tree->dir, path);
	tree_make_parents(tree, full);
}

/** tree_put() - write a file of @size bytes at @path (absolute), with the folders above it. */
static inline void tree_put(const struct tree *tree, const char *path, const void *data,
			    size_t size)
{
	char full[PATH_MAX];
	int fd;

	snprintf(full, sizeof(full), "%s%s", tree->dir, path);
	fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0) {
		tree_make_parents(tree, full);
		fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	}
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, data, size), 0);
	close(fd);
}

/** tree_text() - the same for a text. */
static inline void tree_text(const struct tree *tree, const char *path, const char *text)
{
	tree_put(tree, path, text, strlen(text));
}

/** tree_program() - write a program, e.g. a script, at @path. */
static inline void tree_program(const struct tree *tree, const char *path, const char *text)
{
	char full[PATH_MAX];

	tree_text(tree, path, text);
	snprintf(full, sizeof(full), "%s%s", tree->dir, path);
	assert_int_equal(chmod(full, 0755), 0);
}

static inline int tree_remove_one(const char *path, _unused_ const struct stat *st,
				  _unused_ int kind, _unused_ struct FTW *ftw)
{
	return remove(path);
}

/** tree_remove() - remove it and all that is in it. */
static inline void tree_remove(struct tree *tree)
{
	nftw(tree->dir, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
