#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dracut's module 98kexec-kdump: the capture program as a service of an image that dracut
# builds, for dump targets on storage that our own image does not handle.
#
# kdumpctl asks for it by name and says in KDUMP_STAGE where to find what it has worked out:
# kdump.conf, and programs, in which each line is "SOURCE<tab>NAME IN THE IMAGE".

# Never because of the machine: only who names the module gets it.
check() {
	[[ $KDUMP_STAGE ]] || return 1
	return 255
}

depends() {
	echo systemd dracut-systemd
}

install_programs() {
	local source name

	while IFS=$'\t' read -r source name; do
		inst "$source" "$name" || dfatal "kdump: cannot install $source" || return 1
	done < "$KDUMP_STAGE/programs"
}

# Whatever goes wrong, whoever sees it: our unit instead of a shell that nobody sits at.
install_units() {
	local units="${initdir:?}/etc/systemd/system" unit

	mkdir -p "$units/initrd.target.wants" "$initdir/etc/systemd/system.conf.d" || return 1
	cp "${moddir:?}/kdump-capture.service" "$units/" || return 1
	ln -s ../kdump-capture.service "$units/initrd.target.wants/" || return 1
	for unit in emergency rescue dracut-emergency; do
		cp "$moddir/kdump-emergency.service" "$units/$unit.service" || return 1
	done
	cp "$moddir/system.conf" "$initdir/etc/systemd/system.conf.d/kdump.conf" || return 1
	# There is no root to go to, and the crashed system's tuning is not for this kernel.
	for unit in initrd-parse-etc.service initrd-cleanup.service initrd-switch-root.service \
		initrd-switch-root.target systemd-sysctl.service; do
		ln -sf /dev/null "$units/$unit" || return 1
	done
}

install() {
	local zone

	install_programs || return 1
	# Dumps are named by the time of the place; without it, it is UTC.
	zone=$(readlink -e /etc/localtime) && inst_simple "$zone" /etc/localtime
	cp "$KDUMP_STAGE/kdump.conf" "${initdir:?}/etc/kdump.conf" || return 1
	install_units
}
