/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"

#include "kdump/capnfs.h"
#include "kdump/console.h"
#include "kdump/layout.h"

enum {
	TRY_SECONDS = 180, /* a server may be starting, a switch be learning */
	NOTICE_SECONDS = 5,
};

static const char *const versions[] = { "vers=4.2", "vers=4.1", "vers=4.0", "vers=3" };

/*
 * Three minutes in all: nfs(5), of TCP. CAPNFS_ERROR_SECONDS is made of it. Whoever waits for a
 * server for ever, as a running system's programs may, gets no dump anywhere.
 */
#define BOUNDED "soft,timeo=600,retrans=2"

bool capnfs_has_option(const char *options, const char *name)
{
	size_t len = strlen(name);

	for (const char *pos = options; pos && *pos; pos += *pos == ',') {
		size_t size = strcspn(pos, ",");

		if (strncmp(pos, name, len) == 0 && (size == len || pos[len] == '='))
			return true;
		pos += size;
	}
	return false;
}

static bool has_any(const char *options, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (capnfs_has_option(options, names[i]))
			return true;
	return false;
}

static bool names_version(const char *options)
{
	static const char *const names[] = {
		"vers", "nfsvers", "v3", "v4", "v4.0", "v4.1", "v4.2"
	};

	return has_any(options, names, ARRAY_SIZE(names));
}

/* The others, timeo and retrans, only say how long: without one of these that is for ever. */
static bool names_patience(const char *options)
{
	static const char *const names[] = { "hard", "soft", "softerr" };

	return has_any(options, names, ARRAY_SIZE(names));
}

int capnfs_options(const struct netrecord *record, const char *carried, const char *version,
		   char ret[static CAPNFS_OPTIONS_MAX], struct err *err)
{
	char server[NETRECORD_ADDRESS_MAX];
	/* Behind what is carried: of options that stand there twice, the last one counts. */
	int n = snprintf(ret, CAPNFS_OPTIONS_MAX, "%s%s%s%s%snolock,addr=%s",
			 carried ? carried : "", carried && carried[0] ? "," : "", version,
			 version[0] ? "," : "", names_patience(carried) ? "" : BOUNDED ",",
			 netrecord_format_address(&record->server, server));

	if (n < 0 || n >= CAPNFS_OPTIONS_MAX)
		return err_errno(err, -ENAMETOOLONG, "mount options %s", carried ? carried : "");
	return 0;
}

int capnfs_owe_little(const struct sysroot *root, uint64_t memory, struct err *err)
{
	/* Per cent of the memory that is not in use; 0 where it is said in bytes. */
	static const char path[] = "/proc/sys/vm/dirty_ratio";
	uint64_t now, wanted = memory ? CAPNFS_OWED_BYTES * 100ULL / memory : 0;
	_cleanup_close_ int fd = -1;
	char text[32];
	int r = sysroot_read_u64(root, path, 10, &now, err);

	if (wanted == 0)
		wanted = 1;
	if (r < 0 || now <= wanted)
		return r;
	fd = sysroot_open(root, path, O_WRONLY | O_TRUNC);
	if (fd < 0)
		return err_errno(err, -errno, "%s", path);
	r = file_write_all(fd, text,
			   (size_t)snprintf(text, sizeof(text), "%u\n", (unsigned int)wanted));
	return r < 0 ? err_errno(err, r, "%s", path) : 0;
}

static int mount_once(const struct netrecord *record, const char *source, const char *carried,
		      const char *version, struct err *err)
{
	char options[CAPNFS_OPTIONS_MAX];
	int r = capnfs_options(record, carried, version, options, err);

	if (r == 0 && mount(source, LAYOUT_MOUNT_POINT, "nfs", MS_NOATIME, options) < 0)
		r = err_errno(err, -errno, "cannot mount %s with %s", source, options);
	return r;
}

/*
 * Does the server, or this kernel, not know the version? Servers of version 4 that do not show
 * the export there, e.g. below a root of their own, say that it does not exist.
 */
static bool is_other_version(int r)
{
	return r == -EPROTONOSUPPORT || r == -EINVAL || r == -ENODEV || r == -ENOENT || r == -EPERM;
}

static int mount_any_version(const struct netrecord *record, const char *source,
			     const char *carried, struct err *err)
{
	int r = -EPROTONOSUPPORT;

	if (names_version(carried))
		return mount_once(record, source, carried, "", err);
	for (size_t i = 0; is_other_version(r) && i < ARRAY_SIZE(versions); i++)
		r = mount_once(record, source, carried, versions[i], err);
	return r;
}

bool capnfs_may_pass(int r)
{
	static const int passing[] = { ETIMEDOUT,     ECONNREFUSED, ECONNRESET,  ECONNABORTED,
				       EHOSTUNREACH,  EHOSTDOWN,    ENETUNREACH, ENETDOWN,
				       EADDRNOTAVAIL, ENOTCONN,     EPIPE,       EIO,
				       EAGAIN };

	for (size_t i = 0; i < ARRAY_SIZE(passing); i++)
		if (r == -passing[i])
			return true;
	return false;
}

int capnfs_mount(const struct netrecord *record, const char *source, const char *carried,
		 const struct guard *guard, struct err *err)
{
	struct timespec start, now;
	unsigned int waited = 0, said = 0;
	int r;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		guard_step(guard, "mounting the dump target", CAPNFS_GUARD_SECONDS);
		r = mount_any_version(record, source, carried, err);
		clock_gettime(CLOCK_MONOTONIC, &now);
		waited = (unsigned int)(now.tv_sec - start.tv_sec);
		if (!capnfs_may_pass(r) || waited >= TRY_SECONDS)
			return r;
		if (waited >= said + NOTICE_SECONDS) {
			console_say("%s: %u of %u s", err->text, waited, TRY_SECONDS);
			said = waited;
		}
		sleep(1);
	}
}
