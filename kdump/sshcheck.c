/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "kdump/sshcheck.h"
#include "kdump/sshtry.h"
#include "kdump/words.h"

enum {
	COMMAND_SECONDS = 60,
	STATUS_NO_FOLDER = 71,    /* of our script */
	STATUS_NOT_WRITABLE = 72, /* as well */
};

/* What the script of make_script() ended in. */
static int judge(const struct sshcommand *ssh, const char *path, const struct sshtry *t,
		 struct err *err)
{
	if (t->status == 0)
		return 0;
	if (t->status == STATUS_NOT_WRITABLE)
		err_set(err, -EACCES,
			"Could not create temporary directory on %s:%s. Make sure "
			"user has write permission on destination",
			ssh->login, path);
	else
		err_set(err, -EACCES, "mkdir failed on %s:%s", ssh->login, path);
	return t->why[0] ? err_hint(err, -EACCES, "The server says: %.300s", t->why) : -EACCES;
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
		_cleanup_(sshtry_done) struct sshtry t = { .said = NULL };
		int r = sshtry(ssh, path, script, COMMAND_SECONDS, &t, err);

		if (r == 0)
			r = judge(ssh, path, &t, err);
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
