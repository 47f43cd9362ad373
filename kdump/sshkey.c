/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/scratch.h"

#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/sshcommand.h"
#include "kdump/sshkey.h"
#include "kdump/staged.h"
#include "kdump/words.h"

enum {
	MAKE_SECONDS = 120,
	COPY_SECONDS = 900, /* somebody looks at a fingerprint, and for a password */
	CONNECT_SECONDS = 30,
	TRY_SECONDS = 60,
	PUBLIC_MODE = 0644,
	PUBLIC_MAX = 64 << 10, /* bytes */
};

/* Run a program that is found by its name, with @words behind it. */
static int run(const struct sysroot *root, const char *name, const struct strv *words,
	       const struct run_options *options, int *ret_status, struct err *err)
{
	_cleanup_(strv_done) struct strv argv = { NULL };
	_cleanup_free_ char *program = NULL;
	int r = run_find_here(root, name, NULL, &program, err);

	if (r == -ENOENT)
		return err_hint(err, r, "Install ssh's client (openssh-client, openssh-clients).");
	if (r == 0)
		r = strv_add(&argv, program);
	for (size_t i = 0; r == 0 && i < words->n; i++)
		r = strv_add(&argv, words->v[i]);
	if (r < 0)
		return r == -ENOMEM ? err_oom(err) : r;
	r = run_program(argv.v, options, ret_status, err);
	return r < 0 ? err_prefix(err, r, "%s", name) : 0;
}

bool sshkey_exists(const struct sshkey *key)
{
	return rootpath_exists(key->root, key->file);
}

/* Make the folder of @path, for its owner alone, if only that is missing. */
static int make_folder(const char *path, struct err *err)
{
	_cleanup_free_ char *folder = strdup(path);
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (!folder)
		return err_oom(err);
	if (!slash || slash == folder)
		return 0;
	*slash = '\0';
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return err_errno(err, -errno, "cannot create %s", folder);
	return 0;
}

int sshkey_make(const struct sshkey *key, struct err *err)
{
	static const struct run_options options = { .seconds = MAKE_SECONDS };
	_cleanup_(strv_done) struct strv words = { NULL };
	struct rootpath path;
	int status, r = rootpath_join(key->root, key->file, &path, err);

	if (r == 0)
		r = make_folder(path.text, err);
	if (r < 0)
		return r;
	if (strv_add(&words, "-q") < 0 || strv_add(&words, "-t") < 0 ||
	    strv_add(&words, "rsa") < 0 || strv_add(&words, "-N") < 0 || strv_add(&words, "") < 0 ||
	    strv_add(&words, "-f") < 0 || strv_add(&words, path.text) < 0)
		return err_oom(err);
	r = run(key->root, "ssh-keygen", &words, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "ssh-keygen ended with status %d", status);
	return r;
}

/* The public key, which somebody may have left behind, can be had from the private one. */
static int restore_public(const struct sshkey *key, const char *full, struct err *err)
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	_cleanup_(strv_done) struct strv words = { NULL };
	_cleanup_close_ int fd = -1;
	struct run_options options = { .seconds = MAKE_SECONDS };
	int status, r;

	if (asprintf(&path, "%s.pub", key->file) < 0) {
		path = NULL;
		return err_oom(err);
	}
	if (rootpath_exists(key->root, path))
		return 0;
	if (strv_add(&words, "-y") < 0 || strv_add(&words, "-P") < 0 || strv_add(&words, "") < 0 ||
	    strv_add(&words, "-f") < 0 || strv_add(&words, full) < 0)
		return err_oom(err);
	fd = scratch_open(err);
	if (fd < 0)
		return fd;
	options.stdout_fd = fd;
	r = run(key->root, "ssh-keygen", &words, &options, &status, err);
	if (r == 0 && status != 0) {
		err_set(err, -EIO, "%s is no key, or has a passphrase", key->file);
		err_hint(err, -EIO, "The capture has nobody to ask for it: name another key.");
		return -EIO;
	}
	if (r == 0)
		r = scratch_read(fd, path, PUBLIC_MAX, &text, NULL, err);
	return r < 0 ? r : staged_write(key->root, path, text, PUBLIC_MODE, err);
}

int sshkey_copy(const struct sshkey *key, struct err *err)
{
	static const struct run_options options = { .seconds = COPY_SECONDS };
	_cleanup_(strv_done) struct strv words = { NULL };
	_cleanup_free_ char *host = sshcommand_host(key->login);
	struct rootpath path;
	int status, r = host ? rootpath_join(key->root, key->file, &path, err) : err_oom(err);

	if (r == 0)
		r = restore_public(key, path.text, err);
	if (r < 0)
		return r;
	if (strv_add(&words, "-i") < 0 || strv_add(&words, path.text) < 0 ||
	    strv_addf(&words, "%.*s@%s", (int)strcspn(key->login, "@"), key->login, host) < 0)
		return err_oom(err);
	r = run(key->root, "ssh-copy-id", &words, &options, &status, err);
	if (r == 0 && status != 0)
		r = err_set(err, -EIO, "ssh-copy-id ended with status %d", status);
	return r;
}

int sshkey_try(const struct sshkey *key, struct err *err)
{
	static const struct run_options options = { .seconds = TRY_SECONDS };
	_cleanup_(strv_done) struct strv argv = { NULL };
	_cleanup_free_ char *program = NULL, *line = NULL;
	struct sshcommand ssh = { .login = key->login, .connect = CONNECT_SECONDS };
	struct rootpath path;
	int status, r = rootpath_join(key->root, key->file, &path, err);

	if (r == 0)
		r = run_find_here(key->root, "ssh", NULL, &program, err);
	if (r < 0)
		return r;
	ssh.program = program;
	ssh.key = path.text;
	if (sshcommand_run(&ssh, "exit", &argv) < 0)
		return err_oom(err);
	r = run_program(argv.v, &options, &status, err);
	if (r < 0)
		return err_prefix(err, r, "ssh");
	if (status == 0)
		return 0;
	line = words_line(argv.v);
	err_set(err, -EACCES, "%s does not let us in with %s, as the capture will want to",
		key->login, key->file);
	return err_hint(err, -EACCES,
			"ssh's own configuration does not count, as the capture does not have it. "
			"Try: %s",
			line ? line : program);
}
