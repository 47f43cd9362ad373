/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/json.h"
#include "lib/lockdown.h"

#include "kdump/check.h"
#include "kdump/cryptkey.h"
#include "kdump/image.h"
#include "kdump/kconfig.h"
#include "kdump/lvmsnapshot.h"
#include "kdump/manifest.h"
#include "kdump/reservation.h"
#include "kdump/rootpath.h"
#include "kdump/tell.h"

enum { SMALL_FILE_MAX = 256 }; /* bytes */

/* What the checks know so far, and what they need of each other. */
struct state {
	struct arming arming;
	bool has_conf, has_kernel, has_target, has_plan;
	uint64_t reserved; /* bytes; 0: nothing, or not known */
};

typedef enum check_result check_function(struct state *s, struct err *says);

static enum check_result say(enum check_result result, struct err *says, const char *text)
{
	err_set(says, 0, "%s", text);
	return result;
}

static enum check_result check_configuration(struct state *s, struct err *says)
{
	struct strv *warnings = &s->arming.conf.warnings;

	if (arming_configure(&s->arming, says) < 0)
		return CHECK_FAILURE;
	s->has_conf = true;
	if (warnings->n > 0)
		return say(CHECK_WARNING, says, warnings->v[0]);
	return say(CHECK_OK, says, CONF_PATH " and " SYSCONFIG_PATH " can be read");
}

static enum check_result check_reservation(struct state *s, struct err *says)
{
	if (reservation_check(s->arming.root, &s->reserved, says) < 0)
		return CHECK_FAILURE;
	err_set(says, 0, "%" PRIu64 " MiB are reserved", s->reserved >> 20);
	return CHECK_OK;
}

/* The first line of a small file; "" if there is none. */
static void read_small(const struct sysroot *root, const char *path,
		       char ret[static SMALL_FILE_MAX])
{
	_cleanup_free_ char *text = NULL;

	ret[0] = '\0';
	if (sysroot_read(root, path, SMALL_FILE_MAX - 1, &text, NULL, NULL) < 0)
		return;
	snprintf(ret, SMALL_FILE_MAX, "%.*s", (int)strcspn(text, "\n"), text);
}

/* What forbids loading, apart from who is asking. */
static enum check_result check_permission(struct state *s, struct err *says)
{
	const struct sysroot *root = s->arming.root;
	char word[SMALL_FILE_MAX], mode[LOCKDOWN_MODE_MAX];

	read_small(root, "/proc/sys/kernel/kexec_load_disabled", word);
	if (strcmp(word, "1") == 0) {
		err_set(says, 0,
			"loading is switched off until the next boot "
			"(kernel.kexec_load_disabled is 1)");
		err_hint(says, 0,
			 "Find what sets it (grep -r kexec_load_disabled /etc/sysctl*), "
			 "and let it run after kdump.service.");
		return CHECK_FAILURE;
	}
	lockdown_read(root, mode);
	if (mode[0]) {
		err_set(says, 0, "the kernel is locked down: it takes signed kernels only");
		err_hint(says, 0,
			 "A distribution's own kernel is signed; another one has to be "
			 "signed with a key that the firmware trusts.");
		return CHECK_WARNING;
	}
	return say(CHECK_OK, says, "the kernel allows loading");
}

static enum check_result check_kernel(struct state *s, struct err *says)
{
	if (!s->has_conf)
		return CHECK_SKIPPED;
	if (arming_find_kernel(&s->arming, says) < 0)
		return CHECK_FAILURE;
	s->has_kernel = true;
	return say(CHECK_OK, says, s->arming.kernel.path);
}

/* What the capture kernel must be able to do; kernels that do not show their configuration pass. */
static enum check_result check_abilities(struct state *s, struct err *says)
{
	static const struct {
		const char *option, *why;
	} needed[] = {
		{ "CONFIG_CRASH_DUMP", "it cannot be booted after a crash" },
		{ "CONFIG_PROC_VMCORE", "it would not show the crashed kernel's memory" },
		{ "CONFIG_BLK_DEV_INITRD", "it takes no capture image" },
	};
	_cleanup_(kconfig_done) struct kconfig config = { .text = NULL };

	if (!s->has_kernel)
		return CHECK_SKIPPED;
	if (kconfig_read(s->arming.root, s->arming.kernel.version, &config, NULL) < 0) {
		err_set(says, 0, "%s is not there to tell what the kernel can do", config.path);
		return CHECK_OK;
	}
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (kconfig_has(&config, needed[i].option))
			continue;
		err_set(says, 0, "%s: no %s=y: %s", config.path, needed[i].option, needed[i].why);
		err_hint(says, 0, "Name another kernel in %s (KDUMP_KERNELVER).", SYSCONFIG_PATH);
		return CHECK_FAILURE;
	}
	return say(CHECK_OK, says, "it can be booted after a crash, and show memory");
}

static enum check_result check_target(struct state *s, struct err *says)
{
	const struct target *target = &s->arming.target;

	if (!s->has_conf)
		return CHECK_SKIPPED;
	if (!s->arming.conf.target && strcmp(s->arming.conf.path, CONF_DEFAULT_PATH) == 0 &&
	    !rootpath_exists(s->arming.root, CONF_DEFAULT_PATH))
		return say(CHECK_OK, says, CONF_DEFAULT_PATH " will be made at the next start");
	if (arming_find_target(&s->arming, says) < 0)
		return CHECK_FAILURE;
	s->has_target = true;
	if (s->arming.space_warning)
		return say(CHECK_WARNING, says, s->arming.space_warning);
	err_set(says, 0, "%s of %s (%s, %s)", target->inner, target->device, target->type,
		target->name);
	return CHECK_OK;
}

