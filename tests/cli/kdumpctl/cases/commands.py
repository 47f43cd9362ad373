# SPDX-License-Identifier: GPL-2.0-or-later
"""What each command says and does."""

import json
import os

from expect import FAILED, IMAGE, STOPPED, check, fresh, started
from machine import UUID, VERSION, Machine


def help_and_usage(m: Machine) -> None:
    """--help goes by the table; anything else wrong is a usage line and 1."""
    out = m.run("--help").stdout
    usage, rest = out.split("\n", 1)
    names = usage.removeprefix("Usage: kdumpctl {").removesuffix("}").split("|")
    assert {"start", "stop", "status", "restart", "reload", "rebuild", "showmem"} <= set(names)
    assert all(f"\n  {name} " in rest for name in names), out
    for arguments in ((), ("begin",), ("start", "now")):
        check(m.run(*arguments), 1, "", f"{usage}\n")
    check(m.run("start", "--json"), 1, "",
          f"kdumpctl: 'start' does not take the option --json\n{usage}\n")


def first_start(m: Machine) -> None:
    """The whole output, and the exact command line."""
    line = ('ro x="1 2" irqpoll nr_cpus=1 reset_devices cgroup_disable=memory mce=off numa=off '
            "panic=10 acpi_no_memhotplug transparent_hugepage=never nokaslr hest_disable cma=0 "
            "pcie_ports=compat novmcoredd kfence.sample_interval=0 hugetlb_cma=0 "
            "rootfstype=ramfs disable_cpu_apicid=4")
    check(m.run("start"), 0,
          f"No kdump initial ramdisk found.\nRebuilding {IMAGE}\n"
          f"kexec command: BIN/kexec -p '--command-line={line}' "
          f"--initrd=ROOT{IMAGE} ROOT/boot/vmlinuz-{VERSION}\n"
          "kexec: loaded kdump kernel\n"
          f"kernel /boot/vmlinuz-{VERSION}, image {IMAGE}, 256 MiB reserved, "
          f"target ext4 UUID={UUID}:/var/crash\nStarting kdump: [OK]\n")
    check(m.run("status"), 0, "Kdump is operational\n")
    check(m.run("start"), 0, "Kdump already running: [WARNING]\n")


def stop_and_restart(m: Machine) -> None:
    """stop works when nothing is loaded; restart loads in the place of what is loaded."""
    check(m.run("stop"), 0, STOPPED)
    check(m.run("status"), 3, "Kdump is not operational\n")
    done = m.run("status", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout) == {"operational": False, "reserved": 256 << 20}, done.stdout
    m.kexec_calls()
    for begin in ("No kdump initial ramdisk found.\n", "kexec command: "):
        out = m.run("restart").stdout
        assert out.startswith(begin) and out.endswith("Starting kdump: [OK]\n"), out
    calls = m.kexec_calls()
    assert len(calls) == 2 and not any(" -u" in call for call in calls), calls
    check(m.run("showmem"), 0, "Reserved 256MB memory for crash kernel\n")


def rehearsal_is_for_real_machines(m: Machine) -> None:
    """Nothing of a machine that is a folder can be rehearsed."""
    check(m.run("rehearse"), 1, "Rehearsal: [FAILED]\n",
          "a machine below --sysroot cannot rehearse\n")


def failed_restart_keeps_what_is_loaded(m: Machine) -> None:
    """A slip in the configuration is told before anything is unloaded."""
    fresh(m)
    started(m)
    m.write("etc/kdump.conf", "pth /var/crash")
    check(m.run("restart"), 1, FAILED, "kdump.conf:1: Invalid kdump config option pth\n"
          "Did you mean 'path'?\nWhat was loaded before stays loaded.\n")
    check(m.run("status"), 0, "Kdump is operational\n")
    m.write("etc/kdump.conf", "")
    m.write("kexec-fails", "")
    for command in ("restart", "reload"):
        done = m.run(command)
        assert done.returncode == 1 and done.stdout.endswith(FAILED), done.stdout
        assert done.stderr.endswith("\nWhat was loaded before stays loaded.\n"), done.stderr
    m.write("etc/sysconfig/kdump", "KDUMP_KERNELVER=4.0\n")
    assert m.run("reload").returncode == 1
    check(m.run("status"), 0, "Kdump is operational\n")


def kernel_that_drops_what_is_loaded(m: Machine) -> None:
    """It frees the old one before it takes the new one, which it may refuse: that is told."""
    for command in ("restart", "reload"):
        assert m.run(command).returncode == 0
        m.write("kexec-drops", "")
        done = m.run(command)
        assert done.returncode == 1 and done.stdout.endswith(FAILED), done.stdout
        assert "What was loaded before is gone: nothing is loaded now.\n" in done.stderr, done.stderr
        assert "stays loaded" not in done.stderr, done.stderr
        assert not (m.root / "run/kdump-armed").exists()
        (m.root / "kexec-drops").unlink()
        done = m.run("start")
        assert done.returncode == 0 and done.stdout.endswith("Starting kdump: [OK]\n"), done
    m.write("sys/kernel/kexec_crash_loaded", "0")
    m.write("kexec-drops", "")
    assert "What was loaded" not in m.run("start").stderr


