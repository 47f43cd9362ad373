/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "kdump/netlink.h"

enum {
	ANSWER_MAX = 64 << 10, /* bytes that the kernel sends at a time: 32 KiB or less */
	ANSWER_SECONDS = 10,   /* it answers at once; this is for what should not happen */
	LIST_TRIES = 20,
};

int netlink_open(struct err *err)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return err_errno(err, -errno, "cannot ask the kernel about the network");
	return TAKE_FD(fd);
}

void netlink_begin(struct netlink_request *rq, uint16_t type, uint16_t flags, const void *fixed,
		   size_t size)
{
	memset(rq, 0, sizeof(*rq));
	rq->header.nlmsg_type = type;
	rq->header.nlmsg_flags = NLM_F_REQUEST | flags;
	rq->header.nlmsg_len = (uint32_t)NLMSG_SPACE(size);
	memcpy(NLMSG_DATA(&rq->header), fixed, size);
}

/* Room for an attribute with @size bytes; NULL if there is none. */
static struct rtattr *append(struct netlink_request *rq, uint16_t type, size_t size)
{
	struct rtattr *attr = (void *)(rq->body + rq->header.nlmsg_len - NLMSG_HDRLEN);

	if (rq->overflow || rq->header.nlmsg_len + RTA_SPACE(size) > NETLINK_REQUEST_MAX) {
		rq->overflow = true;
		return NULL;
	}
	attr->rta_type = type;
	attr->rta_len = (unsigned short)RTA_LENGTH(size);
	rq->header.nlmsg_len += (uint32_t)RTA_SPACE(size);
	return attr;
}

void netlink_put(struct netlink_request *rq, uint16_t type, const void *data, size_t size)
{
	struct rtattr *attr = append(rq, type, size);

	if (attr)
		memcpy(RTA_DATA(attr), data, size);
}

void netlink_put_u32(struct netlink_request *rq, uint16_t type, uint32_t value)
{
	netlink_put(rq, type, &value, sizeof(value));
}

void netlink_put_text(struct netlink_request *rq, uint16_t type, const char *text)
{
	netlink_put(rq, type, text, strlen(text) + 1);
}

struct rtattr *netlink_nest(struct netlink_request *rq, uint16_t type)
{
	return append(rq, type, 0);
}

void netlink_end_nest(struct netlink_request *rq, struct rtattr *nest)
{
	if (nest)
		nest->rta_len = (unsigned short)((char *)rq + rq->header.nlmsg_len - (char *)nest);
}

/* The end of a list carries an error, too. Return: as take_message(). */
static int take_end(const struct nlmsghdr *message, struct err *err)
{
	int error = 0;

	if (message->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, NLMSG_DATA(message), sizeof(error));
	return error < 0 ? err_set(err, error, "%s", strerror(-error)) : 1;
}

/* What an answer says about the request as a whole. Return: 1: it has ended; 0; -errno. */
static int take_message(const struct nlmsghdr *message, netlink_answer *answer, void *ctx,
			bool *changed, struct err *err)
{
	const struct nlmsgerr *verdict = NLMSG_DATA(message);

	if (message->nlmsg_flags & NLM_F_DUMP_INTR)
		*changed = true;
	if (message->nlmsg_type == NLMSG_DONE)
		return take_end(message, err);
	if (message->nlmsg_type != NLMSG_ERROR)
		return answer ? answer(message, ctx, err) : 0;
	if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*verdict)))
		return err_errno(err, -EBADMSG, "the kernel's answer about the network");
	return verdict->error >= 0 ? 1
				   : err_set(err, verdict->error, "%s", strerror(-verdict->error));
}

