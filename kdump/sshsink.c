/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kdump/console.h"
#include "kdump/dumpname.h"
#include "kdump/relay.h"
#include "kdump/run.h"
#include "kdump/sshsink.h"
#include "kdump/sshtry.h"
#include "kdump/words.h"

enum {
	NAME_TRIES = 60,         /* seconds after the wanted name that are tried */
	REACH_SECONDS = 180,     /* until the server answers: it, or a switch, may be starting */
	COMMAND_SECONDS = 120,   /* for a small command on the server */
	FINISH_SECONDS = 240,    /* for what is still on its way, and for the server's disk */
	GUARD_SECONDS = 300,     /* more than each of these */
	COPY_SECONDS = 6 * 3600, /* for scp, of whose progress nothing is seen */
	NOTICE_SECONDS = 5,
	CONNECT_TRIES = 6, /* for a small command */
	CONNECT_PAUSE_SECONDS = 5,
	STATUS_NO_CONNECTION = 255, /* ssh(1) */
	STATUS_EXISTS = 71,         /* of our script: the folder is there already */
};

struct server {
	const struct sshcommand *ssh;
	const struct guard *guard;
	char *parent;
	char *folder; /* on the server; NULL before the dump has begun */
	bool copies;
	time_t copy_began;
	struct relay relay;
	pid_t writer; /* ssh that takes the stream; 0: none */
};

/* Run a script on the server. Return: 0 and its status, or -errno. */
static int run_once(const struct server *server, const char *script, int *ret_status,
		    struct err *err)
{
	const struct run_options options = { .seconds = COMMAND_SECONDS };
	_cleanup_(strv_done) struct strv argv = { NULL };

	if (sshcommand_run(server->ssh, script, &argv) < 0)
		return err_oom(err);
	guard_step(server->guard, "talking to the server", GUARD_SECONDS);
	return run_program(argv.v, &options, ret_status, err);
}

/* The same, although a busy server refuses a connection now and then (sshd_config: MaxStartups). */
static int run_there(const struct server *server, const char *script, int *ret_status,
		     struct err *err)
{
	int r = run_once(server, script, ret_status, err);

	for (int i = 1; r == 0 && *ret_status == STATUS_NO_CONNECTION && i < CONNECT_TRIES; i++) {
		sleep(CONNECT_PAUSE_SECONDS);
		r = run_once(server, script, ret_status, err);
	}
	return r;
}

/*
 * A script of one command for files of the server. @command: with a %s for each of the two
 * names, which get quoted; @b: NULL if it has one alone. Return: malloc()ed or NULL.
 */
static char *script(const char *before, const char *a, const char *b)
{
	char *names[] = { (char *)a, (char *)b, NULL }, *text = NULL;
	_cleanup_free_ char *quoted = words_line(names);

	if (!quoted || asprintf(&text, "umask 077; %s -- %s", before, quoted) < 0)
		return NULL;
	return text;
}

/* Run one command with one name or two on the server, which has to succeed. */
static int do_there(const struct server *server, const char *command, const char *a, const char *b,
		    struct err *err)
{
	_cleanup_free_ char *line = script(command, a, b);
	int status, r = line ? run_there(server, line, &status, err) : err_oom(err);

	if (r == 0 && status != 0)
		return err_set(err, -EIO, "%s on %s failed, exitcode:%d", command,
			       server->ssh->login, status);
	return r;
}

static char *path_there(const struct server *server, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", server->folder, name) < 0 ? NULL : path;
}

/* One try to make the parent. Return: as sshtry(). */
static int try_to_reach(const struct server *server, const char *line, struct err *err)
{
	_cleanup_(sshtry_done) struct sshtry t = { .said = NULL };
	int r;

	guard_step(server->guard, "talking to the server", GUARD_SECONDS);
	r = sshtry(server->ssh, server->parent, line, COMMAND_SECONDS, &t, err);
	if (r < 0 || t.status == 0)
		return r;
	err_set(err, -EIO, "cannot create %s on %s, exitcode:%d", server->parent,
		server->ssh->login, t.status);
	return t.why[0] ? err_hint(err, -EIO, "The server says: %.300s", t.why) : -EIO;
}

