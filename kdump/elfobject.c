/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <gelf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdump/elfobject.h"

static void end_elf(Elf **elf)
{
	elf_end(*elf);
}

static int damaged(const char *name, struct err *err)
{
	return err_set(err, -ENOEXEC, "%s: damaged ELF file: %s", name, elf_errmsg(-1));
}

static int read_interpreter(int fd, const GElf_Phdr *ph, const char *name, char **ret,
			    struct err *err)
{
	char path[PATH_MAX];

	if (ph->p_filesz == 0 || ph->p_filesz >= sizeof(path))
		return err_set(err, -ENOEXEC, "%s: the loader's name is too long", name);
	if (pread(fd, path, ph->p_filesz, (off_t)ph->p_offset) != (ssize_t)ph->p_filesz)
		return err_set(err, -ENOEXEC, "%s: cut short", name);
	path[ph->p_filesz] = '\0';
	free(*ret);
	*ret = strdup(path);
	return *ret ? 0 : err_oom(err);
}

/* @ret_dynamic: is there a dynamic segment? */
static int read_segments(Elf *elf, int fd, const char *name, struct elfobject *object,
			 bool *ret_dynamic, struct err *err)
{
	size_t count;
	int r = 0;

	*ret_dynamic = false;
	if (elf_getphdrnum(elf, &count) != 0)
		return damaged(name, err);
	for (size_t i = 0; r == 0 && i < count; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph))
			return damaged(name, err);
		if (ph.p_type == PT_DYNAMIC)
			*ret_dynamic = true;
		if (ph.p_type == PT_INTERP)
			r = read_interpreter(fd, &ph, name, &object->interpreter, err);
	}
	return r;
}

static int keep_text(char **ret, const char *text)
{
	free(*ret);
	*ret = strdup(text);
	return *ret ? 0 : -ENOMEM;
}

static int read_entry(Elf *elf, size_t strings, const GElf_Dyn *dyn, const char *name,
		      struct elfobject *object, struct err *err)
{
	const char *text;
	int r = 0;

	if (dyn->d_tag != DT_NEEDED && dyn->d_tag != DT_RUNPATH && dyn->d_tag != DT_RPATH)
		return 0;
	text = elf_strptr(elf, strings, dyn->d_un.d_val);
	if (!text)
		return damaged(name, err);
	if (dyn->d_tag == DT_NEEDED)
		r = strv_add(&object->needed, text);
	else
		r = keep_text(dyn->d_tag == DT_RUNPATH ? &object->runpath : &object->rpath, text);
	return r < 0 ? err_oom(err) : 0;
}

static int read_dynamic(Elf *elf, const char *name, struct elfobject *object, struct err *err)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;
	Elf_Data *data;
	int r = 0;

	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &sh) && sh.sh_type == SHT_DYNAMIC)
			break;
	if (!scn)
		return err_set(err, -ENOEXEC,
			       "%s: its section headers are gone, so that the "
			       "libraries it needs cannot be told",
			       name);
	data = elf_getdata(scn, NULL);
	if (!data || sh.sh_entsize == 0)
		return damaged(name, err);
	for (size_t i = 0; r == 0 && i < data->d_size / sh.sh_entsize && i < INT_MAX; i++) {
		GElf_Dyn dyn;

		if (!gelf_getdyn(data, (int)i, &dyn))
			return damaged(name, err);
		if (dyn.d_tag == DT_NULL)
			break;
		r = read_entry(elf, sh.sh_link, &dyn, name, object, err);
	}
	return r;
}

int elfobject_read(int fd, const char *name, struct elfobject *ret, struct err *err)
{
	_cleanup_(elfobject_done) struct elfobject object = { .elf_class = 0 };
	_cleanup_(end_elf) Elf *elf = NULL;
	bool dynamic;
	GElf_Ehdr eh;
	int r;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return damaged(name, err);
	if (elf_kind(elf) != ELF_K_ELF)
		return ELFOBJECT_NOT_MINE;
	if (!gelf_getehdr(elf, &eh))
		return damaged(name, err);
	if (eh.e_type != ET_EXEC && eh.e_type != ET_DYN)
		return err_set(err, -ENOEXEC, "%s: an ELF file, but no program or library", name);
	object.elf_class = eh.e_ident[EI_CLASS];
	object.machine = eh.e_machine;
	r = read_segments(elf, fd, name, &object, &dynamic, err);
	if (r == 0 && dynamic)
		r = read_dynamic(elf, name, &object, err);
	if (r < 0)
		return r;
	*ret = object;
	object = (struct elfobject){ .elf_class = 0 };
	return 0;
}

void elfobject_done(struct elfobject *object)
{
	free(object->interpreter);
	free(object->runpath);
	free(object->rpath);
	strv_done(&object->needed);
	*object = (struct elfobject){ .elf_class = 0 };
}
