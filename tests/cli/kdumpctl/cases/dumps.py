# SPDX-License-Identifier: GPL-2.0-or-later
"""list and info: the dumps that were saved."""

import json
import os

from cases.target import second_disk, second_disk_is_mounted
from expect import check
from machine import Machine
from saved import CRASH, NAME, log_of, reader, save


def parts(line: str) -> list[str]:
    """A line of the table without what depends on the file system, the size."""
    words = [word.strip() for word in line.split("  ") if word.strip()]
    return words[:4] + words[5:]


def table(machine: Machine) -> list[list[str]]:
    """What list prints, below its header."""
    done = machine.run("list")
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["N", "TIME", "KERNEL", "CAUSE", "SIZE", "STATE", "PATH"]
    return [parts(line) for line in lines[1:]]


def every_kind(m: Machine) -> None:
    """Ours, RHEL's and those of other tools, by time, whole and not."""
    reader(m)
    save(m, vmcore="x")
    save(m, "192.0.2.7-2026-11-23-14:34:16", "x86_64-6.12-sysrq", **{"vmcore-incomplete": "x"})
    save(m, "127.0.0.1-2026-11-23-14:34:18", **{"vmcore-incomplete": "x"}, log=None)
    save(m, "127.0.0.1-2026-11-23-14:34:19", vmcore="")
    save(m, "127.0.0.1-2026-11-23-14:34:20", log=None)
    save(m, "2026-11-24-10:00", log=None, vmcore="x")
    save(m, "2026-11-22-10-00", log=None, vmcore="x",
         **{"dmesg.txt": log_of("x86_64-6.1-null-module")})
    save(m, "202611212359", log=None, **{"dump.202611212359": "x", "dmesg.202611212359": "x"})
    save(m, "202611210000", log=None, **{"dump-incomplete.202611210000": "x"})
    drv = ["6.1.0-18-amd64", "null-dereference in drv_submit [drv]"]
    sysrq = ["6.12.41+deb13-amd64", "sysrq in sysrq_handle_crash"]
    none = ["-", "-"]
    expected = [
        ["Sat 2026-11-21 00:00:00 UTC", *none, "incomplete", "202611210000"],
        ["Sat 2026-11-21 23:59:00 UTC", *none, "complete", "202611212359"],
        ["Sun 2026-11-22 10:00:00 UTC", *drv, "complete", "2026-11-22-10-00"],
        ["Mon 2026-11-23 14:34:16 UTC", *sysrq, "incomplete", "192.0.2.7-2026-11-23-14:34:16"],
        ["Mon 2026-11-23 14:34:17 UTC", *drv, "complete", NAME],
        ["Mon 2026-11-23 14:34:18 UTC", *none, "incomplete", "127.0.0.1-2026-11-23-14:34:18"],
        ["Mon 2026-11-23 14:34:19 UTC", *drv, "incomplete", "127.0.0.1-2026-11-23-14:34:19"],
        ["Mon 2026-11-23 14:34:20 UTC", *none, "empty", "127.0.0.1-2026-11-23-14:34:20"],
        ["Tue 2026-11-24 10:00:00 UTC", *none, "complete", "2026-11-24-10:00"],
    ]
    for number, row in enumerate(expected, 1):
        row.insert(0, str(number))
        row[-1] = f"/{CRASH}/{row[-1]}"
    assert table(m) == expected, table(m)


RECORD = {"result": "reduced", "error": None, "time": "2026-11-23T13:34:17Z",
          "system_kernel": "6.9-own", "capture_kernel": "6.1-small",
          "collector": "makedumpfile -c /proc/vmcore /x"}


def record_of_the_capture(m: Machine) -> None:
    """What capture.json says: its time is UTC, whatever the folder's name says; or nothing."""
    reader(m)
    folder = save(m, log=None, vmcore="x", **{"capture.json": json.dumps(RECORD)})
    assert table(m) == [["1", "Mon 2026-11-23 13:34:17 UTC", "6.9-own", "-", "complete",
                         f"/{CRASH}/{NAME}"]], table(m)
    shown = json.loads(m.run("info", "--json").stdout)
    assert shown["capture"] == RECORD and shown["time"] == RECORD["time"], shown
    text = m.run("info").stdout
    for line in ("Saved:    Mon 2026-11-23 13:34:17 UTC", "not as core_collector says",
                 "\nKernel:   6.9-own\nCapture:  6.1-small\n"
                 "Command:  makedumpfile -c /proc/vmcore /x\n"):
        assert line in text, text
    assert "Error" not in text
    for garbage in ("", "{", "[]", '{"result": 1, "time": "x"}', "\0" * 100, "x" * (2 << 20)):
        (folder / "capture.json").write_text(garbage)
        assert table(m)[0][1:3] == ["Mon 2026-11-23 14:34:17 UTC", "-"], garbage
        assert json.loads(m.run("info", "--json").stdout)["capture"] is None, garbage
    (folder / "capture.json").unlink()
    m.link(f"{CRASH}/{NAME}/capture.json", "etc/kdump.conf")
    assert m.run("info").returncode == 0


