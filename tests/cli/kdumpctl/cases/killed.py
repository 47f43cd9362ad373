# SPDX-License-Identifier: GPL-2.0-or-later
"""Killed in the middle: what was there before is still there, or the new is there whole."""

import os
import subprocess
import time

from expect import fresh
from machine import PROGRAMS, Machine

ROUNDS = 34  # of each command, a hundred together


def killed_rounds(machine: Machine, *command: str):
    """Runs the command again and again, killed at moments spread over the time that it takes."""
    words = [PROGRAMS / "kdumpctl", f"--sysroot={machine.root}", *command]
    environment = os.environ | {"PATH": f"{machine.bin}:{os.environ['PATH']}"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = time.monotonic()
    subprocess.run(words, env=environment, check=True, **quiet)
    whole = time.monotonic() - started
    for number in range(ROUNDS):
        yield number
        with subprocess.Popen(words, env=environment, start_new_session=True, **quiet) as process:
            time.sleep(whole * number / ROUNDS)
            process.kill()


def image_is_whole(machine: Machine) -> bool:
    """Both archives can be unpacked to their ends."""
    files = machine.image_files()
    return "init" in files and "kdump/manifest" in files


def rebuild(m: Machine) -> None:
    """The image under its name is always one that boots."""
    fresh(m)
    for _ in killed_rounds(m, "rebuild"):
        assert image_is_whole(m)
    assert image_is_whole(m)
    assert m.run("rebuild").returncode == 0
    assert sorted(p.name for p in m.image.parent.glob("*kdump.img*")) == [m.image.name]


def start(m: Machine) -> None:
    """A start that finds much to build; the next one works whatever the last one came to."""
    fresh(m)
    for number in killed_rounds(m, "start"):
        assert image_is_whole(m)
        assert m.run("stop").returncode == 0
        m.write("etc/kdump.conf", f"core_collector cp --sparse=always --suffix={number}")
    assert m.run("stop").returncode == 0
    assert m.run("start").returncode == 0 and image_is_whole(m)


def reset_crashkernel(m: Machine) -> None:
    """The boot loader's files have the old line or the new one, and nothing else changed."""
    old = 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="quiet crashkernel=auto"\n# end\n'
    grub = m.root / "etc/default/grub"
    grub.parent.mkdir(parents=True)
    grub.write_text(old)
    m.write("usr/sbin/update-grub", "")
    m.program(m.bin / "update-grub", "#!/bin/sh\nsleep 0.02\n")
    seen = set()
    for _ in killed_rounds(m, "reset-crashkernel"):
        text = grub.read_text()
        seen.add(text)
        assert text.startswith('GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="quiet crashkernel='), text
        assert text.endswith('"\n# end\n') and text.count("\n") == 3, text
        grub.write_text(old)
    assert m.run("reset-crashkernel").returncode == 0
    assert seen == {old, grub.read_text()} or seen == {grub.read_text()}, seen
