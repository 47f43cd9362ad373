/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/elfdeps.h"
#include "kdump/elfobject.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"

enum {
	DEPTH_MAX = 64,        /* libraries behind libraries */
	FILES_MAX = 1024,      /* files in all */
	CONF_MAX = 64 << 10,   /* bytes of a loader configuration file */
	CONF_DEPTH_MAX = 8,    /* its files that include others */
	SCRIPT_LINE_MAX = 256, /* bytes of a "#!" line, as the kernel takes */
};

/* What one program's libraries are looked for with. */
struct search {
	const struct sysroot *root;
	struct elfdeps *deps;
	struct strv dirs;  /* the loader's, in order */
	char *loader;      /* its name without folder */
	char *library_dir; /* where in the image libraries go */
	const struct elfobject *program;
};

/* @path's folder, malloc()ed; "/" for a file in the root. */
static char *folder_of(const char *path)
{
	size_t len = (size_t)(strrchr(path, '/') - path);

	return strndup(path, len ? len : 1);
}

static int add_file(struct elfdeps *deps, const char *name, const char *source, struct err *err)
{
	if (deps->names.n >= FILES_MAX)
		return err_set(err, -E2BIG, "more than %d files are needed", FILES_MAX);
	if (strv_add(&deps->names, name) < 0 || strv_add(&deps->sources, source) < 0)
		return err_oom(err);
	return 0;
}

static int read_conf(struct search *s, const char *path, int depth, struct err *err);

/* Read the files that an include line's pattern names, relative to @path's folder. */
static int read_included(struct search *s, const char *path, const char *pattern, int depth,
			 struct err *err)
{
	_cleanup_free_ char *folder = folder_of(path);
	char joined[PATH_MAX];
	struct rootpath full, skip;
	glob_t found = { 0 };
	int r = 0;

	if (!folder)
		return err_oom(err);
	snprintf(joined, sizeof(joined), "%s%s%s", pattern[0] == '/' ? "" : folder,
		 pattern[0] == '/' ? "" : "/", pattern);
	r = rootpath_join(s->root, joined, &full, err);
	if (r == 0)
		r = rootpath_join(s->root, "", &skip, err);
	if (r == 0 && glob(full.text, 0, NULL, &found) == 0)
		for (size_t i = 0; r == 0 && i < found.gl_pathc; i++)
			r = read_conf(s, found.gl_pathv[i] + strlen(skip.text), depth + 1, err);
	globfree(&found);
	return r;
}

/* ld.so.conf (ldconfig(8)): a folder a line, '#' comments, "include PATTERN". */
static int read_conf(struct search *s, const char *path, int depth, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	char *line, *pos;
	int r;

	if (depth > CONF_DEPTH_MAX)
		return err_set(err, -ELOOP, "%s: included too deeply", path);
	r = sysroot_read(s->root, path, CONF_MAX, &text, NULL, err);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	pos = text;
	while (r == 0 && (line = strsep(&pos, "\n"))) {
		line[strcspn(line, "#\r")] = '\0';
		line += strspn(line, " \t");
		for (size_t len = strlen(line); len > 0 && strchr(" \t/", line[len - 1]);)
			line[--len] = '\0';
		if (strncmp(line, "include", 7) == 0 && strchr(" \t", line[7]))
			r = read_included(s, path, line + 7 + strspn(line + 7, " \t"), depth, err);
		else if (line[0] == '/' && strv_add(&s->dirs, line) < 0)
			r = err_oom(err);
	}
	return r;
}

/* Is there an object of the program's own kind at @path? */
static bool is_fitting(const struct search *s, const char *path)
{
	_cleanup_(elfobject_done) struct elfobject object = { .elf_class = 0 };
	_cleanup_close_ int fd = sysroot_open(s->root, path, O_RDONLY);

	return fd >= 0 && elfobject_read(fd, path, &object, NULL) == 0 &&
	       object.elf_class == s->program->elf_class && object.machine == s->program->machine;
}

