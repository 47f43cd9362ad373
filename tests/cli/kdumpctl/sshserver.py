# SPDX-License-Identifier: GPL-2.0-or-later
"""A real ssh server, OpenSSH's, to which a machine logs in.

It runs in a network and a mount namespace of its own, on port 22 of the loopback, where the
machine's /root is root's home, and one more account, "dump", has a password. To make such
namespaces takes root. The server's package is unpacked beside the host's, not installed.
"""

import os
import subprocess
import sys

from expect import Skip
from machine import TOP, Machine

sys.path.append(str(TOP / "tests/vm"))

# pylint: disable=wrong-import-position
from harness.cache import Cache, default_root
from harness.command import CommandFailed
from harness.debian import DebianError
from harness.readers import Readers

PASSWORD = "let me in"
_PASSWD = """root:x:0:0::{root}/root:/bin/sh
sshd:x:{nobody}:{nobody}::/run/sshd:/bin/false
dump:x:{uid}:{uid}::/mnt:/bin/sh
"""
_UID, _NOBODY = 12345, 12346
_CONFIG = """ListenAddress 127.0.0.1
HostKey {place}/host-key
PidFile none
UsePAM no
PasswordAuthentication yes
"""

# Answers for ssh: whether this is the right server, and the password.
_ASKPASS = """#!/bin/sh
echo "$1" >>{asked}
case $1 in *yes/no*) echo yes;; *) echo {password!r};; esac
"""

_SCRIPT = """
cd {place} || exit 99
mount --bind passwd /etc/passwd && mount --bind shadow /etc/shadow || exit 99
mount --bind home /mnt && mount -t tmpfs run /run && mkdir -m 755 /run/sshd || exit 99
ip link set lo up || exit 99
{sshd} -r -D -e -f sshd_config 2>server-log &
server=$!
while ! grep -q '^Server listening on' server-log; do
	kill -0 $server || exit 99
	sleep 0.05
done
"$@" </dev/null
status=$?
kill $server
exit $status
"""


def _sshd() -> str:
    """The command that starts it."""
    if os.geteuid() != 0:
        raise Skip("needs root, for a server with accounts of its own")
    try:
        argv = Readers(Cache(default_root())).argv("openssh-server", "usr/sbin/sshd")
    except (CommandFailed, DebianError) as error:
        raise Skip(f"Debian's openssh-server cannot be had: {error}") from error
    return " ".join(str(word) for word in argv)


class SshServer:
    """See above; each run has the server for itself."""

    def __init__(self, machine: Machine):
        self.machine = machine
        self._sshd = _sshd()
        self.place = machine.bin / "server"
        self.home = self.place / "home"
        self.home.mkdir(parents=True)
        os.chown(self.home, _UID, _UID)
        (machine.root / "root").mkdir(mode=0o700, exist_ok=True)
        (self.place / "passwd").write_text(
            _PASSWD.format(root=machine.root, uid=_UID, nobody=_NOBODY))
        (self.place / "sshd_config").write_text(_CONFIG.format(place=self.place))
        self.set_password(PASSWORD)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        self.place / "host-key"], check=True)
        machine.program(self.place / "askpass", _ASKPASS.format(asked=self.place / "asked",
                                                                password=PASSWORD))

    def set_password(self, password: str) -> None:
        """What dump has to type; the machine's administrator knows PASSWORD."""
        done = subprocess.run(["openssl", "passwd", "-6", "-stdin"], input=password, text=True,
                              check=True, capture_output=True)
        (self.place / "shadow").write_text(
            f"root:*:1::::::\nsshd:*:1::::::\ndump:{done.stdout.strip()}:1::::::\n")

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """kdumpctl, while the server runs."""
        script = _SCRIPT.format(place=self.place, sshd=self._sshd)
        environment = {"SSH_ASKPASS": self.place / "askpass", "SSH_ASKPASS_REQUIRE": "force",
                       "HOME": self.machine.root / "root"}
        return self.machine.run(*arguments, within=(
            "env", "-u", "SSH_AUTH_SOCK", *(f"{name}={value}" for name, value in environment.items()),
            "unshare", "--mount", "--net", "sh", "-c", script, "sh"))

    def asked(self) -> list[str]:
        """What ssh asked for since the last call of this."""
        file = self.place / "asked"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines
