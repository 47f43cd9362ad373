/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A saved dump announced in the journal, where a fleet's log pipeline sees it.
 */
#ifndef KDUMP_ANNOUNCE_H
#define KDUMP_ANNOUNCE_H

#include "lib/attrs.h"
#include "lib/err.h"

#include "kdump/dumpcause.h"
#include "kdump/dumps.h"
#include "kdump/strv.h"

/** ANNOUNCE_ID - MESSAGE_ID of such an entry; units/kdump.catalog explains it. */
#define ANNOUNCE_ID "c853169f17ac4c6f8a6f1633948a8495"

/**
 * announce_fields() - the fields of an entry: MESSAGE= is the first, MESSAGE_ID=, PRIORITY=,
 * and KDUMP_PATH=, _SIZE= (bytes), _COMPLETE= (1 or 0), and as far as they are known _KERNEL=,
 * _CAUSE= and _FUNCTION=.
 * @fields: an empty list.
 */
_must_check_ int announce_fields(const struct dumps *dumps, const struct dump *dump,
				 const struct dump_cause *cause, struct strv *fields,
				 struct err *err);

/** announce_send() - send an entry to the journal. Return: 0 or -errno. */
_must_check_ int announce_send(const struct strv *fields, struct err *err);

#endif
