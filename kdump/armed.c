/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/iomem.h"

#include "kdump/armed.h"
#include "kdump/rootpath.h"
#include "kdump/staged.h"
#include "kdump/words.h"

#define CPUS_PATH  "/sys/devices/system/cpu/present"
#define EARLY_LINE "by early\n"
#define OTHER_LINE "by start\n"

enum {
	ARMED_MODE = 0600,
	ARMED_MAX = 1 << 20, /* bytes; memory that comes in many pieces takes a line of some KiB */
	CPUS_MAX = 64 << 10,
};

/* The first word of each line, and what it is called in messages. The command stands last. */
static const struct {
	const char *word;
	const char *name;
} lines[] = {
	{ "kernel\t", "the kernel" },        { "image\t", "the capture image" },
	{ "cpus\t", "the number of CPUs" },  { "memory\t", "the memory" },
	{ "command\t", "the command line" },
};

static int put_file(FILE *out, const struct sysroot *root, const char *word, const char *path,
		    struct err *err)
{
	struct stat st;
	int r = rootpath_stat(root, path, &st);

	if (r < 0)
		return err_errno(err, r, "cannot look at %s", path);
	fprintf(out, "%s\t%jd\t%jd.%09ld\t%s\n", word, (intmax_t)st.st_size,
		(intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, path);
	return 0;
}

/* What cannot be told cannot be seen to change. */
static void put_machine(FILE *out, const struct sysroot *root)
{
	_cleanup_(iomem_done) struct iomem iomem = { NULL };
	_cleanup_free_ char *cpus = NULL;

	if (sysroot_read(root, CPUS_PATH, CPUS_MAX, &cpus, NULL, NULL) < 0)
		cpus = NULL;
	fprintf(out, "cpus\t%.*s\n", cpus ? (int)strcspn(cpus, "\n") : 0, cpus ? cpus : "");
	fprintf(out, "memory\t");
	if (iomem_read(root, &iomem, NULL) < 0)
		iomem.count = 0;
	for (size_t i = 0; i < iomem.count; i++)
		if (iomem.entries[i].depth == 0 && strcmp(iomem.entries[i].name, "System RAM") == 0)
			fprintf(out, " %" PRIx64 "-%" PRIx64, iomem.entries[i].start,
				iomem.entries[i].end);
	fprintf(out, "\n");
}

int armed_describe(const struct sysroot *root, const struct kernel *kernel,
		   const struct strv *command, char **ret, struct err *err)
{
	_cleanup_free_ char *text = NULL, *line = words_line(command->v);
	size_t size;
	FILE *out = line ? open_memstream(&text, &size) : NULL;
	int r;

	if (!out)
		return err_oom(err);
	r = put_file(out, root, "kernel", kernel->path, err);
	if (r == 0)
		r = put_file(out, root, "image", kernel->image, err);
	put_machine(out, root);
	fprintf(out, "command\t%s\n", line);
	if (fclose(out) == EOF && r == 0)
		r = err_oom(err);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

int armed_write(const struct sysroot *root, bool early, const char *description, struct err *err)
{
	_cleanup_free_ char *text = NULL;

	if (asprintf(&text, "%s%s", early ? EARLY_LINE : OTHER_LINE, description) < 0) {
		text = NULL;
		return err_oom(err);
	}
	return staged_write(root, ARMED_PATH, text, ARMED_MODE, err);
}

void armed_forget(const struct sysroot *root)
{
	struct rootpath path;

	if (rootpath_join(root, ARMED_PATH, &path, NULL) == 0)
		unlink(path.text);
}

char *armed_early(const struct sysroot *root)
{
	_cleanup_free_ char *text = NULL;

	if (sysroot_read(root, ARMED_PATH, ARMED_MAX, &text, NULL, NULL) < 0 ||
	    strncmp(text, EARLY_LINE, strlen(EARLY_LINE)) != 0)
		return NULL;
	return strdup(text + strlen(EARLY_LINE));
}

bool armed_is_early(const struct sysroot *root)
{
	_cleanup_free_ char *description = armed_early(root);

	return description;
}

const char *armed_change(const char *was, const char *is_now)
{
	size_t same = 0;

	while (was[same] && was[same] == is_now[same])
		same++;
	if (was[same] == is_now[same])
		return NULL;
	while (same > 0 && was[same - 1] != '\n')
		same--;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (strncmp(was + same, lines[i].word, strlen(lines[i].word)) == 0)
			return lines[i].name;
	return lines[ARRAY_SIZE(lines) - 1].name;
}
