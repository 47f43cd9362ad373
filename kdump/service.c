/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands that kdump.service and administrators use to arm and disarm. What happens is
 * told on standard output, failures on standard error; under systemd both are the journal.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "lib/json.h"

#include "kdump/aftermath.h"
#include "kdump/armed.h"
#include "kdump/arming.h"
#include "kdump/check.h"
#include "kdump/commands.h"
#include "kdump/fullroot.h"
#include "kdump/image.h"
#include "kdump/manifest.h"
#include "kdump/reservation.h"
#include "kdump/tell.h"
#include "kdump/teststate.h"

enum { EXIT_NOT_OPERATIONAL = 3 }; /* as for init scripts: LSB, "program is not running" */

static void begin(struct arming *a, const struct invocation *inv)
{
	*a = (struct arming){ .root = &inv->root, .places = inv->places };
}

static int configure(struct arming *a, const struct invocation *inv, struct err *err)
{
	int r;

	begin(a, inv);
	r = arming_configure(a, err);
	for (size_t i = 0; i < a->config.warnings.n; i++)
		tell_warning("%s", a->config.warnings.v[i]);
	for (size_t i = 0; i < a->conf.warnings.n; i++)
		tell_warning("%s", a->conf.warnings.v[i]);
	return r;
}

/* One line of what is armed now, for the log and for `systemctl status`. */
static void tell_armed(const struct arming *a, uint64_t reserved)
{
	char text[2048];

	snprintf(text, sizeof(text), "kernel %s, image %s%s, %ju MiB reserved, target %s %s:%s",
		 a->kernel.path, a->kernel.image,
		 a->plan.builder == IMAGEBUILDER_DRACUT ? " (dracut's)" : "",
		 (uintmax_t)(reserved >> 20), a->target.type, a->target.name, a->target.inner);
	tell(TELL_INFO, "%s", text);
	sd_notifyf(0, "STATUS=%s", text);
}

static int find_target(struct arming *a, struct err *err)
{
	int r = arming_find_target(a, err);

	if (a->space_warning)
		tell_warning("%s", a->space_warning);
	return r;
}

/* How the last crash on purpose went; the first start after it has that written down. */
static void settle_test(const struct arming *a)
{
	char sentence[TESTSTATE_SENTENCE_MAX];
	struct err err = ERR_INIT;
	struct selftest test;

	if (teststate_settle(a->root, &a->conf, &test, &err) < 0)
		tell_problem(&err);
	teststate_sentence(&test, sentence);
	if (!a->config.no_test_notice)
		tell(test.result == SELFTEST_NONE ? TELL_DEBUG : TELL_INFO, "%s", sentence);
}

/* Everything that can fail without touching what is loaded. */
static int prepare(struct arming *a, struct err *err)
{
	int r;

	settle_test(a);
	r = arming_find_kernel(a, err);

	if (r == 0)
		r = find_target(a, err);
	if (r == 0)
		r = arming_reach_target(a, err);
	if (r == 0)
		r = arming_update_image(a, false, err);
	return r < 0 ? r : arming_compose(a, err);
}

/* The dump would end for lack of memory, which nobody sees before the day that it is needed. */
static void warn_of_size(const struct arming *a, uint64_t reserved)
{
	struct estimate e;

	if (arming_estimate(a, &e, NULL) < 0 || reserved >= e.total)
		return;
	tell_warning(
		"WARNING: %ju MiB are reserved; the capture kernel is likely to need %ju MiB.\n"
		"`kdumpctl estimate` says what for; `kdumpctl reset-crashkernel` reserves "
		"more.",
		(uintmax_t)(reserved >> 20), (uintmax_t)(e.total >> 20));
}

/* @early: the description of what was armed early and may stay; NULL: there is nothing. */
static int load(struct arming *a, const char *early, uint64_t reserved, struct err *err)
{
	const char *change;
	int r = 0;

	warn_of_size(a, reserved);
	if (early)
		r = arming_keep(a, early, &change, err);
	if (r > 0)
		tell(TELL_INFO, "What was armed early stays loaded: nothing changed since.");
	if (r == 0 && early)
		tell(TELL_INFO, "What was armed early is replaced: %s changed since.", change);
	if (r == 0)
		r = arming_load(a, err);
	if (r < 0)
		return r;
	tell_armed(a, reserved);
	tell(TELL_INFO, "Starting kdump: [OK]");
	return 0;
}

static void tell_still_loaded(const struct sysroot *root)
{
	bool loaded;

	if (reservation_loaded(root, &loaded, NULL) == 0 && loaded)
		tell_warning("What was loaded before stays loaded.");
}