def no_dumps(m: Machine) -> None:
    """None is no failure for list, and one for info."""
    reader(m)
    for _ in range(2):
        check(m.run("list"), 0, "No dumps in /var/crash.\n")
        check(m.run("list", "--json"), 0, "[]\n")
        check(m.run("info"), 1, "", "No dumps in /var/crash.\n")
        if (m.root / CRASH).exists():
            (m.root / CRASH).rmdir()
    m.write("etc/kdump.conf", "path /srv/x")
    check(m.run("list"), 1, "", "Dump path /srv/x does not exist.\n")


def on_a_target(m: Machine) -> None:
    """Where the configuration names a target, its path is looked for where that is mounted."""
    reader(m)
    second_disk(m)
    save(m)
    m.write("etc/kdump.conf", "path /dumps\next4 /dev/vda2")
    m.write("etc/fstab", "/dev/vda2 /mnt/there ext4 noauto 0 0")
    check(m.run("list"), 1, "", "The dump target /dev/vda2 is not mounted.\n"
          "Mount it to see the dumps that are there.\n")
    second_disk_is_mounted(m, "mnt/there")
    (m.root / CRASH / NAME).rename(m.root / "mnt/there/dumps" / NAME)
    assert [row[-1] for row in table(m)] == [f"/mnt/there/dumps/{NAME}"]
    m.write("etc/kdump.conf", "ssh user@host.example.com")
    check(m.run("list"), 1, "", "Dumps go to ssh user@host.example.com, where they cannot be seen "
          "from here.\nSee one by its path: kdumpctl info PATH\n")
    assert m.run("info", f"/mnt/there/dumps/{NAME}").returncode == 0


def hostile_folders(m: Machine) -> None:
    """What is no dump is not looked at, whatever it is called; links are not followed."""
    reader(m)
    folder = save(m, vmcore="x")
    elsewhere = m.root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "vmcore").write_text("x")
    crash = m.root / CRASH
    (crash / "127.0.0.1-2026-11-23-14:34:18").symlink_to(elsewhere)
    (crash / "127.0.0.1-2026-11-23-14:34:19").write_text("x")
    os.mkfifo(crash / "127.0.0.1-2026-11-23-14:34:20")
    for name in ("a\nb-2026-11-23-14:34:17", "\x1b[31m-2026-11-23-14:34:17", "\xff", "lost+found"):
        (crash / name).mkdir()
        (crash / name / "vmcore").write_text("x")
    other = crash / "127.0.0.1-2026-11-23-14:34:21"
    other.mkdir()
    (other / "notes").write_text("mine")
    linked = crash / "127.0.0.1-2026-11-23-14:34:22"
    linked.mkdir()
    (linked / "vmcore").symlink_to(elsewhere / "vmcore")
    os.mkfifo(linked / "vmcore-dmesg.txt")
    assert [row[-1] for row in table(m)] == [f"/{CRASH}/{NAME}"]
    (folder / "vmcore-dmesg.txt").unlink()
    (folder / "vmcore-dmesg.txt").symlink_to(crash / "nowhere")
    assert table(m)[0][2] == "-"


def hostile_logs(m: Machine) -> None:
    """Logs of no crash, of binary data, of control characters: a line each."""
    reader(m)
    save(m, "127.0.0.1-2026-11-23-00:00:01").joinpath("vmcore-dmesg.txt").write_bytes(
        bytes(range(256)) * 100)
    save(m, "127.0.0.1-2026-11-23-00:00:02").joinpath("vmcore-dmesg.txt").write_text(
        "[    1.000000] nothing of note\n")
    log = log_of("x86_64-6.1-null-module").replace("6.1.0-18-amd64", "6.1\x1b[31m")
    save(m, "127.0.0.1-2026-11-23-00:00:03").joinpath("vmcore-dmesg.txt").write_text(log)
    rows = table(m)
    assert [row[2] for row in rows[:2]] == ["-", "-"], rows
    assert len(rows) == 3 and "\x1b" not in m.run("list").stdout, rows
    assert len(json.loads(m.run("list", "--json").stdout)) == 3


