/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists that the kernel gives over netlink, from a process that plays the kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/attrs.h"

#include "kdump/netlink.h"

/* What is done with each request, in order; the last goes on for ever. */
struct script {
	bool changed; /* the list is marked as one that changed */
	int error;    /* which the list ends with */
};

/* A list of two interfaces, in one message with its end or in two. */
static void answer(int fd, uint32_t sequence, const struct script *script)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} link = { .header = { .nlmsg_len = sizeof(link),
			       .nlmsg_type = RTM_NEWLINK,
			       .nlmsg_flags = NLM_F_MULTI,
			       .nlmsg_seq = sequence } };
	struct {
		struct nlmsghdr header;
		int error;
	} end = { .header = { .nlmsg_len = sizeof(end),
			      .nlmsg_type = NLMSG_DONE,
			      .nlmsg_flags = NLM_F_MULTI,
			      .nlmsg_seq = sequence },
		  .error = script->error };

	assert_int_equal(write(fd, &link, sizeof(link)), sizeof(link));
	link.header.nlmsg_flags |= script->changed ? NLM_F_DUMP_INTR : 0;
	assert_int_equal(write(fd, &link, sizeof(link)), sizeof(link));
	assert_int_equal(write(fd, &end, sizeof(end)), sizeof(end));
}

static pid_t play_kernel(int fd, int other, const struct script *script, size_t n)
{
	pid_t pid = fork();
	size_t at = 0;
	struct netlink_request rq;

	assert_true(pid >= 0);
	if (pid == 0)
		close(other);
	while (pid == 0) {
		if (read(fd, &rq, sizeof(rq)) <= 0)
			_exit(0);
		answer(fd, rq.header.nlmsg_seq, &script[at]);
		at += at + 1 < n;
	}
	close(fd);
	return pid;
}

static int count(const struct nlmsghdr *message, void *ctx, _unused_ struct err *err)
{
	int *links = ctx;

	*links += message->nlmsg_type == RTM_NEWLINK;
	return 0;
}

static void forget(void *ctx)
{
	int *links = ctx;

	*links = 0;
}

/* @links: how many are in the list that counts. */
static void check_list(const struct script *script, size_t n, int code, int links)
{
	const struct ifinfomsg all = { .ifi_family = AF_UNSPEC };
	struct netlink_request rq;
	struct err err = ERR_INIT;
	int fds[2], found = 0;
	pid_t kernel;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	kernel = play_kernel(fds[1], fds[0], script, n);
	netlink_begin(&rq, RTM_GETLINK, NLM_F_DUMP, &all, sizeof(all));
	assert_int_equal(netlink_list(fds[0], &rq, count, forget, &found, &err), code);
	if (code == 0)
		assert_int_equal(found, links);
	close(fds[0]);
	assert_int_equal(waitpid(kernel, NULL, 0), kernel);
}

static void test_lists(_unused_ void **state)
{
	static const struct script whole[] = { { .changed = false } };
	static const struct script changed[] = { { .changed = true },
						 { .changed = true },
						 { .changed = false } };
	static const struct script always[] = { { .changed = true } };
	static const struct script fails[] = { { .error = -ENOBUFS } };

	check_list(whole, ARRAY_SIZE(whole), 0, 2);
	check_list(changed, ARRAY_SIZE(changed), 0, 2);
	check_list(always, ARRAY_SIZE(always), -EINTR, 0);
	check_list(fails, ARRAY_SIZE(fails), -ENOBUFS, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests_name("kdump/netlink", tests, NULL, NULL);
}
