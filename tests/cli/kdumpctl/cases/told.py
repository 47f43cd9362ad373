# SPDX-License-Identifier: GPL-2.0-or-later
"""Where to, and how much of it, kdumpctl tells: the log levels of the sysconfig file."""

import os
import re
import socket

from expect import FAILED, STOPPED, check, fresh
from machine import Machine

# Runs the rest of its line where /dev/log is a socket of ours.
OWN_LOG = """
mkdir "$0" && touch "$0/null" && ln -s "$1" "$0/log" || exit 99
mount --bind /dev/null "$0/null" && mount --rbind "$0" /dev || exit 99
shift
exec "$@"
"""


def levels(m: Machine, *values: int) -> None:
    """For standard output and error, syslog and the kernel's log."""
    names = ("STD", "SYS", "KMSG")
    m.write("etc/sysconfig/kdump", "\n".join(f"KDUMP_{name}LOGLVL={value}"
                                             for name, value in zip(names, values)))


def less_and_more(m: Machine) -> None:
    """Each level has what the one before it has, and more."""
    fresh(m)
    m.write("etc/kdump.conf", "core_collector cp --sparse=always\ndefault reboot")
    warning = "kdump.conf:2: warning: default is now called failure_action; it is taken as that\n"
    sizes = []
    for level in range(5):
        levels(m, level)
        m.write("etc/kdump.conf", "core_collector cp\npth /var/crash")
        failed = m.run("start")
        assert failed.returncode == 1
        assert (failed.stdout == FAILED) == (level >= 1), failed.stdout
        assert failed.stderr.startswith("kdump.conf:2: Invalid") == (level >= 1), failed.stderr
        m.write("etc/kdump.conf", "core_collector cp --sparse=always\ndefault reboot")
        done = m.run("start")
        assert done.returncode == 0
        assert done.stderr == (warning if level >= 2 else ""), done.stderr
        assert ("Starting kdump: [OK]" in done.stdout) == (level >= 3), done.stdout
        assert ("in date" in done.stdout) == (level >= 4 and level != 0), done.stdout
        again = m.run("start")
        assert (again.stdout == "Kdump already running: [WARNING]\n") == (level >= 2)
        check(m.run("stop"), 0, STOPPED if level >= 3 else "")
        sizes.append(len(done.stdout + failed.stdout + again.stdout))
    assert sizes == sorted(sizes), sizes


def what_is_asked_for_is_shown(m: Machine) -> None:
    """Levels are about what is told on the way, not about answers."""
    levels(m, 0)
    check(m.run("status"), 3, "Kdump is not operational\n")
    check(m.run("showmem"), 0, "Reserved 256MB memory for crash kernel\n")


def into_the_kernels_log(m: Machine) -> None:
    """With the priority in front; nothing by default."""
    log = m.root / "dev/kmsg"
    log.write_text("")
    m.run("start")
    assert log.read_text() == ""
    m.run("stop")
    levels(m, 0, 0, 3)
    assert m.run("start").stdout == ""
    lines = log.read_text().splitlines()
    assert "<30>kdump: kexec: loaded kdump kernel" in lines, lines
    assert all(re.match(r"<30>kdump: .", line) for line in lines), lines
    log.write_text("")
    levels(m, 3, 0, 1)
    m.write("etc/kdump.conf", "\npth /var/crash")
    m.run("restart")
    assert log.read_text() == ("<27>kdump: kdump.conf:2: Invalid kdump config option pth\n"
                               "<27>kdump: Did you mean 'path'?\n"
                               "<27>kdump: Starting kdump: [FAILED]\n"), log.read_text()


def into_syslog(m: Machine) -> None:
    """With priority and name, a line at a time."""
    place = m.bin / "log"
    unshare = ("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "-r", "--mount")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(place))
        log.setblocking(False)
        levels(m, 0, 2, 0)
        m.write("etc/kdump.conf", "\npth /var/crash")
        done = m.run("start", within=(*unshare, "sh", "-c", OWN_LOG, str(m.bin / "dev"),
                                      str(place)))
        check(done, 1, "")
        lines = []
        while True:
            try:
                lines.append(log.recv(8192).decode().rstrip("\n\0"))
            except BlockingIOError:
                break
    texts = [re.sub(r"^<27>.* kdump\[\d+\]: ", "", line) for line in lines]
    assert texts == ["kdump.conf:2: Invalid kdump config option pth", "Did you mean 'path'?",
                     "Starting kdump: [FAILED]"], lines
