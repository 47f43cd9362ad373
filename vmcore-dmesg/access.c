/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vmcore-dmesg/access.h"

enum {
	/* Error codes that tell the access. x86: the page fault's (asm/trap_pf.h). */
	X86_WRITE = 1 << 1,
	X86_EXECUTE = 1 << 4,
	/* arm64: ESR_ELx, exception class in bits 26 to 31 (asm/esr.h). */
	ESR_CLASS_SHIFT = 26,
	ESR_CLASS_MASK = 0x3f,
	ESR_INSTRUCTION_ABORT = 0x21,
	ESR_DATA_ABORT = 0x25,
	ESR_WRITE = 1 << 6,
	/* arm, whose kernels say it with the same words: FSR (asm/../mm/fault.h). */
	FSR_MAX = 0xfff,
	FSR_WRITE = 1 << 11,
	/* powerpc: DSISR_ISSTORE (asm/reg.h). */
	DSISR_STORE = 0x02000000,
	/* s390: what was tried, bits 52 and 53 of the TEID (asm/fault.h). */
	TEID_STORE = 0x400,
	TEID_FETCH = 0x800,
};

enum event_access access_decode(char architecture, uint64_t code)
{
	unsigned int class = (unsigned int)(code >> ESR_CLASS_SHIFT) & ESR_CLASS_MASK;

	switch (architecture) {
	case 'E':
		if (code & X86_EXECUTE)
			return ACCESS_EXECUTE;
		return code & X86_WRITE ? ACCESS_WRITE : ACCESS_READ;
	case 'M':
		if (code <= FSR_MAX)
			return code & FSR_WRITE ? ACCESS_WRITE : ACCESS_READ;
		if (class == ESR_INSTRUCTION_ABORT)
			return ACCESS_EXECUTE;
		if (class != ESR_DATA_ABORT)
			return ACCESS_UNKNOWN;
		return code & ESR_WRITE ? ACCESS_WRITE : ACCESS_READ;
	case 'R': /* the privileged specification's exception codes */
		if (code == 1 || code == 12)
			return ACCESS_EXECUTE;
		if (code == 5 || code == 13)
			return ACCESS_READ;
		return code == 7 || code == 15 ? ACCESS_WRITE : ACCESS_UNKNOWN;
	case 'D':
		return code & DSISR_STORE ? ACCESS_WRITE : ACCESS_READ;
	default:
		if ((code & TEID_STORE) == (code & TEID_FETCH) / 2)
			return ACCESS_UNKNOWN;
		return code & TEID_STORE ? ACCESS_WRITE : ACCESS_READ;
	}
}
