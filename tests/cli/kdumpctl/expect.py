# SPDX-License-Identifier: GPL-2.0-or-later
"""What most cases of kdumpctl expect."""

from machine import VERSION, Machine

FAILED = "Starting kdump: [FAILED]\n"
STOPPED = "kexec: unloaded kdump kernel\nStopping kdump: [OK]\n"
IMAGE = f"/boot/initramfs-{VERSION}kdump.img"


class Skip(Exception):
    """What cannot be tried here, and why."""


def check(done, status: int, stdout: str, stderr: str = "") -> None:
    """All of what a run said."""
    assert done.returncode == status, f"status {done.returncode}: {done.stdout}{done.stderr}"
    assert done.stdout == stdout, f"stdout:\n{done.stdout}"
    assert done.stderr == stderr, f"stderr:\n{done.stderr}"


def refused(machine: Machine, stderr: str, before: str = "") -> None:
    """start fails for one reason, said in these lines; @before is what it said so far."""
    check(machine.run("start"), 1, before + FAILED, stderr)
    assert not machine.image.exists()


def started(machine: Machine, *lines: str) -> None:
    """start succeeds; @lines come before the command is shown."""
    done = machine.run("start")
    out = done.stdout.splitlines()
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    assert tuple(out[:len(lines)]) == lines, done.stdout
    assert out[len(lines)].startswith("kexec command: BIN/kexec -p "), done.stdout
    assert out[len(lines) + 1] == "kexec: loaded kdump kernel", done.stdout
    assert out[-1] == "Starting kdump: [OK]", done.stdout


def fresh(machine: Machine) -> None:
    """Started once and stopped, so that there is an image."""
    started(machine, "No kdump initial ramdisk found.", f"Rebuilding {IMAGE}")
    assert machine.run("stop").returncode == 0


def image_conf(machine: Machine) -> list[str]:
    """The lines of the image's configuration, after a start with a new image."""
    machine.image.unlink(missing_ok=True)
    fresh(machine)
    return machine.image_files()["etc/kdump.conf"].decode().splitlines()
