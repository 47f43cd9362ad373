# SPDX-License-Identifier: GPL-2.0-or-later
#
# One non-recursive Makefile. Programs go to build/; the same programs, built by clang with
# the sanitizers for the tests, go to build/san/. A new .c file in a folder is found by itself.

.SUFFIXES:
.DELETE_ON_ERROR:
SHELL	:= /bin/bash
MAKEFLAGS += --no-builtin-rules

PREFIX	?= /usr/local
SBINDIR	?= $(PREFIX)/sbin
BINDIR	?= $(PREFIX)/bin
LIBEXECDIR ?= $(PREFIX)/lib/kdump
UNITDIR	?= $(PREFIX)/lib/systemd/system
MANDIR	?= $(PREFIX)/share/man
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
SYSCONFDIR ?= /etc
Q	:= $(if $(V),,@)

.PHONY: all
all:

# ---- What must be on the machine ---------------------------------------------------------

BUILD_PACKAGES	:= gcc make autoconf pkg-config binutils zlib1g-dev liblzma-dev libzstd-dev \
	libelf-dev libkdumpfile-dev libkmod-dev libmount-dev libblkid-dev libsystemd-dev
VM_PACKAGES	:= qemu-system-x86 qemu-system-arm qemu-system-misc qemu-utils ovmf openssl \
	mmdebstrap debian-archive-keyring e2fsprogs xfsprogs
TEST_PACKAGES	:= clang clang-format llvm libclang-rt-dev libcmocka-dev python3 cpio kmod shellcheck \
	mandoc xz-utils zstd openssh-client iproute2 $(VM_PACKAGES)

# missing(PACKAGES): those that dpkg does not call installed.
missing = $(filter-out $(shell dpkg-query -W -f '$${Package} $${db:Status-Status}\n' $(1) \
	2>/dev/null | awk '$$2 == "installed" { print $$1 }'),$(1))

# Installs what is missing when run as root; else says what to install.
define install_missing
	$(Q)packages='$(strip $(call missing,$(1)))'; \
	[ -n "$$packages" ] || exit 0; \
	if [ "$$(id -u)" != 0 ]; then \
		echo "missing Debian packages; as root: apt-get install $$packages" >&2; exit 1; \
	fi; \
	echo "installing: $$packages"; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends $$packages >/dev/null
endef

.PHONY: deps check check-fast check-vm demo bench lint install uninstall dist clean
deps:
	$(call install_missing,$(BUILD_PACKAGES) $(TEST_PACKAGES))

# These install what they need first, so the build starts in a make of its own, which finds
# compilers and libraries as they are then.
check: deps
	$(Q)$(MAKE) --no-print-directory run-check
check-fast: deps
	$(Q)$(MAKE) --no-print-directory run-check-fast
check-vm: deps
	$(Q)$(MAKE) --no-print-directory run-check-vm
demo: deps
	$(Q)$(MAKE) --no-print-directory run-demo
bench: deps
	$(Q)$(MAKE) --no-print-directory run-bench

# ---- Configuration -----------------------------------------------------------------------

NO_CONFIG_GOALS	:= deps check check-fast check-vm demo bench clean
ifneq ($(filter-out $(NO_CONFIG_GOALS),$(or $(MAKECMDGOALS),all)),)
include config.mk
endif

configure: configure.ac
	autoconf
config.h.in: configure.ac
	autoheader
config.mk: configure config.h.in config.mk.in
	./configure --quiet
	@touch $@

# ---- Compiling ---------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
	-Wformat=2 -Wundef -Wpointer-arith -Wcast-align -Wwrite-strings \
	-Wimplicit-fallthrough -Werror=unused-result -Wno-missing-field-initializers
BASE_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DVERSION='"$(VERSION)"' \
	-DLIBEXECDIR='"$(LIBEXECDIR)"' -DSBINDIR='"$(SBINDIR)"' -DUNITDIR='"$(UNITDIR)"' \
	-I. $(CPPFLAGS)
BASE_CFLAGS = -std=gnu11 $(WARNINGS) $(ZLIB_CFLAGS) $(LZMA_CFLAGS) $(ZSTD_CFLAGS) \
	$(ELF_CFLAGS) $(KMOD_CFLAGS) $(MOUNT_CFLAGS) $(BLKID_CFLAGS) $(SYSTEMD_CFLAGS)
HARDENING := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

CC_build	= $(CC)
CFLAGS_build	= $(CFLAGS) $(HARDENING)
LDFLAGS_build	= $(LDFLAGS) -pie -Wl,-z,relro,-z,now -Wl,--as-needed
CC_build/san	= clang
CFLAGS_build/san = -O1 -g -Werror $(SANITIZE) -fsanitize=fuzzer-no-link
LDFLAGS_build/san = $(SANITIZE) -Wl,--as-needed

COMPRESSION_LIBS = $(ZLIB_LIBS) $(LZMA_LIBS) $(ZSTD_LIBS)
# The machine that we compile for; purgatory and lib's accelerated SHA-256 are native.
ARCH	:= $(firstword $(subst -, ,$(shell $(or $(CC),cc) -dumpmachine 2>/dev/null)))

