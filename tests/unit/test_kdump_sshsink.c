/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps on a server; what plays ssh here runs the server's commands on this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/relay.h"
#include "kdump/sshsink.h"
#include "tests/unit/one_tree.h"

#define LOGIN "dump@store"

static const struct guard nobody = GUARD_NONE;
static char program[PATH_MAX], parent[PATH_MAX];
static struct sshcommand ssh;

/*
 * Runs the last word by a shell, but fails once for one with the command that /fails names, with
 * what is in /says.
 */
static void make_ssh(void)
{
	char text[2 * PATH_MAX];

	snprintf(text, sizeof(text),
		 "#!/bin/sh\n"
		 "for last; do :; done\n"
		 "[ ! -e %1$s/fails ] || read -r status word <%1$s/fails\n"
		 "case \"$last\" in *\"${word:-none} \"*)\n"
		 "rm %1$s/fails; cat %1$s/says >&2; exit \"$status\";; esac\n"
		 "exec sh -c \"$last\"\n",
		 tree.root.dir);
	tree_text(&tree, "/ssh", text);
	tree_text(&tree, "/says", "");
	assert_int_equal(chmod(program, 0755), 0);
}

static int setup(_unused_ void **state)
{
	tree_make(&tree);
	snprintf(program, sizeof(program), "%s/ssh", tree.root.dir);
	snprintf(parent, sizeof(parent), "%s/a 'b'/c", tree.root.dir);
	ssh = (struct sshcommand){ program, "/key", LOGIN, 1 };
	make_ssh();
	return 0;
}

static void must(int r, const struct err *err)
{
	if (r < 0)
		fail_msg("%s", err->text);
}

static void open_sink(struct sink *sink, bool copies)
{
	struct err err = ERR_INIT;

	must(sshsink(&ssh, parent, copies, "192.0.2.2", &nobody, sink, &err), &err);
	assert_int_equal(sink->streams, !copies);
}

/* Write a file, all but its end. */
static void begin_file(struct sink *sink, struct sink_file *file)
{
	struct err err = ERR_INIT;

	*file = (struct sink_file){ .unfinished = "x-incomplete", .name = "x y" };
	must(sink->ops->open(sink, file, &err), &err);
	assert_null(file->path);
	assert_int_equal(file_write_all(file->fd, "text", 4), 0);
}

