# SPDX-License-Identifier: GPL-2.0-or-later
"""The VM harness: real Debian guests under QEMU, driven by the cases in ../cases.

Each module owns one noun.  From the bottom up: say, clock, command; cache,
debian; guest, disk, payload; console, agent, gdb, machine; dump, readers;
case, lab, suite; and the step-by-step scripts that several cases share.
"""
