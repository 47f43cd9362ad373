/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "kdump/console.h"
#include "kdump/dumphost.h"
#include "kdump/dumpname.h"
#include "kdump/dumprun.h"
#include "kdump/foldersink.h"
#include "kdump/fullroot.h"
#include "kdump/rootpath.h"
#include "kdump/run.h"
#include "kdump/tell.h"
#include "kdump/vmcore.h"

enum {
	STALL_SECONDS = 1800, /* without a byte written, as in the capture image */
	END_SECONDS = 60,     /* for systemctl to hand it on */
};

bool fullroot_is_capture(const struct sysroot *root)
{
	struct stat st;

	return rootpath_stat(root, VMCORE_PATH, &st) == 0 && st.st_size > 0;
}

int fullroot_refuse(const struct sysroot *root, struct err *err)
{
	if (!fullroot_is_capture(root))
		return 0;
	err_set(err, -EBUSY, "this kernel was started by the crash of another one");
	return err_hint(err, -EBUSY,
			"`kdumpctl start` saves that one's memory and ends the machine's run; the "
			"next boot can be armed.");
}

/* A slip in the configuration is no reason to lose the dump. */
static int configure(struct arming *a, struct err *err)
{
	struct err why = ERR_INIT;

	if (arming_configure(a, &why) == 0)
		return 0;
	tell_problem(&why);
	conf_done(&a->conf);
	return conf_parse("", 0, "defaults", CONF_ADMIN, &a->conf, err);
}

/* Where the configuration wants the dump, if it can be written to here. Return: NULL: told why. */
static const char *find_folder(struct arming *a)
{
	const struct target *t = &a->target;
	struct err why = ERR_INIT;
	int r = arming_find_target(a, &why);

	if (r == 0 && !t->folder)
		r = err_set(&why, -ENOENT, "the dump target %s %s is not mounted", t->type,
			    t->name);
	if (r < 0) {
		tell_problem(&why);
		return NULL;
	}
	return t->folder;
}

/* core_collector's words, the first of them a path; our own copy for one that is not there. */
static int find_collector(const struct arming *a, struct strv *ret, struct err *err)
{
	const struct strv *words = &a->conf.collector;
	_cleanup_free_ char *program = NULL;
	struct err why = ERR_INIT;
	int r;

	if (strcmp(words->v[0], CONF_BUILTIN_COLLECTOR) == 0 ||
	    run_find_here(a->root, words->v[0], NULL, &program, &why) < 0) {
		if (why.text[0])
			tell_problem(&why);
		return strv_add(ret, CONF_BUILTIN_COLLECTOR) < 0 ? err_oom(err) : 0;
	}
	r = strv_add(ret, program);
	for (size_t i = 1; r == 0 && i < words->n; i++)
		r = strv_add(ret, words->v[i]);
	return r < 0 ? err_oom(err) : 0;
}

static void nobody_watches(void *ctx _unused_)
{
}

/* All that belongs to the dump, but for the programs around it, which are for the image. */
static int save_into(struct arming *a, struct sink *sink, struct err *err)
{
	_cleanup_(capturerecord_done) struct capture_record record = { .n = 0 };
	_cleanup_(strv_done) struct strv collector = { NULL };
	_cleanup_free_ char *dmesg = NULL, *makedumpfile = NULL;
	const struct hooks hooks = { .root = a->root };
	struct rootpath vmcore;
	struct savedump_job job = {
		.collector = &collector,
		.stall = STALL_SECONDS,
		.alive = nobody_watches,
		.record = &record,
	};
	const struct dumprun run = { &a->conf, &hooks, &job, sink, &record, NULL };
	struct err ignored = ERR_INIT;
	int r = rootpath_join(a->root, VMCORE_PATH, &vmcore, err);

	if (r == 0)
		r = find_collector(a, &collector, err);
	if (r == 0)
		r = run_find_here(a->root, "vmcore-dmesg", a->places->sbin, &dmesg, err);
	if (r < 0)
		return r;
	if (run_find_here(a->root, "makedumpfile", NULL, &makedumpfile, &ignored) == 0)
		job.makedumpfile = makedumpfile;
	job.vmcore = vmcore.text;
	job.dmesg = dmesg;
	record.crash = crashinfo_read(vmcore.text);
	record.when = crashinfo_dump_time(&record.crash, time(NULL));
	dumprun_count(&run, record.when);
	dumprun_make_room(&run);
	r = savedump(&job, sink, record.when, err);
	if (!record.result)
		record.result = r < 0 ? CAPTURERECORD_FAILED : CAPTURERECORD_COMPLETE;
	if (r < 0)
		record.error = err->text;
	dumprun_tell(&run);
	return r;
}