/* One folder of a RUNPATH, with $ORIGIN replaced (ld.so(8)). Return: does it fit @size? */
static bool expand_origin(const char *dir, size_t len, const char *origin, char *ret, size_t size)
{
	static const char *const signs[] = { "$ORIGIN", "${ORIGIN}" };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t sign = strlen(signs[i]);

		if (len >= sign && memcmp(dir, signs[i], sign) == 0)
			return snprintf(ret, size, "%s%.*s", origin, (int)(len - sign),
					dir + sign) < (int)size;
	}
	return snprintf(ret, size, "%.*s", (int)len, dir) < (int)size;
}

/* Look for @library in the folders of @runpath (parted by colons). Return: was it there? */
static bool find_in_runpath(const struct search *s, const char *runpath, const char *origin,
			    const char *library, char ret[static PATH_MAX])
{
	while (runpath && *runpath) {
		size_t len = strcspn(runpath, ":");
		char dir[PATH_MAX / 2];

		if (expand_origin(runpath, len, origin, dir, sizeof(dir)) && dir[0] == '/' &&
		    snprintf(ret, PATH_MAX, "%s/%s", dir, library) < PATH_MAX && is_fitting(s, ret))
			return true;
		runpath += len + (runpath[len] == ':');
	}
	return false;
}

/* Find @library, needed by @object at @source. @ret_own: its place must be kept. */
static int find_library(const struct search *s, const struct elfobject *object, const char *source,
			const char *library, char ret[static PATH_MAX], bool *ret_own,
			struct err *err)
{
	_cleanup_free_ char *origin = folder_of(source);

	if (!origin)
		return err_oom(err);
	*ret_own = true;
	if (strchr(library, '/')) {
		snprintf(ret, PATH_MAX, "%s", library);
		if (is_fitting(s, ret))
			return 0;
	} else if (object->runpath) {
		if (find_in_runpath(s, object->runpath, origin, library, ret))
			return 0;
	} else if (find_in_runpath(s, object->rpath, origin, library, ret) ||
		   find_in_runpath(s, s->program->rpath, origin, library, ret)) {
		return 0;
	}
	*ret_own = false;
	for (size_t i = 0; i < s->dirs.n; i++)
		if (snprintf(ret, PATH_MAX, "%s/%s", s->dirs.v[i], library) < PATH_MAX &&
		    is_fitting(s, ret))
			return 0;
	return err_set(err, -ENOENT, "%s needs %s, which is in none of the loader's folders",
		       source, library);
}

static int add_libraries(struct search *s, const struct elfobject *object, const char *source,
			 int depth, struct err *err);

static int add_library(struct search *s, const struct elfobject *user, const char *source,
		       const char *library, int depth, struct err *err)
{
	_cleanup_(elfobject_done) struct elfobject object = { .elf_class = 0 };
	_cleanup_close_ int fd = -1;
	char path[PATH_MAX], name[PATH_MAX];
	bool own;
	int r;

	if (strcmp(library, s->loader) == 0)
		return 0;
	if (depth > DEPTH_MAX)
		return err_set(err, -ELOOP, "%s: libraries are needed too deeply", source);
	r = find_library(s, user, source, library, path, &own, err);
	if (r < 0)
		return r;
	if (own)
		snprintf(name, sizeof(name), "%s", path);
	else
		snprintf(name, sizeof(name), "%.*s/%s", PATH_MAX / 2, s->library_dir, library);
	if (strv_has(&s->deps->names, name))
		return 0;
	fd = sysroot_open(s->root, path, O_RDONLY);
	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", path);
	r = elfobject_read(fd, path, &object, err);
	if (r == 0)
		r = add_file(s->deps, name, path, err);
	if (r == 0)
		r = add_libraries(s, &object, path, depth + 1, err);
	return r;
}

static int add_libraries(struct search *s, const struct elfobject *object, const char *source,
			 int depth, struct err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < object->needed.n; i++)
		r = add_library(s, object, source, object->needed.v[i], depth, err);
	return r;
}

/* Folders that loaders search without being told; those that do not exist do no harm. */
static int set_dirs(struct search *s, struct err *err)
{
	static const char *const defaults[] = { "/lib", "/usr/lib", "/lib64", "/usr/lib64" };
	int r = read_conf(s, "/etc/ld.so.conf", 0, err);

	if (r < 0)
		return r;
	if (strv_add(&s->dirs, s->library_dir) < 0)
		return err_oom(err);
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (strv_add(&s->dirs, defaults[i]) < 0)
			return err_oom(err);
	return 0;
}

