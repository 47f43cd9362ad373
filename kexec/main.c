/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec: the program. Reads the request, has it done, prints the one error there may be, and
 * picks the exit status.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kexec/arch.h"
#include "kexec/boot.h"
#include "kexec/image.h"
#include "kexec/load.h"
#include "kexec/machine.h"
#include "kexec/request.h"
#include "kexec/unload.h"

/* Exit statuses, as kexec-tools has them and its callers know them. */
enum {
	STATUS_OK = 0,
	STATUS_REFUSED = 1, /* a wrong option, nothing reserved, nothing loaded */
	STATUS_FAILED = 255,
	STATUS_NO_FILE_SYSCALL = 253, /* -s where kexec_file_load cannot do it */
};

static int fail(const struct err *err, int status)
{
	err_print(stderr, "kexec", err);
	return status;
}

/* What was printed must have arrived, or a script goes on with half of it. */
static int finish(int status)
{
	struct err err = ERR_INIT;
	bool lost = ferror(stdout);

	if (fflush(stdout) == 0 && !lost)
		return status;
	err_errno(&err, errno ? -errno : -EIO, "cannot write to standard output");
	return fail(&err, STATUS_FAILED);
}

static char unreadable[512];

static void on_bus_error(_unused_ int signal)
{
	_unused_ ssize_t n = write(STDERR_FILENO, unreadable, strlen(unreadable));

	_exit(STATUS_FAILED);
}

/* Files are mapped: what can no longer be read of them is no error of a call, but a signal. */
static void expect_bus_error(const char *kernel)
{
	const struct sigaction action = { .sa_handler = on_bus_error };

	snprintf(unreadable, sizeof(unreadable),
		 "kexec: cannot read %.256s or what is loaded with it: a file was cut short "
		 "meanwhile, or its disk fails\n"
		 "kexec: try again; of a disk the kernel's log (dmesg) tells more\n",
		 kernel);
	sigaction(SIGBUS, &action, NULL);
}

static int load_status(const struct request *request, int code)
{
	if (code == LOAD_NOT_BY_FILE)
		return STATUS_NO_FILE_SYSCALL;
	if (code == -ENODEV || code == -E2BIG || code == -EADDRNOTAVAIL || code == -ENOPROTOOPT)
		return STATUS_REFUSED;
	if (code == -ENOENT && request->syscall == SYSCALL_SEGMENTS)
		return STATUS_REFUSED;
	return STATUS_FAILED;
}

static int load(const struct request *request)
{
	struct err err = ERR_INIT;
	int r;

	if (!request->kernel) {
		err_set(&err, -EINVAL, "No kernel specified");
		err_hint(&err, -EINVAL, "try 'kexec --help'");
		return fail(&err, STATUS_FAILED);
	}
	expect_bus_error(request->kernel);
	r = load_kernel(request, &err);
	return r == 0 ? STATUS_OK : fail(&err, load_status(request, r));
}

/* kexec-tools writes out file systems after a load, too, and callers may count on it. */
static int load_only(const struct request *request)
{
	int status = load(request);

	if (status == STATUS_OK && !request->crash && !request_has(request, OPTION_NO_SYNC) &&
	    !request_has(request, OPTION_DRY_RUN))
		sync();
	return status;
}

static int boot(const struct request *request)
{
	struct err err = ERR_INIT;
	int r = boot_now(request, &err);

	return fail(&err, r == -ENODATA ? STATUS_REFUSED : STATUS_FAILED);
}

static int load_and_leave(const struct request *request)
{
	struct err err = ERR_INIT;
	int status = load(request);

	if (status != STATUS_OK || request_has(request, OPTION_DRY_RUN))
		return status;
	if (request->action == ACTION_FORCE)
		return boot(request);
	return boot_by_shutdown(&err) < 0 ? fail(&err, STATUS_FAILED) : STATUS_OK;
}

static int way_back(const struct request *request)
{
	struct err err = ERR_INIT;
	int r = load_way_back(request, &err);

	return r == 0 ? STATUS_OK : fail(&err, load_status(request, r));
}

static int crash_size(const struct request *request)
{
	struct err err = ERR_INIT;
	uint64_t size;

	if (machine_crash_window(&request->root, &size, &err) < 0)
		return fail(&err, STATUS_FAILED);
	printf("%" PRIu64 "\n", size);
	return STATUS_OK;
}

static int unload(const struct request *request)
{
	struct err err = ERR_INIT;

	int r = unload_kernel(request, &err);

	return r == 0 ? STATUS_OK : fail(&err, load_status(request, r));
}

static int status(const struct request *request)
{
	struct err err = ERR_INIT;
	int r = machine_loaded(&request->root, request->crash, &err);

	return r < 0 ? fail(&err, STATUS_FAILED) : r;
}

static int help(void)
{
	const struct arch *arch = NULL;
	struct utsname uts;

	request_help(stdout);
	if (uname(&uts) == 0)
		arch = arch_find(uts.machine);
	if (arch) {
		printf("\n");
		image_print_types(stdout, arch);
	}
	return STATUS_OK;
}

static int run(const struct request *request)
{
	switch (request->action) {
	case ACTION_HELP:
		return help();
	case ACTION_VERSION:
		printf("kexec-kdump " VERSION "\n");
		return STATUS_OK;
	case ACTION_STATUS:
		return status(request);
	case ACTION_UNLOAD:
		return unload(request);
	case ACTION_EXEC:
		return boot(request);
	case ACTION_LOAD:
		return load_only(request);
	case ACTION_JUMP_BACK:
		return way_back(request);
	case ACTION_CRASH_SIZE:
		return crash_size(request);
	case ACTION_FORCE:
	case ACTION_REBOOT:
		return load_and_leave(request);
	}
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct request request;
	int r = request_parse(argc, argv, &request, &err);

	if (r < 0) {
		if (!err.hint[0])
			err_hint(&err, r, "try 'kexec --help'");
		return fail(&err, r == -ERANGE ? STATUS_FAILED : STATUS_REFUSED);
	}
	r = run(&request);
	return r == STATUS_OK ? finish(r) : r;
}
