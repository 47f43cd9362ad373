# SPDX-License-Identifier: GPL-2.0-or-later
"""Arming early in the boot, and the start that comes after it."""

import os
import shutil

from expect import FAILED, IMAGE, STOPPED, check, fresh, started
from machine import UUID, VERSION, Machine
from saved import CRASH, NAME, save

KEPT = "What was armed early stays loaded: nothing changed since.\n"
RUNNING = "Kdump already running: [WARNING]\n"
ARMED = (f"kernel /boot/vmlinuz-{VERSION}, image {IMAGE}, 256 MiB reserved, "
         f"target ext4 UUID={UUID}:/var/crash\nStarting kdump: [OK]\n")


def early(machine: Machine) -> None:
    """Boot up to where it is armed early."""
    fresh(machine)
    machine.write("sys/devices/system/cpu/present", "0-1")
    machine.write("proc/iomem", "00001000-3fffffff : System RAM\n  01000000-01ffffff : Kernel code")
    machine.kexec_calls()
    out = machine.run("early").stdout.splitlines()
    assert out[0].startswith("kexec command: BIN/kexec -p "), out
    assert out[1:] == ["kexec: loaded kdump kernel",
                       f"Armed early: kernel /boot/vmlinuz-{VERSION}, image {IMAGE}"], out
    assert len(machine.kexec_calls()) == 1


def early_again(machine: Machine) -> None:
    """The next boot's."""
    assert machine.run("early").returncode == 0
    machine.kexec_calls()


def replaced(m: Machine, change: str) -> None:
    """start loads anew, without unloading, for that reason."""
    done = m.run("start")
    out = done.stdout
    assert done.returncode == 0, done.stderr
    assert out.startswith(
        f"What was armed early is replaced: {change} changed since.\nkexec command: "), out
    assert out.endswith(f"kexec: loaded kdump kernel\n{ARMED}"), out
    (call,) = m.kexec_calls()
    assert call.startswith("-p --command-line="), call
    check(m.run("start"), 0, RUNNING)


def kept_by_start(m: Machine) -> None:
    """The same kernel and image stay loaded, and all else that start does is done, once."""
    early(m)
    check(m.run("status"), 0, "Kdump is operational\n")
    save(m)
    done = m.run("start")
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert done.stdout.startswith(KEPT + ARMED), done.stdout
    assert f": /{CRASH}/{NAME} (" in done.stdout, done.stdout
    assert not (m.root / "kexec-calls").exists()
    check(m.run("start"), 0, RUNNING)


def replaced_for_a_new_kernel(m: Machine) -> None:
    """A package put it there in between."""
    early(m)
    os.utime(m.root / f"boot/vmlinuz-{VERSION}")
    replaced(m, "the kernel")


def replaced_for_the_command_line(m: Machine) -> None:
    """Early takes it from the same file; this one was changed afterwards."""
    early(m)
    m.write("etc/sysconfig/kdump", "KDUMP_COMMANDLINE_APPEND=panic=20")
    replaced(m, "the command line")


def replaced_for_the_machine(m: Machine) -> None:
    """CPUs and memory that came in between are in no capture kernel that was loaded before."""
    early(m)
    m.write("sys/devices/system/cpu/present", "0-3")
    replaced(m, "the number of CPUs")
    assert m.run("stop").returncode == 0
    early_again(m)
    m.write("proc/iomem", "00001000-3fffffff : System RAM\n100000000-13fffffff : System RAM")
    replaced(m, "the memory")


def replaced_for_a_new_image(m: Machine) -> None:
    """start finds it out of date, and builds it, while the old one is loaded."""
    early(m)
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\npath /var/crash/here")
    (m.root / "var/crash/here").mkdir()
    out = m.run("start").stdout
    assert f"Rebuilding {IMAGE}\n" in out, out
    assert "What was armed early is replaced: the capture image changed since.\n" in out, out
    (call,) = m.kexec_calls()
    assert " -u" not in call, call


