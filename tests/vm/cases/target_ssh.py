# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps go to an ssh server: streamed over IPv6, then by scp to a name, over a bond."""

from harness import check, crash, server
from harness.dump import Dump
from harness.lab import Lab, Needs

# scp copies all of the memory, so there is little.
NEEDS = Needs(guest="bookworm-network", server=True, reboots=True, memory_mib=768)
_CYCLE_SECONDS = 900  # two emulated machines encrypt all of the memory
_STREAMED = "/home/dump/streamed"
_COPIED = "/home/dump/a place"
_IPV6 = server.Net("fd00:5::1", "fd00:5::2", 64)
_IPV4 = server.Net("192.0.2.1", "192.0.2.2", 24)


def run(lab: Lab) -> None:
    """The key is refused first, and kdumpctl says what to do."""
    _serve(lab)
    server.join(lab, _IPV6)
    lab.agent.check("ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/kdump_id_rsa")
    crash.configure(lab, ssh=f"dump@{_IPV6.server}", path=_STREAMED)
    refused = lab.agent.run("kdumpctl start", seconds=120)
    check.equal(refused.status, 1, "status of a start that the server refuses")
    check.shows(refused.out + refused.err, 'you probably need to run "kdumpctl propagate"', "it")
    _let_in(lab)
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)

    server.join_server(lab, _IPV4)
    server.join_client(lab, _IPV4, bond=True)
    lab.agent.check("sed -i '/^path/d' /etc/kdump.conf && echo '192.0.2.1 store' >>/etc/hosts")
    crash.configure(lab, ssh="dump@store", core_collector="scp", path=_COPIED)
    crash.arm(lab)
    crash.panic(lab)
    lab.agent.wait_boot(_CYCLE_SECONDS)
    _check_dumps(lab)


def _serve(lab: Lab) -> None:
    assert lab.server
    lab.server.agent.check("useradd -m -s /bin/bash dump && systemctl start ssh", seconds=60)


def _let_in(lab: Lab) -> None:
    """Each side knows the other's key from now on."""
    assert lab.server
    public = lab.agent.check("cat /root/.ssh/kdump_id_rsa.pub").strip()
    host_key = lab.server.agent.check("cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub").strip()
    lab.server.agent.check(
        f"install -d -o dump -g dump -m 700 ~dump/.ssh && echo '{public}' >~dump/.ssh/authorized_keys"
    )
    lab.agent.check(f"echo '{_IPV6.server},store {host_key}' >/root/.ssh/known_hosts")


def _check_dumps(lab: Lab) -> None:
    """The stream becomes a dump by makedumpfile -R; nobody but its owner may read any of it."""
    assert lab.server
    lab.server.agent.check(
        f"cd {_STREAMED}/* && [ $(stat -c %a .) = 700 ] && [ $(stat -c %a vmcore.flat) = 600 ]"
        " && makedumpfile -R vmcore <vmcore.flat && rm vmcore.flat",
        seconds=180,
    )
    disk = lab.offline_server()
    streamed = Dump.only_one_in(disk, _STREAMED, lab.folder, _IPV6.client)
    streamed.check_readable(lab.readers, elf=False)
    copied = Dump.only_one_in(disk, _COPIED, lab.folder, _IPV4.client)
    check.that(copied.is_elf(), "what scp copied is not the whole memory")
    copied.log()
