# SPDX-License-Identifier: GPL-2.0-or-later
"""Without crashkernel= the service fails to start and says why."""

from harness import check, crash
from harness.lab import Lab, Needs

NEEDS = Needs(cmdline="")
_START_SECONDS = 60


def run(lab: Lab) -> None:
    """Start, and read the journal as an administrator would."""
    started = lab.agent.run("systemctl start kdump", _START_SECONDS)
    check.that(started.status not in (0, 124), f"systemctl start kdump did not fail: {started}")
    state = lab.agent.run("systemctl is-failed kdump").out.strip()
    check.equal(state, "failed", "systemctl is-failed kdump")
    journal = lab.agent.check("journalctl --no-pager --output=cat --unit=kdump")
    check.shows(journal, "No memory reserved for crash kernel", "the journal of kdump")
    crash.check_loaded(lab, "0")
