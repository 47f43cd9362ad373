# SPDX-License-Identifier: GPL-2.0-or-later
"""Targets that are logged in to."""

import re
import shutil
from pathlib import Path

from expect import IMAGE, fresh, image_conf, refused, started
from machine import Machine

KEY = "/root/.ssh/kdump_id_rsa"
BEGIN = "kdump.conf:1: "
# Plays ssh on this machine: fails as often as there are lines in a file that say how.
SSH = """#!/bin/sh
printf '%s\\n' "$@" >{root}/ssh-words
read -r status words <{root}/ssh-fails && [ -n "$status" ] || exit 0
sed -i 1d {root}/ssh-fails
echo "Warning: something" >&2
printf '%s\\r\\n' "$words" >&2
exit "$status"
"""


def with_server(m: Machine, conf: str = "core_collector cat") -> None:
    """A machine that can log in; what runs in the image need not be ssh here."""
    m.network()
    Machine.program(m.bin / "ssh", SSH.format(root=m.root))
    m.write("ssh-fails", "")
    for place in ("/usr/bin/ssh", "/usr/bin/scp", "/usr/bin/cat"):
        m.copy_program(Path(shutil.which("cp")), place)
    m.write(KEY[1:], "secret")
    m.write("root/.ssh/known_hosts", "store ssh-ed25519 AAAA")
    m.write("etc/kdump.conf", f"ssh dump@store\npath /srv/d s\n{conf}")


def image_has_what_ssh_needs(m: Machine) -> None:
    """The key, the server's, who root is, and where the server is; and no disk's drivers."""
    with_server(m)
    conf = image_conf(m)
    assert conf == ['ssh "dump@store"', 'path "/srv/d s"', 'core_collector "/usr/bin/cat"'], conf
    files = m.image_files()
    for name, text in (("kdump/sshkey", b"secret\n"), ("etc/hosts", b"192.0.2.1 store\n"),
                       ("root/.ssh/known_hosts", b"store ssh-ed25519 AAAA\n"),
                       ("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n"),
                       ("etc/nsswitch.conf", b"passwd: files\nhosts: files\n")):
        assert files[name] == text, (name, files.get(name))
    assert re.fullmatch(rb"[0-9a-f]{128}", files["kdump/seed"]), files["kdump/seed"]
    assert files["usr/bin/ssh"] == (m.root / "usr/bin/ssh").read_bytes()
    assert "kdump/modules/card.ko" in files and "kdump/modules/disk.ko" not in files
    started(m)
    m.run("stop")
    m.write(KEY[1:], "another secret")
    started(m, "Detected change(s) in the following file(s):", f"  {KEY}", f"Rebuilding {IMAGE}")


def scp_is_told_what_ssh_is(m: Machine) -> None:
    """Options of both stand before those of the collector."""
    with_server(m, "core_collector scp -l 8000")
    line = image_conf(m)[2]
    assert re.fullmatch(r'core_collector "/usr/bin/scp -F /dev/null -o BatchMode=yes .* '
                        r'-i /kdump/sshkey -l 8000"', line), line


def server_is_tried(m: Machine) -> None:
    """With the key and nothing else; the folder's name is quoted for the server's shell."""
    with_server(m)
    fresh(m)
    words = (m.root / "ssh-words").read_text().splitlines()
    assert f"{m.root}{KEY}" in words and "StrictHostKeyChecking=yes" in words, words
    assert words[-2] == "dump@store", words
    assert words[-1].startswith("umask 077; mkdir -p -- '/srv/d s' || exit 71;"), words


def server_refuses(m: Machine) -> None:
    """What the server does not let us do is said at once, with what to do."""
    with_server(m)
    for fails, stderr in (
            ("255 dump@store: Permission denied (publickey).",
             'Could not create dump@store:/srv/d s, you probably need to run "kdumpctl propagate"\n'
             "ssh says: dump@store: Permission denied (publickey).\n"),
            ("255 Host key verification failed.",
             'Could not create dump@store:/srv/d s, you probably need to run "kdumpctl propagate"\n'
             "ssh says: Host key verification failed.\n"),
            ("71 mkdir: cannot", "mkdir failed on dump@store:/srv/d s\n"
                                 "The server says: mkdir: cannot\n"),
            ("72 mktemp: cannot", "Could not create temporary directory on dump@store:/srv/d s. "
                                  "Make sure user has write permission on destination\n"
                                  "The server says: mktemp: cannot\n")):
        m.write("ssh-fails", fails)
        refused(m, BEGIN + stderr)


def server_comes_late(m: Machine) -> None:
    """One that does not answer yet is waited for, which is said once."""
    with_server(m)
    m.write("ssh-fails", "255 ssh: connect to host store port 22: Connection refused\n"
                         "255 ssh: connect to host store port 22: No route to host")
    done = m.run("start")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ("Network dump target is not usable, waiting for it to be ready...\n"), \
        done.stderr


def something_is_missing(m: Machine) -> None:
    """No key, no known host, no program, and a collector that cannot write there."""
    with_server(m, "core_collector cp")
    refused(m, "kdump.conf:3: core_collector cp cannot write to an ssh target\n"
               "Take makedumpfile, scp, or a program that writes what it saves to its standard "
               "output.\n")
    m.write("etc/kdump.conf", "ssh dump@store\ncore_collector cat")
    (m.root / KEY[1:]).unlink()
    refused(m, f"there is no key to log in to dump@store with: {KEY}\n"
               "Make one and bring it to the server: kdumpctl propagate\n")
    m.write(KEY[1:], "secret")
    (m.root / "root/.ssh/known_hosts").unlink()
    refused(m, "the host key of store is not known: there is no /root/.ssh/known_hosts\n"
               "Log in once as root, or use kdumpctl propagate.\n")
    m.write("etc/ssh/ssh_known_hosts", "store ssh-ed25519 AAAA")
    fresh(m)
    assert "etc/ssh/ssh_known_hosts" in m.image_files()