# A folder's main programs; every other source there goes into the folder's archive.
MAINS	:= kexec/main.c vmcore-dmesg/main.c kdump/kdumpctl.c kdump/kdump-capture.c \
	kdump/kdump-dep-generator.c
NATIVE_ONLY := $(filter-out %_$(ARCH).c,$(wildcard lib/sha256_*.c))
sources = $(filter-out $(MAINS) $(NATIVE_ONLY),$(wildcard $(1)/*.c)) \
	$(if $(filter lib,$(1)),$(if $(wildcard lib/sha256_$(ARCH).c),,lib/sha256_generic.c))

# flavour(DIR): rules for the programs below DIR, with CC_DIR, CFLAGS_DIR, LDFLAGS_DIR.
define flavour
$(1)/obj/%.o: %.c config.mk
	@mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(BASE_CPPFLAGS) $$(BASE_CFLAGS) $$(CFLAGS_$(1)) -MMD -MP -c -o $$@ $$<

$(foreach folder,lib kexec vmcore-dmesg kdump,
$(1)/$(folder).a: $$(patsubst %.c,$(1)/obj/%.o,$$(call sources,$(folder)))
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$^
)
$(1)/kexec: $(1)/obj/kexec/main.o $(1)/kexec.a $(1)/obj/purgatory_blob.o $(1)/lib.a
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$^ $$(ELF_LIBS) $$(COMPRESSION_LIBS)
$(1)/vmcore-dmesg: $(1)/obj/vmcore-dmesg/main.o $(1)/vmcore-dmesg.a $(1)/lib.a
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$^ $$(ELF_LIBS)
$(1)/kdumpctl: $(1)/obj/kdump/kdumpctl.o $(1)/kdump.a $(1)/lib.a
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$^ $$(KMOD_LIBS) $$(MOUNT_LIBS) $$(BLKID_LIBS) \
		$$(ELF_LIBS) $$(SYSTEMD_LIBS) $$(COMPRESSION_LIBS)
$(1)/kdump-capture: $(1)/obj/kdump/kdump-capture.o $(1)/kdump.a $(1)/lib.a
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$^ $$(BLKID_LIBS)
$(1)/kdump-dep-generator: $(1)/obj/kdump/kdump-dep-generator.o $(1)/kdump.a $(1)/lib.a
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) -o $$@ $$^
endef
$(eval $(call flavour,build))
$(eval $(call flavour,build/san))

# Where its companions are installed is compiled into kdumpctl and the generator: another PREFIX,
# other programs.
.PHONY: force
build/places: force
	@mkdir -p $(@D)
	@echo '$(SBINDIR) $(BINDIR) $(LIBEXECDIR) $(UNITDIR)' | cmp -s - $@ || \
		echo '$(SBINDIR) $(BINDIR) $(LIBEXECDIR) $(UNITDIR)' > $@
$(foreach program,kdumpctl kdump-dep-generator, \
	build/obj/kdump/$(program).o build/san/obj/kdump/$(program).o): build/places

PROGRAMS := kexec vmcore-dmesg kdumpctl kdump-capture kdump-dep-generator
all: $(PROGRAMS:%=build/%)
.PHONY: san
san: $(PROGRAMS:%=build/san/%)

include purgatory/purgatory.mk
-include $(shell find build -name '*.d' 2>/dev/null)

# ---- Tests -------------------------------------------------------------------------------

include tests/tests.mk

# ---- Installing --------------------------------------------------------------------------

# Folders of the system that others read: systemd, udev, kernel-install, Debian's kernel packages.
SYSTEMLIBDIR := $(PREFIX)/lib
HOOKDIR := $(SYSCONFDIR)/kernel
# dracut looks for its modules nowhere else, whatever PREFIX is.
DRACUTDIR ?= /usr/lib/dracut/modules.d
DRACUT_MODULE := $(DRACUTDIR)/98kexec-kdump
DRACUT_FILES := kdump-capture.service kdump-emergency.service system.conf

FILLED := kdump.service kdump-early.service kdump-hotplug.service kdump-storage.service \
	kernel-hooks/postinst kernel-hooks/60-kdump.install kernel-hooks/92-kdump-crashkernel.install
$(FILLED:%=build/units/%): build/units/%: units/%.in build/places
	@mkdir -p $(@D)
	$(Q)sed -e 's|@BINDIR@|$(BINDIR)|g' -e 's|@LIBEXECDIR@|$(LIBEXECDIR)|g' $< > $@

install: all $(FILLED:%=build/units/%)
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)$(SYSCONFDIR)/sysconfig \
		$(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(COMPLETIONDIR) \
		$(DESTDIR)$(SYSTEMLIBDIR)/udev/rules.d $(DESTDIR)$(SYSTEMLIBDIR)/kernel/install.d \
		$(DESTDIR)$(HOOKDIR)/postinst.d $(DESTDIR)$(HOOKDIR)/postrm.d
	install -m 755 build/kexec build/vmcore-dmesg $(DESTDIR)$(SBINDIR)
	install -m 755 build/kdumpctl $(DESTDIR)$(BINDIR)
	install -m 755 build/kdump-capture $(DESTDIR)$(LIBEXECDIR)
	install -m 644 man/kdump.conf.5 $(DESTDIR)$(MANDIR)/man5
	install -m 644 man/kexec.8 man/vmcore-dmesg.8 man/kdumpctl.8 $(DESTDIR)$(MANDIR)/man8
	install -m 644 $(addprefix completions/,kexec vmcore-dmesg kdumpctl) $(DESTDIR)$(COMPLETIONDIR)
	install -m 644 build/units/kdump.service build/units/kdump-early.service \
		build/units/kdump-hotplug.service build/units/kdump-storage.service \
		units/kdump-hotplug.path units/kdump-storage.path $(DESTDIR)$(UNITDIR)
	install -m 644 units/98-kdump.rules $(DESTDIR)$(SYSTEMLIBDIR)/udev/rules.d
	install -m 755 build/units/kernel-hooks/postinst $(DESTDIR)$(LIBEXECDIR)/kernel-postinst
	install -m 755 units/kernel-hooks/postrm $(DESTDIR)$(LIBEXECDIR)/kernel-postrm
	install -D -m 755 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/system-generators \
		build/kdump-dep-generator
	install -m 755 build/units/kernel-hooks/60-kdump.install \
		build/units/kernel-hooks/92-kdump-crashkernel.install \
		$(DESTDIR)$(SYSTEMLIBDIR)/kernel/install.d
	ln -sf $(LIBEXECDIR)/kernel-postinst $(DESTDIR)$(HOOKDIR)/postinst.d/kdump
	ln -sf $(LIBEXECDIR)/kernel-postrm $(DESTDIR)$(HOOKDIR)/postrm.d/kdump
	install -D -m 755 -t $(DESTDIR)$(DRACUT_MODULE) units/dracut/module-setup.sh
	install -m 644 -t $(DESTDIR)$(DRACUT_MODULE) $(addprefix units/dracut/,$(DRACUT_FILES))
	install -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/sysctl.d units/90-kdump-panic.conf
	install -D -m 644 -t $(DESTDIR)$(SYSTEMLIBDIR)/systemd/catalog units/kdump.catalog
	-[ -n "$(DESTDIR)" ] || journalctl --update-catalog
	[ -e $(DESTDIR)$(SYSCONFDIR)/kdump.conf ] || \
		install -m 644 kdump.conf $(DESTDIR)$(SYSCONFDIR)
	[ -e $(DESTDIR)$(SYSCONFDIR)/sysconfig/kdump ] || \
		install -m 644 units/kdump.sysconfig $(DESTDIR)$(SYSCONFDIR)/sysconfig/kdump

# The administrator's own files in SYSCONFDIR stay.
uninstall:
	rm -f $(addprefix $(DESTDIR)$(SBINDIR)/,kexec vmcore-dmesg) $(DESTDIR)$(BINDIR)/kdumpctl \
		$(DESTDIR)$(MANDIR)/man5/kdump.conf.5 \
		$(DESTDIR)$(SYSTEMLIBDIR)/sysctl.d/90-kdump-panic.conf \
		$(DESTDIR)$(SYSTEMLIBDIR)/systemd/catalog/kdump.catalog \
		$(addprefix $(DESTDIR)$(LIBEXECDIR)/,kdump-capture kernel-postinst kernel-postrm) \
		$(addprefix $(DESTDIR)$(UNITDIR)/,kdump.service kdump-early.service \
			kdump-hotplug.service kdump-hotplug.path kdump-storage.service \
			kdump-storage.path) \
		$(DESTDIR)$(SYSTEMLIBDIR)/udev/rules.d/98-kdump.rules \
		$(DESTDIR)$(SYSTEMLIBDIR)/systemd/system-generators/kdump-dep-generator \
		$(addprefix $(DESTDIR)$(SYSTEMLIBDIR)/kernel/install.d/,60-kdump.install \
			92-kdump-crashkernel.install) \
		$(DESTDIR)$(HOOKDIR)/postinst.d/kdump $(DESTDIR)$(HOOKDIR)/postrm.d/kdump \
		$(addprefix $(DESTDIR)$(MANDIR)/man8/,kexec.8 vmcore-dmesg.8 kdumpctl.8) \
		$(addprefix $(DESTDIR)$(COMPLETIONDIR)/,kexec vmcore-dmesg kdumpctl)
	rm -f $(addprefix $(DESTDIR)$(DRACUT_MODULE)/,module-setup.sh $(DRACUT_FILES))
	-rmdir $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(DRACUT_MODULE) 2>/dev/null

dist:
	git archive --prefix=kexec-kdump-$(VERSION)/ HEAD | xz > kexec-kdump-$(VERSION).tar.xz

clean:
	rm -rf build autom4te.cache
	rm -f configure configure~ config.h config.h.in config.mk config.log config.status
