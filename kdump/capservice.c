/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "kdump/capservice.h"
#include "kdump/console.h"
#include "kdump/rootpath.h"

#define CONSOLE "/dev/console"
#define LOCK    "/run/kdump-capture.lock"
/* What systemd itself tells an initial file system by. */
#define INITRD "/etc/initrd-release"

int capservice_of(const struct sysroot *root, int pid, int argc, char *const *argv,
		  enum capservice *ret, struct err *err)
{
	static const struct {
		const char *word;
		enum capservice mode;
	} words[] = { { "service", CAPSERVICE_DUMP }, { "emergency", CAPSERVICE_EMERGENCY } };

	*ret = CAPSERVICE_INIT;
	if (pid == 1)
		return 0;
	if (!rootpath_exists(root, INITRD)) {
		err_set(err, -EPERM,
			"only runs as the first process of a capture kernel, which it ends");
		return err_hint(err, -EPERM, "`kdumpctl start` has it run at the next crash.");
	}
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(words); i++) {
		if (strcmp(argv[1], words[i].word) != 0)
			continue;
		*ret = words[i].mode;
		return 0;
	}
	err_set(err, -EINVAL, "there is nothing to do");
	return err_hint(err, -EINVAL, "It is told: service, or emergency.");
}

static void open_console(const struct sysroot *root)
{
	int fd = sysroot_open(root, CONSOLE, O_WRONLY | O_NOCTTY);

	if (fd < 0)
		return; /* then it is the journal after all */
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

/* The descriptor stays open as long as the process is there, which is what the lock is for. */
static void take_lock(const struct sysroot *root)
{
	struct rootpath path;
	int fd = -1;

	if (rootpath_join(root, LOCK, &path, NULL) == 0)
		fd = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return;
	console_say("a dump is being saved: the emergency waits for its end");
	while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
		;
}

void capservice_begin(const struct sysroot *root, enum capservice mode)
{
	if (mode == CAPSERVICE_INIT)
		return;
	open_console(root);
	take_lock(root);
}
