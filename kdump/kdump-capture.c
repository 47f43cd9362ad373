/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first and only process of a capture kernel: loads the modules, opens the dump
 * target, saves log and memory, and restarts the machine, or does what final_action says.
 * Whatever goes wrong on the way ends in what failure_action says. In an image of dracut's it
 * does what is left for a service to do (see capservice.h).
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/sysroot.h"

#include "kdump/capnfs.h"
#include "kdump/capservice.h"
#include "kdump/captarget.h"
#include "kdump/conf.h"
#include "kdump/capturerecord.h"
#include "kdump/console.h"
#include "kdump/consoleshell.h"
#include "kdump/crashinfo.h"
#include "kdump/dumprun.h"
#include "kdump/earlyfs.h"
#include "kdump/ending.h"
#include "kdump/fencenotify.h"
#include "kdump/guard.h"
#include "kdump/hooks.h"
#include "kdump/layout.h"
#include "kdump/modload.h"
#include "kdump/rehearsal.h"
#include "kdump/run.h"
#include "kdump/savedump.h"
#include "kdump/selftest.h"
#include "kdump/vmcore.h"

/* Seconds that each step may take; after that the guard does what failure_action says. */
enum {
	MODULES_SECONDS = 120,
	STALL_SECONDS = 1800,    /* without a byte written by log reader or collector */
	HOOK_SECONDS = 600,      /* for each program of the administrator's */
	HOOK_GUARD_SECONDS = 30, /* more, until it must have been killed */
	/* Between two signs of life while these run, syncs included. */
	ALIVE_SECONDS = CAPNFS_GUARD_SECONDS,
	/* Until a server is found lost: one file's writing, closing, and a look at the server. */
	INTERRUPTS = 4,
};

enum { CMDLINE_MAX = 64 << 10 }; /* bytes of /proc/cmdline; kernels take 4096 or less */

static const struct sysroot real_root = { .dir = "" };
static struct guard guard = GUARD_NONE;
static struct conf conf;
static struct sink sink;
static char *makedumpfile; /* path in the image */
static struct capture_record record;
static enum capservice mode;
static struct selftest test;

/* How the machine's run ends, as things are: with a dump, or when there is none. */
static enum conf_action ending_now(void)
{
	bool ends = conf.failure_action != CONF_SHELL && conf.failure_action != CONF_DUMP_TO_ROOTFS;

	return ends && !guard.end.saved ? conf.failure_action : conf.final_action;
}

static void open_shell(void)
{
	struct err err = ERR_INIT;

	if (consoleshell_run(&real_root, CONSOLESHELL_PROGRAM, &err) < 0)
		console_error(&err);
}

/*
 * NFS 4 waits for ever for a server that keeps its connection and says nothing. Each time that is
 * waited for it there is ended, until what failed has shown that it is lost, and the root disk has
 * its turn.
 */
static bool interrupts(const struct guard_end *now)
{
	static unsigned int interrupted;

	if (!now->remote || now->saved || conf.failure_action != CONF_DUMP_TO_ROOTFS ||
	    interrupted++ >= INTERRUPTS)
		return false;
	console_say("the dump target's server is not waited for any longer");
	captarget_interrupt();
	return true;
}

/* In the guard's process, whose configuration knows nothing of what was decided since. */
static bool end_stuck(const char *step, unsigned int seconds, const struct guard_end *now)
{
	const struct ending *ending = ending_of(now->action);

	console_say("%s: no end after %u s", step, seconds);
	if (interrupts(now))
		return true;
	if (conf.failure_action == CONF_SHELL && !now->saved)
		open_shell();
	console_say("%s", ending->doing);
	reboot(ending->command);
	return false;
}

static void tell_module(void *ctx _unused_, const char *name _unused_, const struct err *err)
{
	console_say("%s, going on", err->text);
}

/* The ending may have become another one since the last time. */
static void tell_alive(void *ctx _unused_)
{
	guard.end.action = ending_now();
	guard.end.remote = sink.remote;
	guard_step(&guard, "saving", ALIVE_SECONDS);
}

static int load_modules(struct err *err)
{
	capturerecord_begin(&record, "modules");
	guard_step(&guard, "loading modules", MODULES_SECONDS);
	return modload_all(&real_root, tell_module, NULL, err);
}

static void tell_hook(void *ctx _unused_, const char *program, unsigned int seconds)
{
	guard_step(&guard, program, seconds + HOOK_GUARD_SECONDS);
}

static const struct hooks hooks = {
	.root = &real_root,
	.seconds = HOOK_SECONDS,
	.starting = tell_hook,
};
static struct savedump_job job = {
	.vmcore = VMCORE_PATH,
	.dmesg = LAYOUT_DMESG,
	.collector = &conf.collector,
	.stall = STALL_SECONDS,
	.alive = tell_alive,
	.record = &record,
};
static const struct dumprun dump = {
	.conf = &conf,
	.hooks = &hooks,
	.job = &job,
	.sink = &sink,
	.record = &record,
	.test = &test,
};

/* A crash on purpose has an id, wherever its dump goes. */
static void find_test(void)
{
	_cleanup_free_ char *line = NULL;

	if (sysroot_read(&real_root, "/proc/cmdline", CMDLINE_MAX, &line, NULL, NULL) < 0 ||
	    !selftest_of_cmdline(line, test.id))
		test.id[0] = '\0';
}

/* The dump is called after it. */
static int name_test(struct err *err)
{
	char name[SELFTEST_NAME_MAX];

	if (!test.id[0])
		return 0;
	selftest_folder(test.id, name);
	return sink_set_name(&sink, name, err);
}

