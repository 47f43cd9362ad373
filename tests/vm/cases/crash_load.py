# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole crash cycle with kexec_load and the default collector, up to the next boot."""

import json

from harness import check, crash
from harness.dump import Dump, check_name
from harness.lab import Lab, Needs

NEEDS = Needs(reboots=True)
_CYCLE_SECONDS = 300
_ANNOUNCED = "c853169f17ac4c6f8a6f1633948a8495"  # ANNOUNCE_ID of kdump/announce.h


def run(lab: Lab) -> None:
    """Arm, crash, come up again, and find the dump from within and from without."""
    crash.use_syscall(lab, "-c")
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)

    names = lab.agent.check(f"ls {crash.DEFAULT_PATH}").split()
    check.equal(len(names), 1, "number of dumps after the reboot")
    check_name(names[0])
    crash.check_loaded(lab, "0")
    crash.arm(lab)
    _check_reported(lab, f"{crash.DEFAULT_PATH}/{names[0]}")

    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    dump.check_readable(lab.readers, elf=False)


def _check_reported(lab: Lab, path: str) -> None:
    """The dump is in the journal, once, and kdumpctl lists it with its cause."""
    lines = lab.agent.check(f"journalctl --sync && journalctl -q -o json MESSAGE_ID={_ANNOUNCED}")
    entries = [json.loads(line) for line in lines.splitlines()]
    check.equal(len(entries), 1, "number of journal entries about a dump")
    expected = {"PRIORITY": "2", "KDUMP_PATH": path, "KDUMP_COMPLETE": "1",
                "KDUMP_CAUSE": "sysrq", "KDUMP_FUNCTION": "sysrq_handle_crash"}
    check.equal({name: entries[0].get(name) for name in expected}, expected, "the entry's fields")
    dumps = json.loads(lab.agent.check("kdumpctl list --json"))
    check.equal([(dump["path"], dump["state"], dump["cause"]["kind"]) for dump in dumps],
                [(path, "complete", "sysrq")], "kdumpctl list")
