# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases that run the service as administrators do."""

import json
import re

from . import check, crash
from .lab import Lab

_UNITS = "kdump.service kdump-early.service kdump-hotplug.service kdump-hotplug.path"
_ANNOUNCED = "c853169f17ac4c6f8a6f1633948a8495"  # ANNOUNCE_ID of kdump/announce.h
_COMMAND_SECONDS = 180
_CYCLE_SECONDS = 480
_HOTPLUG = "kdump-hotplug.service"
_EARLY = "kdump-early.service"
_SIGN = "/run/kdump-hotplug"


def status(lab: Lab) -> str:
    """What an administrator sees of the service; without the pager, and with nothing cut off."""
    return lab.agent.run("systemctl status --no-pager --full kdump").out


def control(lab: Lab, verb: str) -> None:
    """systemctl VERB kdump, which has to work."""
    lab.agent.check(f"systemctl {verb} kdump", seconds=_COMMAND_SECONDS)


def check_units(lab: Lab) -> None:
    """systemd finds no fault with the units (without manuals, which are not in the guest)."""
    said = lab.agent.check(f"systemd-analyze verify --man=no {_UNITS} 2>&1")
    check.equal(said, "", "systemd-analyze verify")


def check_verbs(lab: Lab) -> None:
    """Enable, start, reload, restart, stop; the service is enabled and armed in the end."""
    control(lab, "enable")
    crash.arm(lab)
    control(lab, "reload")
    check.shows(status(lab), r"ExecReload=.*status=0/SUCCESS", "the status after a reload")
    crash.check_loaded(lab, "1")
    control(lab, "restart")
    check.shows(status(lab), r"Active: active \(exited\)", "the status after a restart")
    crash.check_loaded(lab, "1")
    control(lab, "stop")
    stopped = status(lab)
    check.shows(stopped, r"Active: inactive \(dead\)", "the status after a stop")
    check.shows(stopped, r"Stopping kdump: \[OK\]", "the status after a stop")
    crash.check_loaded(lab, "0")
    crash.arm(lab)


def reloads(lab: Lab, since: str) -> int:
    """How often the kernel was loaded anew for what came or went, once all of that is over.

    since: a cursor of the journal.
    """
    lab.agent.check(
        f"udevadm settle; until [ ! -e {_SIGN} ] &&"
        f" systemctl show --property=ActiveState {_HOTPLUG} | grep -q inactive;"
        " do sleep 1; done",
        seconds=_COMMAND_SECONDS,
    )
    return journal(lab, _HOTPLUG, since).count("Starting kdump: [OK]")


def journal_cursor(lab: Lab) -> str:
    """Where the journal is now."""
    said = lab.agent.check("journalctl --sync; journalctl --lines=1 --output=cat --show-cursor")
    return check.shows(said, "(?<=-- cursor: ).*$", "journalctl --show-cursor")


def journal(lab: Lab, unit: str, since: str) -> str:
    """What a unit said since then."""
    return lab.agent.check(
        f"journalctl --sync; journalctl --output=cat --unit={unit} --after-cursor='{since}'"
    )


def crash_and_come_back(lab: Lab) -> str:
    """Panic; the next boot is armed by itself, and reports the dump. The dump's folder."""
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    lab.agent.check(
        "until systemctl show --property=ActiveState kdump | grep -qE '=(active|failed)';"
        " do sleep 1; done; journalctl --sync",
        seconds=_COMMAND_SECONDS,
    )
    check.shows(status(lab), r"Active: active \(exited\)", "the status after the reboot")
    crash.check_loaded(lab, "1")
    lines = lab.agent.check(f"journalctl --boot --quiet --output=json MESSAGE_ID={_ANNOUNCED}")
    entries = [json.loads(line) for line in lines.splitlines()]
    check.equal(len(entries), 1, "number of dumps that the journal reports after the reboot")
    return entries[0]["KDUMP_PATH"]


def check_early(lab: Lab) -> None:
    """This boot was armed early, before any service that waits for sysinit.target, and start kept it."""
    loaded = "kexec: loaded kdump kernel"
    early = _journal_of_boot(lab, _EARLY)
    check.shows(early, f"{loaded}\n.*Armed early: kernel /boot/vmlinuz-", f"the journal of {_EARLY}")
    check.that(
        _moment(lab, _EARLY, "ExecMainExit") <= _moment(lab, "sysinit.target", "ActiveEnter"),
        "sysinit.target was reached before the machine was armed",
    )
    said = _journal_of_boot(lab, "kdump.service")
    check.shows(said, "What was armed early stays loaded: nothing changed since", "the journal")
    check.that(loaded not in said, f"start loaded it again:\n{said}")


def _journal_of_boot(lab: Lab, unit: str) -> str:
    return lab.agent.check(
        f"journalctl --sync; journalctl --boot --quiet --output=cat --unit={unit}"
    )


def _moment(lab: Lab, unit: str, event: str) -> int:
    """When that was, in microseconds since the kernel's start."""
    said = lab.agent.check(f"systemctl show --value --property={event}TimestampMonotonic {unit}")
    moment = int(said)
    check.that(moment, f"{unit} has no {event}TimestampMonotonic")
    return moment


def check_shrunk(lab: Lab, mib: int) -> None:
    """With that little memory reserved it is armed, and warns."""
    control(lab, "stop")
    lab.agent.check(f"echo $(({mib} << 20)) >/sys/kernel/kexec_crash_size")
    check_lines(
        crash.arm(lab),
        f"WARNING: {mib} MiB are reserved; the capture kernel is likely to need ",
        "`kdumpctl estimate` says what for; `kdumpctl reset-crashkernel` reserves more.",
    )


def check_lines(said: str, line: str, remedy: str) -> None:
    """Two lines of the journal begin so, one right behind the other."""
    origin = r"^\w+ \d+ [\d:]+ \S+ kdumpctl\[\d+\]: "
    check.shows(said, rf"{origin}{re.escape(line)}.*\n{origin}{re.escape(remedy)}", "the status")
