/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Core files made by hand: what is read of them, and what is refused. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/note.h"

enum { MAX_PHDRS = 4, FILE_SIZE = 0x3000 };

/* A file to be: headers at its start, whatever data behind them. */
struct file {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[MAX_PHDRS];
	uint8_t data[FILE_SIZE - sizeof(Elf64_Ehdr) - MAX_PHDRS * sizeof(Elf64_Phdr)];
};

_Static_assert(sizeof(struct file) == FILE_SIZE, "data begins behind the headers");

static void make_file(struct file *f)
{
	memset(f, 0, sizeof(*f));
	memcpy(f->ehdr.e_ident, ELFMAG, SELFMAG);
	f->ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	f->ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	f->ehdr.e_ident[EI_VERSION] = EV_CURRENT;
	f->ehdr.e_type = ET_CORE;
	f->ehdr.e_machine = EM_X86_64;
	f->ehdr.e_version = EV_CURRENT;
	f->ehdr.e_ehsize = sizeof(Elf64_Ehdr);
	f->ehdr.e_phoff = offsetof(struct file, phdrs);
	f->ehdr.e_phentsize = sizeof(Elf64_Phdr);
}

static void add_phdr(struct file *f, uint32_t type, uint64_t offset, uint64_t vaddr, uint64_t paddr,
		     uint64_t file_size, uint64_t mem_size)
{
	assert_in_range(f->ehdr.e_phnum, 0, MAX_PHDRS - 1);
	f->phdrs[f->ehdr.e_phnum++] = (Elf64_Phdr){
		.p_type = type,
		.p_offset = offset,
		.p_vaddr = vaddr,
		.p_paddr = paddr,
		.p_filesz = file_size,
		.p_memsz = mem_size,
	};
}

static int write_file(const struct file *f, size_t size)
{
	int fd = memfd_create("core", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, f, size), (ssize_t)size);
	return fd;
}

static int open_file(const struct file *f, size_t size, struct core *core, struct err *err)
{
	int fd = write_file(f, size);
	int r = core_from_fd(fd, core, err);

	if (r < 0) {
		assert_int_equal(core->fd, -1);
		assert_true(fcntl(fd, F_GETFD) >= 0); /* still ours */
		close(fd);
	}
	return r;
}

static void test_headers(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;
	struct file f;

	make_file(&f);
	add_phdr(&f, PT_NOTE, 0x1000, 0, 0, 16, 0);
	add_phdr(&f, PT_LOAD, 0x2000, 0xffff888000000000, 0x10000, 0x100, 0x200);
	add_phdr(&f, PT_GNU_STACK, 0, 0, 0, 0, 0);
	assert_int_equal(open_file(&f, sizeof(f), &core, &err), 0);
	assert_int_equal(core.word, 8);
	assert_false(core.big_endian);
	assert_int_equal(core.notes.count, 1);
	assert_int_equal(core.loads.count, 1);
	assert_int_equal(core.loads.items[0].vaddr, 0xffff888000000000);
	assert_int_equal(core.loads.items[0].paddr, 0x10000);
	assert_int_equal(core.loads.items[0].offset, 0x2000);
	assert_int_equal(core.loads.items[0].file_size, 0x100);
	assert_int_equal(core.loads.items[0].mem_size, 0x200);
}

static void test_machines(_unused_ void **state)
{
	static const struct {
		uint16_t machine;
		unsigned int word;
	} cases[] = { { EM_386, 4 }, { EM_ARM, 4 }, { EM_AARCH64, 8 }, { EM_RISCV, 8 } };
	struct err err = ERR_INIT;
	struct file f;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_(core_close) struct core core = CORE_INIT;

		make_file(&f);
		f.ehdr.e_machine = cases[i].machine;
		add_phdr(&f, PT_LOAD, 0, 0, 0, 1, 1);
		assert_int_equal(open_file(&f, sizeof(f), &core, &err), 0);
		assert_int_equal(core.word, cases[i].word);
	}
}

/* More program headers than e_phnum can say: section header 0 says it (PN_XNUM). */
static void test_many_headers(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;
	struct file f;
	Elf64_Shdr zeroth = { .sh_info = 3 };

	make_file(&f);
	for (int i = 0; i < 3; i++)
		add_phdr(&f, PT_LOAD, 0, 0x1000 * i, 0, 1, 1);
	f.ehdr.e_phnum = PN_XNUM;
	f.ehdr.e_shoff = 0x2000;
	f.ehdr.e_shnum = 1;
	f.ehdr.e_shentsize = sizeof(Elf64_Shdr);
	memcpy((uint8_t *)&f + 0x2000, &zeroth, sizeof(zeroth));
	assert_int_equal(open_file(&f, sizeof(f), &core, &err), 0);
	assert_int_equal(core.loads.count, 3);
}