/* For what replaces a capture kernel by another. */
static int tell_failed(const struct sysroot *root, int code, const struct err *err)
{
	if (code == 0)
		return 0;
	tell_error(err);
	tell_still_loaded(root);
	tell(TELL_ERROR, "Starting kdump: [FAILED]");
	return code;
}

static int start(const struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a;
	_cleanup_free_ char *early = NULL;
	uint64_t reserved;
	bool loaded = false;
	int r = configure(&a, inv, err);

	if (r == 0)
		r = reservation_check(&inv->root, &reserved, err);
	if (r == 0)
		r = arming_recover(&a, err);
	if (r == 0)
		r = reservation_loaded(&inv->root, &loaded, err);
	if (r < 0)
		return r;
	early = loaded ? armed_early(&inv->root) : NULL;
	if (loaded && !early) {
		tell(TELL_WARNING, "Kdump already running: [WARNING]");
		return 0;
	}
	r = prepare(&a, err);
	if (r == 0)
		r = load(&a, early, reserved, err);
	if (r == 0)
		aftermath(&a);
	return r;
}

/* What failed first has been told; whoever mends it need not find the rest one by one. */
static void tell_others(const struct invocation *inv, const char *told)
{
	struct checks *checks = calloc(1, sizeof(*checks));

	if (!checks)
		return;
	checks_run(&inv->root, inv->places, checks);
	checks_tell_failures(checks, told);
	free(checks);
}

/* Where nothing is to be armed. */
static int save_instead(const struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a;
	int r;

	begin(&a, inv);
	tell(TELL_INFO, "This kernel was started by the crash of another one: saving its memory");
	r = fullroot_save(&a, err);
	if (r < 0)
		tell(TELL_ERROR, "Starting kdump: [FAILED]");
	return r;
}

int command_start(struct invocation *inv, struct err *err)
{
	int r;

	if (fullroot_is_capture(&inv->root))
		return save_instead(inv, err);
	r = start(inv, err);
	if (r < 0) {
		tell_error(err);
		tell_others(inv, err->text);
		tell_still_loaded(&inv->root);
		tell(TELL_ERROR, "Starting kdump: [FAILED]");
	}
	return r;
}

/* What is loaded can be unloaded whatever became of the configuration. */
static void configure_stop(struct arming *a, const struct invocation *inv)
{
	struct err err = ERR_INIT;

	begin(a, inv);
	if (sysconfig_read(&inv->root, &a->config, &err) == 0)
		tell_set(&inv->root, &a->config.levels);
	else
		tell_problem(&err);
}

int command_stop(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a;
	int r;

	configure_stop(&a, inv);
	r = arming_unload(&a, err);
	if (r < 0) {
		tell_error(err);
		tell(TELL_ERROR, "kexec: failed to unload kdump kernel");
		tell(TELL_ERROR, "Stopping kdump: [FAILED]");
		return r;
	}
	tell(TELL_INFO, "kexec: unloaded kdump kernel");
	tell(TELL_INFO, "Stopping kdump: [OK]");
	return 0;
}

/*
 * What is loaded stays until its successor is handed to the kernel: a crash in the meantime is
 * captured, and a mistake in the configuration costs no dump. The same for reload. The kernel then
 * frees the old one before it copies the new one into its place (kernel/kexec.c, kernel/kexec_file.c:
 * there is one reservation), so nothing is loaded for that moment, or after a load that it refuses.
 */
int command_restart(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a;
	uint64_t reserved;
	int r = configure(&a, inv, err);

	if (r == 0)
		r = fullroot_refuse(&inv->root, err);
	if (r == 0)
		r = reservation_check(&inv->root, &reserved, err);
	if (r == 0)
		r = prepare(&a, err);
	if (r == 0)
		r = load(&a, NULL, reserved, err);
	return tell_failed(&inv->root, r, err);
}

/* For CPUs and memory that came or went: nothing is checked or built that did not change. */
int command_reload(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a;
	bool loaded = false;
	int r;

	begin(&a, inv);
	r = arming_take_image(&a, err);
	if (r == 0)
		r = fullroot_refuse(&inv->root, err);
	if (r == 0)
		r = reservation_loaded(&inv->root, &loaded, err);
	if (r == 0)
		a.early = loaded && armed_is_early(&inv->root);
	if (r == 0 && !loaded)
		tell(TELL_WARNING, "Kdump was not running: [WARNING]");
	if (r == 0)
		r = arming_load(&a, err);
	if (r == 0)
		tell(TELL_INFO, "Starting kdump: [OK]");
	return tell_failed(&inv->root, r, err);
}

