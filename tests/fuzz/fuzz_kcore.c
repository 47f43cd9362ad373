/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/kcore: the address of _stext in eight bytes (0: none is told), then any bytes for the
 * file, which is put where kcore_read() looks for it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/bytes.h"
#include "lib/file.h"
#include "kexec/arch.h"
#include "kexec/kcore.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/fuzz_kcore.XXXXXX";
static int kcore_fd, kallsyms_fd; /* in memory: the files in @dir are links to them */

static const char *in_dir(const char *path)
{
	static char full[64];

	snprintf(full, sizeof(full), "%s%s", dir, path);
	return full;
}

static void remove_dir(void)
{
	remove(in_dir("/proc/kcore"));
	remove(in_dir("/proc/kallsyms"));
	remove(in_dir("/proc"));
	remove(dir);
}

static int make_file(const char *path)
{
	int fd = memfd_create("it", MFD_CLOEXEC);
	char target[64];

	check(fd >= 0);
	snprintf(target, sizeof(target), "/proc/self/fd/%d", fd);
	check(symlink(target, in_dir(path)) == 0);
	return fd;
}

int LLVMFuzzerInitialize(_unused_ int *argc, _unused_ char ***argv)
{
	check(mkdtemp(dir) != NULL);
	check(mkdir(in_dir("/proc"), 0700) == 0);
	atexit(remove_dir);
	kcore_fd = make_file("/proc/kcore");
	kallsyms_fd = make_file("/proc/kallsyms");
	return 0;
}

static void put(int fd, const void *data, size_t size)
{
	check(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	check(file_write_all(fd, data, size) == 0);
}

static void put_stext(uint64_t stext)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%016llx T _stext\n", (unsigned long long)stext);

	put(kallsyms_fd, line, stext ? (size_t)n : 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sysroot root = { dir };
	const struct arch *arch = arch_find("x86_64");
	struct kcore kcore = { 0 };
	struct err err = ERR_INIT;
	uint64_t stext;
	int r;

	if (!bytes_le64((struct bytes){ data, size }, 0, &stext))
		return 0;
	put_stext(stext);
	put(kcore_fd, data + 8, size - 8);
	r = kcore_read(&root, arch->text_min, arch->text_max, arch->direct_map_align, &kcore, &err);
	if (r < 0) {
		check((r == -EBADMSG || r == -EFBIG) && err.text[0]);
		return 0;
	}
	check(kcore.text_size > 0 && kcore.text_size % 4096 == 0);
	if (stext)
		check(stext >= kcore.text_vaddr && stext - kcore.text_vaddr < kcore.text_size);
	else
		check(kcore.text_vaddr >= arch->text_min);
	return 0;
}
