/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel to load into that is none: put in front of the C library (LD_PRELOAD), it takes what
 * kexec asks of the running system, writes one line for each to the file $FAKE_KERNEL_LOG, and
 * answers as $FAKE_KERNEL says: "kexec_load=1,run=2" are error numbers, what is not named
 * succeeds; with "show_segments=1" there is a line for each segment, too, and one for what
 * purgatory is told. What would end the running system (reboot, shutdown) ends the process.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "purgatory/params.h"

static char names[][8] = { "lo", "eth0", "eth1" };
static struct if_nameindex interfaces[] = {
	{ 1, names[0] }, { 2, names[1] }, { 3, names[2] }, { 0, NULL }
};
static const short interface_flags[] = { IFF_UP | IFF_LOOPBACK, IFF_UP | IFF_RUNNING, 0 };

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	const char *log = getenv("FAKE_KERNEL_LOG");
	int fd = log ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	va_list ap;

	if (fd < 0)
		abort();
	va_start(ap, format);
	vdprintf(fd, format, ap);
	va_end(ap);
	close(fd);
}

/* So that the runner knows that nothing reaches the real one. */
__attribute__((constructor)) static void begin(void)
{
	note("fake kernel\n");
}

/* Return: 0, or -1 with errno set, as is told for @call. */
static int answer(const char *call)
{
	const char *p = getenv("FAKE_KERNEL");
	size_t len = strlen(call);

	for (; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, call, len) == 0 && p[len] == '=') {
			errno = atoi(p + len + 1);
			return -1;
		}
	return 0;
}

/* The last part of the name of the file that @fd is open for. */
static const char *name_of(int fd, char buffer[static PATH_MAX])
{
	char link[32];
	ssize_t n;

	if (fd < 0)
		return "-";
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buffer, PATH_MAX - 1);
	buffer[n < 0 ? 0 : n] = '\0';
	return strrchr(buffer, '/') ? strrchr(buffer, '/') + 1 : buffer;
}

static long load_files(const unsigned long *args)
{
	char kernel[PATH_MAX], initrd[PATH_MAX];

	note("kexec_file_load %s %s", name_of((int)args[0], kernel), name_of((int)args[1], initrd));
	if (args[3])
		note(" \"%.*s\" %lu bytes", (int)args[2], (const char *)args[3], args[2]);
	note(", flags 0x%lx\n", args[4]);
	return answer("kexec_file_load");
}

/* But for the kind of processor that it is loaded on. */
static void note_purgatory(const struct kexec_segment *segment)
{
	struct purgatory_params params;

	if (segment->bufsz < sizeof(params))
		return;
	memcpy(&params, segment->buf, sizeof(params));
	if (memcmp(params.magic, PURGATORY_MAGIC, sizeof(params.magic)) != 0)
		return;
	note("  purgatory: flags 0x%x, %u regions, serial 0x%x by %u, return text %s\n",
	     params.flags & ~PURGATORY_NATIVE_SHA, params.region_count, params.serial_port,
	     params.serial_divisor, params.return_text ? "yes" : "no");
}

static long load_segments(const unsigned long *args)
{
	const struct kexec_segment *segments = (const struct kexec_segment *)args[2];

	note("kexec_load %lu segments, flags 0x%lx\n", args[1], args[3]);
	if (answer("show_segments") == 0)
		return answer("kexec_load");
	note("  entry 0x%lx\n", args[0]);
	for (unsigned long i = 0; i < args[1]; i++)
		note("  0x%012" PRIxPTR " size 0x%zx content 0x%zx\n", (uintptr_t)segments[i].mem,
		     segments[i].memsz, segments[i].bufsz);
	for (unsigned long i = 0; i < args[1]; i++)
		note_purgatory(&segments[i]);
	return answer("kexec_load");
}

static long restart(const unsigned long *args)
{
	note("reboot 0x%lx 0x%lx 0x%lx\n", args[0], args[1], args[2]);
	if (answer("reboot") == 0)
		_exit(0);
	return -1;
}

long syscall(long number, ...)
{
	long (*next)(long, ...) = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	unsigned long a[6];
	va_list ap;

	va_start(ap, number);
	for (size_t i = 0; i < 6; i++)
		a[i] = va_arg(ap, unsigned long);
	va_end(ap);
	switch (number) {
	case SYS_kexec_file_load:
		return load_files(a);
	case SYS_kexec_load:
		return load_segments(a);
	case SYS_reboot:
		return restart(a);
	default:
		return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	}
}

/* A kernel that is locked down all the way does not show its memory. */
int open64(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) =
		(int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
	const char *kcore = strstr(path, "/proc/kcore");
	mode_t mode;
	va_list ap;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	if (kcore && strcmp(kcore, "/proc/kcore") == 0 && answer("kcore") < 0)
		return -1;
	return next(path, flags, mode);
}

/* Files that were longer when somebody looked. */
int fstat64(int fd, struct stat64 *ret)
{
	int (*next)(int, struct stat64 *) =
		(int (*)(int, struct stat64 *))dlsym(RTLD_NEXT, "fstat64");
	int r = next(fd, ret);

	if (r == 0 && S_ISREG(ret->st_mode) && answer("cut") < 0)
		ret->st_size += 1 << 20;
	return r;
}

ssize_t getrandom(void *data, size_t size, unsigned int flags)
{
	ssize_t (*next)(void *, size_t, unsigned int) =
		(ssize_t(*)(void *, size_t, unsigned int))dlsym(RTLD_NEXT, "getrandom");

	return answer("getrandom") < 0 ? -1 : next(data, size, flags);
}

void sync(void)
{
	note("sync\n");
}

int execl(const char *path, const char *arg, ...)
{
	va_list ap;

	note("run %s: %s", path, arg);
	va_start(ap, arg);
	for (const char *next = va_arg(ap, const char *); next; next = va_arg(ap, const char *))
		note(" %s", next);
	va_end(ap);
	note("\n");
	if (answer("run") == 0)
		_exit(0);
	return -1;
}

int socket(int domain, int type, int protocol)
{
	(void)type;
	(void)protocol;
	if (answer(domain == AF_INET ? "socket_inet" : "socket_inet6") < 0)
		return -1;
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}

struct if_nameindex *if_nameindex(void)
{
	return answer("if_nameindex") < 0 ? NULL : interfaces;
}

void if_freenameindex(struct if_nameindex *list)
{
	(void)list;
}

static int interface_request(unsigned long request, struct ifreq *interface)
{
	for (size_t i = 0; interfaces[i].if_name; i++) {
		if (strcmp(interface->ifr_name, interfaces[i].if_name) != 0)
			continue;
		if (request == SIOCGIFFLAGS) {
			interface->ifr_flags = interface_flags[i];
			return 0;
		}
		note("interface %s %s\n", interface->ifr_name,
		     interface->ifr_flags == (interface_flags[i] & ~IFF_UP) ? "down" : "changed");
		return answer("ifdown");
	}
	errno = ENODEV;
	return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) =
		(int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	void *arg;
	va_list ap;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (request == SIOCGIFFLAGS || request == SIOCSIFFLAGS)
		return interface_request(request, arg);
	return next(fd, request, arg);
}