static void check_refused(const struct file *f, size_t size, int error, const char *text)
{
	struct core core = CORE_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(open_file(f, size, &core, &err), error);
	assert_non_null(strstr(err.text, text));
}

static void test_refused(_unused_ void **state)
{
	struct file f;

	make_file(&f);
	add_phdr(&f, PT_LOAD, 0, 0, 0, 1, 1);
	check_refused(&f, 0, -ENOEXEC, "is empty");
	check_refused(&f, 3, -ENOEXEC, "not an ELF");
	check_refused(&f, 4, -EBADMSG, "ELF header");
	check_refused(&f, 63, -EBADMSG, "ELF header");
	check_refused(&f, 64 + 55, -EBADMSG, "program header");
	f.ehdr.e_ident[EI_CLASS] = 7;
	check_refused(&f, sizeof(f), -EBADMSG, "ELF header");
	make_file(&f);
	f.ehdr.e_type = ET_EXEC;
	check_refused(&f, sizeof(f), -ENOEXEC, "not a core");
	memset(&f, 'x', sizeof(f));
	check_refused(&f, sizeof(f), -ENOEXEC, "not an ELF");
	memcpy(&f, "KDUMP   ", 8);
	check_refused(&f, sizeof(f), HAVE_KDUMPFILE ? -EBADMSG : -EOPNOTSUPP,
		      "a compressed dump (kdump format): ");
	memcpy(&f, "makedumpfile", 13);
	check_refused(&f, sizeof(f), -EOPNOTSUPP, "a flattened dump: ");
}

static void test_open(_unused_ void **state)
{
	struct core core = CORE_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(core_open("/nonexistent", &core, &err), -ENOENT);
	assert_string_equal(err.text, "cannot open: No such file or directory");
	assert_int_equal(core_open("/", &core, &err), -EISDIR);
	assert_int_equal(core.fd, -1);
	core_close(&core);
}

/* "-" is the standard input, which stays open. */
static void test_standard_input(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	_cleanup_close_ int saved = dup(STDIN_FILENO);
	struct err err = ERR_INIT;
	struct file f;
	int fd;

	make_file(&f);
	add_phdr(&f, PT_LOAD, 0, 0, 0, 1, 1);
	fd = write_file(&f, sizeof(f));
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	assert_int_equal(core_open("-", &core, &err), 0);
	assert_int_equal(core.loads.count, 1);
	core_close(&core);
	assert_int_equal(core_open("-", &core, &err), 0);
	dup2(saved, STDIN_FILENO);
}

/* Memory at 0x10000: 0x100 bytes of the file, 0x100 zeros; at 0x10200, 0x80 of the file. */
static void open_memory(struct core *core, size_t size)
{
	struct err err = ERR_INIT;
	struct file f;

	make_file(&f);
	for (size_t i = 0; i < 0x100; i++) {
		((uint8_t *)&f)[0x1000 + i] = (uint8_t)i;
		((uint8_t *)&f)[0x2000 + i] = (uint8_t)~i;
	}
	add_phdr(&f, PT_LOAD, 0x2000, 0x10200, 0x900000, 0x80, 0x80);
	add_phdr(&f, PT_LOAD, 0x1000, 0x10000, 0x800000, 0x100, 0x200);
	add_phdr(&f, PT_LOAD, UINT64_MAX - 0x10, 0x20000, 0xa00000, 0x100, 0x100);
	assert_int_equal(open_file(&f, size, core, &err), 0);
}

static void test_read(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct core_progress progress;
	struct err err = ERR_INIT;
	uint8_t buf[0x300];

	open_memory(&core, FILE_SIZE);
	memset(buf, 0xaa, sizeof(buf));
	assert_int_equal(core_read_vaddr(&core, 0x10001, buf, 0x27f, &progress, &err), 0);
	assert_int_equal(progress.good, 0x27f);
	assert_int_equal(buf[0], 1);
	assert_int_equal(buf[0xfe], 0xff);
	assert_int_equal(buf[0xff], 0); /* p_filesz < p_memsz */
	assert_int_equal(buf[0x1fe], 0);
	assert_int_equal(buf[0x1ff], 0xff); /* the next segment */
	assert_int_equal(buf[0x27e], 0x80);
	assert_int_equal(buf[0x27f], 0xaa);
	assert_int_equal(core_read_paddr(&core, 0x900001, buf, 2, NULL, &err), 0);
	assert_int_equal(buf[0], 0xfe);
	assert_int_equal(core_read_vaddr(&core, 0x999, buf, 0, NULL, &err), 0);
}

