# SPDX-License-Identifier: GPL-2.0-or-later
"""After the reboot: start reports each dump that came since the last start, once."""

import re
import time

from expect import STOPPED, check, fresh
from machine import TOP, Machine
from saved import CRASH, NAME, reader, save

LIST = "var/lib/kdump/reported"
RUN_LIST = "run/kdump/reported"


def reports(machine: Machine) -> list[str]:
    """What start says of dumps; nothing of it is ever a failure."""
    machine.write("sys/kernel/kexec_crash_loaded", "0")
    done = machine.run("start")
    assert done.returncode == 0, done.stdout + done.stderr
    _, ok, rest = done.stdout.partition("Starting kdump: [OK]\n")
    assert ok, done.stdout
    return rest.splitlines()


def recent(ago: int) -> str:
    """The name of a dump that was saved some seconds ago."""
    return time.strftime("127.0.0.1-%Y-%m-%d-%H:%M:%S", time.gmtime(time.time() - ago))


def each_once(m: Machine) -> None:
    """What was there at the first start is old; a new one is told by the next start only."""
    reader(m)
    (m.root / "var/lib").mkdir()
    save(m, "127.0.0.1-2020-01-01-00:00:00")
    fresh(m)
    assert (m.root / LIST).read_text() == f"/{CRASH}/127.0.0.1-2020-01-01-00:00:00\n"
    assert (m.root / LIST).stat().st_mode & 0o777 == 0o600
    save(m, vmcore="x")
    lines = reports(m)
    assert len(lines) == 1 and re.fullmatch(
        re.escape("Kernel 6.1.0-18-amd64 crashed (null-dereference in drv_submit [drv]); dump saved "
                  f"Mon 2026-11-23 14:34:17 UTC: /{CRASH}/{NAME} (complete, ") + r"[\d.]+K\)\.",
        lines[0]), lines
    for _ in range(2):
        assert reports(m) == []
    save(m, "127.0.0.1-2019-01-01-00:00:00", log=None)
    lines = reports(m)
    assert lines == ["Kernel crashed; dump saved Tue 2019-01-01 00:00:00 UTC: "
                     f"/{CRASH}/127.0.0.1-2019-01-01-00:00:00 (empty, 0B)."], lines
    check(m.run("stop"), 0, STOPPED)


def first_start(m: Machine) -> None:
    """Without a list, a dump of the last day is taken for new."""
    reader(m)
    name = recent(600)
    save(m, name)
    save(m, recent(3 * 86400))
    assert [name in line for line in reports(m)] == [True]
    assert reports(m) == []


def machines_with_one_folder(m: Machine) -> None:
    """Only this machine's are reported, and pruned, of a folder of the host's."""
    reader(m)
    m.shared_crash()
    m.write("etc/kdump.conf", "core_collector cp\nkeep_dumps 1")
    fresh(m)
    stay = [NAME, NAME.replace("127.0.0.1", "db-0123abcd"),
            NAME.replace("127.0.0.1", "web-fedc9876").replace("14:", "13:")]
    own = [f"web-0123abcd-2026-11-23-{hour}:00:00" for hour in (14, 15)]
    for name in [*stay, *own]:
        save(m, name, vmcore="x")
    lines = reports(m)
    assert [[name in line for name in own] for line in lines] == [
        [False, True], [True, False], [True, False]], lines
    assert lines[-1].startswith(f"Deleted /{CRASH}/{own[0]}, "), lines
    assert sorted(path.name for path in (m.root / CRASH).iterdir()) == sorted([*stay, own[1]])


def others_are_not_ours(m: Machine) -> None:
    """What other machines and other tools saved is not reported."""
    reader(m)
    fresh(m)
    save(m, "192.0.2.7-2026-11-23-14:34:17")
    save(m, "202611231434", log=None, **{"dmesg.202611231434": "x", "dump.202611231434": "x"})
    assert reports(m) == []


def unwritable_place(m: Machine) -> None:
    """Where /var/lib cannot be written the list is kept below /run; failing that, too, start works."""
    reader(m)
    m.write("var/lib/kdump", "in the way")
    save(m, recent(60))
    assert len(reports(m)) == 1
    assert (m.root / RUN_LIST).exists()
    assert reports(m) == []
    save(m)
    assert len(reports(m)) == 1
    (m.root / RUN_LIST).unlink()
    (m.root / RUN_LIST).parent.rmdir()
    m.write("run/kdump", "in the way")
    m.write("sys/kernel/kexec_crash_loaded", "0")
    done = m.run("start")
    assert done.returncode == 0 and done.stderr.startswith("warning: "), done.stderr


def labels_of_selinux(m: Machine) -> None:
    """Where it is enabled, dumps that have no label get one; a failure is told, and is none."""
    reader(m)
    m.program(m.bin / "restorecon", f"""#!/bin/sh
        for word; do echo "<$word>" >>{m.bin}/labelled; done
        [ ! -e {m.root}/fails ]""")
    folder = m.root / "srv/my dumps"
    folder.mkdir(parents=True)
    m.write("etc/kdump.conf", "core_collector cp\npath /srv/my dumps")
    fresh(m)
    for name in (NAME, "192.0.2.7-2026-11-23-14:34:17", "no dump"):
        (folder / name).mkdir()
        (folder / name / "vmcore").write_text("x")
    reports(m)
    assert not (m.bin / "labelled").exists()
    m.write("sys/fs/selinux/enforce", "0")
    reports(m)
    assert (m.bin / "labelled").read_text() == f"<-R>\n<{folder}/{NAME}>\n"
    m.write("fails", "")
    m.write("sys/kernel/kexec_crash_loaded", "0")
    done = m.run("start")
    assert done.returncode == 0
    assert done.stderr == ("warning: restorecon ended with status 1: dumps in /srv/my dumps have no "
                           "label of SELinux\nwarning: Try it: restorecon -R -v /srv/my dumps\n"), \
        done.stderr


def many_at_once(m: Machine) -> None:
    """A flood of dumps is cut: the newest are told, all count as told."""
    fresh(m)
    for i in range(40):
        save(m, f"127.0.0.1-2026-01-01-00:00:{i:02}", log=None)
    lines = reports(m)
    assert len(lines) == 16 and ":39 UTC" in lines[0], lines
    assert reports(m) == []


def catalog(m: Machine) -> None:
    """The catalog explains the entries that are sent, with fields that they have."""
    text = (TOP / "units/kdump.catalog").read_text()
    number = re.search(r'ANNOUNCE_ID "(\w+)"', (TOP / "kdump/announce.h").read_text())[1]
    assert re.findall("^-- (.*)$", text, re.M) == [number]
    source = (TOP / "kdump/announce.c").read_text()
    assert all(f'"{field}' in source for field in re.findall("@(.*?)@", text))
    assert m.root
