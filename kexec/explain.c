/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/bytes.h"
#include "lib/cmdline.h"
#include "lib/lockdown.h"
#include "kexec/explain.h"

enum {
	TEXT_MAX = 16 << 10, /* bytes of /proc/self/status, /proc/meminfo */
	CMDLINE_MAX = 65536,
	CAP_SYS_BOOT_BIT = 22, /* include/uapi/linux/capability.h */
	SECCOMP_FILTER = 2,    /* include/uapi/linux/seccomp.h */
	ROOM_TO_RUN = 128,     /* MiB that a capture kernel wants beside what is loaded */
	RESERVATION_STEP = 64, /* MiB: a round figure for crashkernel= */
};

static uint64_t mebibytes(uint64_t bytes)
{
	return (bytes >> 20) + (bytes % (1 << 20) ? 1 : 0);
}

/* What stands behind "@name:" at the beginning of a line. */
static const char *field_of(const char *text, const char *name)
{
	size_t len = strlen(name);

	while (text && (strncmp(text, name, len) != 0 || text[len] != ':')) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text ? text + len + 1 : NULL;
}

/* --- What the process may ------------------------------------------------------------- */

struct process {
	uint64_t user; /* effective */
	bool may_boot; /* CAP_SYS_BOOT */
	bool filtered; /* by seccomp */
};

/* Return: whether /proc tells. */
static bool read_process(const struct sysroot *root, struct process *ret)
{
	_cleanup_free_ char *text = NULL;
	const char *uid, *caps, *seccomp;
	uint64_t mask;
	unsigned int mode;

	if (sysroot_read(root, "/proc/self/status", TEXT_MAX, &text, NULL, NULL) < 0)
		return false;
	uid = field_of(text, "Uid");
	caps = field_of(text, "CapEff");
	seccomp = field_of(text, "Seccomp");
	if (!uid || !caps || sscanf(uid, "%*u %" SCNu64, &ret->user) != 1 ||
	    sscanf(caps, "%" SCNx64, &mask) != 1)
		return false;
	ret->may_boot = mask >> CAP_SYS_BOOT_BIT & 1;
	ret->filtered = seccomp && sscanf(seccomp, "%u", &mode) == 1 && mode == SECCOMP_FILTER;
	return true;
}

static int hint_privilege(const struct process *process, int code, struct err *err)
{
	return err_hint(err, code, "this needs the capability CAP_SYS_BOOT: %s",
			process->user != 0 ? "run this as root"
					   : "a container's root lacks it; run this outside, or "
					     "give it to the container");
}

int explain_privilege(const struct sysroot *root, struct err *err)
{
	struct process process;

	if (!read_process(root, &process) || process.may_boot)
		return 0;
	err_set(err, -EPERM,
		"Operation not permitted: user %" PRIu64 " may not load, unload or boot a kernel",
		process.user);
	return hint_privilege(&process, -EPERM, err);
}

/* --- What the kernel takes at all ------------------------------------------------------ */

static bool has_lockdown_argument(const struct sysroot *root)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_free_ char *value = NULL;

	return sysroot_read(root, "/proc/cmdline", CMDLINE_MAX, &line, NULL, NULL) == 0 &&
	       cmdline_value(line, "lockdown", &value) > 0;
}

struct lockdown {
	char mode[LOCKDOWN_MODE_MAX]; /* "": none */
	const char *cause;            /* behind "is locked down (MODE)" */
	const char *way_out;          /* behind the other remedies */
};

static bool find_lockdown(const struct sysroot *root, struct lockdown *ret)
{
	/* By Secure Boot, by the command line: neither, one, both. */
	static const struct lockdown causes[2][2] = {
		{ { .cause = "by its configuration, or through " LOCKDOWN_PATH, .way_out = "" },
		  { .cause = "by lockdown= on its command line",
		    .way_out = ", or boot without lockdown=" } },
		{ { .cause = "because Secure Boot is on", .way_out = ", or turn Secure Boot off" },
		  { .cause = "because Secure Boot is on, and by lockdown= on its command line",
		    .way_out = ", or do without both" } },
	};

	*ret = causes[lockdown_secure_boot(root)][has_lockdown_argument(root)];
	lockdown_read(root, ret->mode);
	return ret->mode[0];
}

/* security_locked_down(LOCKDOWN_KEXEC): of kexec_load always, of a file if not signed. */
static int hint_lockdown(const struct lockdown *lock, bool by_file, int code, struct err *err)
{
	if (!by_file)
		return err_hint(err, code,
				"the kernel is locked down (%s) %s, and takes signed kernels "
				"only: use --kexec-file-syscall (-s)%s",
				lock->mode, lock->cause, lock->way_out);
	return err_hint(
		err, code,
		"the kernel is locked down (%s) %s, and takes signed kernels only: sign the kernel "
		"with a key that the running one trusts, or use your distribution's%s",
		lock->mode, lock->cause, lock->way_out);
}

