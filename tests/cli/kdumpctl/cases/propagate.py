# SPDX-License-Identifier: GPL-2.0-or-later
"""propagate: the key of an ssh target, with OpenSSH's programs and a real server."""

import subprocess

from expect import check
from machine import Machine
from sshserver import SshServer

KEY = "/root/.ssh/kdump_id_rsa"


def no_ssh_target(m: Machine) -> None:
    """There is nobody to let us in."""
    check(m.run("propagate"), 1, "",
          "No ssh config specified in /etc/kdump.conf.  Can't propagate\n"
          "Write there: ssh USER@HOST\n")
    m.write("etc/kdump.conf", "ssh host")
    assert m.run("propagate").stderr.startswith("kdump.conf:1: Bad ssh dump target host\n")


def new_key(m: Machine) -> None:
    """Made, brought there with a password once, and used without one from then on."""
    server = SshServer(m)
    m.write("etc/kdump.conf", "ssh dump@127.0.0.1")
    done = server.run("propagate")
    added = f"{KEY} has been added to ~dump/.ssh/authorized_keys on 127.0.0.1\n"
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Generating new ssh keys... done.\n"), done.stdout
    assert done.stdout.endswith(added), done.stdout
    key = m.root / KEY[1:]
    assert key.stat().st_mode & 0o777 == 0o600 and key.parent.stat().st_mode & 0o777 == 0o700
    public = key.with_suffix(".pub").read_text()
    assert public.startswith("ssh-rsa ")
    authorized = server.home / ".ssh/authorized_keys"
    assert authorized.read_text() == public
    asked = server.asked()
    assert len(asked) >= 2 and any("password" in line for line in asked), asked

    server.set_password("another one now")
    done = server.run("propagate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Using existing keys...\n"), done.stdout
    assert done.stdout.endswith(added) and not server.asked()
    assert authorized.read_text() == public


def existing_key(m: Machine) -> None:
    """The one that is configured, of any type, even if its public part was lost."""
    server = SshServer(m)
    key = m.root / "etc/keys/dump"
    key.parent.mkdir()
    (m.root / "root/.ssh").mkdir(mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key],
                   check=True)
    public = key.with_suffix(".pub")
    wanted = public.read_text()
    public.unlink()
    m.write("etc/kdump.conf", "ssh dump@127.0.0.1\nsshkey /etc/keys/dump")
    done = server.run("propagate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Using existing keys...\n"), done.stdout
    assert done.stdout.endswith("/etc/keys/dump has been added to ~dump/.ssh/authorized_keys on "
                                "127.0.0.1\n"), done.stdout
    assert public.read_text().split()[:2] == wanted.split()[:2]
    assert (server.home / ".ssh/authorized_keys").read_text() == public.read_text()
    assert not (m.root / KEY[1:]).exists()


def refused(m: Machine) -> None:
    """A wrong password, a key that asks for one itself, a server that is not there."""
    server = SshServer(m)
    failed = f"Failed to propagate ssh key, {KEY} failed in transfer to 127.0.0.1\n"
    m.write("etc/kdump.conf", "ssh dump@127.0.0.1")
    server.set_password("nobody knows")
    done = server.run("propagate")
    assert done.returncode == 1 and done.stderr.endswith(failed), done.stderr
    assert "ssh-copy-id ended with status 1\n" in done.stderr, done.stderr

    m.write("etc/kdump.conf", "ssh dump@127.0.0.2")
    done = m.run("propagate", within=("unshare", "--net"))
    assert done.returncode == 1 and done.stderr.endswith(failed.replace(".1\n", ".2\n"))

    key = m.root / "root/locked"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "phrase", "-f", key], check=True)
    key.with_suffix(".pub").unlink()
    m.write("etc/kdump.conf", "ssh dump@127.0.0.1\nsshkey /root/locked")
    done = m.run("propagate")
    assert done.returncode == 1
    assert "/root/locked is no key, or has a passphrase\nThe capture has nobody to ask for it: " \
        "name another key.\n" in done.stderr, done.stderr


def tried_as_the_capture_will(m: Machine) -> None:
    """What only works with ssh's own configuration does not work."""
    server = SshServer(m)
    m.write("etc/kdump.conf", "ssh dump@127.0.0.1")
    assert server.run("propagate").returncode == 0
    hosts = m.root / "root/.ssh/known_hosts"
    hosts.rename(hosts.with_name("other_hosts"))
    m.write("root/.ssh/config", f"UserKnownHostsFile {hosts.with_name('other_hosts')}")
    (m.root / "root/.ssh/config").chmod(0o600)
    done = server.run("propagate")
    assert done.returncode == 1
    assert f"dump@127.0.0.1 does not let us in with {KEY}, as the capture will want to\n" \
        "ssh's own configuration does not count, as the capture does not have it. Try: " in \
        done.stderr, done.stderr
