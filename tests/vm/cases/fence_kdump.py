# SPDX-License-Identifier: GPL-2.0-or-later
"""Other nodes of a cluster are told of a capture to the disk, and of one to one of them by NFS."""

import base64

from harness import check, crash, server
from harness.cache import Cache, default_root
from harness.debian import Suite
from harness.dump import Dump
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-network", server=True, reboots=True, only_by_name=True)
_CYCLE_SECONDS = 420
_NET = server.Net("192.0.2.1", "192.0.2.2", 24, vlan=7)
_OTHER = "192.0.2.3"
_EXPORT = "/srv/export"
_PORT = 7410
_PROGRAM = "usr/libexec/fence-agents/fence_kdump_send"
_HEARD = "/var/tmp/heard"
# A message's first word, as the fence agent on the other end looks for it.
_MAGIC = "1b302a40"


def run(lab: Lab) -> None:
    """The network is needed for the nodes alone, and then for the dump, too; a rehearsal is silent."""
    assert lab.server
    server.join(lab, _NET)
    lab.server.agent.check(f"ip address add {_OTHER}/24 dev v{_NET.vlan}")
    _listen(lab)
    _install(lab)
    crash.configure(
        lab,
        fence_kdump_nodes=f"{_NET.server} {_OTHER}",
        fence_kdump_args=f"-p {_PORT} -f ipv4 -i 1",
    )
    crash.arm(lab)
    lab.agent.check("kdumpctl rehearse", seconds=120)
    check.equal(_heard(lab), "", "what the other nodes heard before the panic")
    _capture(lab)
    server.join_client(lab, _NET)
    _serve(lab)
    crash.configure(lab, nfs=f"{_NET.server}:{_EXPORT}", path="/")
    crash.arm(lab)
    _capture(lab)
    for disk, path, host in (
        (lab.offline_root(), crash.DEFAULT_PATH, "127.0.0.1"),
        (lab.offline_server(), _EXPORT, _NET.client),
    ):
        folder = lab.folder / host
        folder.mkdir()
        Dump.only_one_in(disk, path, folder, host).check_readable(lab.readers, elf=False)


def _capture(lab: Lab) -> None:
    before = len(_heard(lab))
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    log = lab.console.text().rpartition("Kernel panic - not syncing")[2]
    for node in (_NET.server, _OTHER):
        told = rf"fence_kdump: told {node} \({node}\) that this node is dumping"
        check.shows(log, told, "the console")
    check.shows(_heard(lab)[before:], _MAGIC, "what the other nodes heard")


def _listen(lab: Lab) -> None:
    assert lab.server
    lab.server.agent.check(
        f"systemd-run --unit=listener --socket-property=ListenDatagram=0.0.0.0:{_PORT}"
        f" -p StandardInput=socket -p StandardOutput=truncate:{_HEARD} cat"
    )


def _serve(lab: Lab) -> None:
    """A server that has just started refuses new files for a while, which is shortened here."""
    assert lab.server
    lab.server.agent.check(
        f"mkdir {_EXPORT} && echo '{_EXPORT} *(rw,sync,no_root_squash)' >/etc/exports"
        " && printf '[nfsd]\\ngrace-time=10\\nlease-time=10\\n' >/etc/nfs.conf.d/vm.conf"
        " && systemctl start rpcbind nfs-server",
        seconds=120,
    )


def _heard(lab: Lab) -> str:
    assert lab.server
    return lab.server.agent.check(f"[ ! -e {_HEARD} ] || od -An -v -tx4 {_HEARD}")


def _install(lab: Lab) -> None:
    """The agents want many packages, and this program of theirs only the C library."""
    suite = Suite(Cache(default_root()), "bookworm")
    suite.refresh()
    folder = lab.folder / "fence-agents"
    folder.mkdir()
    suite.unpack_alone("fence-agents", folder)
    encoded = base64.b64encode((folder / _PROGRAM).read_bytes()).decode()
    lab.agent.check(
        f"mkdir -p $(dirname /{_PROGRAM}) && echo {encoded} | base64 -d >/{_PROGRAM}"
        f" && chmod 755 /{_PROGRAM}"
    )
