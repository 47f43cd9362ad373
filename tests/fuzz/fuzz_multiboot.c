/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A Multiboot image of either version: any bytes, to a whole plan with two modules. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "kexec/loader.h"
#include "kexec/multiboot.h"
#include "kexec/purgatory.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A 32-bit kernel reaches all that was loaded for it, and is entered inside of it. */
static void check_reach(const struct plan *plan)
{
	bool entered = false;

	for (unsigned int i = 0; i < plan->count; i++) {
		const struct segment *s = &plan->segments[i];

		check(s->start + s->size <= MULTIBOOT_MEMORY_MAX);
		if (s != plan->purgatory && plan->kernel.ip >= s->start &&
		    plan->kernel.ip - s->start < s->size)
			entered = true;
	}
	check(entered);
}

static void plan_it(const struct loader *loader, const struct load_input *input)
{
	struct placement where = { 0 };
	struct memory_map room = { NULL };
	struct plan plan;
	struct err err = ERR_INIT;
	int r;

	check_small_machine(&room);
	plan_init(&plan, &room);
	loader->purgatory(input->request, &where);
	r = purgatory_place(&plan, &where, &err);
	if (r == 0)
		r = loader->plan(input, &plan, &err);
	if (r == 0) {
		/* Made to lie where purgatory already does: seen in the end. */
		r = plan_check(&plan, &err);
		check(r == 0 || r == -EINVAL);
		check_reach(&plan);
	}
	check(r == 0 || r == -EINVAL || r == -ENXIO || r == -EADDRNOTAVAIL || r == -E2BIG);
	check(r == 0 || err.text[0]);
	plan_done(&plan);
}

static void try(const struct loader *loader, const uint8_t *data, size_t size)
{
	const struct request request = { .given = 0 };
	struct modules modules = { .count = 2 };
	struct machine machine = { .arch = NULL };
	struct load_input input = { .kernel = { data, size },
				    .cmdline = "image ro",
				    .machine = &machine,
				    .modules = &modules,
				    .request = &request };
	struct err err = ERR_INIT;
	int r = loader->probe(input.kernel, &err);

	check(r == 0 || r == PROBE_NOT_MINE || ((r == -EBADMSG || r == -ENOTSUP) && err.text[0]));
	if (r != 0)
		return;
	for (size_t i = 0; i < modules.count; i++)
		modules.items[i] = (struct module){ { -1, input.kernel }, "module" };
	check_small_machine(&machine.firmware.memory);
	plan_it(loader, &input);
	machine_done(&machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try(&loader_multiboot, data, size);
	try(&loader_multiboot2, data, size);
	return 0;
}
