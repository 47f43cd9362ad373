# SPDX-License-Identifier: GPL-2.0-or-later
"""The wire between the machine that crashes and the one that takes its dumps."""

from dataclasses import dataclass

from .agent import Agent
from .lab import CLIENT_MAC, SERVER_MAC, Lab


@dataclass(frozen=True)
class Net:
    """A network of the two machines, on the wire itself or on a VLAN of it."""

    server: str
    client: str
    bits: int
    vlan: int = 0


def join(lab: Lab, net: Net) -> None:
    """Give both machines their addresses."""
    join_server(lab, net)
    join_client(lab, net)


def join_server(lab: Lab, net: Net) -> None:
    """Give the server one more address."""
    assert lab.server
    _set_address(lab.server.agent, SERVER_MAC, net, net.server)


def join_client(lab: Lab, net: Net, bond: bool = False) -> None:
    """Give the client its address after a boot, if wanted with a bond in between."""
    _set_address(lab.agent, CLIENT_MAC, net, net.client, bond)


def _set_address(agent: Agent, mac: str, net: Net, address: str, bond: bool = False) -> None:
    lines = [f"card=$(grep -lx {mac} /sys/class/net/*/address | head -n1 | cut -d/ -f5)"]
    if bond:
        lines += [
            "ip link add bond7 type bond mode active-backup miimon 50",
            "ip link set $card down",
            "ip link set $card master bond7",
            "card=bond7",
        ]
    # Of processors that boot reports late, a start makes a reload, in which nothing is loaded.
    lines += ["ip link set $card up", "udevadm settle --timeout=120"]
    if net.vlan:
        lines += [
            f"ip link add link $card name v{net.vlan} type vlan id {net.vlan}",
            f"card=v{net.vlan}",
            "ip link set $card up",
        ]
    nodad = " nodad" if ":" in address else ""
    lines.append(f"ip address add {address}/{net.bits} dev $card{nodad}")
    agent.check("set -e\n" + "\n".join(lines), seconds=150)
