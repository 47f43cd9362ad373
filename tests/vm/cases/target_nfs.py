# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps go to an NFS server: version 4 over IPv6, then version 3 over IPv4 on a VLAN."""

from harness import check, crash, server
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-network", server=True, reboots=True)
_CYCLE_SECONDS = 420
_EXPORT = "/srv/export"
_IPV6 = server.Net("fd00:5::1", "fd00:5::2", 64)
_IPV4 = server.Net("192.0.2.1", "192.0.2.2", 24, vlan=7)


def run(lab: Lab) -> None:
    """The first target is named by kdump.conf, the second one is only where path leads."""
    _serve(lab)
    server.join(lab, _IPV6)
    _named_by_directive(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    server.join(lab, _IPV4)
    _below_the_path(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    disk = lab.offline_server()
    for folder, net in (("named", _IPV6), ("path", _IPV4)):
        dump = Dump.only_one_in(disk, f"{_EXPORT}/{folder}", lab.folder, net.client)
        dump.check_readable(lab.readers, elf=False)


def _serve(lab: Lab) -> None:
    """A server that has just started refuses new files for a while, which is shortened here."""
    assert lab.server
    lab.server.agent.check(
        f"mkdir -p {_EXPORT}/named {_EXPORT}/path {_EXPORT}-locked/read-only"
        f" && echo '{_EXPORT} *(rw,sync,no_root_squash,no_subtree_check)' >/etc/exports"
        f" && echo '{_EXPORT}-locked *(ro,sync,no_root_squash,no_subtree_check)' >>/etc/exports"
        " && printf '[nfsd]\\ngrace-time=10\\nlease-time=10\\n' >/etc/nfs.conf.d/vm.conf"
        " && systemctl start rpcbind nfs-server",
        seconds=120,
    )


def _refused(lab: Lab, says: str, **directives: str) -> None:
    """A start that finds out what would have cost the dump, and leaves nothing mounted."""
    crash.configure(lab, **directives)
    done = lab.agent.run("kdumpctl start 2>&1", seconds=120)
    check.equal(done.status, 1, f"status of a start that said:\n{done.out}")
    check.shows(done.out, says, "kdumpctl start")
    lab.agent.check("! grep -q ' - nfs' /proc/self/mountinfo")


def _not_mounted(lab: Lab, source: str) -> None:
    """What is not mounted is tried."""
    # Version 3, which is tried last, calls "Permission denied" what version 4 says is not there.
    _refused(lab, r"Failed to mount \S+-typo on \S+ for kdump preflight check\. cannot mount",
             nfs=f"{source}-typo", path="/named")
    _refused(lab, r"no dump can be saved in \"/read-only\" of dump target .*: Permission denied",
             nfs=f"{source}-locked", path="/read-only")
    crash.configure(lab, nfs=source, path="/later")
    done = lab.agent.check("kdumpctl start 2>&1 && kdumpctl stop", seconds=120)
    check.shows(done, r'Dump path "/later" does not exist in dump target', "kdumpctl start")


def _named_by_directive(lab: Lab) -> None:
    """Mounted with any options, of which those that name addresses must not matter."""
    source = f"[{_IPV6.server}]:{_EXPORT}"
    _not_mounted(lab, source)
    lab.agent.check(f"mkdir /srv/a && mount -t nfs -o vers=4.2 '{source}' /srv/a", seconds=60)
    crash.configure(lab, nfs=source, path="/named")
    status = crash.arm(lab)
    check.shows(status, f"nfs {source.replace('[', '.').replace(']', '.')}:/named", "the status")
    crash.panic(lab)


def _below_the_path(lab: Lab) -> None:
    source = f"{_IPV4.server}:{_EXPORT}"
    lab.agent.check(
        f"mkdir /srv/b && mount -t nfs -o vers=3,nolock {source} /srv/b"
        " && sed -i '/^nfs/d' /etc/kdump.conf",
        seconds=60,
    )
    crash.configure(lab, path="/srv/b/path")
    crash.arm(lab)
    crash.panic(lab)