static int open_target(struct err *err)
{
	int r;

	capturerecord_begin(&record, "target");
	r = captarget_open(&conf, &guard, &sink, err);
	if (r == 0)
		r = name_test(err);
	capturerecord_end(&record, r);
	return r;
}

static time_t time_of_dump(void)
{
	return crashinfo_dump_time(&record.crash, time(NULL));
}

/* Return: 0; DUMPRUN_REFUSED; -errno. */
static int capture(struct err *err)
{
	int r = mode == CAPSERVICE_INIT ? earlyfs_mount(err) : 0;

	if (r == 0)
		r = conf_read(&real_root, CONF_IMAGE, &conf, err);
	guard.end.action = ending_now();
	if (guard_start(&guard, end_stuck, r < 0 ? NULL : err) < 0 && r == 0)
		console_say("%s, going on without", err->text);
	if (r == 0 && mode == CAPSERVICE_EMERGENCY)
		r = err_set(err, -EIO, "the capture image could not be brought up");
	if (r == 0 && mode == CAPSERVICE_INIT)
		r = load_modules(err);
	if (r < 0)
		return r;
	/* Before the target: what is tried if that is not there needs both. */
	record.crash = crashinfo_read(VMCORE_PATH);
	if (run_find(&real_root, "makedumpfile", RUN_USUAL_DIRS, &makedumpfile, NULL) == 0)
		job.makedumpfile = makedumpfile;
	find_test();
	if (vmcore_is_there())
		fencenotify_start(&conf, &guard);
	r = open_target(err);
	if (r == 0)
		r = vmcore_check(err);
	return r < 0 ? r : dumprun(&dump, time_of_dump(), err);
}

/* The one way out, for success and for every failure. */
static void end(const struct ending *ending)
{
	captarget_close(&sink, &guard);
	fencenotify_settle(&guard);
	console_say("%s", ending->doing);
	reboot(ending->command);
	console_say("%s failed: %s", ending->doing, strerror(errno));
	reboot(RB_AUTOBOOT);
}

static int read_rootfs_conf(struct conf *ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	int r = sysroot_read(&real_root, LAYOUT_ROOTFS_CONF, CONF_FILE_MAX, &text, &size, err);

	return r < 0 ? r : conf_parse(text, size, LAYOUT_ROOTFS_CONF, CONF_IMAGE, ret, err);
}

/* The same dump once more, to the root file system; the programs around it have had their turn. */
static int save_to_rootfs(struct err *err)
{
	static struct conf rootfs;
	int r = read_rootfs_conf(&rootfs, err);

	if (r < 0)
		return r;
	console_say("trying to save to the root file system");
	captarget_close(&sink, &guard);
	guard.end.remote = false;
	capturerecord_begin(&record, "dump_to_rootfs");
	r = captarget_open(&rootfs, &guard, &sink, err);
	capturerecord_end(&record, r);
	if (r < 0)
		return r;
	record.when = time_of_dump();
	dumprun_count(&dump, record.when);
	r = vmcore_check(err);
	if (r < 0)
		return r;
	record.result = NULL;
	record.target_type = rootfs.target_type;
	record.target = rootfs.target;
	r = savedump(&job, &sink, record.when, err);
	if (!record.result)
		record.result = r < 0 ? CAPTURERECORD_FAILED : CAPTURERECORD_COMPLETE;
	dumprun_tell(&dump);
	return r;
}

/* There is no dump, for whatever reason. */
static void fail(const struct err *err)
{
	struct err again = ERR_INIT;

	console_error(err);
	dumprun_failed(&dump, err);
	dumprun_tell(&dump);
	if (!sink.lost)
		sync();
	if (conf.failure_action == CONF_SHELL) {
		guard_step(&guard, "the shell", 0);
		open_shell();
	}
	if (conf.failure_action == CONF_DUMP_TO_ROOTFS && save_to_rootfs(&again) < 0)
		console_error(&again);
	end(ending_of(ending_now()));
}

/* What stands in for a capture on a machine that did not crash. Return: the exit status. */
static int rehearse(int argc, char **argv)
{
	struct err err = ERR_INIT;
	int r;

	if (strcmp(argv[1], REHEARSAL_SAMPLE_OPTION) == 0)
		r = rehearsal_sample(argc > 3 ? argv[3] : NULL, &err);
	else
		r = rehearsal_run(argv[0],
				  argc < 3 || strcmp(argv[2], REHEARSAL_WITHOUT_MODULES) != 0,
				  &err);
	if (r < 0)
		console_error(&err);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void set_up_process(void)
{
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	setenv("PATH", RUN_USUAL_DIRS, 1);
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;

	set_up_process();
	if (argc > 1 && (strcmp(argv[1], REHEARSAL_OPTION) == 0 ||
			 strcmp(argv[1], REHEARSAL_SAMPLE_OPTION) == 0))
		return rehearse(argc, argv);
	if (capservice_of(&real_root, getpid(), argc, argv, &mode, &err) < 0) {
		err_print(stderr, "kdump-capture", &err);
		return EXIT_FAILURE;
	}
	capservice_begin(&real_root, mode);
	if (chdir("/") < 0 || capture(&err) < 0)
		fail(&err);
	guard.end.saved = true;
	guard.end.action = ending_now();
	dumprun_tell(&dump);
	end(ending_of(conf.final_action));
	return 1; /* the kernel panics, and panic= on its command line restarts the machine */
}
