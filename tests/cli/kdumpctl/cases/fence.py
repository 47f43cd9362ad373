# SPDX-License-Identifier: GPL-2.0-or-later
"""Nodes of a cluster that are told of the capture."""

from pathlib import Path

from expect import IMAGE, fresh, image_conf, refused, started
from machine import NETWORK, Machine

SEND = "usr/libexec/fence-agents/fence_kdump_send"


def fencing(m: Machine, extra: str = "") -> None:
    """A way to nodes, the program, and a configuration with two of them."""
    m.network()
    (m.root / SEND).parent.mkdir(parents=True)
    m.program(m.root / SEND, "#!/bin/sh")
    m.copy_program(Path("/bin/sh"), "/bin/sh")
    m.write("etc/kdump.conf", f"core_collector cp\nfence_kdump_nodes node2 store\n{extra}")


def nodes_are_told(m: Machine) -> None:
    """The dump stays on the disk; the ways to the nodes, their drivers and the program come."""
    fencing(m, "fence_kdump_args -p 7411 -f ipv4 -c 0 -i '5'")
    assert 'fence_kdump_args "-p 7411 -f ipv4 -c 0 -i \'5\'"' in image_conf(m)
    files = m.image_files()
    assert files["kdump/fence/1"].decode() == NETWORK.replace(" store", " node2") + "\n"
    assert files["kdump/fence/2"].decode() == NETWORK + "\n"
    assert files["usr/sbin/fence_kdump_send"] == b"#!/bin/sh"
    assert "kdump/network" not in files
    modules = {Path(name).stem for name in files if name.endswith(".ko")}
    assert {"card", "8021q", "disk", "testfs"} <= modules, modules


def change_of_the_way(m: Machine) -> None:
    """Another address of this machine's is a reason for another image."""
    fencing(m)
    fresh(m)
    m.write("kdump/network", NETWORK.replace("192.0.2.2", "192.0.2.3"))
    started(m, "Detected change in the network to fence_kdump_nodes", f"Rebuilding {IMAGE}")


def what_is_missing(m: Machine) -> None:
    """The program, the way, a partner of a quote."""
    fencing(m)
    (m.root / SEND).unlink()
    refused(m, "kdump.conf:2: fence_kdump_nodes: there is no fence_kdump_send to tell them with\n"
               "Install it: it is in Debian's package fence-agents, RHEL's "
               "fence-agents-kdump.\n")
    (m.root / "kdump/network").unlink()
    refused(m, "kdump.conf:2: the way to node2: the network below ROOT cannot be asked for: there "
               "is no record of it, /kdump/network\n")
    m.write("etc/kdump.conf", "fence_kdump_nodes " + "n " * 65)
    refused(m, "kdump.conf:1: fence_kdump_nodes: more than 64 nodes\n")
    m.write("etc/kdump.conf", "fence_kdump_nodes n\nfence_kdump_args -p '1")
    refused(m, "kdump.conf:2: fence_kdump_args: quote ' has no partner\n")


def dracut_has_no_way(m: Machine) -> None:
    """Said, before dracut is looked for."""
    fencing(m, "dracut_args --add x")
    refused(m, "kdump.conf:2: fence_kdump_nodes: the image that dracut builds for this target has "
               "no way to them\nChoose another target, or do without.\n")


def cluster_that_waits(m: Machine) -> None:
    """Pacemaker has a device that waits for our word, and nobody is named."""
    m.write("etc/kdump.conf", "core_collector cp")
    m.write("var/lib/pacemaker/cib/cib.xml", '<primitive id="f" class="stonith" type="fence_ipmi"/>')
    fresh(m)
    m.write("var/lib/pacemaker/cib/cib.xml",
            '<primitive id="f" class="stonith" type="fence_kdump"/>')
    done = m.run("start")
    assert done.returncode == 0
    assert done.stderr == (
        "warning: the cluster waits for word of a dump (fence_kdump in "
        "/var/lib/pacemaker/cib/cib.xml), but no fence_kdump_nodes in /etc/kdump.conf says whom to "
        "tell\n"), done.stderr
    fencing(m)
    assert not m.run("restart").stderr
