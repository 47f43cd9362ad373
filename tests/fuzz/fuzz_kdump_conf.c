/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdump.conf and the sysconfig file: what is accepted on the capture side can be written
 * and read again, and then says the same.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kdump/conf.h"
#include "kdump/sysconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct conf *conf)
{
	_cleanup_(conf_done) struct conf again = { NULL };
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;

	if (conf_format(conf, &text, &err) < 0)
		return;
	if (conf_parse(text, strlen(text), "again", CONF_IMAGE, &again, &err) < 0)
		abort();
	if (strcmp(conf->path, again.path) != 0 ||
	    strcmp(conf->collector_text, again.collector_text) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sysconfig_done) struct sysconfig config = { NULL };
	_cleanup_(conf_done) struct conf admin = { NULL };
	_cleanup_(conf_done) struct conf image = { NULL };
	_cleanup_free_ char *text = malloc(size + 1);
	struct err err = ERR_INIT;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (conf_parse(text, size, "fuzz", CONF_ADMIN, &admin, &err) == 0)
		check_round_trip(&admin);
	if (conf_parse(text, size, "fuzz", CONF_IMAGE, &image, &err) == 0)
		check_round_trip(&image);
	if (sysconfig_parse(text, "fuzz", archdefaults_of(""), &config, &err) == 0 &&
	    !config.kexec_args)
		abort();
	return 0;
}
