/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdumpctl: arms and disarms the capture of crash dumps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"

#include "kdump/commands.h"
#include "kdump/conf.h"
#include "kdump/invocation.h"
#include "kdump/lock.h"
#include "kdump/rootpath.h"

static const struct places places = {
	.sbin = SBINDIR,
	.capture = LIBEXECDIR "/kdump-capture",
};

/* clang-format off: a table */
static const struct command commands[] = {
	{ "start", NULL, "Build the capture image if needed; load the kernel.", true, 0, 0,
	  command_start },
	{ "early", NULL, "While booting: load the kernel, with the image that is there.", true, 0,
	  0, command_early },
	{ "stop", NULL, "Unload the capture kernel.", true, 0, 0, command_stop },
	{ "status", NULL, "Tell whether a capture kernel is loaded (0) or not (3).", false,
	  OPTION_JSON, 0, command_status },
	{ "restart", NULL, "Stop, then start.", true, 0, 0, command_restart },
	{ "reload", NULL, "Load the kernel anew, with the image that is there.", true, 0, 0,
	  command_reload },
	{ "condreload", NULL, "Reload if a capture kernel is loaded.", true, 0, 0,
	  command_condreload },
	{ "condrestart", NULL, "Restart if the target's devices are not what is loaded.", true, 0,
	  0, command_condrestart },
	{ "rebuild", "[KERNEL-VERSION]", "Build the capture image; load nothing.", true, 0, 1,
	  command_rebuild },
	{ "propagate", NULL, "Let the capture log in to the ssh target.", false, 0, 0,
	  command_propagate },
	{ "check", NULL, "Look at everything that a dump depends on (0: nothing fails).", false,
	  OPTION_JSON, 0, command_check },
	{ "show", NULL, "Print the configuration and what start would run.", false, 0, 0,
	  command_show },
	{ "showmem", NULL, "Tell how much memory is reserved.", false, 0, 0, command_showmem },
	{ "estimate", NULL, "Tell how much memory should be reserved.", false, 0, 0,
	  command_estimate },
	{ "get-default-crashkernel", "[MODE]", "Print the default of crashkernel=.", false, 0, 1,
	  command_get_default_crashkernel },
	{ "reset-crashkernel", NULL, "Write it where command lines come from.", true,
	  OPTION_KERNEL | OPTION_FADUMP | OPTION_REBOOT | OPTION_FORCE, 0,
	  command_reset_crashkernel },
	{ "rehearse", NULL, "Do all that a crash brings about, but for the crash.", true, 0, 0,
	  command_rehearse },
	{ "test", NULL, "Crash this machine, and tell at its next start whether that was saved.",
	  true, OPTION_FORCE, 0, command_test },
	{ "setup-crypttab", NULL, "Have the keys of a LUKS target kept for the capture.", true, 0,
	  0, command_setup_crypttab },
	{ "list", NULL, "Show which dumps were saved.", false, OPTION_JSON, 0, command_list },
	{ "info", "[N|PATH]", "Show all about one of them, the newest by default.", false,
	  OPTION_JSON, 1, command_info },
	{ "prune", NULL, "Delete old ones, as the configuration says.", true, OPTION_DRY_RUN, 0,
	  command_prune },
	{ "panic", "[set NAME=VALUE...]", "Show, or set, what the kernel panics at.", false,
	  OPTION_JSON, 64, command_panic },
	{ "_reset-crashkernel-after-update", NULL, NULL, true, 0, 0, command_reset_after_update },
	{ "_reset-crashkernel-for-installed_kernel", "VERSION", NULL, true, 0, 1,
	  command_reset_for_kernel },
};
/* clang-format on */

static void tell_lock(void *ctx _unused_, const char *holder)
{
	printf("Another app is currently holding the kdump lock; waiting for it to exit...%s%s%s\n",
	       holder[0] ? " (held by " : "", holder, holder[0] ? ")" : "");
}

static void print_usage(FILE *out)
{
	fprintf(out, "Usage: kdumpctl {");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].help)
			fprintf(out, "%s%s", i ? "|" : "", commands[i].name);
	fprintf(out, "}\n");
}

static void print_help(void)
{
	print_usage(stdout);
	printf("\nArms the capture of crash dumps: loads a kernel that saves the memory of this\n"
	       "one when it panics, to where %s says.\n\n",
	       CONF_PATH);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = &commands[i];
		char left[80];

		if (!command->help)
			continue;
		snprintf(left, sizeof(left), "%s%s%s", command->name, command->arguments ? " " : "",
			 command->arguments ? command->arguments : "");
		printf("  %-32s%s\n", left, command->help);
	}
	printf("\n");
	invocation_help(stdout);
}

/* There is no command without a configuration; RHEL's administrators know the message. */
static int check_configured(const struct sysroot *root, struct err *err)
{
	_cleanup_(conf_done) struct conf conf = { NULL };

	return rootpath_exists(root, CONF_PATH) ? 0 : conf_read(root, CONF_ADMIN, &conf, err);
}

static int run_command(struct invocation *inv)
{
	_cleanup_close_ int lock = -1;
	struct err err = ERR_INIT;

	if (check_configured(&inv->root, &err) < 0 ||
	    (inv->command->locks && lock_take(&inv->root, inv->command->name, LOCK_WAIT_MAX,
					      tell_lock, NULL, &lock, &err) < 0)) {
		err_print(stderr, NULL, &err);
		return EXIT_FAILURE;
	}
	return inv->command->run(inv, &err) < 0 ? EXIT_FAILURE : inv->exit_status;
}

int main(int argc, char **argv)
{
	struct invocation inv = { .root = { .dir = "" }, .places = &places };
	struct err err = ERR_INIT;

	setlinebuf(stdout); /* in order with stderr, in the journal too */
	if (invocation_read(commands, ARRAY_SIZE(commands), argc, argv, &inv, &err) < 0) {
		if (err.text[0])
			err_print(stderr, "kdumpctl", &err);
		print_usage(stderr);
		return EXIT_FAILURE;
	}
	if (inv.help) {
		print_help();
		return EXIT_SUCCESS;
	}
	if (inv.version) {
		printf("kdumpctl %s\n", VERSION);
		return EXIT_SUCCESS;
	}
	return run_command(&inv);
}