/* Make the parent, trying until there is a connection, or a refusal. */
static int reach(const struct server *server, struct err *err)
{
	_cleanup_free_ char *line = script("mkdir -p", server->parent, NULL);
	unsigned int waited = 0, said = 0;
	struct timespec start, now;

	if (!line)
		return err_oom(err);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		int r = try_to_reach(server, line, err);

		if (r != -EAGAIN && r != -ETIMEDOUT)
			return r;
		clock_gettime(CLOCK_MONOTONIC, &now);
		waited = (unsigned int)(now.tv_sec - start.tv_sec);
		if (waited >= REACH_SECONDS)
			return err_prefix(err, -ETIMEDOUT, "tried for %d s", REACH_SECONDS);
		if (waited >= said + NOTICE_SECONDS) {
			if (said == 0)
				console_error(err);
			console_say("waiting for %s: %u of %d s", server->ssh->login, waited,
				    REACH_SECONDS);
			said = waited;
		}
		sleep(1);
	}
}

static int make_folder(struct server *server, const char *path, int *ret_status, struct err *err)
{
	char *names[] = { (char *)path, NULL };
	_cleanup_free_ char *quoted = words_line(names);
	_cleanup_free_ char *line = NULL;

	if (!quoted || asprintf(&line, "umask 077; test -e %s && exit %d; mkdir -- %s", quoted,
				STATUS_EXISTS, quoted) < 0) {
		line = NULL;
		return err_oom(err);
	}
	return run_there(server, line, ret_status, err);
}

static int begin(struct sink *sink, time_t when, struct err *err)
{
	struct server *server = sink->state;

	int tries = sink->name ? 1 : NAME_TRIES;

	for (int i = 0; i < tries; i++) {
		_cleanup_free_ char *path = NULL;
		char name[DUMP_NAME_MAX];
		int status, r;

		sink_dump_name(sink, when + i, name);
		if (asprintf(&path, "%s/%s", server->parent, name) < 0) {
			path = NULL;
			return err_oom(err);
		}
		r = make_folder(server, path, &status, err);
		if (r < 0)
			return r;
		if (status == STATUS_EXISTS)
			continue;
		if (status != 0)
			return err_set(err, -EIO, "cannot create %s on %s, exitcode:%d", path,
				       server->ssh->login, status);
		server->folder = TAKE_PTR(path);
		if (asprintf(&sink->where, "%s:%s/", server->ssh->login, server->folder) >= 0)
			return 0;
		sink->where = NULL;
		return err_oom(err);
	}
	return err_set(err, -EEXIST, "no name is free in %s on %s", server->parent,
		       server->ssh->login);
}

/* Nothing will come for it, which it finds out by itself. */
static void end_writer(struct server *server)
{
	struct err ignored = ERR_INIT;
	int status;

	guard_step(server->guard, "finishing a file", GUARD_SECONDS);
	if (server->writer && run_wait(server->writer, FINISH_SECONDS, &status, &ignored) < 0)
		console_error(&ignored);
	server->writer = 0;
}

/* Start ssh that writes its input to a file, and what feeds it. */
static int open_stream(struct server *server, const char *path, struct sink_file *file,
		       struct err *err)
{
	char *names[] = { (char *)path, NULL };
	_cleanup_free_ char *quoted = words_line(names), *line = NULL;
	_cleanup_(strv_done) struct strv argv = { NULL };
	struct run_options options = { 0 };
	int fds[2], r;

	if (!quoted || asprintf(&line, "umask 077; cat >%s", quoted) < 0) {
		line = NULL;
		return err_oom(err);
	}
	if (sshcommand_run(server->ssh, line, &argv) < 0)
		return err_oom(err);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_errno(err, -errno, "cannot make a pipe");
	options.stdin_fd = fds[0];
	r = run_start(argv.v, &options, &server->writer, err);
	close(fds[0]);
	if (r == 0)
		r = relay_start(fds[1], NULL, &server->relay, err);
	close(fds[1]);
	if (r == 0)
		file->fd = server->relay.fd;
	else
		end_writer(server);
	return r;
}