def failed_start_keeps_it(m: Machine) -> None:
    """A mistake in the configuration costs no dump, and the next start is a whole one."""
    early(m)
    m.write("etc/kdump.conf", "pth /var/crash")
    check(m.run("start"), 1, FAILED, "kdump.conf:1: Invalid kdump config option pth\n"
          "Did you mean 'path'?\nWhat was loaded before stays loaded.\n")
    check(m.run("status"), 0, "Kdump is operational\n")
    m.write("etc/kdump.conf", "core_collector cp --sparse=always")
    assert ARMED in m.run("start").stdout


def reload_in_between(m: Machine) -> None:
    """What came or went before start is loaded; start has yet to do the rest."""
    early(m)
    m.write("sys/devices/system/cpu/present", "0-3")
    assert m.run("condreload").returncode == 0
    assert m.run("start").stdout.startswith(KEPT)


def killed_with_the_load_done(m: Machine) -> None:
    """start finds what is loaded, and does all else that it does."""
    fresh(m)
    m.program(m.bin / "kexec",
              f"#!/bin/sh\necho 1 > {m.root}/sys/kernel/kexec_crash_loaded\nkill -9 $PPID\n")
    assert m.run("early").returncode < 0
    done = m.run("start")
    assert done.stdout.startswith(KEPT), done.stdout + done.stderr
    assert m.run("start").stdout == RUNNING


def test_before_start(m: Machine) -> None:
    """A test that came to nothing leaves it to start to do the rest."""
    early(m)
    (m.root / "var/lib").mkdir(exist_ok=True)
    m.write("proc/sysrq-trigger", "")
    done = m.run("test", "--force")
    assert "the kernel was told to crash, and did not\n" in done.stderr, done.stderr
    assert m.run("start").stdout.startswith(KEPT)


def cannot_be_written_down(m: Machine) -> None:
    """What start would not know of is not loaded: it comes soon."""
    fresh(m)
    (m.root / "run/kdump-armed").mkdir()
    m.kexec_calls()
    done = m.run("early")
    assert done.returncode == 1 and "\nNot armed early: " in f"\n{done.stderr}", done.stderr
    assert not (m.root / "kexec-calls").exists()


def of_others(m: Machine) -> None:
    """What somebody else loaded is left alone, by early and by start."""
    early(m)
    check(m.run("early"), 0, "A capture kernel is loaded already; it stays.\n")
    (m.root / "run/kdump-armed").unlink()
    check(m.run("start"), 0, RUNNING)
    m.write("run/kdump-armed", "by earl")
    check(m.run("start"), 0, RUNNING)


def stop_ends_it(m: Machine) -> None:
    """What is loaded by hand after that was not armed early."""
    early(m)
    check(m.run("stop"), 0, STOPPED)
    assert not (m.root / "run/kdump-armed").exists()
    m.write("sys/kernel/kexec_crash_loaded", "1")
    check(m.run("start"), 0, RUNNING)


def not_armed(m: Machine) -> None:
    """One line, whatever is missing, and nothing is built or looked for."""
    check(m.run("early"), 1, "", f"Not armed early: there is no {IMAGE} yet\n")
    m.image.write_text("not ours")
    check(m.run("early"), 1, "",
          f"Not armed early: {IMAGE} has no record of what it was made from\n")
    m.image.unlink()
    fresh(m)
    m.write("sys/kernel/kexec_crash_size", "0")
    done = m.run("early")
    assert done.returncode == 1 and not done.stdout and done.stderr.count("\n") == 1, done
    assert done.stderr.startswith("Not armed early: "), done.stderr
    m.write("sys/kernel/kexec_crash_size", str(256 << 20))
    m.write("etc/kdump.conf", "no such thing\nssh nobody@nowhere")
    m.write("kexec-fails", "")
    done = m.run("early")
    assert done.returncode == 1, done
    assert done.stderr.startswith("kexec: no\nNot armed early: "), done.stderr
    (m.root / "kexec-fails").unlink()
    assert m.run("early").returncode == 0
    assert not (m.root / "kexec-calls").read_text().endswith("-u\n")


def before_tmpfiles(m: Machine) -> None:
    """The folder of the lock may not be there yet."""
    fresh(m)
    shutil.rmtree(m.root / "run/lock")
    assert m.run("early").returncode == 0
