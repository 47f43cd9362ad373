/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Room for a new dump, before it is saved: where all of the memory might not fit, old dumps go
 * that keep_dumps, min_free and max_age let go, rather than the new one.
 */
#ifndef KDUMP_MAKEROOM_H
#define KDUMP_MAKEROOM_H

#include <stdint.h>

#include "lib/attrs.h"

#include "kdump/conf.h"

/**
 * makeroom() - remove old dumps if there might be too little room, telling of each.
 * @folder: that dumps are saved in. @host: their names begin with; where that is an address, as on
 *	a server, nothing is removed: behind routers several machines have the same.
 * @conf: says which may go; the new dump counts as one that
 *	keep_dumps keeps.
 * @wanted: bytes that should be free.
 * @alive: called with @ctx before each is removed, as one may take long; may be NULL.
 */
void makeroom(const char *folder, const char *host, const struct conf *conf, uint64_t wanted,
	      void (*alive)(void *ctx), void *ctx);

#endif