def one_dump(m: Machine) -> None:
    """info takes the newest, a number, a name or a path."""
    reader(m)
    first = save(m, "127.0.0.1-2025-01-01-00:00:00", "x86_64-6.12-sysrq")
    save(m, vmcore="x")
    out = m.run("info").stdout
    assert out.startswith(f"Dump:     /{CRASH}/{NAME}\nSaved:    Mon 2026-11-23 14:34:17 UTC"), out
    assert "\nState:    complete, " in out and "\nMemory:   vmcore\nLog:      vmcore-dmesg.txt\n" \
        "\nNULL pointer dereference in drv_submit+0x4e/0x210 [drv]\n\nMessage:  BUG: " in out, out
    for word in ("2", NAME, f"/{CRASH}/{NAME}", f"/{CRASH}/{NAME}//"):
        assert m.run("info", word).stdout.splitlines()[1:] == out.splitlines()[1:], word
    out = m.run("info", "1").stdout
    assert "\nState:    log only, " in out and "\nMemory:" not in out, out
    (m.root / "mnt").mkdir()
    first.rename(m.root / "mnt" / first.name)
    out = m.run("info", f"/mnt/{first.name}").stdout
    assert out.startswith(f"Dump:     /mnt/{first.name}\n") and "sysrq_handle_crash" in out, out


def no_such_dump(m: Machine) -> None:
    """Each way to miss one is told."""
    reader(m)
    save(m)
    hint = "kdumpctl list numbers them from 1 to 1.\n"
    for word in ("0", "2"):
        check(m.run("info", word), 1, "",
              f"There is no dump number {word} in /{CRASH}.\n{hint}")
    for word in ("x", "", "-1", "202611231434"):
        check(m.run("info", "--", word), 1, "",
              f"There is no dump called '{word}' in /{CRASH}.\nSee kdumpctl list.\n")
    check(m.run("info", f"/{CRASH}/x"), 1, "", f"/{CRASH}/x is no dump\n"
          "To read the log of any file: vmcore-dmesg --cause FILE\n")
    check(m.run("info", "/nowhere/x"), 1, "", "Dump path /nowhere does not exist.\n")


def unknown_cause(m: Machine) -> None:
    """What is known is told, and why the rest is not."""
    reader(m)
    save(m, log=None)
    out = m.run("info").stdout
    assert out.endswith(f"\nState:    empty, 0B\n\nThe cause is not known: /{CRASH}/{NAME} has "
                        "neither a log nor memory.\n"), out
    (m.root / CRASH / NAME / "vmcore").write_bytes(bytes(9999))
    out = m.run("info").stdout
    assert "\nThe cause is not known: " in out and out.endswith(
        "vmcore-dmesg cannot read it (exit status 4).\n"), out


def as_json(m: Machine) -> None:
    """list and info have the same object, with all that vmcore-dmesg says."""
    reader(m)
    save(m, vmcore="x")
    save(m, "127.0.0.1-2026-11-23-14:34:18", log=None)
    dumps = json.loads(m.run("list", "--json").stdout)
    cause = dumps[0].pop("cause")
    assert cause["kind"] == "null-dereference" and cause["function"] == "drv_submit", cause
    assert len(cause["trace"]) == 8
    folder = f"/{CRASH}/{NAME}"
    assert dumps[0].pop("size") > 0
    assert dumps == [
        {"number": 1, "path": folder, "time": "2026-11-23T14:34:17Z", "state": "complete",
         "memory": f"{folder}/vmcore", "log": f"{folder}/vmcore-dmesg.txt", "capture": None},
        {"number": 2, "path": f"/{CRASH}/127.0.0.1-2026-11-23-14:34:18",
         "time": "2026-11-23T14:34:18Z", "state": "empty", "size": 0, "memory": None, "log": None,
         "capture": None, "cause": None}], dumps
    assert json.loads(m.run("info", "1", "--json").stdout)["cause"] == cause


def broken_reader(m: Machine) -> None:
    """A vmcore-dmesg that prints nonsense, too much or nothing costs the cause, no more."""
    save(m)
    for body in ("echo nonsense", "echo '{'", "yes | head -c 3000000", "exit 1", "kill -9 $$"):
        Machine.program(m.bin / "vmcore-dmesg", f"#!/bin/sh\n{body}\n")
        row = table(m)[0]
        assert row[2:4] == ["-", "-"], row
        assert json.loads(m.run("list", "--json").stdout)[0]["cause"] is None


def thousands(m: Machine) -> None:
    """Many dumps, and many folders that are none."""
    reader(m)
    crash = m.root / CRASH
    for i in range(3000):
        (crash / f"x{i}").mkdir()
    for i in range(120):
        (crash / f"127.0.0.1-2026-01-01-00:{i // 60:02}:{i % 60:02}").mkdir()
    rows = table(m)
    assert len(rows) == 120 and rows[-1][0] == "120" and rows[-1][1].endswith("00:01:59 UTC")
