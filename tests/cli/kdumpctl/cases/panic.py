# SPDX-License-Identifier: GPL-2.0-or-later
"""panic: what the kernel panics at, shown and set."""

import json
import re

from expect import check
from machine import TOP, Machine

FILE = "etc/sysctl.d/90-kdump-panic.conf"
WRITTEN = f"Written to /{FILE}, to be set at every boot.\n"


def kernel(machine: Machine, **values: str) -> None:
    """A kernel that has these."""
    for name, value in values.items():
        folder = "vm" if name == "panic_on_oom" else "kernel"
        machine.write(f"proc/sys/{folder}/{name}", value)


def value(machine: Machine, name: str) -> str:
    """What one is set to."""
    return (machine.root / "proc/sys/kernel" / name).read_text()


def shown(m: Machine) -> None:
    """Every one has a line: its value, what it had better be, what it means."""
    kernel(m, panic="0", panic_on_oops="1", panic_on_oom="2", panic_sys_info="")
    m.write("sys/module/kernel/parameters/crash_kexec_post_notifiers", "Y")
    lines = m.run("panic").stdout.splitlines()
    assert lines[0].split() == ["NAME", "VALUE", "ADVICE", "MEANING"]
    rows = {line.split()[0]: line.split(None, 3)[1:] for line in lines[1:]}
    assert rows["panic"] == ["0", "10", "after a panic that is not captured the machine stands still"]
    assert rows["panic_on_oops"][:2] == ["1", "1"]
    assert rows["panic_on_oom"][:2] == ["2", "0"]
    assert rows["panic_sys_info"][:2] == ['""', '""']
    assert rows["crash_kexec_post_notifiers"][:2] == ["Y", "N"]
    assert rows["warn_limit"] == ["-", "-",
                                  "this kernel does not have it; it came with Linux 6.2"]


def as_json(m: Machine) -> None:
    """The same for programs."""
    kernel(m, panic="5")
    knobs = {knob["name"]: knob for knob in json.loads(m.run("panic", "--json").stdout)}
    assert knobs["panic"] == {
        "name": "panic", "path": "/proc/sys/kernel/panic", "present": True, "value": "5",
        "advice": "10", "since": None,
        "meaning": "after a panic that is not captured the machine restarts, 5 s later"}
    assert knobs["oops_limit"] == {
        "name": "oops_limit", "path": "/proc/sys/kernel/oops_limit", "present": False,
        "value": None, "advice": None, "since": "6.2", "meaning": None}
    check(m.run("panic", "set", "panic=1", "--json"), 1, "",
          "'panic set' does not take the option --json\n")


def set_at_once_and_for_later(m: Machine) -> None:
    """Set in the kernel and in a file, whose other lines stay; told with what it means."""
    kernel(m, panic="0", panic_on_oops="0")
    check(m.run("panic", "set", "panic_on_oops=1", "kernel.panic=10"), 0,
          "panic_on_oops: '1', was '0': a fault of the kernel's own (an oops) is a panic\n"
          "panic: '10', was '0': after a panic that is not captured the machine restarts, 10 s "
          f"later\n{WRITTEN}")
    assert value(m, "panic") == "10\n" and value(m, "panic_on_oops") == "1\n"
    text = (m.root / FILE).read_text()
    assert text.startswith("# ") and text.endswith(
        "\nkernel.panic_on_oops = 1\nkernel.panic = 10\n"), text
    m.write(FILE, "# mine\nvm.swappiness = 1\n-kernel/panic = 3\n")
    m.run("panic", "set", "panic=-1")
    assert (m.root / FILE).read_text() == "# mine\nvm.swappiness = 1\nkernel.panic = -1\n\n"
    assert [p.name for p in (m.root / FILE).parent.iterdir()] == ["90-kdump-panic.conf"]


def refused(m: Machine) -> None:
    """What cannot be set changes nothing, and is told with what could be."""
    kernel(m, panic="0", panic_on_oops="0")
    for words, said in (
            (["panic=1", "panic_on_oops=2"], "panic_on_oops cannot be '2'\nIt is 0 or 1.\n"),
            (["panic_on_opps=1"], "there is no panic setting called 'panic_on_opps'\n"
                                  "Did you mean 'panic_on_oops'?\n"),
            (["panic=1", "kernel.panic=2"], "panic is given twice\n"),
            (["panic"], "'panic' is not NAME=VALUE\n"
                        "For instance: kdumpctl panic set panic_on_oops=1\n"),
            ([], "nothing to set\nFor instance: kdumpctl panic set panic_on_oops=1\n"),
            (["oops_limit=1"], "this kernel does not have oops_limit; it came with Linux 6.2\n"),
            (["panic=1\nx=2"], "panic cannot be '1\nx=2'\nIt is a number from -1 to 2147483.\n"),
            (["panic_sys_info=tasks;x"], "panic_sys_info cannot be 'tasks;x'\nIt takes words with "
             "commas between them, of tasks, mem, timers, locks, ftrace, all_bt and "
             "blocked_tasks.\n")):
        check(m.run("panic", "set", *words), 1, "", said)
    check(m.run("panic", "get"), 1, "", "'panic get' is not known; 'panic set' is\n")
    assert value(m, "panic") == "0\n" and not (m.root / FILE).exists()


def all_or_none(m: Machine) -> None:
    """Where the kernel takes one and not the next, the first is set back."""
    kernel(m, panic="0")
    (m.root / "proc/sys/kernel/panic_on_oops").symlink_to("/dev/full")
    done = m.run("panic", "set", "panic=1", "panic_on_warn=1")
    assert "this kernel does not have panic_on_warn" in done.stderr, done.stderr
    (m.root / "proc/sys/kernel/panic_on_oops").unlink()
    (m.root / "proc/sys/kernel/panic_on_oops").symlink_to("/proc/version")
    done = m.run("panic", "set", "panic=1", "panic_on_oops=1")
    assert done.returncode == 1 and not done.stdout, done.stdout
    assert done.stderr.startswith("cannot set /proc/sys/kernel/panic_on_oops to '1': "), done.stderr
    assert value(m, "panic") == "0\n" and not (m.root / FILE).exists()


def overridden(m: Machine) -> None:
    """A file that is read later and says something else is named."""
    kernel(m, panic="0", panic_on_oops="0")
    m.write("usr/lib/sysctl.d/95-more.conf", "kernel.panic = 3")
    m.write("usr/lib/sysctl.d/50-less.conf", "kernel.panic = 3")
    m.write("etc/sysctl.d/99-x.txt", "kernel.panic = 3")
    m.write("etc/sysctl.d/99-y.conf", "kernel.panic_on_oops = 3")
    out = m.run("panic", "set", "panic=1").stdout
    assert out.endswith(f"{WRITTEN}But /usr/lib/sysctl.d/95-more.conf sets kernel.panic too; it is "
                        "read later, so that it counts at the next boot.\n"), out


def shipped_file(m: Machine) -> None:
    """The example has every setting of sysctl.d with its advice, and sets none."""
    lines = (TOP / "units/90-kdump-panic.conf").read_text().splitlines()
    assert all(not line or line.startswith("#") for line in lines)
    listed = [re.fullmatch(r"#((?:kernel|vm)\.\w+) =(?: (\S+))?", line) for line in lines]
    listed = {match[1]: match[2] or "" for match in listed if match}
    for knob in json.loads(m.run("panic", "--json").stdout):
        if knob["path"].startswith("/proc/sys/"):
            key = knob["path"].removeprefix("/proc/sys/").replace("/", ".")
            advised = listed.pop(key)
            assert advised == (knob["advice"] or advised), key
    assert not listed, listed
