/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A person at a console, played through a pseudo-terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kdump/consoleshell.h"

#include "tests/unit/tree.h"

enum { PATIENCE_MS = 30000 };

/* The person's end of a terminal, and all that has come out of it. */
struct screen {
	int fd;
	char text[8192];
	size_t size;
};

/* Read until @wanted has come. */
static void expect(struct screen *s, const char *wanted)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	while (!strstr(s->text, wanted)) {
		ssize_t n;

		if (poll(&p, 1, PATIENCE_MS) <= 0 || s->size >= sizeof(s->text) - 1)
			fail_msg("no '%s' in '%s'", wanted, s->text);
		n = read(s->fd, s->text + s->size, sizeof(s->text) - 1 - s->size);
		if (n <= 0)
			fail_msg("no '%s' in '%s'", wanted, s->text);
		s->size += (size_t)n;
		s->text[s->size] = '\0';
	}
}

static void type(const struct screen *s, const char *line)
{
	assert_int_equal(write(s->fd, line, strlen(line)), (ssize_t)strlen(line));
}

/*
 * Run it in a process of its own, as it takes terminals; of @screens, NULL behind the last, it
 * holds nothing, so that they hang up with the test. Return: its pid.
 */
static pid_t start(const struct tree *tree, const char *program,
		   const struct screen *const *screens)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct err err = ERR_INIT;

		for (; *screens; screens++)
			close((*screens)->fd);
		_exit(consoleshell_run(&tree->root, program, &err) < 0);
	}
	return pid;
}

static int status_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct screen terminal(const struct tree *tree, const char *name)
{
	struct screen screen = { .size = 0 };
	char path[PATH_MAX];
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	snprintf(path, sizeof(path), "%s/dev/%s", tree->dir, name);
	assert_int_equal(symlink(ptsname(fd), path), 0);
	screen.fd = fd;
	return screen;
}

/* One console that is not there, two that are: who leaves one ends the other. */
static void test_shell(_unused_ void **state)
{
	struct tree tree;
	struct screen first, second;
	const struct screen *const screens[] = { &first, &second, NULL };
	pid_t pid;

	tree_make(&tree);
	tree_folder(&tree, "/dev");
	tree_text(&tree, "/proc/consoles",
		  "tty0                 -WU (E     )    4:1\n"
		  "ttyS0                -W- (EC  p )    4:64\n"
		  "ttyS1                -W- (EC  p )    4:65\n");
	first = terminal(&tree, "ttyS0");
	second = terminal(&tree, "ttyS1");
	pid = start(&tree, "/bin/sh", screens);
	expect(&first, "Entering kdump emergency mode.");
	expect(&first, "kdump:");
	expect(&second, "# ");
	type(&first, "cd /usr; tty >/dev/null && echo a$((40 + 2))b\n");
	expect(&first, "a42b\r\nkdump:/usr# ");
	sleep(3); /* nobody leaves at once */
	type(&first, "exit\n");
	assert_int_equal(status_of(pid), 0);
	close(first.fd);
	close(second.fd);
	tree_remove(&tree);
}

static void test_no_shell(_unused_ void **state)
{
	struct tree tree;
	struct screen screen;
	const struct screen *const screens[] = { &screen, NULL };

	tree_make(&tree);
	tree_folder(&tree, "/dev");
	tree_text(&tree, "/proc/consoles", "ttyS0 -W- (EC  p ) 4:64\n");
	assert_int_equal(status_of(start(&tree, "/bin/sh", screens + 1)), 1);
	screen = terminal(&tree, "ttyS0");
	assert_int_equal(status_of(start(&tree, "/nonexistent", screens)), 1);
	close(screen.fd);
	tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_no_shell),
	};

	return cmocka_run_group_tests_name("kdump/consoleshell", tests, NULL, NULL);
}
