/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "vmcore-dmesg/memory.h"
#include "vmcore-dmesg/page_table.h"

enum {
	UNREADABLE_UNIT = 4 << 10, /* bytes given up when the system cannot read at a place */
};

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static struct piece at_maps(const struct core *core, uint64_t addr, uint64_t len)
{
	for (size_t i = 0; i < core->map_count; i++) {
		const struct core_map *map = &core->maps[i];
		uint64_t delta = addr - map->vaddr;

		if (addr >= map->vaddr && delta < map->size)
			return segments_at_paddr(&core->loads, map->paddr + delta,
						 min_u64(len, map->size - delta));
	}
	return (struct piece){ PIECE_NOWHERE, len, 0 };
}

static struct piece find_vaddr(const struct core *core, uint64_t addr, uint64_t len)
{
	struct piece piece = segments_at_vaddr(&core->loads, addr, len);
	uint64_t paddr;

	if (piece.from == PIECE_NOWHERE)
		piece = at_maps(core, addr, piece.len);
	if (piece.from != PIECE_NOWHERE || core->page_table_levels == 0)
		return piece;
	if (page_table_walk(core, addr, &paddr, &piece.len))
		return segments_at_paddr(&core->loads, paddr, piece.len);
	return piece;
}

static struct piece find_paddr(const struct core *core, uint64_t addr, uint64_t len)
{
	return segments_at_paddr(&core->loads, addr, len);
}

int core_read_file(const struct core *core, uint64_t offset, void *buf, size_t len,
		   struct core_progress *progress, struct err *err)
{
	uint8_t *p = buf;
	size_t done = 0;

	if (!range_within(offset, len, INT64_MAX)) {
		progress->bad = len;
		return err_set(err, -ENODATA, "the file cannot reach offset 0x%" PRIx64, offset);
	}
	while (done < len) {
		ssize_t n = pread(core->fd, p + done, len - done, (off_t)(offset + done));
		int error = errno;

		if (n < 0 && error == EINTR)
			continue;
		if (n > 0) {
			done += (size_t)n;
			progress->good += (size_t)n;
			continue;
		}
		progress->bad = len - done;
		if (n == 0)
			return err_set(err, -ENODATA,
				       "the file is cut short: it has nothing at offset 0x%" PRIx64,
				       offset + done);
		progress->bad =
			(size_t)min_u64(len - done,
					UNREADABLE_UNIT - (offset + done) % UNREADABLE_UNIT);
		return err_errno(err, -error, "cannot read the file at offset 0x%" PRIx64,
				 offset + done);
	}
	return 0;
}

typedef struct piece piece_finder(const struct core *core, uint64_t addr, uint64_t len);

static int read_memory(const struct core *core, piece_finder *find, uint64_t addr, void *buf,
		       size_t len, struct core_progress *ret_progress, struct err *err)
{
	struct core_progress progress = { 0, 0 };
	uint8_t *p = buf;
	int r = 0;

	while (r == 0 && progress.good < len) {
		uint64_t at = addr + progress.good;
		size_t left = len - progress.good;
		struct piece piece = find(core, at, left);

		switch (piece.from) {
		case PIECE_FILE:
			r = core_read_file(core, piece.offset, p + progress.good, (size_t)piece.len,
					   &progress, err);
			break;
		case PIECE_ZEROS:
			memset(p + progress.good, 0, (size_t)piece.len);
			progress.good += (size_t)piece.len;
			break;
		case PIECE_NOWHERE:
			progress.bad = (size_t)piece.len;
			r = err_set(err, -ENXIO, "no program header covers it");
			break;
		}
	}
	if (r < 0)
		err_prefix(err, r, "cannot read memory at 0x%" PRIx64, addr + progress.good);
	if (ret_progress)
		*ret_progress = progress;
	return r;
}

/* Like core_read_vaddr(), of a dump; which of its pages are bad, only trying tells. */
static int read_dump(const struct core *core, uint64_t addr, void *buf, size_t len,
		     struct core_progress *ret_progress, struct err *err)
{
	struct core_progress progress = { 0, 0 };
	int r = dump_read(core->dump, addr, buf, len, &progress.good, err);

	if (r < 0) {
		addr += progress.good;
		progress.bad = (size_t)min_u64(len - progress.good,
					       UNREADABLE_UNIT - addr % UNREADABLE_UNIT);
		err_prefix(err, r, "cannot read memory at 0x%" PRIx64, addr);
	}
	if (ret_progress)
		*ret_progress = progress;
	return r;
}

int core_read_vaddr(const struct core *core, uint64_t addr, void *buf, size_t len,
		    struct core_progress *ret_progress, struct err *err)
{
	if (core->dump)
		return read_dump(core, addr, buf, len, ret_progress, err);
	return read_memory(core, find_vaddr, addr, buf, len, ret_progress, err);
}

int core_read_paddr(const struct core *core, uint64_t addr, void *buf, size_t len,
		    struct core_progress *ret_progress, struct err *err)
{
	return read_memory(core, find_paddr, addr, buf, len, ret_progress, err);
}

int core_read_uint(const struct core *core, uint64_t addr, unsigned int width, uint64_t *ret,
		   struct err *err)
{
	uint8_t data[8] = { 0 };
	int r;

	if (width > sizeof(data))
		return err_set(err, -EINVAL, "cannot read a number of %u bytes", width);
	r = core_read_vaddr(core, addr, data, width, NULL, err);
	if (r < 0)
		return r;
	if (!core_uint(core, (struct bytes){ data, width }, 0, width, ret))
		return err_set(err, -EINVAL, "cannot read a number of %u bytes", width);
	return 0;
}
