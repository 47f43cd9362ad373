/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/consoleshell.h"
#include "kdump/console.h"

#define BANNER                                                                                     \
	"\r\nEntering kdump emergency mode.\r\n"                                                   \
	"The dump could not be saved; the lines above say why. Leave the shell with \"exit\"\r\n"  \
	"to go on with final_action.\r\n\r\n"

enum {
	CONSOLES_MAX = 16,
	CONSOLE_LIST_MAX = 4096, /* bytes of /proc/consoles */
	NO_SHELL = 127,          /* exit status where there was none to be started */
	LEFT_SECONDS = 2,        /* nobody leaves sooner: that console has hung up */
};

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* The child's part: a session of its own on console @fd, so that Ctrl-C reaches it. */
static void become_shell(int fd, const char *program)
{
	const char *name = strrchr(program, '/');
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (setsid() < 0 || ioctl(fd, TIOCSCTTY, 1) < 0)
		console_say("no job control in this shell: %s", strerror(errno));
	for (int to = STDIN_FILENO; to <= STDERR_FILENO; to++)
		if (dup2(fd, to) < 0)
			_exit(NO_SHELL);
	if (fd > STDERR_FILENO)
		close(fd);
	if (file_write_all(STDOUT_FILENO, BANNER, strlen(BANNER)) < 0)
		_exit(NO_SHELL);
	setenv("PS1", "kdump:${PWD}# ", 1);
	setenv("HOME", "/", 1);
	execl(program, name ? name + 1 : program, "-i", (char *)NULL);
	console_say("cannot run %s: %s", program, strerror(errno));
	_exit(NO_SHELL);
}

static int start(const struct sysroot *root, const char *console, const char *program, pid_t *ret)
{
	char path[64];
	int fd;
	pid_t pid;

	snprintf(path, sizeof(path), "/dev/%s", console);
	fd = sysroot_open(root, path, O_RDWR | O_NOCTTY);
	if (fd < 0)
		return fd;
	pid = fork();
	if (pid == 0)
		become_shell(fd, program);
	close(fd);
	if (pid < 0)
		return -errno;
	*ret = pid;
	return 0;
}

/* Each line begins with a console's name; the rest says what it can do (fs/proc/consoles.c). */
static size_t start_all(const struct sysroot *root, char *list, const char *program,
			pid_t ret[static CONSOLES_MAX])
{
	size_t n = 0;
	char *line;

	while (n < CONSOLES_MAX && (line = strsep(&list, "\n"))) {
		int r;

		line[strcspn(line, " \t")] = '\0';
		if (!line[0])
			continue;
		r = start(root, line, program, &ret[n]);
		if (r < 0)
			console_say("no shell on %s: %s", line, strerror(-r));
		else
			n++;
	}
	return n;
}

/*
 * Wait until one is left, or all have ended. One that ends at once is on a console that nobody
 * sits at, and does not end the others. Return: was there a shell at all?
 */
static bool wait_for_one(pid_t shells[], size_t n)
{
	time_t began = seconds_now();
	size_t running = n;
	bool any = false;
	int status = 0;

	while (running > 0) {
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno != EINTR)
			break;
		for (size_t i = 0; i < n; i++) {
			if (shells[i] != pid)
				continue;
			shells[i] = 0;
			running--;
			if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SHELL)
				continue;
			any = true;
			if (seconds_now() - began > LEFT_SECONDS)
				running = 0;
		}
	}
	return any;
}

int consoleshell_run(const struct sysroot *root, const char *program, struct err *err)
{
	_cleanup_free_ char *list = NULL;
	pid_t shells[CONSOLES_MAX];
	bool any;
	size_t n;
	int r = sysroot_read(root, "/proc/consoles", CONSOLE_LIST_MAX, &list, NULL, err);

	if (r < 0)
		return r;
	n = start_all(root, list, program, shells);
	if (n == 0)
		return err_set(err, -ENODEV, "there is no console for a shell");
	any = wait_for_one(shells, n);
	for (size_t i = 0; i < n; i++) {
		if (shells[i] <= 0)
			continue;
		kill(-shells[i], SIGKILL); /* each leads a session, and so a group */
		waitpid(shells[i], NULL, 0);
	}
	return any ? 0 : err_set(err, -ENOEXEC, "no shell could be started");
}