int command_condreload(struct invocation *inv, struct err *err)
{
	bool loaded = false;
	int r = reservation_loaded(&inv->root, &loaded, err);

	if (r < 0)
		tell_error(err);
	return r < 0 || !loaded ? r : command_reload(inv, err);
}

/* Return: 1 if the image is for a target that is built of disks, 0 if not; -errno. */
static int has_layers(struct arming *a, struct err *err)
{
	_cleanup_free_ char *manifest = NULL;
	int r = image_read_manifest(a->root, a->kernel.image, &manifest, err);

	if (r == -ENOENT || r == -EBADMSG)
		return 0;
	return r < 0 ? r : manifest_has_layers(manifest);
}

/* Return: 1 if the target's devices are not those that the image is for; 0, also if none; -errno. */
static int is_outdated(struct arming *a, const struct invocation *inv, struct err *err)
{
	int r = configure(a, inv, err);

	if (r == 0)
		r = arming_find_kernel(a, err);
	if (r == 0)
		r = a->conf.force_no_rebuild ? 0 : has_layers(a, err);
	if (r <= 0)
		return r;
	r = arming_find_target(a, err);
	if (r == 0)
		r = arming_plan_image(a, err);
	return r < 0 ? r : arming_compare_storage(a, err);
}

int command_condrestart(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a = { .root = &inv->root };
	bool loaded = false;
	int r = reservation_loaded(&inv->root, &loaded, err);

	if (r == 0 && loaded)
		r = is_outdated(&a, inv, err);
	if (r < 0) {
		tell_warning("WARNING: It cannot be told whether what is loaded still reaches the "
			     "dump target.");
		return tell_failed(&inv->root, r, err);
	}
	if (r == 0) { /* of one that may have been made just now */
		arming_tell_snapshots(&a);
		return 0;
	}
	r = command_restart(inv, err);
	if (r < 0)
		tell_warning("WARNING: The dump target's devices have changed, and what is loaded "
			     "may not reach it.");
	return r;
}

int command_rebuild(struct invocation *inv, struct err *err)
{
	_cleanup_(arming_done) struct arming a;
	int r = configure(&a, inv, err);

	if (r == 0 && inv->count > 0) /* e.g. one that was installed just now */
		r = sysconfig_set_kernel(&a.config, inv->words[0], err);
	if (r == 0)
		r = arming_find_kernel(&a, err);
	if (r == 0)
		r = find_target(&a, err);
	if (r == 0)
		r = arming_update_image(&a, true, err);
	if (r < 0)
		tell_error(err);
	return r;
}

static int print_status(bool loaded, uint64_t reserved, struct err *err)
{
	_cleanup_(json_done) struct json json = { NULL };

	json_open(&json, '{');
	json_key(&json, "operational");
	json_bool(&json, loaded);
	json_key(&json, "reserved");
	json_u64(&json, reserved);
	json_close(&json, '}');
	return json_print(stdout, &json, err);
}

static void print_test(const struct sysroot *root)
{
	_cleanup_(sysconfig_done) struct sysconfig config = { NULL };
	_cleanup_(conf_done) struct conf conf = { NULL };
	char sentence[TESTSTATE_SENTENCE_MAX];
	struct err ignored = ERR_INIT;
	bool known = conf_read(root, CONF_ADMIN, &conf, &ignored) == 0;
	struct selftest test;

	teststate_look(root, known ? &conf : NULL, &test);
	if (test.result == SELFTEST_NONE ||
	    (sysconfig_read(root, &config, &ignored) == 0 && config.no_test_notice))
		return;
	teststate_sentence(&test, sentence);
	printf("%s\n", sentence);
}

int command_status(struct invocation *inv, struct err *err)
{
	bool loaded = false;
	uint64_t reserved = 0;
	int r = reservation_loaded(&inv->root, &loaded, err);

	if (r == 0)
		r = reservation_size(&inv->root, &reserved, err);
	if (r < 0)
		err_print(stderr, NULL, err);
	inv->exit_status = loaded ? EXIT_SUCCESS : EXIT_NOT_OPERATIONAL;
	if (inv->given & OPTION_JSON)
		return print_status(loaded, reserved, err);
	printf(loaded ? "Kdump is operational\n" : "Kdump is not operational\n");
	print_test(&inv->root);
	return 0;
}

int command_showmem(struct invocation *inv, struct err *err)
{
	uint64_t reserved;
	int r = reservation_size(&inv->root, &reserved, err);

	if (r < 0) {
		err_print(stderr, NULL, err);
		return r;
	}
	printf("Reserved %juMB memory for crash kernel\n", (uintmax_t)(reserved >> 20));
	return 0;
}
