/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An ELF file: any bytes, to a whole plan in each way of handing arguments over. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "kexec/loader.h"
#include "kexec/purgatory.h"
#include "tests/fuzz/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The kernel is entered inside of what was loaded. */
static bool entry_is_loaded(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->count; i++)
		if (&plan->segments[i] != plan->purgatory &&
		    plan->kernel.ip >= plan->segments[i].start &&
		    plan->kernel.ip - plan->segments[i].start < plan->segments[i].size)
			return true;
	return false;
}

static void plan_it(const struct loader *loader, struct load_input *input, enum option arguments)
{
	const struct request request = { .given = OPTION_BIT(arguments) };
	struct placement where = { 0 };
	struct memory_map room = { NULL };
	struct plan plan;
	struct err err = ERR_INIT;
	int r;

	input->request = &request;
	check_small_machine(&room);
	plan_init(&plan, &room);
	if (loader->purgatory)
		loader->purgatory(&request, &where);
	r = purgatory_place(&plan, &where, &err);
	if (r == 0)
		r = loader->plan(input, &plan, &err);
	if (r == 0) {
		/* Made to lie where purgatory already does: seen in the end. */
		r = plan_check(&plan, &err);
		check(r == 0 || r == -EINVAL);
		check(entry_is_loaded(&plan));
	}
	check(r == 0 || r == -EINVAL || r == -ENXIO || r == -EADDRNOTAVAIL || r == -E2BIG);
	check(r == 0 || err.text[0]);
	plan_done(&plan);
}

static void try(const struct loader *loader, const uint8_t *data, size_t size)
{
	struct load_input input = { .kernel = { data, size }, .cmdline = "ro" };
	struct machine machine = { .arch = NULL };
	struct err err = ERR_INIT;
	int r = loader->probe(input.kernel, &err);

	check(r == 0 || r == PROBE_NOT_MINE || (r == -EBADMSG && err.text[0]));
	if (r != 0)
		return;
	check_small_machine(&machine.firmware.memory);
	input.machine = &machine;
	input.initrd = input.kernel;
	plan_it(loader, &input, OPTION_ARGS_LINUX);
	plan_it(loader, &input, OPTION_ARGS_ELF);
	plan_it(loader, &input, OPTION_ARGS_NONE);
	machine_done(&machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try(&loader_elf_x86_64, data, size);
	try(&loader_elf_x86, data, size);
	return 0;
}
