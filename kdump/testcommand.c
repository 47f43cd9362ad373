/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command that crashes the machine to see whether a dump is saved.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kdump/armed.h"
#include "kdump/arming.h"
#include "kdump/commands.h"
#include "kdump/reservation.h"
#include "kdump/tell.h"
#include "kdump/teststate.h"

#define SYSRQ_PATH "/proc/sysrq-trigger" /* admin-guide/sysrq.rst */

/* Whoever asks for it must know. Nothing typed, or nobody there, is no. */
static bool is_confirmed(void)
{
	char answer[16] = "";

	printf("This crashes the running system at once: services end without being stopped, and\n"
	       "what they have not written is lost. The machine restarts when the dump is saved.\n"
	       "Go on? [y/N] ");
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin))
		printf("\n");
	return strcmp(answer, "y\n") == 0 || strcmp(answer, "Y\n") == 0 ||
	       strcmp(answer, "yes\n") == 0;
}

static int check_armed(const struct sysroot *root, struct err *err)
{
	bool loaded = false;
	int r = reservation_loaded(root, &loaded, err);

	if (r < 0 || loaded)
		return r;
	err_set(err, -ENOENT, "Kdump needs be operational before test.");
	return err_hint(err, -ENOENT, "systemctl start kdump");
}

/* Load the kernel anew, for a test of that id; NULL: for any crash, as before. */
static int load(struct invocation *inv, const char *id, struct err *err)
{
	_cleanup_(arming_done) struct arming a = {
		.root = &inv->root,
		.places = inv->places,
		.test_id = id,
		.early = armed_is_early(&inv->root), /* start has yet to come */
	};
	int r = arming_take_image(&a, err);

	return r < 0 ? r : arming_load(&a, err);
}

/* Return: only if there was no crash. */
static int crash(const struct sysroot *root, struct err *err)
{
	_cleanup_close_ int fd = sysroot_open(root, SYSRQ_PATH, O_WRONLY);

	if (fd < 0)
		return err_errno(err, fd, "cannot open %s", SYSRQ_PATH);
	if (write(fd, "c", 1) < 0)
		return err_errno(err, -errno, "cannot write to %s", SYSRQ_PATH);
	return err_set(err, -EIO, "the kernel was told to crash, and did not");
}

/* What was made ready for the test is none any more. */
static void take_back(struct invocation *inv)
{
	struct err err = ERR_INIT;

	teststate_forget(&inv->root);
	if (load(inv, NULL, &err) < 0)
		tell_error(&err);
}

/* Return: only if there was no crash. */
static int crash_with(struct invocation *inv, const char *id, struct err *err)
{
	sigset_t all;
	int r;

	sync(); /* takes long, and nobody is to lose patience in the middle of the rest */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	r = load(inv, id, err);
	if (r == 0)
		r = teststate_begin(&inv->root, id, err);
	if (r == 0)
		r = crash(&inv->root, err);
	take_back(inv);
	return r;
}

int command_test(struct invocation *inv, struct err *err)
{
	char id[SELFTEST_ID_MAX];
	struct timespec now;
	int r = check_armed(&inv->root, err);

	if (r == 0 && !(inv->given & OPTION_FORCE) && !is_confirmed()) {
		printf("Cancelled.\n");
		return 0;
	}
	if (r == 0) {
		clock_gettime(CLOCK_REALTIME, &now);
		selftest_id(&now, id);
		r = crash_with(inv, id, err);
	}
	if (r < 0)
		tell_error(err);
	return r;
}
