/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel file: any bytes, through the header's checks to a whole plan by each entry, which must be sound. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kexec/bzimage.h"
#include "kexec/loader.h"
#include "kexec/purgatory.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A machine of 8 GiB with the usual hole below 4 GiB. */
static void make_room(struct memory_map *map)
{
	check(memory_map_add(map, 0x1000, 0x9fc00, MEMORY_RAM, NULL) == 0);
	check(memory_map_add(map, 0x100000, 0xbffe0000, MEMORY_RAM, NULL) == 0);
	check(memory_map_add(map, 0x100000000, 0x240000000, MEMORY_RAM, NULL) == 0);
}

static const struct segment *find(const struct plan *plan, const char *name)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (strcmp(plan->segments[i].name, name) == 0)
			return &plan->segments[i];
	abort();
}

static void check_kernel(const struct plan *plan, const struct bzimage *bz)
{
	const struct segment *kernel = find(plan, "kernel");

	check(kernel->size >= bz->init_size && kernel->content.data == bz->payload.data);
	if (plan->mode == PLAN_NATIVE || bz->relocatable) {
		check(kernel->start % bz->alignment == 0 && kernel->start >= bz->pref_address);
	} else {
		check(kernel->start == BZIMAGE_LOAD_ADDRESS);
		check(kernel->start + kernel->size >= bz->pref_address + bz->init_size);
	}
	if (plan->mode == PLAN_NATIVE)
		check(plan->kernel.ip == kernel->start + BZIMAGE_ENTRY64);
	else
		check(kernel->start + kernel->size <= UINT64_C(1) << 32);
	if (plan->mode == PLAN_PROTECTED)
		check(plan->kernel.ip == kernel->start &&
		      plan->kernel.si == find(plan, "boot_params")->start &&
		      plan->kernel.si < UINT32_MAX);
	if (plan->mode == PLAN_REAL)
		check(plan->kernel.ds << 4 == find(plan, "setup")->start &&
		      plan->kernel.cs == plan->kernel.ds + 0x20);
}

static void plan_it(const struct load_input *input, const struct loader *loader,
		    const struct bzimage *bz)
{
	const struct purgatory_console console = { 0 };
	struct memory_map room = { NULL };
	struct placement limits = { 0 };
	struct plan plan;
	struct err err = ERR_INIT;
	int r;

	make_room(&room);
	plan_init(&plan, &room);
	loader->purgatory(input->request, &limits);
	r = purgatory_place(&plan, &limits, &err);
	if (r == 0)
		r = loader->plan(input, &plan, &err);
	if (r == 0) {
		check(plan_check(&plan, &err) == 0);
		check_kernel(&plan, bz);
		/* Not verifying: an init_size of 4 GiB would be hashed for a minute. */
		check(purgatory_finish(&plan, &console, true, &err) == 0);
	} else { /* nothing else can go wrong */
		check((r == -EADDRNOTAVAIL || r == -EBADMSG || r == -ENOTSUP) && err.text[0]);
	}
	plan_done(&plan);
}

/* By each entry; the bytes also serve as an initrd and a device tree. */
static void plan_all(struct load_input *input, const struct loader *loader,
		     const struct bzimage *bz)
{
	static const uint64_t entries[] = { 0, OPTION_BIT(OPTION_ENTRY_32BIT),
					    OPTION_BIT(OPTION_REAL_MODE) };
	struct request request = { .crash = false };

	input->request = &request;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		request.given = entries[i];
		check(loader->check(&request, input->kernel, NULL) == 0);
		input->dtb = entries[i] & OPTION_BIT(OPTION_REAL_MODE) ? (struct bytes){ NULL }
								       : input->initrd;
		plan_it(input, loader, bz);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct load_input input = {
		.kernel = { data, size },
		.initrd = { data, size },
		.cmdline = "ro",
	};
	struct machine machine = { .arch = NULL };
	const struct loader *loader;
	struct bzimage bz;
	struct err err = ERR_INIT;
	int r = bzimage_parse(input.kernel, &bz, &err);

	if (r != 0) {
		check(loader_bzimage64.probe(input.kernel, NULL) == r &&
		      loader_bzimage.probe(input.kernel, NULL) == r);
		check(r == BZIMAGE_NOT_MINE || ((r == -EBADMSG || r == -ENOTSUP) && err.text[0]));
		return 0;
	}
	loader = bzimage_has_entry64(&bz) ? &loader_bzimage64 : &loader_bzimage;
	check(loader_bzimage64.probe(input.kernel, NULL) +
		      loader_bzimage.probe(input.kernel, NULL) ==
	      PROBE_NOT_MINE);
	check(loader->probe(input.kernel, NULL) == 0);
	check(bz.payload.size > 0 && bz.payload.data == data + bz.setup.size &&
	      bz.payload.data + bz.payload.size <= data + size);
	input.machine = &machine;
	make_room(&machine.firmware.memory);
	plan_all(&input, loader, &bz);
	machine_done(&machine);
	return 0;
}
