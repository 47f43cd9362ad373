# SPDX-License-Identifier: GPL-2.0-or-later
#
# Unit tests and fuzz targets are found by name: tests/unit/test_NAME.c (cmocka) and
# tests/fuzz/fuzz_NAME.c (libFuzzer; its corpus in tests/fuzz/corpus/NAME/ is replayed by
# every check). The other suites are programs called tests/SUITE/run that print TAP.

TEST_ARCHIVES := build/san/kexec.a build/san/vmcore-dmesg.a build/san/kdump.a build/san/lib.a
TEST_LIBS = $(KMOD_LIBS) $(MOUNT_LIBS) $(BLKID_LIBS) $(ELF_LIBS) $(SYSTEMD_LIBS) \
	$(COMPRESSION_LIBS)
UNIT_TESTS := $(patsubst tests/unit/%.c,build/san/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,build/san/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

build/san/unit/%: build/san/obj/tests/unit/%.o build/san/obj/purgatory_blob.o $(TEST_ARCHIVES)
	@mkdir -p $(@D)
	$(Q)$(CC_build/san) $(LDFLAGS_build/san) -o $@ $^ -lcmocka $(TEST_LIBS)

build/san/fuzz/%: build/san/obj/tests/fuzz/%.o build/san/obj/purgatory_blob.o $(TEST_ARCHIVES)
	@mkdir -p $(@D)
	$(Q)$(CC_build/san) $(LDFLAGS_build/san) -fsanitize=fuzzer -o $@ $^ $(TEST_LIBS)

# What tests/cli puts between kexec and the kernel; without sanitizers, as it comes first.
build/san/fake_kernel.so: tests/cli/fake_kernel.c purgatory/params.h config.mk
	@mkdir -p $(@D)
	$(Q)$(CC_build/san) $(WARNINGS) -Werror -D_GNU_SOURCE -I. -O1 -g -fPIC -shared -o $@ $<

# Made by a chain of pattern rules; make would remove them behind the tests' last line.
.SECONDARY: $(patsubst tests/%.c,build/san/obj/tests/%.o,\
	$(wildcard tests/unit/*.c tests/fuzz/*.c tests/cores/*.c)) \
	$(patsubst tests/%.c,build/obj/tests/%.o,$(wildcard tests/bench/*.c))

build/san/cores/%: build/san/obj/tests/cores/%.o build/san/vmcore-dmesg.a build/san/lib.a
	@mkdir -p $(@D)
	$(Q)$(CC_build/san) $(LDFLAGS_build/san) -o $@ $^ $(ELF_LIBS)

.PHONY: run-check run-check-fast run-check-vm run-demo run-bench tests
tests: all san build/san/fake_kernel.so $(UNIT_TESTS) $(FUZZ_TARGETS) build/san/cores/probe
run-check-fast: tests
	$(Q)tests/run rules unit fuzz cli cores cause output
run-check: tests
	$(Q)tests/run rules unit fuzz cli cores cause output vm
run-check-vm: all
	$(Q)tests/vm/run --all
run-demo: all
	$(Q)tests/vm/demo
build/bench/%: build/obj/tests/bench/%.o build/lib.a
	@mkdir -p $(@D)
	$(Q)$(CC_build) $(LDFLAGS_build) -o $@ $^ -ldl
run-bench: all build/bench/sha256
	$(Q)tests/bench/run
lint:
	$(Q)tests/run rules
