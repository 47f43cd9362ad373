/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lib/sysroot.h"

#include "kdump/capnet.h"
#include "kdump/console.h"
#include "kdump/layout.h"
#include "kdump/netup.h"
#include "kdump/vmcore.h"

enum {
	WAIT_SECONDS = 60, /* for the devices, and again for their carriers */
	GUARD_SECONDS = 2 * WAIT_SECONDS + 30,
};

static void tell_waiting(void *ctx _unused_, const char *what, unsigned int waited,
			 unsigned int seconds)
{
	console_say("waiting for the network (%s): %u of %u s", what, waited, seconds);
}

static int bring_up(const struct guard *guard, struct netrecord *ret, struct err *err)
{
	static const struct sysroot here = { .dir = "" };
	char server[NETRECORD_ADDRESS_MAX], client[NETRECORD_ADDRESS_MAX];
	_cleanup_free_ char *text = NULL;
	struct netrecord record;
	int r = sysroot_read(&here, LAYOUT_NETWORK, NETRECORD_MAX, &text, NULL, err);

	if (r == 0)
		r = netrecord_parse(text, &record, err);
	guard_step(guard, "waiting for the network", GUARD_SECONDS);
	/* A rehearsal uses the network as the running system has it, and leaves it alone. */
	if (r == 0 && vmcore_is_there())
		r = netup(&record, WAIT_SECONDS, tell_waiting, NULL, err);
	if (r < 0)
		return r;
	console_say("network is up, %s to %s", netrecord_format_address(&record.client, client),
		    netrecord_format_address(&record.server, server));
	*ret = record;
	return 0;
}

int capnet_up(const struct guard *guard, struct netrecord *ret, struct err *err)
{
	static struct err why = ERR_INIT;
	static struct netrecord record;
	static bool tried;
	static int r;

	if (!tried)
		r = bring_up(guard, &record, &why);
	tried = true;
	if (r < 0)
		*err = why;
	else
		*ret = record;
	return r;
}