static void test_read_gaps(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct core_progress progress;
	struct err err = ERR_INIT;
	uint8_t buf[0x300];

	open_memory(&core, FILE_SIZE);
	assert_int_equal(core_read_vaddr(&core, 0xfff0, buf, 0x20, &progress, &err), -ENXIO);
	assert_int_equal(progress.good, 0);
	assert_int_equal(progress.bad, 0x10); /* up to the next segment */
	assert_string_equal(err.text, "cannot read memory at 0xfff0: no program header covers it");
	assert_int_equal(core_read_vaddr(&core, 0x10270, buf, 0x20, &progress, &err), -ENXIO);
	assert_int_equal(progress.good, 0x10);
	assert_int_equal(progress.bad, 0x10); /* all the rest */
	assert_non_null(strstr(err.text, "0x10280"));
	/* An offset whose sum overflows. */
	assert_int_equal(core_read_vaddr(&core, 0x20020, buf, 8, &progress, &err), -ENXIO);
	assert_int_equal(core_read_vaddr(&core, 0x20000, buf, 8, &progress, &err), -ENODATA);
	assert_int_equal(progress.bad, 8);
	/* The end of the address space. */
	assert_int_equal(core_read_vaddr(&core, UINT64_MAX - 3, buf, 8, &progress, &err), -ENXIO);
}

static void test_read_cut_short(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct core_progress progress;
	struct err err = ERR_INIT;
	uint8_t buf[0x300];

	open_memory(&core, 0x1040);
	assert_int_equal(core_read_vaddr(&core, 0x10000, buf, 0x200, &progress, &err), -ENODATA);
	assert_int_equal(progress.good, 0x40);
	assert_int_equal(progress.bad, 0xc0); /* up to the zeros, which no file needs to hold */
	assert_string_equal(err.text, "cannot read memory at 0x10040: the file is cut short: it "
				      "has nothing at offset 0x1040");
	assert_int_equal(core_read_vaddr(&core, 0x10100, buf, 0x100, &progress, &err), 0);
}

static void set_map(struct core *core, uint64_t vaddr, uint64_t paddr)
{
	core->maps[0] = (struct core_map){ vaddr, 1 << 30, paddr };
	core->map_count = 1;
}

static void test_direct_map(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;
	uint8_t buf[8];

	open_memory(&core, FILE_SIZE);
	assert_int_equal(core_read_vaddr(&core, 0xc0100002, buf, 2, NULL, &err), -ENXIO);
	set_map(&core, 0xc0000000, 0x700000);
	assert_int_equal(core_read_vaddr(&core, 0xc0100002, buf, 2, NULL, &err), 0);
	assert_int_equal(buf[0], 2);
	assert_int_equal(core_read_vaddr(&core, 0x10003, buf, 1, NULL, &err), 0);
	assert_int_equal(buf[0], 3); /* program headers first */
	assert_int_equal(core_read_vaddr(&core, 0xbfffffff, buf, 1, NULL, &err), -ENXIO);
}

/* One segment inside another: behind its end the outer one goes on. */
static void test_overlap(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;
	uint8_t buf[0x30];
	struct file f;

	make_file(&f);
	memset((uint8_t *)&f + 0x1000, 'o', 0x100);
	memset((uint8_t *)&f + 0x2000, 'i', 0x10);
	add_phdr(&f, PT_LOAD, 0x1000, 0x10000, 0x10000, 0x100, 0x100);
	add_phdr(&f, PT_LOAD, 0x2000, 0x10020, 0x10020, 0x10, 0x10);
	assert_int_equal(open_file(&f, sizeof(f), &core, &err), 0);
	assert_int_equal(core_read_vaddr(&core, 0x10020, buf, 0x30, NULL, &err), 0);
	assert_int_equal(buf[0xf], 'i');
	assert_int_equal(buf[0x10], 'o');
	assert_int_equal(buf[0x2f], 'o');
	assert_int_equal(core_read_vaddr(&core, 0x100f0, buf, 0x10, NULL, &err), 0);
	assert_int_equal(core_read_vaddr(&core, 0x100f0, buf, 0x11, NULL, &err), -ENXIO);
}

