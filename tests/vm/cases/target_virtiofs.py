# SPDX-License-Identifier: GPL-2.0-or-later
"""The dump goes to a folder of the host's, through virtiofs."""

from harness import check, crash
from harness.dump import Dump, check_name
from harness.lab import Lab, Needs
from harness.share import TAG

NEEDS = Needs(shares=True, only_by_name=True)


def run(lab: Lab) -> None:
    """The path is on what is mounted; the dump is read where it lies, on the host."""
    lab.agent.check(f"mkdir /srv/host && mount -t virtiofs {TAG} /srv/host && mkdir /srv/host/d")
    word = lab.agent.check("echo $(hostname)-$(cut -c 1-8 /etc/machine-id)").strip()
    crash.configure(lab, virtiofs=TAG, path="/d")
    crash.arm(lab)
    lab.agent.check("kdumpctl rehearse", seconds=120)
    crash.panic(lab)
    lab.machine.wait_exit(480, "the capture kernel to save the dump and reset")
    names = [path.name for path in (lab.shared / "d").iterdir()]
    check.equal(len(names), 1, f"number of dumps ({', '.join(names)})")
    check_name(names[0], word)
    Dump(lab.shared / "d" / names[0]).check_readable(lab.readers, elf=False)
