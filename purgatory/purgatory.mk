# SPDX-License-Identifier: GPL-2.0-or-later
#
# Purgatory, built freestanding into one flat blob that kexec embeds. It runs on bare hardware
# with CR4 nearly empty: no vector instructions but where the source asks for them, no stack
# protector (there is no thread area), no control-flow marks, and none of the user's CFLAGS,
# which may hold any of these. -O2 because SHA-256 over 100 MB is most of what it does.

comma := ,
PURGATORY_CFLAGS := -std=gnu11 $(WARNINGS) -O2 -ffreestanding -fno-builtin -fpie \
	-fvisibility=hidden -fno-stack-protector -fcf-protection=none -ffunction-sections \
	-fno-asynchronous-unwind-tables -fno-common -mno-red-zone -march=x86-64 -mcmodel=small \
	-mno-mmx -mno-sse -mno-avx -U_FORTIFY_SOURCE -D_GNU_SOURCE -I. \
	-include purgatory/hidden.h
PURGATORY_SOURCES := $(wildcard purgatory/$(ARCH)/*.S purgatory/$(ARCH)/*.c) \
	purgatory/purgatory.c purgatory/string.c lib/sha256.c $(wildcard lib/sha256_$(ARCH).c)

# gcc would turn the loops of string.c into calls of the very functions they define.
purgatory_cc_flags = $(if $(findstring clang,$(1)),,-fno-tree-loop-distribute-patterns)

# Linkers since binutils 2.39 warn of the blob's one segment, which is all of rwx.
PURGATORY_LDFLAGS := -nostdlib -pie -Wl,--no-dynamic-linker,--gc-sections,-z,norelro \
	-Wl,--build-id=none,-z,defs,-z,noexecstack \
	$(if $(shell ld --help 2>/dev/null | grep no-warn-rwx),-Wl$(comma)--no-warn-rwx-segments)

define purgatory_flavour
$(1)/purgatory/%.o: %.c config.mk purgatory/purgatory.mk
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(PURGATORY_CFLAGS) $$(call purgatory_cc_flags,$$(CC_$(1))) \
		-MMD -MP -c -o $$@ $$<
$(1)/purgatory/%.o: %.S config.mk purgatory/purgatory.mk
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) -D__ASSEMBLER__ -I. -MMD -MP -c -o $$@ $$<
$(1)/purgatory/purgatory.elf: $$(patsubst %,$(1)/purgatory/%.o,$$(basename $$(PURGATORY_SOURCES))) \
		purgatory/purgatory.lds purgatory/params.h
	$$(Q)$$(CC_$(1)) -E -P -x c -D__ASSEMBLER__ -I. -o $(1)/purgatory/purgatory.lds \
		purgatory/purgatory.lds
	$$(Q)$$(CC_$(1)) $$(PURGATORY_LDFLAGS) -Wl,-T,$(1)/purgatory/purgatory.lds \
		-o $$@ $$(filter %.o,$$^)
	$$(Q)! $$(READELF) -rW $$@ 2>/dev/null | grep -q R_ || { echo "$$@ has relocations" >&2; exit 1; }
	$$(Q)! $$(NM) -u $$@ | grep . || { echo "$$@ has undefined symbols" >&2; exit 1; }
$(1)/purgatory/purgatory.bin: $(1)/purgatory/purgatory.elf
	$$(Q)$$(OBJCOPY) -O binary -j .image $$< $$@
$(1)/obj/purgatory_blob.o: kexec/purgatory_blob.S $(1)/purgatory/purgatory.bin
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) -DPURGATORY_BIN='"$(1)/purgatory/purgatory.bin"' -c -o $$@ $$<
endef
$(eval $(call purgatory_flavour,build))
$(eval $(call purgatory_flavour,build/san))