static void check_file(const char *folder, const char *name, const char *text)
{
	_cleanup_free_ char *found = NULL;
	static const struct sysroot here = { .dir = "" };
	char path[2 * PATH_MAX];
	struct err err = ERR_INIT;
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	must(sysroot_read(&here, path, 100, &found, NULL, &err), &err);
	assert_string_equal(found, text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
}

static void test_files(_unused_ void **state)
{
	char first[2 * PATH_MAX], second[2 * PATH_MAX], where[3 * PATH_MAX];
	struct sink sink, other;
	struct sink_file file;
	struct err err = ERR_INIT;

	snprintf(first, sizeof(first), "%s/192.0.2.2-1970-01-01-00:00:07", parent);
	snprintf(second, sizeof(second), "%s/192.0.2.2-1970-01-01-00:00:08", parent);
	open_sink(&sink, false);
	must(sink.ops->begin(&sink, 7, &err), &err);
	snprintf(where, sizeof(where), LOGIN ":%s/", first);
	assert_string_equal(sink.where, where);
	begin_file(&sink, &file);
	must(sink.ops->publish(&sink, &file, &err), &err);
	check_file(first, "x y", "text");
	begin_file(&sink, &file);
	must(sink.ops->keep(&sink, &file, &err), &err);
	check_file(first, "x-incomplete", "text");
	/* Another dump in that second gets the next one's name, and goes without the first. */
	open_sink(&other, false);
	must(other.ops->begin(&other, 7, &err), &err);
	begin_file(&other, &file);
	must(other.ops->publish(&other, &file, &err), &err);
	check_file(second, "x y", "text");
	must(other.ops->discard(&other, &err), &err);
	assert_int_equal(access(second, F_OK), -1);
	check_file(first, "x y", "text");
	sink_done(&other);
	sink_done(&sink);
}

/* A file whose stream or whose name the server does not take is not published. */
static void test_server_fails(_unused_ void **state)
{
	struct sink_file file = { .unfinished = "x-incomplete", .name = "x" };
	struct err err = ERR_INIT;
	char folder[2 * PATH_MAX];
	struct sink sink;

	snprintf(folder, sizeof(folder), "%s/192.0.2.2-1970-01-01-00:00:07", parent);
	open_sink(&sink, false);
	must(sink.ops->begin(&sink, 7, &err), &err);
	tree_text(&tree, "/fails", "5 cat\n");
	must(sink.ops->open(&sink, &file, &err), &err);
	assert_int_equal(sink.ops->publish(&sink, &file, &err), -EIO);
	assert_string_equal(err.text, "writing on " LOGIN " failed, exitcode:5");
	begin_file(&sink, &file);
	tree_text(&tree, "/fails", "6 mv\n");
	assert_int_equal(sink.ops->publish(&sink, &file, &err), -EIO);
	assert_string_equal(err.text, "mv on " LOGIN " failed, exitcode:6");
	check_file(folder, "x-incomplete", "text");
	sink_done(&sink);
}

/* Where what feeds it cannot be started, ssh is not left behind. */
static void test_nothing_feeds_ssh(_unused_ void **state)
{
	struct sink_file file = { .unfinished = "x-incomplete", .name = "x" };
	int free_one = open("/dev/null", O_RDONLY);
	struct rlimit usual, few;
	struct err err = ERR_INIT;
	struct sink sink;

	close(free_one);
	open_sink(&sink, false);
	must(sink.ops->begin(&sink, 7, &err), &err);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	few = usual;
	few.rlim_cur = (rlim_t)free_one + 2; /* a pipe for ssh, and no second one */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(sink.ops->open(&sink, &file, &err), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	assert_string_equal(err.text, "cannot make a pipe: Too many open files");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	sink_done(&sink);
}

static void test_server_comes_late(_unused_ void **state)
{
	struct err err = ERR_INIT;
	struct sink sink;

	tree_text(&tree, "/fails", "255 mkdir\n");
	open_sink(&sink, false);
	sink_done(&sink);
	tree_text(&tree, "/says", "mkdir: Permission denied\n");
	tree_text(&tree, "/fails", "1 mkdir\n");
	assert_int_equal(sshsink(&ssh, parent, false, "h", &nobody, &sink, &err), -EIO);
	assert_string_equal(err.hint, "The server says: mkdir: Permission denied");
}

/* Who is refused is not let in by trying again, and server and administrator should know. */
static void test_server_refuses(_unused_ void **state)
{
	static const char *const said[] = {
		"dump@store: Permission denied (publickey).",
		"Host key verification failed.",
	};
	char text[2 * PATH_MAX], hint[200];

	snprintf(text, sizeof(text),
		 "Could not create " LOGIN ":%s, you probably need to run \"kdumpctl propagate\"",
		 parent);
	for (size_t i = 0; i < ARRAY_SIZE(said); i++) {
		struct err err = ERR_INIT;
		struct sink sink;

		snprintf(hint, sizeof(hint), "Warning: not a word\n%s\n", said[i]);
		tree_text(&tree, "/says", hint);
		tree_text(&tree, "/fails", "255 mkdir\n");
		assert_int_equal(sshsink(&ssh, parent, false, "h", &nobody, &sink, &err), -EACCES);
		assert_string_equal(err.text, text);
		snprintf(hint, sizeof(hint), "ssh says: %s", said[i]);
		assert_string_equal(err.hint, hint);
	}
}

static void test_copies(_unused_ void **state)
{
	struct sink_file file = { .unfinished = "x", .name = "y", .by_path = true };
	char wanted[3 * PATH_MAX];
	struct err err = ERR_INIT;
	struct sink sink;

	open_sink(&sink, true);
	must(sink.ops->begin(&sink, 7, &err), &err);
	must(sink.ops->open(&sink, &file, &err), &err);
	snprintf(wanted, sizeof(wanted), LOGIN ":%s/192.0.2.2-1970-01-01-00:00:07/x", parent);
	assert_string_equal(file.path, wanted);
	assert_int_equal(file.fd, -1);
	assert_true(sink.ops->progress(&sink, &file) != 0);
	must(sink.ops->keep(&sink, &file, &err), &err);
	sink_done(&sink);
}

static void test_relay(_unused_ void **state)
{
	struct relay relay = RELAY_NONE;
	struct err err = ERR_INIT;
	char got[8] = "";
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	must(relay_start(fds[1], NULL, &relay, &err), &err);
	close(fds[1]);
	assert_int_equal(file_write_all(relay.fd, "abcde", 5), 0);
	assert_int_equal(read(fds[0], got, sizeof(got)), 5);
	assert_string_equal(got, "abcde");
	must(relay_finish(&relay, 10, NULL, &err), &err);
	assert_int_equal(relay.pid, 0);
	assert_int_equal(read(fds[0], got, sizeof(got)), 0);
	close(fds[0]);
	/* Nobody takes what is written. */
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	must(relay_start(fds[1], NULL, &relay, &err), &err);
	close(fds[1]);
	assert_int_equal(file_write_all(relay.fd, "abcde", 5), 0);
	assert_int_equal(relay_finish(&relay, 10, NULL, &err), -EPIPE);
	assert_int_equal(relay_bytes(&relay), 0);
}

/* Does the relay see it in what comes in two pieces? All is handed on in any case. */
static void check_found(const char *first, const char *second, bool wanted)
{
	struct relay relay = RELAY_NONE;
	struct err err = ERR_INIT;
	char got[1024] = "", whole[1024];
	size_t size = 0, first_size = strlen(first);
	ssize_t n;
	int fds[2];
	bool found = !wanted;

	snprintf(whole, sizeof(whole), "%s%s", first, second);
	assert_int_equal(pipe(fds), 0);
	must(relay_start(fds[1], "abcd", &relay, &err), &err);
	close(fds[1]);
	assert_int_equal(file_write_all(relay.fd, first, first_size), 0);
	while (size < first_size) {
		n = read(fds[0], got + size, sizeof(got) - 1 - size);
		assert_true(n > 0);
		size += (size_t)n;
	}
	assert_int_equal(file_write_all(relay.fd, second, strlen(second)), 0);
	must(relay_finish(&relay, 10, &found, &err), &err);
	while ((n = read(fds[0], got + size, sizeof(got) - 1 - size)) > 0)
		size += (size_t)n;
	close(fds[0]);
	assert_string_equal(got, whole);
	assert_int_equal(found, wanted);
}

static void test_relay_finds(_unused_ void **state)
{
	check_found("abcd", "", true);
	check_found("", "xxabcdxx", true);
	check_found("ab", "cd", true);
	check_found("xa", "bcdx", true);
	check_found("aaabc", "dx", true);
	check_found("abcab", "cdx", true);
	check_found("abcd", "x", true);
	check_found("ab", "xcd", false);
	check_found("abc", "", false);
	check_found("bcd", "abc", false);
	check_found("", "", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_files, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_server_fails, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_nothing_feeds_ssh, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_server_comes_late, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_server_refuses, setup, tree_teardown),
		cmocka_unit_test_setup_teardown(test_copies, setup, tree_teardown),
		cmocka_unit_test(test_relay),
		cmocka_unit_test(test_relay_finds),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("kdump/sshsink", tests, NULL, NULL);
}
