# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps as they lie about in a dump path."""

from pathlib import Path

from machine import PROGRAMS, TOP, Machine

CRASH = "var/crash"
CAUSES = TOP / "tests/cause"
NAME = "127.0.0.1-2026-11-23-14:34:17"


def log_of(cause: str) -> str:
    """A log from tests/cause."""
    return (CAUSES / f"{cause}.test").read_text().split("\n---\n", 1)[1]


def reader(machine: Machine) -> None:
    """Let kdumpctl find vmcore-dmesg."""
    (machine.bin / "vmcore-dmesg").symlink_to(PROGRAMS / "vmcore-dmesg")


def save(m: Machine, name: str = NAME, log: str | None = "x86_64-6.1-null-module",
         **files: str) -> Path:
    """A dump: its folder with a log from tests/cause and further files."""
    folder = m.root / CRASH / name
    folder.mkdir(parents=True)
    if log:
        (folder / "vmcore-dmesg.txt").write_text(log_of(log))
    for file, text in files.items():
        (folder / file).write_text(text)
    return folder