static int open_file(struct sink *sink, struct sink_file *file, struct err *err)
{
	struct server *server = sink->state;
	_cleanup_free_ char *path = path_there(server, file->unfinished);

	file->fd = -1;
	file->path = NULL;
	if (!path)
		return err_oom(err);
	if (!file->by_path)
		return open_stream(server, path, file, err);
	server->copy_began = time(NULL);
	file->path = sshcommand_place(server->ssh->login, path);
	return file->path ? 0 : err_oom(err);
}

static uint64_t progress(struct sink *sink, const struct sink_file *file)
{
	const struct server *server = sink->state;
	time_t now = time(NULL);

	if (!file->by_path)
		return relay_bytes(&server->relay);
	/* ssh's own limits end a copy whose server is gone; this one any other. */
	return now - server->copy_began < COPY_SECONDS ? (uint64_t)now : 0;
}

/* Let what is on its way arrive, and the stream end. */
static int finish(struct server *server, struct sink_file *file, struct err *err)
{
	struct err second = ERR_INIT;
	int r, ended = 0, status = 0;

	file->fd = -1;
	free(file->path);
	file->path = NULL;
	guard_step(server->guard, "finishing a file", GUARD_SECONDS);
	r = relay_finish(&server->relay, FINISH_SECONDS, NULL, err);
	if (server->writer) {
		guard_step(server->guard, "finishing a file", GUARD_SECONDS);
		ended = run_wait(server->writer, FINISH_SECONDS, &status, &second);
	}
	server->writer = 0;
	if (r < 0)
		return r;
	if (ended < 0)
		return err_set(err, ended, "%s", second.text);
	return status == 0 ? 0
			   : err_set(err, -EIO, "writing on %s failed, exitcode:%d",
				     server->ssh->login, status);
}

/* The name says that the file is whole; that it is on the server's disk comes right after. */
static int publish_file(struct sink *sink, struct sink_file *file, struct err *err)
{
	struct server *server = sink->state;
	_cleanup_free_ char *from = path_there(server, file->unfinished);
	_cleanup_free_ char *to = path_there(server, file->name);
	struct err late = ERR_INIT;
	int synced, r = finish(server, file, err);

	if (r == 0 && (!from || !to))
		r = err_oom(err);
	if (r < 0)
		return r;
	r = do_there(server, "mv", from, to, err);
	synced = do_there(server, "sync", to, NULL, &late);
	if (synced == 0)
		return 0; /* also if only the answer to mv was lost */
	if (r == 0)
		console_error(&late);
	return r;
}

static int keep(struct sink *sink, struct sink_file *file, struct err *err)
{
	return finish(sink->state, file, err);
}

static int discard(struct sink *sink, struct err *err)
{
	struct server *server = sink->state;

	return do_there(server, "rm -r", server->folder, NULL, err);
}

static void done(struct sink *sink)
{
	struct server *server = sink->state;

	free(server->parent);
	free(server->folder);
	free(server);
}

int sshsink(const struct sshcommand *ssh, const char *parent, bool copies, const char *host,
	    const struct guard *guard, struct sink *ret, struct err *err)
{
	static const struct sink_ops ops = { .begin = begin,
					     .open = open_file,
					     .progress = progress,
					     .publish = publish_file,
					     .keep = keep,
					     .discard = discard,
					     .done = done };
	struct server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return err_oom(err);
	*ret = (struct sink){ .ops = &ops, .state = server, .streams = !copies };
	server->relay = (struct relay)RELAY_NONE;
	server->ssh = ssh;
	server->guard = guard;
	server->copies = copies;
	server->parent = strdup(parent);
	r = server->parent ? sink_set_host(ret, host, err) : err_oom(err);
	if (r == 0)
		r = reach(server, err);
	if (r < 0)
		sink_done(ret);
	return r;
}
