/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/run.h"
#include "kdump/sshcheck.h"
#include "kdump/words.h"

enum {
	COMMAND_SECONDS = 60,
	SAID_MAX = 64 << 10,        /* bytes of what ssh says that are looked at */
	STATUS_NO_FOLDER = 71,      /* of our script */
	STATUS_NOT_WRITABLE = 72,   /* as well */
	STATUS_NO_CONNECTION = 255, /* ssh(1) */
};

/* One try. @said: what ssh and the server said on stderr; malloc()ed. */
static int try_once(const struct sshcommand *ssh, const char *script, int *ret_status, char **said,
		    struct err *err)
{
	_cleanup_close_ int fd = memfd_create("said", MFD_CLOEXEC);
	const struct run_options options = { .stderr_fd = fd, .seconds = COMMAND_SECONDS };
	_cleanup_(strv_done) struct strv argv = { NULL };
	int r;

	if (fd < 0 || sshcommand_run(ssh, script, &argv) < 0)
		return err_oom(err);
	r = run_program(argv.v, &options, ret_status, err);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_errno(err, -errno, "lseek");
	return file_read_fd(fd, "what ssh said", SAID_MAX, said, NULL, err);
}

/* Its last line, which says most. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *line;

	while (len > 0 && strchr("\r\n", text[len - 1]))
		text[--len] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

static int refused(const struct sshcommand *ssh, const char *path, const char *why, struct err *err)
{
	err_set(err, -EACCES,
		"Could not create %s:%s, you probably need to run \"kdumpctl propagate\"",
		ssh->login, path);
	return err_hint(err, -EACCES, "ssh says: %.300s", why);
}

/* What a try ended in. Return: 0; -EAGAIN if another one may help; -errno. */
static int judge(const struct sshcommand *ssh, const char *path, int status, char *said,
		 struct err *err)
{
	const char *why;

	if (status == 0)
		return 0;
	if (status == STATUS_NO_CONNECTION) {
		bool denied = strstr(said, "Permission denied") ||
			      strstr(said, "Host key verification failed") ||
			      strstr(said, "REMOTE HOST IDENTIFICATION HAS CHANGED");

		why = last_line(said);
		if (denied)
			return refused(ssh, path, why, err);
		return err_set(err, -EAGAIN, "%s cannot be reached: %.300s", ssh->login, why);
	}
	if (status == STATUS_NOT_WRITABLE)
		err_set(err, -EACCES,
			"Could not create temporary directory on %s:%s. Make sure "
			"user has write permission on destination",
			ssh->login, path);
	else
		err_set(err, -EACCES, "mkdir failed on %s:%s", ssh->login, path);
	why = last_line(said);
	return why[0] ? err_hint(err, -EACCES, "The server says: %.300s", why) : -EACCES;
}

static char *make_script(const char *path)
{
	char *names[] = { (char *)path, NULL }, *script;
	_cleanup_free_ char *quoted = words_line(names);

	if (!quoted ||
	    asprintf(&script,
		     "umask 077; mkdir -p -- %s || exit %d; d=$(mktemp -d -- %s/.kdump.XXXXXX) && "
		     "rmdir -- \"$d\" || exit %d",
		     quoted, STATUS_NO_FOLDER, quoted, STATUS_NOT_WRITABLE) < 0)
		return NULL;
	return script;
}

int sshcheck(const struct sshcommand *ssh, const char *path, unsigned int seconds,
	     sshcheck_notice *notice, struct err *err)
{
	_cleanup_free_ char *script = make_script(path);
	struct timespec start, now;
	bool told = false;

	if (!script)
		return err_oom(err);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		_cleanup_free_ char *said = NULL;
		int status, r = try_once(ssh, script, &status, &said, err);

		if (r == 0)
			r = judge(ssh, path, status, said, err);
		if (r != -EAGAIN && r != -ETIMEDOUT)
			return r;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec >= (time_t)seconds)
			return err_hint(err, -ETIMEDOUT,
					"Look at the network and at the server, "
					"then start again.");
		if (!told)
			notice("Network dump target is not usable, waiting for it to be ready...");
		told = true;
		sleep(1);
	}
}