static enum check_result check_image(struct state *s, struct err *says)
{
	_cleanup_(manifest_changes_done) struct manifest_changes changes = { .maker = false };
	const char *state = "is out of date, and will be built anew at the next start";
	_cleanup_free_ char *was = NULL;
	const struct arming *a = &s->arming;

	if (!s->has_kernel || !s->has_target)
		return CHECK_SKIPPED;
	if (arming_plan_image(&s->arming, says) < 0)
		return CHECK_FAILURE;
	s->has_plan = true;
	if (image_read_manifest(a->root, a->kernel.image, &was, NULL) < 0)
		state = "will be built at the next start";
	else if (manifest_compare(was, a->plan.manifest, &changes) == 0)
		state = "is in date";
	err_set(says, 0, "%s %s%s%s", a->kernel.image, state,
		a->plan.why ? "; dracut builds it: " : "", a->plan.why ? a->plan.why : "");
	if (a->plan.snapshots) {
		err_hint(says, 0, "%s", LVMSNAPSHOT_WARNING);
		return CHECK_WARNING;
	}
	if (!cryptkey_is_asked(a->root, &a->plan.layers, a->conf.dracut_args))
		return CHECK_OK;
	err_hint(says, 0, "%s", CRYPTKEY_WARNING);
	return CHECK_WARNING;
}

/* Is what is reserved enough for what would be loaded? Nothing can be said before an image is. */
static enum check_result check_size(struct state *s, struct err *says)
{
	struct estimate e;

	if (!s->has_kernel || s->reserved == 0)
		return CHECK_SKIPPED;
	if (arming_estimate(&s->arming, &e, NULL) < 0)
		return say(CHECK_OK, says, "not known before the capture image is built");
	err_set(says, 0, "the capture kernel is likely to need %" PRIu64 " MiB", e.total >> 20);
	if (s->reserved >= e.total)
		return CHECK_OK;
	err_hint(says, 0, "`kdumpctl reset-crashkernel` reserves more.");
	return CHECK_WARNING;
}

static enum check_result check_program(struct state *s, struct err *says)
{
	if (!s->has_plan)
		return CHECK_SKIPPED;
	if (arming_compose(&s->arming, says) < 0)
		return CHECK_FAILURE;
	return say(CHECK_OK, says, s->arming.command.v[0]);
}

static enum check_result check_loaded(struct state *s, struct err *says)
{
	bool loaded;

	if (reservation_loaded(s->arming.root, &loaded, says) < 0)
		return CHECK_FAILURE;
	if (loaded)
		return say(CHECK_OK, says, "Kdump is operational");
	err_set(says, 0, "Kdump is not operational");
	err_hint(says, 0, "systemctl start kdump");
	return CHECK_WARNING;
}

static const struct {
	const char *name;
	check_function *run;
} table[] = {
	{ "configuration", check_configuration },
	{ "reservation", check_reservation },
	{ "permission", check_permission },
	{ "capture kernel", check_kernel },
	{ "its abilities", check_abilities },
	{ "dump target", check_target },
	{ "capture image", check_image },
	{ "size", check_size },
	{ "kexec", check_program },
	{ "loaded", check_loaded },
};

void checks_run(const struct sysroot *root, const struct places *places, struct checks *ret)
{
	struct state s = { .arming = { .root = root, .places = places } };

	_Static_assert(ARRAY_SIZE(table) <= CHECKS_MAX, "room for all checks");
	ret->count = ARRAY_SIZE(table);
	for (size_t i = 0; i < ret->count; i++) {
		struct check *check = &ret->list[i];

		*check = (struct check){ .name = table[i].name };
		check->result = table[i].run(&s, &check->says);
	}
	arming_done(&s.arming);
}

enum check_result checks_result(const struct checks *checks)
{
	enum check_result worst = CHECK_OK;

	for (size_t i = 0; i < checks->count; i++)
		if (checks->list[i].result != CHECK_SKIPPED && checks->list[i].result > worst)
			worst = checks->list[i].result;
	return worst;
}

static const char *const names[] = {
	[CHECK_OK] = "ok",
	[CHECK_WARNING] = "warning",
	[CHECK_FAILURE] = "failure",
	[CHECK_SKIPPED] = "skipped",
};

void checks_print(FILE *out, const struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++) {
		const struct check *check = &checks->list[i];

		fprintf(out, "%-8s %-15s %s\n", names[check->result], check->name,
			check->says.text);
		if (check->says.hint[0])
			fprintf(out, "%-8s %-15s %s\n", "", "", check->says.hint);
	}
}

int checks_json(FILE *out, const struct checks *checks, struct err *err)
{
	_cleanup_(json_done) struct json json = { NULL };

	json_open(&json, '[');
	for (size_t i = 0; i < checks->count; i++) {
		const struct check *check = &checks->list[i];

		json_open(&json, '{');
		json_key(&json, "check");
		json_string(&json, check->name);
		json_key(&json, "result");
		json_string(&json, names[check->result]);
		json_key(&json, "text");
		json_string(&json, check->says.text[0] ? check->says.text : NULL);
		json_key(&json, "remedy");
		json_string(&json, check->says.hint[0] ? check->says.hint : NULL);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	return json_print(out, &json, err);
}

void checks_tell_failures(const struct checks *checks, const char *but)
{
	for (size_t i = 0; i < checks->count; i++) {
		const struct check *check = &checks->list[i];

		if (check->result == CHECK_FAILURE && strcmp(check->says.text, but) != 0)
			tell_error(&check->says);
	}
}
