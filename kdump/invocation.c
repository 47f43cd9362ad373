/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "lib/options.h"

#include "kdump/invocation.h"

/* Options that every command takes; the others' ids are the bits of enum invocation_option. */
enum { OPTION_HELP = 1 << 24, OPTION_VERSION, OPTION_SYSROOT };

static const struct option_row options[] = {
	{ OPTION_HELP, 'h', "help", NULL, "Print this help." },
	{ OPTION_VERSION, 'V', "version", NULL, "Print the version." },
	{ OPTION_SYSROOT, 0, "sysroot", "DIR", NULL },
	{ OPTION_JSON, 0, "json", NULL, "Say it as JSON." },
	{ OPTION_FORCE, 'f', "force", NULL,
	  "reset-crashkernel: change a value that somebody chose, too; test: do not ask." },
	{ OPTION_KERNEL, 0, "kernel", "PATH",
	  "reset-crashkernel: of that kernel, DEFAULT or ALL, where the boot loader tells them "
	  "apart." },
	{ OPTION_FADUMP, 0, "fadump", "MODE", "reset-crashkernel: on, off or nocma; POWER only." },
	{ OPTION_REBOOT, 0, "reboot", NULL, "reset-crashkernel: reboot afterwards." },
	{ OPTION_DRY_RUN, 'n', "dry-run", NULL, "prune: only tell what would be deleted." },
};

static int take_option(void *ctx, int id, const char *arg, struct err *err _unused_)
{
	struct invocation *inv = ctx;

	switch (id) {
	case OPTION_HELP:
		inv->help = true;
		break;
	case OPTION_VERSION:
		inv->version = true;
		break;
	case OPTION_SYSROOT:
		inv->root.dir = arg;
		break;
	default:
		inv->given |= (uint32_t)id;
		if (id == OPTION_KERNEL)
			inv->kernel = arg;
		else if (id == OPTION_FADUMP)
			inv->fadump = arg;
		break;
	}
	return 0;
}

/* An option that the command does not take is an error, not silence. */
static int refuse_options(const struct invocation *inv, struct err *err)
{
	uint32_t foreign = inv->given & ~inv->command->takes;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].id < OPTION_HELP && (foreign & (uint32_t)options[i].id))
			return err_set(err, -EINVAL, "'%s' does not take the option --%s",
				       inv->command->name, options[i].long_name);
	return 0;
}

int invocation_read(const struct command *commands, size_t count, int argc, char **argv,
		    struct invocation *ret, struct err *err)
{
	int first;
	int r = options_parse(options, ARRAY_SIZE(options), argc, argv, take_option, ret, &first,
			      err);

	if (r < 0 || ret->help || ret->version)
		return r;
	if (first == argc)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		if (strcmp(argv[first], commands[i].name) == 0)
			ret->command = &commands[i];
	if (!ret->command)
		return -EINVAL;
	ret->words = argv + first + 1;
	ret->count = argc - first - 1;
	if (ret->count > ret->command->max_words)
		return -EINVAL;
	return refuse_options(ret, err);
}

void invocation_help(FILE *out)
{
	options_help(out, options, ARRAY_SIZE(options));
}
