# SPDX-License-Identifier: GPL-2.0-or-later
"""prune: old dumps are deleted, and nothing else."""

import os
import re
import subprocess

from expect import check, fresh
from machine import PROGRAMS, Machine
from saved import CRASH, reader, save

DAYS = [f"127.0.0.1-2020-01-0{day}-00:00:00" for day in range(1, 6)]


def names(machine: Machine) -> list[str]:
    """What lies in the dump path."""
    return sorted(os.listdir(machine.root / CRASH))


def said(done) -> list[str]:
    """What a run printed, without sizes."""
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    return [re.sub(r"[\d.]+[BKMGT](?=:| free)", "SIZE", line) for line in done.stdout.splitlines()]


def deleted(name: str, reason: str, word: str = "Deleted") -> str:
    """The line about one dump."""
    return f"{word} /{CRASH}/{name}, SIZE: {reason}"


def five(machine: Machine, *lines: str) -> None:
    """Five dumps, and a configuration."""
    for name in DAYS:
        save(machine, name, vmcore="x" * 10000)
    machine.write("etc/kdump.conf", "\n".join(("core_collector cp", *lines)))


def nothing_by_default(m: Machine) -> None:
    """Without a directive nothing is deleted, by start neither."""
    five(m)
    check(m.run("prune"), 0, "Dumps are kept for ever: none of keep_dumps, min_free and max_age "
          "is set in /etc/kdump.conf.\n")
    fresh(m)
    assert names(m) == DAYS


def by_count(m: Machine) -> None:
    """keep_dumps: the oldest go; a dry run leaves them; the second time nothing is to be done."""
    five(m, "keep_dumps 3")
    lines = [deleted(name, "more than keep_dumps 3", "Would delete") for name in DAYS[:2]]
    assert said(m.run("prune", "-n")) == lines
    assert said(m.run("prune", "--dry-run")) == lines
    assert names(m) == DAYS
    assert said(m.run("prune")) == [line.replace("Would delete", "Deleted") for line in lines]
    assert names(m) == DAYS[2:]
    check(m.run("prune"), 0, "No dump is to be deleted.\n")


def by_age(m: Machine) -> None:
    """max_age: never the newest, however old it is."""
    five(m, "max_age 30")
    assert said(m.run("prune")) == [deleted(name, "older than max_age 30") for name in DAYS[:4]]
    assert names(m) == DAYS[4:]


def by_space(m: Machine) -> None:
    """min_free: until there is enough or only the newest is left, which is told."""
    five(m, "min_free 9000000T")
    lines = said(m.run("prune"))
    assert lines[:4] == [deleted(name, "less is free than min_free 8.5E") for name in DAYS[:4]]
    assert lines[4:] == ["SIZE free is less than min_free 8.5E, and no other dump may be deleted."]
    m.write("etc/kdump.conf", "min_free 1")
    save(m, DAYS[0])
    check(m.run("prune"), 0, "No dump is to be deleted.\n")


def start_prunes(m: Machine) -> None:
    """start does it when it has armed."""
    five(m, "keep_dumps 4")
    out = m.run("start").stdout.splitlines()
    assert out[-2] == "Starting kdump: [OK]", out
    assert out[-1].startswith(f"Deleted /{CRASH}/{DAYS[0]}, "), out
    assert names(m) == DAYS[1:]


