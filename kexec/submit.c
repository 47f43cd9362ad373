/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kexec/explain.h"
#include "kexec/submit.h"

/* Newer than many a linux/kexec.h: include/uapi/linux/kexec.h. */
#define FILE_DEBUG     0x8
#define FILE_NO_CMA    0x10
#define FILE_FORCE_DTB 0x20

#define NOT_AVAILABLE "syscall kexec_file_load not available."

bool submit_try_other(int code)
{
	return code == -ENOSYS || code == -EINVAL || code == -ENOEXEC || code == -ENOTSUP;
}

unsigned long submit_file_flags(const struct file_load *load)
{
	return (load->crash ? KEXEC_FILE_ON_CRASH : 0) |
	       (load->initrd_fd < 0 ? KEXEC_FILE_NO_INITRAMFS : 0) |
	       (load->debug ? FILE_DEBUG : 0) | (load->no_cma ? FILE_NO_CMA : 0) |
	       (load->force_dtb ? FILE_FORCE_DTB : 0);
}

unsigned long submit_segment_flags(const struct arch *arch, bool crash)
{
	return arch->kexec_arch | (crash ? KEXEC_ON_CRASH : 0);
}

/* Return: 0 or -errno. */
static int file_load(const struct file_load *load, unsigned long flags)
{
	if (syscall(SYS_kexec_file_load, load->kernel_fd, load->initrd_fd,
		    strlen(load->cmdline) + 1, load->cmdline, flags) == 0)
		return 0;
	return -errno;
}

int submit_files(const struct file_load *load, const struct sysroot *root, struct err *err)
{
	const struct explain_call call = {
		.by_file = true,
		.crash = load->crash,
		.need = load->need,
	};
	unsigned long flags = submit_file_flags(load);
	int code = file_load(load, flags);

	if (code == -EINVAL && load->debug)
		code = file_load(load, flags & ~(unsigned long)FILE_DEBUG);
	if (code == 0)
		return 0;
	if (code == -ENOSYS)
		err_set(err, code, NOT_AVAILABLE);
	else
		err_set(err, code, "kexec_file_load failed: %s (flags 0x%lx)", strerror(-code),
			flags);
	return explain(root, &call, code, err);
}

/* The segments in the words that scripts and bug reports know from kexec-tools. */
static int describe_failure(const struct plan *plan, unsigned long flags, int code, struct err *err)
{
	char text[ERR_TEXT_MAX];
	size_t used = 0;

	for (unsigned int i = 0; i < plan->count && used < sizeof(text); i++) {
		const struct segment *s = &plan->segments[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "\nsegment[%u].buf   = %p (%s)"
					 "\nsegment[%u].bufsz = 0x%zx"
					 "\nsegment[%u].mem   = 0x%" PRIx64
					 "\nsegment[%u].memsz = 0x%" PRIx64,
					 i, (const void *)s->content.data, s->name, i,
					 s->content.size, i, s->start, i, s->size);
	}
	return err_set(err, code,
		       "kexec_load failed: %s\nentry       = 0x%" PRIx64
		       " flags = 0x%lx\nnr_segments = %u%s",
		       strerror(-code), plan->entry, flags, plan->count, text);
}

int submit_plan(const struct plan *plan, const struct arch *arch, bool crash,
		const struct sysroot *root, struct err *err)
{
	unsigned long flags = submit_segment_flags(arch, crash) | plan->flags;
	const struct explain_call call = {
		.crash = crash,
		.keep = plan->flags & KEXEC_PRESERVE_CONTEXT,
		.need = plan_total(plan),
	};
	struct kexec_segment segments[PLAN_SEGMENTS_MAX];
	int code;

	for (unsigned int i = 0; i < plan->count; i++) {
		const struct segment *s = &plan->segments[i];

		segments[i] = (struct kexec_segment){
			.buf = s->content.data,
			.bufsz = s->content.size,
			.mem = (const void *)(uintptr_t)s->start,
			.memsz = s->size,
		};
	}
	if (syscall(SYS_kexec_load, plan->entry, (unsigned long)plan->count, segments, flags) == 0)
		return 0;
	code = -errno;
	describe_failure(plan, flags, code, err);
	return explain(root, &call, code, err);
}

int submit_unload_files(bool crash, const struct sysroot *root, struct err *err)
{
	unsigned long flags = KEXEC_FILE_UNLOAD | (crash ? KEXEC_FILE_ON_CRASH : 0);
	int code;

	if (syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, flags) == 0)
		return 0;
	code = -errno;
	if (code == -ENOSYS)
		err_set(err, code, NOT_AVAILABLE);
	else
		err_set(err, code, "kexec_file_load(unload) failed: %s", strerror(-code));
	return explain(root, &(struct explain_call){ .by_file = true, .crash = crash }, code, err);
}

int submit_unload_segments(const struct arch *arch, bool crash, const struct sysroot *root,
			   struct err *err)
{
	int code;

	if (syscall(SYS_kexec_load, 0UL, 0UL, NULL, submit_segment_flags(arch, crash)) == 0)
		return 0;
	code = -errno;
	err_set(err, code, "kexec unload failed: %s", strerror(-code));
	return explain(root, &(struct explain_call){ .crash = crash }, code, err);
}

int submit_boot(struct err *err)
{
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_KEXEC, NULL);
	return err_errno(err, -errno, "kexec failed");
}
