/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#if HAVE_KDUMPFILE
#include <dlfcn.h>
#include <libkdumpfile/kdumpfile.h>
#endif

#include "lib/array.h"
#include "vmcore-dmesg/dump.h"

#if HAVE_KDUMPFILE

/* What is used of libkdumpfile, in its own order of arguments. */
struct dump {
	void *library;
	struct dump *next; /* of those in @abandoned */
	kdump_ctx_t *ctx;
	__typeof__(kdump_new) *new;
	__typeof__(kdump_free) *free;
	__typeof__(kdump_get_err) *get_err;
	__typeof__(kdump_open_fdset) *open_fdset;
	__typeof__(kdump_set_attr) *set_attr;
	__typeof__(kdump_get_attr) *get_attr;
	__typeof__(kdump_read) *read;
	__typeof__(kdump_vmcoreinfo_raw) *vmcoreinfo_raw;
};

/* What libkdumpfile 0.5.1 crashes on when it is to free it. Kept, so that it is not lost. */
static struct dump *abandoned;

void dump_close(struct dump *dump)
{
	if (!dump)
		return;
	if (dump->ctx)
		dump->free(dump->ctx);
	if (dump->library)
		dlclose(dump->library);
	free(dump);
}

static void close_dump(struct dump **dump)
{
	dump_close(*dump);
}

/* Find the library and its functions. */
static int load_library(struct dump *dump, struct err *err)
{
	const struct {
		const char *name;
		void *pointer; /* to a pointer to a function */
	} symbols[] = {
		{ "kdump_new", &dump->new },
		{ "kdump_free", &dump->free },
		{ "kdump_get_err", &dump->get_err },
		{ "kdump_open_fdset", &dump->open_fdset },
		{ "kdump_set_attr", &dump->set_attr },
		{ "kdump_get_attr", &dump->get_attr },
		{ "kdump_read", &dump->read },
		{ "kdump_vmcoreinfo_raw", &dump->vmcoreinfo_raw },
	};

	dump->library = dlopen(KDUMPFILE_SONAME, RTLD_NOW | RTLD_LOCAL);
	if (!dump->library) {
		err_set(err, -EOPNOTSUPP, "needs a library to be read: %s", dlerror());
		return err_hint(err, -EOPNOTSUPP,
				"install it (Debian: libkdumpfile10), or save dumps as ELF "
				"(makedumpfile -E)");
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *function = dlsym(dump->library, symbols[i].name);

		if (!function)
			return err_set(err, -EOPNOTSUPP, "needs %s of %s, which is not there",
				       symbols[i].name, KDUMPFILE_SONAME);
		memcpy(symbols[i].pointer, &function, sizeof(function));
	}
	return 0;
}

static const char *library_err(const struct dump *dump)
{
	const char *text = dump->get_err(dump->ctx);

	return text ? text : "unknown error";
}

static int get_number(const struct dump *dump, const char *key, uint64_t *ret, struct err *err)
{
	kdump_attr_t attr = { .type = KDUMP_NUMBER };

	if (dump->get_attr(dump->ctx, key, &attr) != KDUMP_OK || attr.type != KDUMP_NUMBER)
		return err_set(err, -EBADMSG, "does not say its %s: %s", key, library_err(dump));
	*ret = attr.val.number;
	return 0;
}

int dump_open(int fd, struct dump **ret, unsigned int *ret_word, bool *ret_big_endian,
	      struct err *err)
{
	const kdump_attr_t linux_kernel = { .type = KDUMP_STRING, .val.string = "linux" };
	/* A file that is cut short is read with errors, and mapped with SIGBUS. */
	const kdump_attr_t no_mmap = { .type = KDUMP_NUMBER, .val.number = KDUMP_MMAP_NEVER };
	_cleanup_(close_dump) struct dump *dump = calloc(1, sizeof(*dump));
	uint64_t word, order;
	int r;

	if (!dump)
		return err_oom(err);
	r = load_library(dump, err);
	if (r < 0)
		return r;
	dump->ctx = dump->new ();
	if (!dump->ctx)
		return err_oom(err);
	if (dump->set_attr(dump->ctx, KDUMP_ATTR_FILE_MMAP_POLICY, &no_mmap) != KDUMP_OK)
		return err_set(err, -EBADMSG, "libkdumpfile: %s", library_err(dump));
	if (dump->open_fdset(dump->ctx, 1, &fd) != KDUMP_OK) {
		err_set(err, -EBADMSG, "libkdumpfile: %s", library_err(dump));
		dump->next = abandoned;
		abandoned = dump;
		dump = NULL;
		return -EBADMSG;
	}
	r = get_number(dump, KDUMP_ATTR_PTR_SIZE, &word, err);
	if (r == 0)
		r = get_number(dump, KDUMP_ATTR_BYTE_ORDER, &order, err);
	if (r < 0)
		return r;
	if (word != 4 && word != 8)
		return err_set(err, -EBADMSG, "damaged: pointers of %u bytes", (unsigned int)word);
	/* Says that virtual addresses are to be translated; which need not be possible. */
	if (dump->set_attr(dump->ctx, KDUMP_ATTR_OSTYPE, &linux_kernel) != KDUMP_OK)
		return err_set(err, -EBADMSG, "libkdumpfile: %s", library_err(dump));
	*ret_word = (unsigned int)word;
	*ret_big_endian = order == KDUMP_BIG_ENDIAN;
	*ret = dump;
	dump = NULL;
	return 0;
}

int dump_vmcoreinfo(struct dump *dump, char **ret, size_t *ret_size, struct err *err)
{
	char *text;

	if (dump->vmcoreinfo_raw(dump->ctx, &text) != KDUMP_OK)
		return err_set(err, -ENODATA, "has no VMCOREINFO: %s", library_err(dump));
	*ret = text;
	*ret_size = strlen(text);
	return 0;
}

int dump_read(struct dump *dump, uint64_t addr, void *buf, size_t len, size_t *ret_good,
	      struct err *err)
{
	size_t done = len;
	kdump_status status = dump->read(dump->ctx, KDUMP_KVADDR, addr, buf, &done);

	*ret_good = status == KDUMP_OK ? len : done < len ? done : 0;
	if (status == KDUMP_OK)
		return 0;
	return err_set(err, status == KDUMP_ERR_NODATA ? -ENODATA : -ENXIO, "libkdumpfile: %s",
		       library_err(dump));
}

#else

void dump_close(_unused_ struct dump *dump)
{
}

int dump_open(_unused_ int fd, _unused_ struct dump **ret, _unused_ unsigned int *ret_word,
	      _unused_ bool *ret_big_endian, struct err *err)
{
	err_set(err, -EOPNOTSUPP, "cannot be read: this program was built without libkdumpfile");
	return err_hint(err, -EOPNOTSUPP, "save dumps as ELF (makedumpfile -E)");
}

int dump_vmcoreinfo(_unused_ struct dump *dump, _unused_ char **ret, _unused_ size_t *ret_size,
		    struct err *err)
{
	return err_set(err, -EOPNOTSUPP, "built without libkdumpfile");
}

int dump_read(_unused_ struct dump *dump, _unused_ uint64_t addr, _unused_ void *buf,
	      _unused_ size_t len, size_t *ret_good, struct err *err)
{
	*ret_good = 0;
	return err_set(err, -EOPNOTSUPP, "built without libkdumpfile");
}

#endif
