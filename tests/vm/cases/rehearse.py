# SPDX-License-Identifier: GPL-2.0-or-later
"""kdumpctl rehearse finds what would spoil a capture, and leaves nothing behind."""

from harness import check, crash
from harness.lab import Lab, Needs

NEEDS = Needs()
_SECONDS = 240
_FILLER = "/var/tmp/filler"
_LEFT_FREE_MIB = 20


def run(lab: Lab) -> None:
    """One that works, and what is wrong one after the other."""
    crash.arm(lab)
    mounts = lab.agent.check("cat /proc/mounts")
    _works(lab)
    check.equal(lab.agent.check("cat /proc/mounts"), mounts, "/proc/mounts")
    _full_disk(lab)
    _fails(lab, "mv /usr/bin/makedumpfile /usr/bin/gone", "mv /usr/bin/gone /usr/bin/makedumpfile",
           "core_collector: .*makedumpfile")
    _fails(lab, "echo extra_modules no_such_module >>/etc/kdump.conf",
           "sed -i /no_such_module/d /etc/kdump.conf", "no_such_module")
    _fails(lab, "echo extra_bins /bin/true >>/etc/kdump.conf", "sed -i /extra_bins/d /etc/kdump.conf",
           r"(?s)Detected change.*/bin/true.*is not what the next crash needs")
    _works(lab)


def _works(lab: Lab) -> None:
    done = lab.agent.run("kdumpctl rehearse 2>&1", _SECONDS)
    check.equal(done.status, 0, f"status of a rehearsal that said:\n{done.out}")
    for wanted in (
        r"rehearsal: modules loaded after \d+\.\d+ s",
        r"dump target is /dev/vda",
        r"saving to /sysroot/var/crash/rehearsal-\d{4}-",
        r"saving vmcore-dmesg.txt complete",
        r"saving vmcore complete",
        r"rehearsal: a dump may need \d+ MiB; \d+ MiB are free",
        r"rehearsal: as fast as the sample, that many take \d+ s",
        r"log and a sample of 64 MiB are on it after",
        r"Rehearsal: \[OK\]",
    ):
        check.shows(done.out, wanted, "kdumpctl rehearse")
    _nothing_left(lab)


def _fails(lab: Lab, spoil: str, mend: str, says: str) -> None:
    lab.agent.check(spoil)
    done = lab.agent.run("kdumpctl rehearse 2>&1", _SECONDS)
    lab.agent.check(mend)
    check.equal(done.status, 1, f"status of a rehearsal that said:\n{done.out}")
    check.shows(done.out, says, "kdumpctl rehearse")
    check.shows(done.out, r"Rehearsal: \[FAILED\]", "kdumpctl rehearse")
    _nothing_left(lab)


def _full_disk(lab: Lab) -> None:
    # Root may use what df does not call available.
    free = f"$(($(stat --file-system --format='%f * %S' /) - ({_LEFT_FREE_MIB} << 20)))"
    _fails(lab, f"fallocate -l {free} {_FILLER}", f"rm {_FILLER}", "No space left on device")


def _nothing_left(lab: Lab) -> None:
    check.equal(lab.agent.check("ls -A /var/crash; ls /run | grep kdump-root || true").strip(), "",
                "what a rehearsal leaves")
    crash.check_loaded(lab, "1")
