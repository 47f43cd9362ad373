# SPDX-License-Identifier: GPL-2.0-or-later
"""What is installed for systemd and udev says what RHEL's says, where others rely on it."""

import re
from fnmatch import fnmatchcase
from itertools import product

from machine import TOP, Machine

UNITS = TOP / "units"
SERVICE = {
    "Description": "Crash recovery kernel arming",
    "After": "network.target network-online.target remote-fs.target basic.target",
    "DefaultDependencies": "no",
    "Type": "oneshot",
    "ExecStart": "@BINDIR@/kdumpctl start",
    "ExecReload": "@BINDIR@/kdumpctl reload",
    "ExecStop": "@BINDIR@/kdumpctl stop",
    "RemainAfterExit": "yes",
    "StartLimitInterval": "0",
    "WantedBy": "multi-user.target",
}

EARLY = {
    "DefaultDependencies": "no",
    "After": "local-fs.target",
    "Before": "sysinit.target kdump.service",
    "Type": "oneshot",
    "ExecStart": "-@BINDIR@/kdumpctl early",
    "RemainAfterExit": "yes",
    "WantedBy": "sysinit.target",
}


def early(m: Machine) -> None:  # pylint: disable=unused-argument
    """It waits for nothing but local file systems, fails no boot, and unloads nothing at its end."""
    text = (UNITS / "kdump-early.service.in").read_text()
    said = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert {key: said.get(key) for key in EARLY} == EARLY, said
    assert not {"ExecStop", "ExecStopPost", "Requires", "Wants"} & said.keys(), said
    assert 300 < int(said["TimeoutStartSec"]) < 600, said  # loader.c's KEXEC_SECONDS


def service(m: Machine) -> None:  # pylint: disable=unused-argument
    """Ordering, and what systemd shows of it; nothing skips it, so that it can say what is wrong."""
    text = (UNITS / "kdump.service.in").read_text()
    said = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert {key: said.get(key) for key in SERVICE} == SERVICE, said
    assert not re.search("^(Condition|Assert|ExecCondition)", text, re.MULTILINE), text


def sections(text: str) -> dict[str, dict[str, str]]:
    """What a unit says, section by section."""
    parts = re.split(r"^\[(\w+)\]$", text, flags=re.MULTILINE)[1:]
    return {name: dict(re.findall(r"^(\w+)=(.*)$", body, re.MULTILINE))
            for name, body in zip(parts[::2], parts[1::2])}


def start_limits(m: Machine) -> None:  # pylint: disable=unused-argument
    """None, however often events come; systemd 219 knows the key for services alone, there."""
    for unit in UNITS.glob("kdump*"):
        said = sections(unit.read_text())
        limits = {name: keys["StartLimitInterval"] for name, keys in said.items()
                  if "StartLimitInterval" in keys}
        without = unit.suffix != ".in" or unit.name == "kdump-early.service.in"
        assert limits == ({} if without else {"Service": "0"}), (unit.name, limits)


def fires(rules: list[str], facts: dict[str, str]) -> set[str]:
    """Which signs udev would leave: the little of udev(7) that the rules use."""
    skip_to, run = "", set()
    for rule in rules:
        pairs = re.findall(r'([A-Z]+(?:\{[\w/]+\})?)(==|!=|=|\+=)"([^"]*)"', rule)
        assert ", ".join(f'{key}{op}"{value}"' for key, op, value in pairs) == rule, rule
        does = {key: value for key, op, value in pairs if op in ("=", "+=")}
        if skip_to and does.get("LABEL") != skip_to:
            continue
        skip_to = ""
        if all(any(fnmatchcase(facts[key], one) for one in value.split("|")) == (op == "==")
               for key, op, value in pairs if op in ("==", "!=")):
            run |= {does["RUN"]} if "RUN" in does else set()
            skip_to = does.get("GOTO", "")
    return run


def hotplug(m: Machine) -> None:  # pylint: disable=unused-argument
    """What comes or goes is a sign, unless the kernel sees to it, or it was there all the time."""
    text = (UNITS / "98-kdump.rules").read_text()
    rules = [line for line in text.splitlines() if line and not line.startswith("#")]
    signs = {("cpu", "add"), ("cpu", "remove"), ("memory", "online"), ("memory", "offline")}
    for subsystem, action, by_kernel, made_up, mapped in product(
            ("cpu", "memory", "block", "net"), ("add", "remove", "online", "offline", "change"),
            ("", "0", "1"), ("", "0"), ("", "LVM-x", "CRYPT-LVM-x")):
        facts = {"SUBSYSTEM": subsystem, "ACTION": action, "ATTRS{crash_hotplug}": by_kernel,
                 "ENV{SYNTH_UUID}": made_up, "ATTR{dm/uuid}": mapped}
        wanted = set()
        if (subsystem, action) in signs and by_kernel != "1" and not made_up:
            wanted = {"/bin/touch /run/kdump-hotplug"}
        if (subsystem, action, mapped) == ("block", "change", "LVM-x") and not made_up:
            wanted = {"/bin/touch /run/kdump-storage"}
        assert fires(rules, facts) == wanted, facts
    for name in ("kdump-hotplug", "kdump-storage"):
        assert f"\nPathExists=/run/{name}\n" in (UNITS / f"{name}.path").read_text()
        assert f"\nExecStartPre=/bin/rm -f /run/{name}\n" in \
            (UNITS / f"{name}.service.in").read_text()