/* All messages of one read. Return: as take_message(). */
static int take_answer(const char *buffer, size_t size, uint32_t sequence, netlink_answer *answer,
		       void *ctx, bool *changed, struct err *err)
{
	int r = 0;

	while (r == 0 && size >= sizeof(struct nlmsghdr)) {
		const struct nlmsghdr *message = (const void *)buffer;
		size_t len = NLMSG_ALIGN((size_t)message->nlmsg_len);

		if (message->nlmsg_len < sizeof(*message) || message->nlmsg_len > size)
			return err_errno(err, -EBADMSG, "the kernel's answer about the network");
		if (message->nlmsg_seq == sequence)
			r = take_message(message, answer, ctx, changed, err);
		len = len < size ? len : size;
		buffer += len;
		size -= len;
	}
	return r;
}

int netlink_ask(int fd, struct netlink_request *rq, netlink_answer *answer, void *ctx,
		struct err *err)
{
	_Alignas(struct nlmsghdr) char buffer[ANSWER_MAX];
	static uint32_t sequence;
	bool changed = false;
	int r = 0;

	if (rq->overflow)
		return err_errno(err, -EMSGSIZE, "request to the kernel about the network");
	rq->header.nlmsg_flags |= NLM_F_ACK;
	rq->header.nlmsg_seq = ++sequence;
	if (send(fd, rq, rq->header.nlmsg_len, 0) < 0)
		return err_errno(err, -errno, "cannot ask the kernel about the network");
	while (r == 0) {
		ssize_t size = recv(fd, buffer, sizeof(buffer), 0);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return err_errno(err, -errno,
					 "no answer from the kernel about the network");
		r = take_answer(buffer, (size_t)size, sequence, answer, ctx, &changed, err);
	}
	if (r > 0 && changed)
		return err_set(err, -EINTR, "the network changes all the time");
	return r < 0 ? r : 0;
}

int netlink_list(int fd, struct netlink_request *rq, netlink_answer *answer,
		 void (*forget)(void *ctx), void *ctx, struct err *err)
{
	int r = netlink_ask(fd, rq, answer, ctx, err);

	for (int i = 1; r == -EINTR && i < LIST_TRIES; i++) {
		forget(ctx);
		r = netlink_ask(fd, rq, answer, ctx, err);
	}
	return r;
}

struct netlink_attrs netlink_attrs(const struct nlmsghdr *message, size_t fixed)
{
	size_t start = NLMSG_SPACE(fixed);

	if (message->nlmsg_len <= start)
		return (struct netlink_attrs){ NULL };
	return (struct netlink_attrs){ (const void *)((const char *)message + start),
				       message->nlmsg_len - start };
}

struct netlink_attrs netlink_nested(const struct rtattr *attr)
{
	if (!attr)
		return (struct netlink_attrs){ NULL };
	return (struct netlink_attrs){ RTA_DATA(attr), RTA_PAYLOAD(attr) };
}

const struct rtattr *netlink_find(struct netlink_attrs attrs, uint16_t type, size_t size)
{
	const char *pos = (const void *)attrs.first;
	size_t left = attrs.size;

	while (left >= sizeof(struct rtattr)) {
		const struct rtattr *attr = (const void *)pos;
		size_t len = RTA_ALIGN((size_t)attr->rta_len);

		if (attr->rta_len < sizeof(*attr) || attr->rta_len > left)
			break;
		if ((attr->rta_type & NLA_TYPE_MASK) == type && RTA_PAYLOAD(attr) >= size)
			return attr;
		len = len < left ? len : left;
		pos += len;
		left -= len;
	}
	return NULL;
}

uint32_t netlink_u32(struct netlink_attrs attrs, uint16_t type, uint32_t otherwise)
{
	const struct rtattr *attr = netlink_find(attrs, type, sizeof(otherwise));

	if (attr)
		memcpy(&otherwise, RTA_DATA(attr), sizeof(otherwise));
	return otherwise;
}

void netlink_text(struct netlink_attrs attrs, uint16_t type, char *ret, size_t size)
{
	const struct rtattr *attr = netlink_find(attrs, type, 0);
	size_t len = attr ? strnlen(RTA_DATA(attr), RTA_PAYLOAD(attr)) : 0;

	len = len < size ? len : size - 1;
	if (len > 0)
		memcpy(ret, RTA_DATA(attr), len);
	ret[len] = '\0';
}
