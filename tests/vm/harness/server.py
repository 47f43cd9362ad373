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
    """Give both machines their addresses; the client loses those from before."""
    assert lab.server
    _set_address(lab.server.agent, SERVER_MAC, net, net.server)
    join_client(lab, net)


def join_client(lab: Lab, net: Net) -> None:
    """Give the client its address, after a boot or on another network than before."""
    _set_address(lab.agent, CLIENT_MAC, net, net.client)


def _set_address(agent: Agent, mac: str, net: Net, address: str) -> None:
    lines = [
        f'card=$(grep -lx {mac} /sys/class/net/*/address | head -n1 | cut -d/ -f5)',
        "ip link set $card up",
    ]
    if net.vlan:
        lines += [
            f"ip link add link $card name v{net.vlan} type vlan id {net.vlan}",
            f"card=v{net.vlan}",
            "ip link set $card up",
        ]
    nodad = " nodad" if ":" in address else ""
    lines.append(f"ip address add {address}/{net.bits} dev $card{nodad}")
    agent.check("set -e\n" + "\n".join(lines))
