# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases that panic the guest."""

from . import check
from .dump import Dump
from .lab import Lab

DEFAULT_PATH = "/var/crash"
# Writes all, and still as ELF, which is what readers other than makedumpfile understand.
ELF_COLLECTOR = "makedumpfile -E --message-level 7 -d 31"
_START_SECONDS = 300
_CAPTURE_SECONDS = 480


def configure(lab: Lab, **directives: str) -> None:
    """Set directives of /etc/kdump.conf, as an administrator with an editor does."""
    for name, value in directives.items():
        _set_line(lab, "/etc/kdump.conf", f"{name}[[:space:]]", f"{name} {value}")


def use_syscall(lab: Lab, option: str) -> None:
    """Choose -c or -s in /etc/sysconfig/kdump."""
    _set_line(lab, "/etc/sysconfig/kdump", "KEXEC_ARGS=", f'KEXEC_ARGS="{option}"')


def use_kernel(lab: Lab, release: str) -> None:
    """Choose the capture kernel in /etc/sysconfig/kdump."""
    _set_line(lab, "/etc/sysconfig/kdump", "KDUMP_KERNELVER=", f'KDUMP_KERNELVER="{release}"')


def arm(lab: Lab) -> str:
    """Start the service; the text of its status, which says that it is armed."""
    started = lab.agent.run("systemctl start kdump", _START_SECONDS)
    status = lab.agent.run("systemctl status --no-pager --full kdump")
    check.that(started.status == 0, f"systemctl start kdump failed:\n{status}")
    check.shows(status.out, r"Crash recovery kernel arming", "systemctl status kdump")
    check.shows(status.out, r"Active: active \(exited\)", "systemctl status kdump")
    check_loaded(lab, "1")
    return status.out


def check_loaded(lab: Lab, wanted: str) -> None:
    """Whether the kernel has a capture kernel loaded: "1" or "0"."""
    loaded = lab.agent.check("cat /sys/kernel/kexec_crash_loaded").strip()
    check.equal(loaded, wanted, "/sys/kernel/kexec_crash_loaded")


def panic(lab: Lab) -> None:
    """Crash the guest's kernel."""
    lab.agent.fire("echo c >/proc/sysrq-trigger")


def capture(lab: Lab) -> None:
    """Arm, crash, and wait until the capture kernel is done and resets the machine."""
    arm(lab)
    panic(lab)
    lab.machine.wait_exit(_CAPTURE_SECONDS, "the capture kernel to save the dump and reset")


def capture_on_root(lab: Lab) -> Dump:
    """The whole cycle with the dump on the root disk, looked at after the reset."""
    capture(lab)
    return Dump.only_one_in(lab.offline_root(), DEFAULT_PATH, lab.folder)


def capture_log(lab: Lab) -> str:
    """What the console shows of the kernel that was started by a panic."""
    _, panicked, after = lab.console.text().partition("Kernel panic - not syncing")
    check.that(panicked, "the console shows no panic")
    _, started, capture_kernel = after.partition("Linux version ")
    check.that(started, "the console shows no kernel after the panic")
    return capture_kernel


def _set_line(lab: Lab, path: str, start: str, line: str) -> None:
    """Put line in the place of those that start so, on disk before the guest can panic."""
    lab.agent.check(f"sed -i '/^{start}/d' {path} && echo '{line}' >>{path} && sync {path}")
