/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/firmware.h"
#include "kdump/rootpath.h"

enum {
	UNPACKED_PER_BYTE = 3, /* of a compressed file */
	PARAMETER_MAX = 4096,  /* bytes */
};

/* As drivers/base/firmware_loader of Linux tries them: each in all folders, then the next. */
static const char *const suffixes[] = { "", ".zst", ".xz" };

struct search {
	const struct sysroot *root;
	struct strv folders; /* best first */
	const struct strv *known;
	struct firmware found; /* for one module */
};

static const char *suffix_of(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 1; i < ARRAY_SIZE(suffixes); i++) {
		size_t cut = strlen(suffixes[i]);

		if (len > cut && strcmp(path + len - cut, suffixes[i]) == 0)
			return suffixes[i];
	}
	return suffixes[0];
}

bool firmware_is_packed(const char *path)
{
	return suffix_of(path)[0] != '\0';
}

/* The folder of firmware_class.path comes before all others. */
static int set_folders(struct search *s, const char *version, struct err *err)
{
	static const char parameter[] = "/sys/module/firmware_class/parameters/path";
	_cleanup_free_ char *own = NULL;

	if (sysroot_read(s->root, parameter, PARAMETER_MAX, &own, NULL, NULL) == 0) {
		own[strcspn(own, "\n")] = '\0';
		if (own[0] == '/' && strv_add(&s->folders, own) < 0)
			return err_oom(err);
	}
	if (strv_addf(&s->folders, FIRMWARE_FOLDER "/updates/%s", version) < 0 ||
	    strv_add(&s->folders, FIRMWARE_FOLDER "/updates") < 0 ||
	    strv_addf(&s->folders, FIRMWARE_FOLDER "/%s", version) < 0 ||
	    strv_add(&s->folders, FIRMWARE_FOLDER) < 0)
		return err_oom(err);
	return 0;
}

/* Add the file at @path, which is called @name; one that was found in a better folder stays. */
static int add(struct search *s, const char *name, const char *path, struct err *err)
{
	struct stat st;

	if (rootpath_stat(s->root, path, &st) < 0 || !S_ISREG(st.st_mode) ||
	    strv_has(s->known, name) || strv_has(&s->found.names, name))
		return 0;
	if (strv_add(&s->found.names, name) < 0 || strv_add(&s->found.paths, path) < 0)
		return err_oom(err);
	s->found.size += (uint64_t)st.st_size * (firmware_is_packed(path) ? UNPACKED_PER_BYTE : 1);
	return 0;
}

/* Wildcards match what is compressed, too, with its suffix, which is no part of the name. */
static int add_match(struct search *s, const char *folder, const char *suffix, const char *match,
		     struct err *err)
{
	size_t cut = sysroot_is_real(s->root) ? 0 : strlen(s->root->dir);
	const char *path = match + cut, *name = path + strlen(folder) + 1;
	_cleanup_free_ char *plain = NULL;

	if (strcmp(suffix_of(path), suffix) != 0)
		return 0;
	plain = strndup(name, strlen(name) - strlen(suffix));
	return plain ? add(s, plain, path, err) : err_oom(err);
}

static int add_matches(struct search *s, const char *folder, const char *wanted, const char *suffix,
		       struct err *err)
{
	_cleanup_(globfree) glob_t matches = { .gl_pathc = 0 };
	_cleanup_free_ char *path = NULL;
	struct rootpath full;
	int r;

	if (asprintf(&path, "%s/%s%s", folder, wanted, suffix) < 0) {
		path = NULL;
		return err_oom(err);
	}
	if (rootpath_join(s->root, path, &full, NULL) < 0)
		return 0; /* no kernel could open that */
	r = glob(full.text, 0, NULL, &matches);
	if (r == GLOB_NOSPACE)
		return err_oom(err);
	r = 0;
	for (size_t i = 0; r == 0 && i < matches.gl_pathc; i++)
		r = add_match(s, folder, suffix, matches.gl_pathv[i], err);
	return r;
}

/* A name that leads elsewhere is none of the kernel's. */
static bool is_sound(const char *name)
{
	return name[0] && name[0] != '/' && strcmp(name, "..") != 0 &&
	       strncmp(name, "../", 3) != 0 && !strstr(name, "/..");
}

static int find(struct search *s, const char *wanted, struct err *err)
{
	int r = 0;

	if (!is_sound(wanted))
		return 0;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(suffixes); i++)
		for (size_t j = 0; r == 0 && j < s->folders.n; j++)
			r = add_matches(s, s->folders.v[j], wanted, suffixes[i], err);
	return r;
}

static int take(const struct firmware *found, const char *module, struct firmware *ret,
		struct err *err)
{
	if (found->size > ((uint64_t)FIRMWARE_MAX_MIB << 20) - ret->size) {
		if (strv_has(&ret->left_out, module) || strv_add(&ret->left_out, module) == 0)
			return 0;
		return err_oom(err);
	}
	for (size_t i = 0; i < found->names.n; i++)
		if (strv_add(&ret->names, found->names.v[i]) < 0 ||
		    strv_add(&ret->paths, found->paths.v[i]) < 0)
			return err_oom(err);
	ret->size += found->size;
	return 0;
}

int firmware_add(const struct sysroot *root, const char *version, const char *module,
		 const struct strv *wanted, struct firmware *ret, struct err *err)
{
	struct search s = { .root = root, .known = &ret->names };
	int r = set_folders(&s, version, err);

	for (size_t i = 0; r == 0 && i < wanted->n; i++)
		r = find(&s, wanted->v[i], err);
	if (r == 0)
		r = take(&s.found, module, ret, err);
	firmware_done(&s.found);
	strv_done(&s.folders);
	return r;
}

void firmware_done(struct firmware *firmware)
{
	strv_done(&firmware->names);
	strv_done(&firmware->paths);
	strv_done(&firmware->left_out);
	*firmware = (struct firmware){ .size = 0 };
}
