/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmcore-dmesg: prints the log of a crashed kernel from its core file.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/options.h"
#include "vmcore-dmesg/log.h"
#include "vmcore-dmesg/text.h"

/* Exit statuses; scripts tell success from failure, and people what to look at. */
enum status {
	STATUS_OK = 0,
	STATUS_USAGE = 1,   /* the command line */
	STATUS_OPEN = 2,    /* the file cannot be opened or read */
	STATUS_NOT_ELF = 4, /* it is no core that can be read here; same number as kexec-tools' */
	STATUS_NO_LOG = 5,  /* it is one, but does not say where a log is */
	STATUS_DAMAGED = 6, /* damaged or cut short; everything readable was printed */
	STATUS_WRITE = 7,   /* the output cannot be written */
};

static const char status_help[] =
	"Exit status: 0 the whole log was printed, 1 wrong usage, 2 FILE cannot be read,\n"
	"4 it is no core that can be read here, 5 it has no log, 6 it is damaged or cut short "
	"(everything\n"
	"readable was printed), 7 the output cannot be written.\n";

static const char usage[] = "usage: vmcore-dmesg [OPTION]... <kernel core file>\n";

enum option { OPTION_HELP = 1, OPTION_VERSION };

static const struct option_row option_rows[] = {
	{ OPTION_HELP, 'h', "help", NULL, "print this help" },
	{ OPTION_VERSION, 'V', "version", NULL, "print the version" },
};

struct request {
	bool help;
	bool version;
};

static int take_option(void *ctx, int id, _unused_ const char *arg, _unused_ struct err *err)
{
	struct request *request = ctx;

	if (id == OPTION_HELP)
		request->help = true;
	else
		request->version = true;
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
	return print_log(argv[first]);
}
