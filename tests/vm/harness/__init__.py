# SPDX-License-Identifier: GPL-2.0-or-later
"""The VM harness: real Debian guests under QEMU, driven by the cases in ../cases.

Each module owns one noun.  From the bottom up: say, clock, signals, command, check; cache,
debian; system_kernel, guest, kernel, disk, payload, bzimage; console, agent, gdb, machine;
readers, dump; lab, suite; and the steps that several cases share: reboot, crash, target, uefi,
refusal, mixed.
"""