/* kernel/kexec_core.c: kexec_load_permitted(), which also unloading asks. */
static bool hint_settings(const struct sysroot *root, bool crash, int code, struct err *err)
{
	const char *limit = crash ? "panic" : "reboot";
	char path[64];
	uint64_t v;

	if (sysroot_read_u64(root, "/proc/sys/kernel/kexec_load_disabled", 10, &v, NULL) == 0 &&
	    v == 1) {
		err_hint(err, code,
			 "kernel.kexec_load_disabled is 1: no kernel can be loaded until the next "
			 "boot; take it out of /etc/sysctl.conf and /etc/sysctl.d");
		return true;
	}
	snprintf(path, sizeof(path), "/proc/sys/kernel/kexec_load_limit_%s", limit);
	if (sysroot_read_u64(root, path, 10, &v, NULL) < 0 || v > 0)
		return false;
	err_hint(err, code,
		 "kernel.kexec_load_limit_%s is 0: the loads that it allowed are used up (failed "
		 "ones and unloading count, too); allow more in /etc/sysctl.conf or "
		 "/etc/sysctl.d, and boot",
		 limit);
	return true;
}

static int hint_refusal(const struct sysroot *root, const struct explain_call *call, int code,
			struct err *err)
{
	struct process process = { .may_boot = true };
	struct lockdown lock;

	if (read_process(root, &process) && !process.may_boot)
		return hint_privilege(&process, code, err);
	if (hint_settings(root, call->crash, code, err))
		return code;
	if (find_lockdown(root, &lock))
		return hint_lockdown(&lock, call->by_file, code, err);
	if (process.filtered)
		return err_hint(err, code,
				"a filter on system calls forbids it, as containers and services "
				"have them (SystemCallFilter=): run this outside");
	return err_hint(err, code,
			"a security module forbids it (LoadPin, SELinux, a container's): its "
			"message is in the kernel's log (dmesg) or the audit log");
}

/* IMA and SELinux; IMA wants a file to look at (ima_load_data(), LOADING_KEXEC_IMAGE). */
static int hint_policy(bool by_file, int code, struct err *err)
{
	if (!by_file)
		return err_hint(err, code,
				"a policy (IMA, SELinux) wants to see the kernel's file: use "
				"--kexec-file-syscall (-s)");
	return err_hint(err, code,
			"a policy (IMA, SELinux) refuses the file: sign it (evmctl ima_sign; a "
			"compressed kernel has to be unpacked first), or see the audit log");
}

/* --- Signatures --------------------------------------------------------------------- */

/*
 * What crypto/asymmetric_keys/ answers (verify_pefile.c, pkcs7_verify.c, pkcs7_trust.c), handed
 * on by kernel/kexec_file.c: kimage_validate_signature() where signatures are enforced.
 */
static const struct {
	int error;
	const char *cause;
} signatures[] = {
	{ ENODATA, "the image has no signature: use a signed one, or sign it (sbsign)" },
	{ ENOKEY,
	  "the running kernel does not have the key that the image is signed with: enrol the "
	  "key (mokutil --import), or sign the image with one that it has" },
	{ EKEYREJECTED, "the image's signature is wrong, as after a change to the file, or "
			"revoked: take the file from its package again, or sign it anew" },
	{ EKEYREVOKED, "the key that the image is signed with is revoked: sign it with another" },
	{ EKEYEXPIRED, "the key that the image is signed with has expired: sign it with another" },
	{ ENOPKG,
	  "the running kernel does not have the algorithm of the image's signature: sign the "
	  "image with another digest or kind of key" },
	{ EBADMSG, "the image's signature is damaged: take the file from its package again, or "
		   "sign it anew" },
	{ EMSGSIZE,
	  "the image's signature is too long, and so damaged: take the file from its package "
	  "again, or sign it anew" },
	{ ELIBBAD, "the image is no EFI program, or a damaged one, so that it cannot carry a "
		   "signature: take the file from its package again" },
};

static int hint_signature(const struct sysroot *root, int code, struct err *err)
{
	char mode[LOCKDOWN_MODE_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(signatures); i++) {
		if (signatures[i].error != -code)
			continue;
		lockdown_read(root, mode);
		err_hint(err, code, "%s%s", signatures[i].cause,
			 mode[0] ? ""
				 : "; this kernel is not locked down, so that --kexec-syscall "
				   "(-c) may load it unsigned");
	}
	return code;
}

int explain_neither(struct err *err)
{
	return err_hint(err, -ENOSYS,
			"the running kernel was built without CONFIG_KEXEC and CONFIG_KEXEC_FILE: "
			"boot another one");
}

/* --- Memory ------------------------------------------------------------------------- */

