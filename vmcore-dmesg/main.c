/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmcore-dmesg: prints the log of a crashed kernel from its core file.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/file.h"
#include "vmcore-dmesg/cause_read.h"
#include "vmcore-dmesg/cause_report.h"
#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/output.h"
#include "vmcore-dmesg/request.h"

/* Exit statuses; scripts tell success from failure, and people what to look at. */
enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 1,    /* the command line */
	STATUS_OPEN = 2,     /* the file cannot be opened or read */
	STATUS_NO_CAUSE = 3, /* --cause: no crash was found in the log */
	STATUS_NOT_ELF = 4,  /* it is no core that can be read here; same number as kexec-tools' */
	STATUS_NO_LOG = 5,   /* it is one, but does not say where a log is */
	STATUS_DAMAGED = 6,  /* damaged or cut short; everything readable was printed */
	STATUS_WRITE = 7,    /* the output cannot be written */
	STATUS_NO_TIME = 8,  /* an option needs a time that the core does not tell */
};

static const char status_help[] =
	"Exit status: 0 the whole log was printed, 1 wrong usage, 2 FILE cannot be read,\n"
	"3 no crash was found in the log (--cause), 4 it is no core that can be read here (with\n"
	"--cause, nor text), 5 it has no log, 6 it is damaged or cut short (everything readable\n"
	"was printed), 7 the output cannot be written, 8 it does not tell a time that an option\n"
	"needs.\n";

static int fail(enum status status, const char *path, struct err *err)
{
	if (path)
		err_prefix(err, 0, "%s", path);
	err_print(stderr, "vmcore-dmesg", err);
	return status;
}

/* Write what stdio holds. */
static int flush_stdout(void)
{
	struct err err = ERR_INIT;

	if (fflush(stdout) == 0)
		return STATUS_OK;
	err_errno(&err, -errno, "cannot write");
	return fail(STATUS_WRITE, NULL, &err);
}

static int print_help(void)
{
	request_help(stdout);
	fputc('\n', stdout);
	fputs(status_help, stdout);
	return flush_stdout();
}

static int print_version(void)
{
	puts("vmcore-dmesg " VERSION);
	return flush_stdout();
}

static enum status open_status(int r)
{
	if (r == -ENOEXEC || r == -EOPNOTSUPP)
		return STATUS_NOT_ELF;
	return r == -EBADMSG ? STATUS_DAMAGED : STATUS_OPEN;
}

static enum status log_status(int r)
{
	if (r == -ENODATA)
		return STATUS_NO_LOG;
	return r == -EBADMSG ? STATUS_DAMAGED : STATUS_OPEN;
}

static enum status begin_status(int r)
{
	if (r == -ENXIO)
		return STATUS_NO_TIME;
	return r == -ENOMEM ? STATUS_WRITE : log_status(r);
}

static void print_note(const char *path, const char *note)
{
	struct err err = ERR_INIT;

	err_set(&err, 0, "%s: %s", path, note);
	err_print(stderr, "vmcore-dmesg", &err);
}

static int print_records(const struct request *request, const struct core *core,
			 const struct vmcoreinfo *info)
{
	_cleanup_(output_done) struct output output = { .request = request };
	struct err err = ERR_INIT, write_err = ERR_INIT;
	const char *note;
	int r = output_begin(&output, request, STDOUT_FILENO, core, info, &err);

	if (r < 0)
		return fail(begin_status(r), request->path, &err);
	r = log_read(core, info, &output.sink, &err);
	if (output_end(&output, r, &write_err) < 0)
		return fail(STATUS_WRITE, NULL, &write_err);
	if (r < 0)
		return fail(log_status(r), request->path, &err);
	note = output_note(&output);
	if (note)
		print_note(request->path, note);
	return STATUS_OK;
}

static int print_log(const struct request *request)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;
	struct vmcoreinfo info;
	int r = core_open(request->path, &core, &err);

	if (r < 0)
		return fail(open_status(r), request->path, &err);
	r = vmcoreinfo_load(&core, &info, &err);
	if (r < 0)
		return fail(log_status(r), request->path, &err);
	return print_records(request, &core, &info);
}

static int write_json(const struct story *story)
{
	_cleanup_(json_done) struct json json = { NULL };
	struct err err = ERR_INIT;
	int r;

	cause_json(&json, story);
	r = json_result(&json, &err);
	if (r == 0)
		r = file_write_all(STDOUT_FILENO, json.text, json.size);
	if (r == 0)
		return STATUS_OK;
	if (!err.text[0])
		err_errno(&err, r, "cannot write");
	return fail(STATUS_WRITE, NULL, &err);
}

static int write_cause(const struct cause *cause, const struct story *story, bool as_json)
{
	if (as_json)
		return write_json(story);
	cause_print(stdout, cause, story);
	return flush_stdout();
}

static enum status cause_status(int r)
{
	if (r == -ENOEXEC)
		return STATUS_NOT_ELF;
	return log_status(r);
}

static int print_cause(const char *path, bool as_json)
{
	_cleanup_(cause_done) struct cause cause = { .lines = 0 };
	const struct story *story;
	struct err err = ERR_INIT;
	int r = cause_read(path, &cause, &err), status;

	if (r < 0 && (r != -EBADMSG || cause.lines == 0))
		return fail(cause_status(r), path, &err);
	story = cause_finish(&cause);
	status = write_cause(&cause, story, as_json);
	if (status != STATUS_OK)
		return status;
	if (r < 0)
		return fail(cause_status(r), path, &err);
	return story->has_fatal ? STATUS_OK : STATUS_NO_CAUSE;
}

int main(int argc, char **argv)
{
	struct request request;
	struct err err = ERR_INIT;

	if (request_parse(argc, argv, &request, &err) < 0)
		return fail(STATUS_USAGE, NULL, &err);
	if (request.help)
		return print_help();
	if (request.version)
		return print_version();
	if (!request.path) {
		fputs(request_usage, stderr);
		return STATUS_USAGE;
	}
	return request.cause ? print_cause(request.path, request.json) : print_log(&request);
}