/* Program headers without virtual addresses, of 3.5 GiB at 1 GiB. */
static void test_no_virtual_addresses(_unused_ void **state)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	struct err err = ERR_INIT;
	struct file f;
	uint8_t buf[2];

	make_file(&f);
	memcpy((uint8_t *)&f + 0x1000, "ab", 2);
	add_phdr(&f, PT_LOAD, 0x1000, 0, 0x40000000, 0x100, 0xe0000000);
	assert_int_equal(open_file(&f, sizeof(f), &core, &err), 0);
	assert_int_equal(core_read_vaddr(&core, 0xc0000000, buf, 2, NULL, &err), -ENXIO);
	set_map(&core, 0xc0000000, 0x40000000);
	assert_int_equal(core_read_vaddr(&core, 0xc0000000, buf, 2, NULL, &err), 0);
	assert_memory_equal(buf, "ab", 2);
}

/* Put a note at @at. Return: where the next one goes. */
static size_t put_note(struct file *f, size_t at, const char *name, const char *desc, size_t size)
{
	uint32_t header[3] = { (uint32_t)strlen(name) + 1, (uint32_t)size, 0 };
	uint8_t *p = (uint8_t *)f + at;

	memcpy(p, header, sizeof(header));
	memcpy(p + 12, name, strlen(name) + 1);
	at += 12 + (strlen(name) + 4) / 4 * 4;
	memcpy((uint8_t *)f + at, desc, size);
	return at + (size + 3) / 4 * 4;
}

static void check_note(const struct file *f, size_t size, int error, const char *expected)
{
	_cleanup_(core_close) struct core core = CORE_INIT;
	_cleanup_free_ char *text = NULL;
	struct err err = ERR_INIT;
	size_t text_size = 77;

	assert_int_equal(open_file(f, size, &core, &err), 0);
	assert_int_equal(core_note(&core, "VMCOREINFO", 16, &text, &text_size, &err), error);
	if (error < 0) {
		assert_null(text);
		assert_int_equal(text_size, 77);
		assert_non_null(strstr(err.text, expected));
		return;
	}
	assert_string_equal(text, expected);
	assert_int_equal(text_size, strlen(expected));
}

static void test_note(_unused_ void **state)
{
	struct file f;
	size_t end;

	make_file(&f);
	add_phdr(&f, PT_NOTE, 0x1000, 0, 0, 0x200, 0);
	check_note(&f, FILE_SIZE, -ENODATA, "no VMCOREINFO note");
	end = put_note(&f, 0x1000, "CORE", "12345", 5);
	end = put_note(&f, end, "VMCOREINFO_XEN", "x", 1);
	check_note(&f, FILE_SIZE, -ENODATA, "no VMCOREINFO note");
	put_note(&f, end, "VMCOREINFO", "A=1\nB=2", 7);
	check_note(&f, FILE_SIZE, 0, "A=1\nB=2");
	check_note(&f, 0x1200, 0, "A=1\nB=2");
	check_note(&f, 0x1020, -EBADMSG, "cut short");
	put_note(&f, end, "VMCOREINFO", "", 0);
	check_note(&f, FILE_SIZE, 0, "");
	put_note(&f, end, "VMCOREINFO", "12345678901234567", 17);
	check_note(&f, FILE_SIZE, -EBADMSG, "17 bytes");
}

static void test_note_of_second_segment(_unused_ void **state)
{
	struct file f;
	uint32_t lie = UINT32_MAX;

	make_file(&f);
	add_phdr(&f, PT_NOTE, 0x1000, 0, 0, 0x100, 0);
	add_phdr(&f, PT_NOTE, 0x2000, 0, 0, 0x100, 0);
	put_note(&f, 0x2000, "VMCOREINFO", "A=1", 3);
	check_note(&f, FILE_SIZE, 0, "A=1");
	/* A damaged one before it costs nothing but itself. */
	memcpy((uint8_t *)&f + 0x1004, &lie, sizeof(lie));
	check_note(&f, FILE_SIZE, 0, "A=1");
	memset((uint8_t *)&f + 0x2000, 0, 0x100);
	check_note(&f, FILE_SIZE, -EBADMSG, "larger than that");
	f.phdrs[1].p_filesz = UINT64_MAX;
	f.phdrs[0].p_filesz = 0;
	check_note(&f, FILE_SIZE, -EBADMSG, "bytes of notes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_many_headers),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_read_gaps),
		cmocka_unit_test(test_read_cut_short),
		cmocka_unit_test(test_direct_map),
		cmocka_unit_test(test_no_virtual_addresses),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_note_of_second_segment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
