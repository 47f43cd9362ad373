# SPDX-License-Identifier: GPL-2.0-or-later
"""Disk images: overlays over cached ones, blank ones, and reading them offline.

Reading goes through debugfs, without mounting: what a guest wrote can be
looked at on any host, and nothing of the host can be harmed by it.
"""

from dataclasses import dataclass
from pathlib import Path

from . import command

# e2fsck: 0 is clean, 1 is "errors corrected", which is what replaying a journal can give.
_E2FSCK_FINE = (0, 1)


def overlay(base: Path, path: Path) -> None:
    """Make path a qcow2 image that holds what differs from the raw image base."""
    command.output(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", base, path])


def blank(path: Path, size: int, filesystem: str, label: str) -> None:
    """Make path a raw image of size bytes with an empty file system (ext4, xfs, "": none) in it."""
    with open(path, "wb") as image:
        image.truncate(size)
    if filesystem:
        command.output([f"mkfs.{filesystem}", "-q", "-L", label, path])


@dataclass(frozen=True)
class OfflineDisk:
    """An ext4 image of a machine that has stopped."""

    image: Path

    @classmethod
    def of_overlay(cls, overlay_image: Path, raw: Path) -> "OfflineDisk":
        """The disk that a qcow2 overlay shows, flattened to the new file raw, journal replayed."""
        command.output(["qemu-img", "convert", "-O", "raw", overlay_image, raw], seconds=300)
        command.output(["e2fsck", "-p", raw], seconds=300, accepted=_E2FSCK_FINE)
        return cls(raw)

    def names(self, folder: str) -> list[str]:
        """The names in a folder of the disk, sorted; empty if there is no such folder."""
        listing = command.text(["debugfs", "-R", f'ls -p "{folder}"', self.image])
        # /inode/mode/uid/gid/name/size/, one entry a line
        rows = (line.split("/") for line in listing.splitlines() if line.startswith("/"))
        return sorted(row[5] for row in rows if row[5] not in (".", ".."))

    def text(self, path: str, into: Path) -> str:
        """The text of a file of the disk, of which a copy is left in a folder of the host."""
        copy = into / Path(path).name
        command.output(["debugfs", "-R", f'dump "{path}" "{copy}"', self.image])
        return copy.read_text(errors="replace")

    def copy_out(self, folder: str, into: Path) -> Path:
        """Copy a folder of the disk, with all below it, into a folder of the host."""
        command.output(["debugfs", "-R", f'rdump "{folder}" "{into}"', self.image], seconds=300)
        return into / Path(folder).name
