/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/scratch.h"

#include "kdump/run.h"
#include "kdump/sshtry.h"

enum {
	SAID_MAX = 64 << 10,        /* bytes of what ssh says that are looked at */
	STATUS_NO_CONNECTION = 255, /* ssh(1) */
};

/* ssh's words for what no further try changes. */
static const char *const refusals[] = {
	"Permission denied",
	"Host key verification failed",
	"REMOTE HOST IDENTIFICATION HAS CHANGED",
};

static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *line;

	while (len > 0 && strchr("\r\n", text[len - 1]))
		text[--len] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

static int judge(const struct sshcommand *ssh, const char *path, const struct sshtry *t,
		 bool refused, struct err *err)
{
	if (t->status != STATUS_NO_CONNECTION)
		return 0;
	if (!refused)
		return err_set(err, -EAGAIN, "%s cannot be reached: %.300s", ssh->login, t->why);
	err_set(err, -EACCES,
		"Could not create %s:%s, you probably need to run \"kdumpctl propagate\"",
		ssh->login, path);
	return err_hint(err, -EACCES, "ssh says: %.300s", t->why);
}

int sshtry(const struct sshcommand *ssh, const char *path, const char *script, unsigned int seconds,
	   struct sshtry *ret, struct err *err)
{
	_cleanup_close_ int fd = scratch_open(err);
	const struct run_options options = { .stderr_fd = fd, .seconds = seconds };
	_cleanup_(strv_done) struct strv argv = { NULL };
	bool refused = false;
	int r;

	ret->why = "";
	if (fd < 0)
		return fd;
	if (sshcommand_run(ssh, script, &argv) < 0)
		return err_oom(err);
	r = run_program(argv.v, &options, &ret->status, err);
	if (r == 0)
		r = scratch_read(fd, "what ssh said", SAID_MAX, &ret->said, NULL, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		refused = refused || strstr(ret->said, refusals[i]);
	ret->why = last_line(ret->said);
	return judge(ssh, path, ret, refused, err);
}

void sshtry_done(struct sshtry *t)
{
	free(t->said);
	*t = (struct sshtry){ .why = "" };
}
