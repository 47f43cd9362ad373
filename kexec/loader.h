/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Image loaders: what a row of the table of image types can do. A probe has three answers:
 * yes, not mine, and an error for an image that is mine but damaged, so that a truncated
 * bzImage is never called an unknown file.
 */
#ifndef KEXEC_LOADER_H
#define KEXEC_LOADER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/attrs.h"
#include "lib/bytes.h"
#include "lib/err.h"
#include "kexec/crash.h"
#include "kexec/machine.h"
#include "kexec/modules.h"
#include "kexec/plan.h"
#include "kexec/request.h"
#include "kexec/rsdp.h"

/** PROBE_NOT_MINE - the bytes are not this loader's. */
#define PROBE_NOT_MINE 1

enum { LOAD_SEED_SIZE = 32 }; /* bytes: RNG_SEED_LENGTH of arch/x86/kernel/kexec-bzimage64.c */

/** struct load_input - all that a loader may look at. */
struct load_input {
	struct bytes kernel;
	struct bytes initrd; /* empty: none */
	struct bytes dtb;    /* a checked device tree; empty: none */
	const char *cmdline; /* final */
	bool efi;            /* hand on the machine's EFI */
	const struct modules *modules;
	struct rsdp rsdp; /* if the loader wants it */
	const struct request *request;
	const struct machine *machine;
	const struct crash *crash;    /* NULL: not a capture kernel */
	uint8_t seed[LOAD_SEED_SIZE]; /* fresh random bytes for the new kernel's generator */
};

struct loader {
	const char *name; /* as --type names it */
	bool by_file;     /* kernels' kexec_file_load can take the image */
	bool named;       /* its command line begins with its name */
	bool wants_rsdp;  /* to hand on a copy of it */
	uint64_t honours; /* those of request_image_dependent that it can honour */

	/** probe - Return: 0, PROBE_NOT_MINE, or -errno with @err saying what is wrong. */
	int (*probe)(struct bytes kernel, struct err *err);

	/**
	 * check - refuse by name what of the request cannot be had with this image. NULL: nothing.
	 * Return: 0; -ENOPROTOOPT or -ENOTSUP with @err saying what.
	 */
	int (*check)(const struct request *request, struct bytes kernel, struct err *err);

	/**
	 * purgatory - limits to where purgatory may lie for this image: [min, max), as entering
	 * it another way than in 64-bit mode asks for. NULL: anywhere.
	 */
	void (*purgatory)(const struct request *request, struct placement *where);

	/**
	 * argument - "NAME=VALUE" that the command line needs where NAME is not there yet, for
	 * the way of entry that is asked for. NULL, or NULL returned: nothing.
	 */
	const char *(*argument)(const struct request *request);

	/** cmdline_max - longest command line that this image takes, without the NUL. */
	size_t (*cmdline_max)(struct bytes kernel);

	/** takes_efi - can it go on with the EFI that the running kernel has set up? */
	bool (*takes_efi)(struct bytes kernel);

	/**
	 * plan - place the image and what it needs, and set plan->kernel and plan->mode.
	 * Purgatory is there already, where @purgatory says.
	 */
	int (*plan)(const struct load_input *input, struct plan *plan, struct err *err);
};

extern const struct loader loader_bzimage64;
extern const struct loader loader_bzimage; /* 32-bit, and 64-bit ones before Linux 3.8 */
extern const struct loader loader_elf_x86;
extern const struct loader loader_elf_x86_64;
extern const struct loader loader_multiboot;
extern const struct loader loader_multiboot2;

#endif
