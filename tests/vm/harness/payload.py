# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes into every guest: the programs under test, as `make install` leaves them."""

import tarfile
import tempfile
from pathlib import Path

from . import command, say

_CHECKOUT = Path(__file__).resolve().parents[3]


def _as_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member


def pack(archive: Path) -> None:
    """Install the checkout this file belongs to into a tar archive."""
    say.note("installing the programs under test")
    with tempfile.TemporaryDirectory(prefix="vm-payload-") as folder:
        command.output(
            ["make", "-C", _CHECKOUT, "install", f"DESTDIR={folder}", "PREFIX=/usr"], seconds=600
        )
        with tarfile.open(archive, "w") as tar:
            tar.add(folder, arcname=".", filter=_as_root)


def pack_nothing(archive: Path) -> None:
    """The same for a guest that is to do without them: an archive with nothing in it."""
    with tarfile.open(archive, "w"):
        pass
