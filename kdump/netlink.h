/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests to the kernel's routing socket, rtnetlink(7), and its answers. The kernel's own
 * header has the macros for taking messages apart, so that the little that is needed here is
 * cheaper in the capture image than a library.
 */
#ifndef KDUMP_NETLINK_H
#define KDUMP_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/attrs.h"
#include "lib/err.h"

enum { NETLINK_REQUEST_MAX = 2048 }; /* bytes of a request with all its attributes */

/** struct netlink_request - a message being written. */
struct netlink_request {
	struct nlmsghdr header;
	char body[NETLINK_REQUEST_MAX - NLMSG_HDRLEN];
	bool overflow; /* more was put than fits; netlink_ask() refuses it */
};

/** netlink_open() - a socket to the kernel. Return: a descriptor for close(), or -errno. */
_must_check_ int netlink_open(struct err *err);

/**
 * netlink_begin() - start a request.
 * @type: RTM_*; @flags: NLM_F_* beside NLM_F_REQUEST.
 * @fixed: its fixed part, e.g. a struct ifinfomsg; @size bytes.
 */
void netlink_begin(struct netlink_request *rq, uint16_t type, uint16_t flags, const void *fixed,
		   size_t size);

/** netlink_put() - add an attribute. */
void netlink_put(struct netlink_request *rq, uint16_t type, const void *data, size_t size);

/** netlink_put_u32() - netlink_put() of a number. */
void netlink_put_u32(struct netlink_request *rq, uint16_t type, uint32_t value);

/** netlink_put_text() - netlink_put() of text with its NUL. */
void netlink_put_text(struct netlink_request *rq, uint16_t type, const char *text);

/** netlink_nest() - begin an attribute that holds others. Return: for netlink_end_nest(). */
struct rtattr *netlink_nest(struct netlink_request *rq, uint16_t type);

/** netlink_end_nest() - all that was put since netlink_nest() is inside. */
void netlink_end_nest(struct netlink_request *rq, struct rtattr *nest);

/** netlink_answer - called for each message of an answer. Return: 0, or -errno to fail with. */
typedef int netlink_answer(const struct nlmsghdr *message, void *ctx, struct err *err);

/**
 * netlink_ask() - send a request and read the answer to its end; the kernel answers at once.
 * @answer: may be NULL where nothing but success is expected.
 * Return: 0; what the kernel refused it with, e.g. -EEXIST, with @err naming that alone;
 * -errno; -EINTR if what a list is of changed while it was given.
 */
_must_check_ int netlink_ask(int fd, struct netlink_request *rq, netlink_answer *answer, void *ctx,
			     struct err *err);

/**
 * netlink_list() - the same for a list, which is asked for again if it changed meanwhile.
 * @forget: called with @ctx before that.
 */
_must_check_ int netlink_list(int fd, struct netlink_request *rq, netlink_answer *answer,
			      void (*forget)(void *ctx), void *ctx, struct err *err);

/** struct netlink_attrs - attributes that stand one behind the other. */
struct netlink_attrs {
	const struct rtattr *first;
	size_t size;
};

/** netlink_attrs() - those of a message behind its fixed part of @fixed bytes. */
struct netlink_attrs netlink_attrs(const struct nlmsghdr *message, size_t fixed);

/** netlink_nested() - those inside an attribute; none if it is NULL. */
struct netlink_attrs netlink_nested(const struct rtattr *attr);

/** netlink_find() - the attribute of a type that has at least @size bytes; NULL if none has. */
const struct rtattr *netlink_find(struct netlink_attrs attrs, uint16_t type, size_t size);

/** netlink_u32() - an attribute's number; @otherwise if there is no such attribute. */
uint32_t netlink_u32(struct netlink_attrs attrs, uint16_t type, uint32_t otherwise);

/** netlink_text() - copy an attribute's text, cut to @size bytes with NUL; "" without one. */
void netlink_text(struct netlink_attrs attrs, uint16_t type, char *ret, size_t size);

#endif
