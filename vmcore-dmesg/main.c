/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmcore-dmesg: prints the log of a crashed kernel from its core file.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/options.h"
#include "vmcore-dmesg/cause_read.h"
#include "vmcore-dmesg/cause_report.h"
#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/text.h"

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
};

static const char status_help[] =
	"Exit status: 0 the whole log was printed, 1 wrong usage, 2 FILE cannot be read,\n"
	"3 no crash was found in the log (--cause), 4 it is no core that can be read here (with\n"
	"--cause, nor text), 5 it has no log, 6 it is damaged or cut short (everything readable\n"
	"was printed), 7 the output cannot be written.\n";

static const char usage[] = "usage: vmcore-dmesg [OPTION]... <kernel core file>\n";

enum option { OPTION_CAUSE = 1, OPTION_JSON, OPTION_HELP, OPTION_VERSION };

static const struct option_row option_rows[] = {
	{ OPTION_CAUSE, 0, "cause", NULL,
	  "say what crashed the kernel, where and how; FILE may also be a log as text" },
	{ OPTION_JSON, 'J', "json", NULL, "say it as a JSON object" },
	{ OPTION_HELP, 'h', "help", NULL, "print this help" },
	{ OPTION_VERSION, 'V', "version", NULL, "print the version" },
};

struct request {
	bool cause;
	bool json;
	bool help;
	bool version;
};

static int take_option(void *ctx, int id, _unused_ const char *arg, _unused_ struct err *err)
{
	struct request *request = ctx;

	switch (id) {
	case OPTION_CAUSE:
		request->cause = true;
		break;
	case OPTION_JSON:
		request->json = true;
		break;
	case OPTION_HELP:
		request->help = true;
		break;
	default:
		request->version = true;
		break;
	}
	return 0;
}

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
	fputs(usage, stdout);
	fputs("Print the log of a crashed kernel, e.g. from /proc/vmcore or a copy of it.\n\n",
	      stdout);
	options_help(stdout, option_rows, ARRAY_SIZE(option_rows));
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

static int print_log(const char *path)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	_cleanup_(writer_done) struct writer writer = { .fd = -1 };
	struct err err = ERR_INIT, write_err = ERR_INIT;
	struct record_sink sink = text_sink(&writer);
	struct vmcoreinfo info;
	int r;

	r = core_open(path, &core, &err);
	if (r < 0)
		return fail(open_status(r), path, &err);
	r = vmcoreinfo_load(&core, &info, &err);
	if (r < 0)
		return fail(log_status(r), path, &err);
	r = writer_init(&writer, STDOUT_FILENO, &err);
	if (r < 0)
		return fail(STATUS_WRITE, NULL, &err);
	r = log_read(&core, &info, &sink, &err);
	if (writer_flush(&writer, &write_err) < 0)
		return fail(STATUS_WRITE, NULL, &write_err);
	return r < 0 ? fail(log_status(r), path, &err) : STATUS_OK;
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
	struct request request = { false };
	struct err err = ERR_INIT;
	int first;

	if (options_parse(option_rows, ARRAY_SIZE(option_rows), argc, argv, take_option, &request,
			  &first, &err) < 0)
		return fail(STATUS_USAGE, NULL, &err);
	if (request.help)
		return print_help();
	if (request.version)
		return print_version();
	if (argc - first != 1) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	if (request.cause)
		return print_cause(argv[first], request.json);
	if (request.json) {
		err_set(&err, -EINVAL, "--json needs --cause");
		return fail(STATUS_USAGE, NULL, &err);
	}
	return print_log(argv[first]);
}