/* The root file system was tried: what is left then is what is done after any dump. */
static enum conf_action failure_ending(const struct conf *conf)
{
	return conf->failure_action == CONF_DUMP_TO_ROOTFS ? conf->final_action
							   : conf->failure_action;
}

/* In order, as a whole system runs; it is not waited for, as it ends us too. */
static void end(const struct sysroot *root, enum conf_action action)
{
	static const char *const verbs[] = {
		[CONF_REBOOT] = "reboot",
		[CONF_HALT] = "halt",
		[CONF_POWEROFF] = "poweroff",
		[CONF_SHELL] = NULL,
	};
	static const struct run_options options = { .seconds = END_SECONDS };
	_cleanup_free_ char *program = NULL;
	char *argv[] = { NULL, (char *)"--no-block", (char *)verbs[action], NULL };
	struct err err = ERR_INIT;
	int status = 0, r;

	if (!verbs[action]) {
		tell(TELL_INFO, "failure_action shell: this system stays up");
		return;
	}
	r = run_find_here(root, "systemctl", NULL, &program, &err);
	argv[0] = program;
	if (r == 0)
		r = run_program(argv, &options, &status, &err);
	if (r == 0 && status != 0)
		r = err_set(&err, -EIO, "systemctl %s ended with status %d", verbs[action], status);
	if (r < 0)
		tell_problem(&err);
}

/*
 * What the dump's name begins with: dumps on a server are told apart by who sent them, and others
 * that lie side by side as in the capture image. Not to know it costs no dump, neither the new one
 * nor those that may be another machine's.
 */
static void choose_host(struct arming *a, const char *folder, const struct netrecord *network,
			char host[static DUMP_HOST_MAX])
{
	struct err why = ERR_INIT;

	if (network) {
		netrecord_format_address(&network->client, host);
		return;
	}
	if (dumphost_of_folder(a->root, folder, host, &why) < 0)
		tell_problem(&why);
	if (dump_name_takes(host))
		return;
	snprintf(host, DUMP_HOST_MAX, "%s", DUMP_NAME_LOCAL);
	a->conf.keep_dumps = a->conf.min_free = a->conf.max_age = 0;
}

/* @network: the way to the server that @folder is on; NULL: none is known. */
static int save_to(struct arming *a, const char *folder, const struct netrecord *network,
		   struct err *err)
{
	_cleanup_(sink_done) struct sink sink = { NULL };
	char host[DUMP_HOST_MAX];
	struct rootpath full;
	int r = rootpath_join(a->root, folder, &full, err);

	choose_host(a, folder, network, host);
	if (r == 0)
		r = foldersink(full.text, host, &sink, err);
	if (r == 0)
		r = save_into(a, &sink, err);
	if (r == 0)
		tell(TELL_INFO, "Dump saved to %s", sink.where);
	return r;
}

/* A target that is full or cannot be written to is no reason to lose the dump, either. */
static int save(struct arming *a, struct err *err)
{
	const char *folder = find_folder(a);

	if (folder) {
		int r = save_to(a, folder, a->target.network, err);

		if (r == 0 || strcmp(folder, CONF_DEFAULT_PATH) == 0)
			return r;
		tell_problem(err);
	}
	tell_warning("The dump goes to %s.", CONF_DEFAULT_PATH);
	return save_to(a, CONF_DEFAULT_PATH, NULL, err);
}

int fullroot_save(struct arming *a, struct err *err)
{
	int r = configure(a, err);

	if (r == 0)
		r = save(a, err);
	if (r < 0)
		tell_error(err);
	end(a->root, r < 0 ? failure_ending(&a->conf) : a->conf.final_action);
	return r;
}