def reload_builds_nothing(m: Machine) -> None:
    """reload loads what is there, whatever became of the configuration since."""
    fresh(m)
    m.write("etc/kdump.conf", "core_collector cp")
    out = m.run("reload").stdout.splitlines()
    assert out[0] == "Kdump was not running: [WARNING]", out
    assert out[1].startswith("kexec command: ") and out[-1] == "Starting kdump: [OK]", out
    m.write("etc/kdump.conf", "no such thing")
    m.kexec_calls()
    out = m.run("reload").stdout
    assert len(m.kexec_calls()) == 1
    assert out.startswith("kexec command: "), out
    assert out.endswith("kexec: loaded kdump kernel\nStarting kdump: [OK]\n"), out


def rebuild_builds_only(m: Machine) -> None:
    """rebuild builds in any case, and loads nothing."""
    for _ in range(2):
        check(m.run("rebuild"), 0, f"Rebuilding {IMAGE}\n")
        assert m.image.exists()
        assert m.run("status").returncode == 3
        os.truncate(m.image, 0)


def unsupported_kernel(m: Machine) -> None:
    """No sysfs file: the kernel cannot."""
    (m.root / "sys/kernel/kexec_crash_loaded").unlink()
    done = m.run("start")
    assert done.returncode == 1
    assert done.stderr.startswith("Kdump is not supported on this kernel\n")


def failing_kexec(m: Machine) -> None:
    """Its words come through, and its word is not taken for it."""
    m.write("kexec-fails", "")
    done = m.run("start")
    assert done.returncode == 1
    assert done.stderr.startswith("kexec: no\n"), done.stderr
    assert done.stdout.endswith("kexec: failed to load kdump kernel\n" + FAILED), done.stdout
    done = m.run("stop")
    assert done.returncode == 1
    assert done.stdout == "kexec: failed to unload kdump kernel\nStopping kdump: [FAILED]\n"
    (m.root / "kexec-fails").unlink()
    m.write("kexec-lies", "")
    done = m.run("start")
    assert done.returncode == 1
    assert "reports success, but the kernel says that no capture kernel" in done.stderr


def options_for_kexec(m: Machine) -> None:
    """KEXEC_ARGS counts for loading; of it, what says by which call counts for unloading, too."""
    m.write("etc/sysconfig/kdump", "KEXEC_ARGS='-d -c'")
    m.run("start")
    m.run("stop")
    load, unload = m.kexec_calls()
    assert load.startswith("-p -d -c --command-line="), load
    assert unload == "-p -c -u", unload
    m.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
    done = m.run("start")
    assert "The kernel is locked down (integrity): by kexec_file_load (-s).\n" \
        "kexec command: BIN/kexec -p -d -c -s --command-line=" in done.stdout.replace("'", ""), \
        done.stdout
    m.run("stop")
    assert m.kexec_calls()[1] == "-p -c -s -u"


def older_kernel_captures(m: Machine) -> None:
    """Where the running kernel's five-level paging is nothing for it, it is loaded by segments."""
    m.write("proc/sys/kernel/osrelease", "6.19.0-new")
    m.write("etc/sysconfig/kdump", f"KDUMP_KERNELVER={VERSION}")
    m.write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu la57\n")
    out = m.run("start").stdout
    assert f"Five-level paging is in use, and {VERSION} is older than the running kernel: by " \
        "kexec_load (-c).\nkexec command: BIN/kexec -p -c " in out, out
    m.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
    done = m.run("restart")
    assert " -p -s " in done.stdout, done.stdout
    assert done.stderr == (
        f"WARNING: under five-level paging, {VERSION}, which is older than the running kernel, "
        "may not start when loaded by kexec_file_load.\n"
        "Boot this system with no5lvl, or let its own kernel capture.\n"), done.stderr


def stop_whatever_the_configuration(m: Machine) -> None:
    """What is loaded can be unloaded."""
    m.run("start")
    m.write("etc/sysconfig/kdump", "KEXEC_ARGS=\"-s 'a\"")
    check(m.run("stop"), 0, STOPPED)
    m.write("etc/sysconfig/kdump", "rm -rf")
    check(m.run("stop"), 0, STOPPED,
          "warning: /etc/sysconfig/kdump:1: this is not an assignment\n"
          "warning: This file is read, not executed: NAME=VALUE lines only, without blanks around "
          "the '='.\n")


def lock_is_not_passed_on(m: Machine) -> None:
    """A program that outlives kdumpctl must not keep the next one waiting."""
    script = m.bin / "kexec"
    Machine.program(script, script.read_text().replace(
        "#!/bin/sh\n", f"#!/bin/sh\nls -l /proc/self/fd >>{m.bin}/descriptors\n"))
    m.run("start")
    seen = (m.bin / "descriptors").read_text()
    assert " 1 -> " in seen and "run/lock/kdump" not in seen, seen


def tells_who_holds_the_lock(m: Machine) -> None:
    """While it waits it says so; killed for waiting, it has changed nothing."""
    script = m.bin / "kexec"
    Machine.program(script, script.read_text().replace("#!/bin/sh\n", "#!/bin/sh\nsleep 2\n"))
    child = os.fork()
    if child == 0:
        m.run("stop")
        os._exit(0)
    while not (m.root / "run/lock/kdump").exists():
        pass
    done = m.run("stop")
    os.waitpid(child, 0)
    assert done.returncode == 0
    first = done.stdout.splitlines()[0]
    assert first.startswith("Another app is currently holding the kdump lock; waiting for it to "
                            "exit... (held by "), first
    assert first.endswith(" stop)"), first