static int add_dynamic(const struct sysroot *root, const struct elfobject *program,
		       const char *source, struct elfdeps *deps, struct err *err)
{
	_cleanup_free_ char *library_dir = NULL;
	struct search s = { .root = root, .deps = deps, .program = program };
	struct rootpath real;
	int r = rootpath_real(root, program->interpreter, &real, err);

	if (r < 0)
		return err_prefix(err, r, "%s: its loader", source);
	if (program->interpreter[0] != '/')
		return err_set(err, -ENOEXEC, "%s: its loader is %s", source, program->interpreter);
	library_dir = folder_of(real.text);
	if (!library_dir)
		return err_oom(err);
	s.library_dir = library_dir;
	s.loader = strrchr(program->interpreter, '/') + 1;
	if (!strv_has(&deps->names, program->interpreter))
		r = add_file(deps, program->interpreter, real.text, err);
	if (r == 0)
		r = set_dirs(&s, err);
	if (r == 0)
		r = add_libraries(&s, program, source, 0, err);
	strv_done(&s.dirs);
	return r;
}

/*
 * What "#!/usr/bin/env NAME" runs: the first of env's arguments, @words, that is neither an
 * option nor a variable (env(1)).
 */
static int add_named(const struct sysroot *root, char *words, const char *source,
		     struct elfdeps *deps, struct err *err)
{
	_cleanup_free_ char *path = NULL;
	char *word;
	int r;

	while ((word = strsep(&words, " \t")))
		if (word[0] && word[0] != '-' && !strchr(word, '='))
			break;
	if (!word)
		return 0;
	r = run_find(root, word, RUN_USUAL_DIRS, &path, err);
	if (r < 0)
		return err_prefix(err, r, "%s: its interpreter", source);
	return elfdeps_add(root, path, path, deps, err);
}

/* A script's interpreter, if @fd is one: cut from its "#!" line (execve(2)). */
static int add_script(const struct sysroot *root, int fd, const char *source, struct elfdeps *deps,
		      struct err *err)
{
	char line[SCRIPT_LINE_MAX], *program = line + 2, *rest;
	ssize_t n = pread(fd, line, sizeof(line) - 1, 0);
	const char *name;
	int r;

	line[n > 0 ? n : 0] = '\0';
	if (strncmp(line, "#!", 2) != 0) {
		err_set(err, -ENOEXEC, "%s: neither an ELF program nor a script", source);
		return err_hint(err, -ENOEXEC, "A script begins with its interpreter: #!/bin/sh");
	}
	line[strcspn(line, "\n")] = '\0';
	program += strspn(program, " \t");
	rest = program + strcspn(program, " \t");
	if (*rest)
		*rest++ = '\0';
	if (program[0] != '/' || strcmp(program, source) == 0)
		return err_set(err, -ENOEXEC, "%s: its interpreter is '%s'", source, program);
	r = elfdeps_add(root, program, program, deps, err);
	if (r == -ENOENT)
		return err_prefix(err, r, "%s: its interpreter", source);
	name = strrchr(program, '/') + 1;
	return r == 0 && strcmp(name, "env") == 0 ? add_named(root, rest, source, deps, err) : r;
}

int elfdeps_add(const struct sysroot *root, const char *source, const char *name,
		struct elfdeps *deps, struct err *err)
{
	_cleanup_(elfobject_done) struct elfobject program = { .elf_class = 0 };
	_cleanup_close_ int fd = -1;
	int r;

	if (!strv_has(&deps->programs, name) && strv_add(&deps->programs, name) < 0)
		return err_oom(err);
	if (strv_has(&deps->names, name))
		return 0;
	fd = sysroot_open(root, source, O_RDONLY);
	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", source);
	r = elfobject_read(fd, source, &program, err);
	if (r < 0)
		return r;
	if (add_file(deps, name, source, err) < 0)
		return -ENOMEM;
	if (r == ELFOBJECT_NOT_MINE)
		return add_script(root, fd, source, deps, err);
	return program.interpreter ? add_dynamic(root, &program, source, deps, err) : 0;
}

void elfdeps_done(struct elfdeps *deps)
{
	strv_done(&deps->names);
	strv_done(&deps->sources);
	strv_done(&deps->programs);
}