/* Bytes, of a line "NAME:   123 kB" of /proc/meminfo. Return: whether it is there. */
static bool read_memory(const struct sysroot *root, const char *name, uint64_t *ret)
{
	_cleanup_free_ char *text = NULL;
	const char *field = NULL;
	uint64_t kib;

	if (sysroot_read(root, "/proc/meminfo", TEXT_MAX, &text, NULL, NULL) == 0)
		field = field_of(text, name);
	if (!field || sscanf(field, "%" SCNu64, &kib) != 1 || kib > UINT64_MAX >> 10)
		return false;
	*ret = kib << 10;
	return true;
}

static int hint_memory(const struct sysroot *root, const struct explain_call *call, int code,
		       struct err *err)
{
	uint64_t available;

	if (!read_memory(root, "MemAvailable", &available) && /* since 3.14 */
	    !read_memory(root, "MemFree", &available))
		return err_hint(err, code, "there is not enough free memory for the new kernel");
	return err_hint(err, code,
			"%" PRIu64 " MiB of memory are free, the new kernel needs %" PRIu64
			" MiB or more%s: stop programs, or use a smaller initrd",
			available >> 20, mebibytes(call->need),
			call->crash ? ", within the reservation too" : "");
}

/* kernel/kexec_core.c: sanity_check_segment_list() takes no more than half of all memory. */
static int hint_argument(const struct sysroot *root, const struct explain_call *call, int code,
			 struct err *err)
{
	uint64_t total;

	if (!call->crash && read_memory(root, "MemTotal", &total) && call->need > total / 2)
		return err_hint(err, code,
				"the new kernel needs %" PRIu64 " MiB, and the running one gives "
				"away no more than half of its %" PRIu64 " MiB: %s",
				mebibytes(call->need), total >> 20,
				call->keep ? "give a lower --mem-max" : "use a smaller initrd");
	if (call->keep)
		return err_hint(err, code,
				"the running kernel cannot be jumped back to: it was built without "
				"CONFIG_KEXEC_JUMP");
	return err_hint(err, code,
			"the running kernel may not know one of the flags%s; its log (dmesg) may "
			"say more",
			call->by_file ? ", or not take such an image or command line" : "");
}

int explain_too_small(uint64_t has, uint64_t need, int code, struct err *err)
{
	uint64_t wanted = mebibytes(need) + ROOM_TO_RUN;

	if (need <= has)
		return err_hint(err, code,
				"the reservation has %" PRIu64 " MiB, of which %" PRIu64
				" MiB are needed, but no room in one piece: boot with "
				"crashkernel=%" PRIu64 "M",
				has >> 20, mebibytes(need),
				align_down(wanted + (has >> 20), RESERVATION_STEP));
	return err_hint(err, code,
			"the reservation has %" PRIu64 " MiB, this kernel and initrd need at least "
			"%" PRIu64 " MiB, and more to run: boot with crashkernel=%" PRIu64 "M",
			has >> 20, mebibytes(need),
			align_down(wanted + RESERVATION_STEP - 1, RESERVATION_STEP));
}

static int hint_place(const struct explain_call *call, int code, struct err *err)
{
	if (call->crash)
		return err_hint(err, code,
				"the memory reserved by crashkernel= is too small, or has changed: "
				"reserve more");
	return err_hint(err, code, "there is no memory at the addresses that the new kernel needs");
}

int explain(const struct sysroot *root, const struct explain_call *call, int code, struct err *err)
{
	switch (-code) {
	case EPERM:
		return hint_refusal(root, call, code, err);
	case EACCES:
		return hint_policy(call->by_file, code, err);
	case ENOSYS:
		return err_hint(err, code, "the running kernel was built without %s",
				call->by_file ? "CONFIG_KEXEC_FILE: use --kexec-syscall (-c)"
					      : "CONFIG_KEXEC: use another kernel, or try "
						"--kexec-file-syscall (-s)");
	case EBUSY:
		return err_hint(err, code, "another program is loading a kernel: try again");
	case ETXTBSY: /* fs/kernel_read_file.c: nobody may write meanwhile */
		return err_hint(err, code,
				"a program is writing the file, as after an update: try again when "
				"it is done");
	case EFBIG: /* KEXEC_FILE_SIZE_MAX of kernel/kexec_internal.h */
		return err_hint(err, code,
				"kexec_file_load takes no file of 4 GiB or more: use "
				"--kexec-syscall (-c)");
	case ENOEXEC:
	case ENOTSUP:
		return err_hint(err, code,
				"the running kernel's kexec_file_load does not take such an "
				"image: use --kexec-syscall (-c)");
	case EINVAL:
		return hint_argument(root, call, code, err);
	case ENOMEM:
		return hint_memory(root, call, code, err);
	case EADDRNOTAVAIL:
		return hint_place(call, code, err);
	case EFAULT:
	case EIO:
		return err_hint(
			err, code,
			"a file could not be read to its end: it was cut short meanwhile, or "
			"its disk fails, of which the kernel's log (dmesg) tells more");
	default:
		return hint_signature(root, code, err);
	}
}
