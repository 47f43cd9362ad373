/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kexec/boot.h"
#include "kexec/explain.h"
#include "kexec/machine.h"
#include "kexec/submit.h"

static void interface_down(int fd, const char *name)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0 || !(request.ifr_flags & IFF_UP) ||
	    (request.ifr_flags & IFF_LOOPBACK))
		return;
	request.ifr_flags = (short)(request.ifr_flags & ~IFF_UP);
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		return; /* the jump matters more */
}

/* So that no card writes into the next kernel's memory. Failures do not keep us here. */
static void interfaces_down(void)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct if_nameindex *names;

	if (fd < 0) { /* no IPv4 */
		fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (fd < 0)
			return;
	}
	names = if_nameindex();
	if (!names)
		return;
	for (const struct if_nameindex *n = names; n->if_index; n++)
		interface_down(fd, n->if_name);
	if_freenameindex(names);
}

int boot_now(const struct request *request, struct err *err)
{
	int loaded, r = explain_privilege(&request->root, err);

	if (r < 0)
		return r;
	loaded = machine_loaded(&request->root, false, err);
	if (loaded < 0)
		return loaded;
	if (!loaded) {
		err_set(err, -ENODATA, "Nothing has been loaded!");
		return err_hint(err, -ENODATA,
				"load a kernel first: kexec -l KERNEL --initrd=FILE "
				"--reuse-cmdline");
	}
	if (!request_has(request, OPTION_NO_SYNC))
		sync();
	if (!request_has(request, OPTION_NO_IFDOWN))
		interfaces_down();
	return submit_boot(err);
}

int boot_by_shutdown(struct err *err)
{
	static const char *const places[] = { "/sbin/shutdown", "/etc/shutdown", "/bin/shutdown" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		execl(places[i], "shutdown", "-r", "now", (char *)NULL);
	err_errno(err, -errno, "cannot run shutdown");
	return err_hint(err, -errno, "the kernel is loaded: boot it with kexec -e");
}