def others_stay(m: Machine) -> None:
    """What is no dump of this machine's kdump stays, and what links lead to."""
    five(m, "keep_dumps 1")
    stay = ["192.0.2.7-2019-01-01-00:00:00", "201901010000", "2019-01-01-00-00",
            "2019-01-01-00:00"]
    for name in stay:
        save(m, name, vmcore="x", **{f"dump.{name}": "x"})
    outside = m.root / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "vmcore").write_text("x")
    (m.root / CRASH / "127.0.0.1-2019-01-01-00:00:00").symlink_to(outside)
    (m.root / CRASH / "127.0.0.1-2019-01-01-00:00:01").mkdir()
    (m.root / CRASH / "127.0.0.1-2019-01-01-00:00:01" / "letter").write_text("x")
    (m.root / CRASH / DAYS[0] / "link").symlink_to(outside)
    (m.root / CRASH / DAYS[0] / "a" / "b").mkdir(parents=True)
    (m.root / CRASH / DAYS[0] / "a" / "b" / "c").symlink_to(outside / "vmcore")
    os.mkfifo(m.root / CRASH / DAYS[0] / "pipe")
    assert len(said(m.run("prune"))) == 4
    assert names(m) == sorted([*stay, DAYS[4], "127.0.0.1-2019-01-01-00:00:00",
                               "127.0.0.1-2019-01-01-00:00:01"])
    assert sorted(os.listdir(outside)) == ["deep", "vmcore"]


def machines_with_one_folder(m: Machine) -> None:
    """On a folder of the host's, this machine's are those with its word; on a server none are."""
    five(m, "keep_dumps 1")
    own = [f"web-0123abcd-2020-01-0{day}-00:00:00" for day in range(1, 4)]
    others = ["db-0123abcd-2020-01-01-00:00:00", "web-fedc9876-2020-01-01-00:00:00",
              ".deleted-web-fedc9876-2020-01-02-00:00:00", f".deleted-{DAYS[0]}"]
    for name in [*own, *others, f".deleted-{own[0]}"]:
        save(m, name, vmcore="x" * 10000)
    before = names(m)
    table = m.root / "proc/self/mountinfo"
    local = table.read_text()
    m.write("proc/self/mountinfo", local + "24 23 0:40 / /var/crash rw - nfs4 store:/x rw")
    check(m.run("prune"), 0, "No dump is to be deleted.\n")
    assert names(m) == before
    table.write_text(local)
    m.shared_crash()
    reader(m)
    assert own[1] in m.run("list").stdout
    assert f"Dump:     /{CRASH}/{own[1]}\n" in m.run("info", own[1]).stdout
    assert said(m.run("prune")) == [deleted(name, "more than keep_dumps 1") for name in own[:2]]
    assert names(m) == sorted([*DAYS, *others, own[2]])
    (m.root / "etc/machine-id").unlink()
    done = m.run("prune")
    assert done.returncode == 1 and "told apart by the machine ID" in done.stderr, done.stderr
    assert own[2] in m.run("list").stdout


def half_deleted(m: Machine) -> None:
    """What an interrupted prune left is no dump, and the next one takes it away."""
    five(m, "keep_dumps 9")
    crash = m.root / CRASH
    (crash / DAYS[0]).rename(crash / f".deleted-{DAYS[0]}")
    (crash / ".deleted-mine").mkdir()
    (crash / f".deleted-{DAYS[1]}").write_text("a file")
    (crash / f".deleted-{DAYS[2]}").symlink_to(crash / DAYS[2])
    assert DAYS[0] not in str(m.run("list", "--json").stdout)
    assert said(m.run("prune", "-n")) == ["No dump is to be deleted."]
    assert (crash / f".deleted-{DAYS[0]}").exists()
    check(m.run("prune"), 0, "No dump is to be deleted.\n")
    assert names(m) == sorted([".deleted-mine", f".deleted-{DAYS[1]}", f".deleted-{DAYS[2]}",
                               *DAYS[1:]])


def killed_at_any_time(m: Machine) -> None:
    """kill -9 leaves whole dumps, and folders that the next prune takes away."""
    five(m, "keep_dumps 1")
    crash = m.root / CRASH
    for name in DAYS[:4]:
        for i in range(300):
            (crash / name / f"file{i}").write_text("x")
    for name in DAYS[:3]:
        with subprocess.Popen([PROGRAMS / "kdumpctl", f"--sysroot={m.root}", "prune"],
                              stdout=subprocess.DEVNULL) as process:
            while (crash / name).exists() and process.poll() is None:
                pass
            process.kill()
        for left in names(m):
            assert left.startswith(".deleted-") or (crash / left / "vmcore").stat().st_size, left
    m.run("prune")
    assert names(m) == DAYS[4:]
