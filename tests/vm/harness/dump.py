# SPDX-License-Identifier: GPL-2.0-or-later
"""A saved dump, on the host, and what has to be true of it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import check, command
from .disk import OfflineDisk
from .readers import Readers

_VMCORE_DMESG = Path(__file__).resolve().parents[3] / "build/vmcore-dmesg"
_FILES = ["capture.json", "kexec-dmesg.log", "vmcore", "vmcore-dmesg.txt"]
_LOCAL = "127.0.0.1"
_NAME = re.compile(r"([0-9a-z.:-]+)-(\d{4}-\d\d-\d\d-\d\d:\d\d:\d\d)")
_RECENT = timedelta(hours=1)
_PANIC = r"^\[ *\d+\.\d{6}\] Kernel panic - not syncing: sysrq triggered crash$"


@dataclass(frozen=True)
class Dump:
    """A dump's folder."""

    folder: Path

    @classmethod
    def only_one_in(
        cls, disk: OfflineDisk, path: str, into: Path, host: str = _LOCAL, besides: str = ""
    ) -> "Dump":
        """Take the dump below path out of a disk; there has to be one, named as it should be.

        besides: a name that is there, too.
        """
        names = [name for name in disk.names(path) if name != besides]
        check.equal(len(names), 1, f"number of dumps in {path} ({', '.join(names)})")
        check_name(names[0], host)
        check.equal(disk.names(f"{path}/{names[0]}"), _FILES, "files of the dump")
        return cls(disk.copy_out(f"{path}/{names[0]}", into))

    @property
    def vmcore(self) -> Path:
        """The memory image."""
        return self.folder / "vmcore"

    def log(self) -> list[str]:
        """The lines of vmcore-dmesg.txt."""
        text = (self.folder / "vmcore-dmesg.txt").read_text(errors="replace")
        check.shows(text, _PANIC, "vmcore-dmesg.txt")
        return text.splitlines()

    def is_elf(self) -> bool:
        """Whether the memory image is ELF, not makedumpfile's compressed format."""
        with open(self.vmcore, "rb") as vmcore:
            return vmcore.read(4) == b"\x7fELF"

    def check_readable(self, readers: Readers, elf: bool) -> None:
        """The image has the wanted format, and we and others read the same log from it."""
        check.equal(self.is_elf(), elf, "vmcore is ELF")
        ours = command.text([_VMCORE_DMESG, self.vmcore], seconds=300)
        check.same_lines(self.log(), ours.splitlines(), "vmcore-dmesg.txt and the dump's log")
        theirs = readers.makedumpfile_log(self.vmcore, self.folder / "makedumpfile.txt")
        check.same_lines(self.log(), theirs, "vmcore-dmesg.txt and makedumpfile --dump-dmesg")
        if elf:
            theirs = readers.vmcore_dmesg_log(self.vmcore)
            check.same_lines(self.log(), theirs, "vmcore-dmesg.txt and Debian's vmcore-dmesg")


def check_name(name: str, host: str = _LOCAL) -> None:
    """A dump's folder says from where and when it is, in the guest's time, which is UTC."""
    match = _NAME.fullmatch(name)
    check.that(match, f"the dump's folder is named {name}")
    check.equal(match[1], host, f"where the dump in {name} is from")
    taken = datetime.strptime(match[2], "%Y-%m-%d-%H:%M:%S").replace(tzinfo=timezone.utc)
    check.that(
        abs(datetime.now(timezone.utc) - taken) < _RECENT, f"the dump's folder is dated {taken}"
    )
