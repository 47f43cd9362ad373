# SPDX-License-Identifier: GPL-2.0-or-later
"""The NFS server dies in the middle of a dump, which is saved on the root disk then."""

from harness import check, crash, server
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-network", server=True, memory_mib=1024, only_by_name=True)
_EXPORT = "/srv/export"
_NET = server.Net("192.0.2.1", "192.0.2.2", 24)
# Ten seconds, where it is three minutes by default: the way is the same.
_PATIENCE = "vers=3,soft,timeo=50,retrans=1"
_BEGIN_SECONDS = 300
_END_SECONDS = 900


def run(lab: Lab) -> None:
    """All pages, so that saving them takes a while, which makedumpfile tells the progress of."""
    assert lab.server
    lab.server.agent.check(
        f"mkdir -p {_EXPORT}/crash"
        f" && echo '{_EXPORT} *(rw,async,no_root_squash,no_subtree_check)' >/etc/exports"
        " && systemctl start rpcbind nfs-server",
        seconds=120,
    )
    server.join(lab, _NET)
    source = f"{_NET.server}:{_EXPORT}"
    crash.configure(
        lab,
        dracut_args=f'--mount "{source} /mnt nfs {_PATIENCE}"',
        path="/crash",
        core_collector="makedumpfile -l --message-level 7 -d 0",
        failure_action="dump_to_rootfs",
    )
    crash.arm(lab)
    crash.panic(lab)
    lab.console.wait(r"Copying data +: \[ *[1-9]", _BEGIN_SECONDS)
    lab.server.stop()
    lab.machine.wait_exit(_END_SECONDS, "the capture kernel to save the dump elsewhere and reset")
    said = crash.capture_log(lab)
    check.shows(said, r"kdump: the dump target's server does not answer any more: ", "the console")
    check.equal(said.count("trying to save to the root file system"), 1, "tries on the root disk")
    dump = Dump.only_one_in(lab.offline_root(), crash.DEFAULT_PATH, lab.folder)
    dump.check_readable(lab.readers, elf=False)
