# SPDX-License-Identifier: GPL-2.0-or-later
"""What all logs are made of: messages, machines that lay out data, pieces of memory."""

from dataclasses import dataclass, field

NSEC = 1_000_000_000


class DescriptionError(Exception):
    """The description does not make sense."""


@dataclass
class Record:
    """A message as the description has it."""
    nsec: int
    text: bytes
    level: int = 6
    facility: int = 0
    caller: int = 0
    state: str = "finalized"
    lpos: str = ""
    dict: int = 0

    def line(self) -> bytes:
        """As vmcore-dmesg prints it by default; the text is printable."""
        return b"[%5d.%06d] %s\n" % (self.nsec // NSEC, self.nsec % NSEC // 1000,
                                     b"" if self.lpos else self.text)


@dataclass
class Region:
    """A piece of the kernel's memory."""
    name: str
    data: bytearray
    vaddr: int = 0
    members: dict[str, tuple[int, int]] = field(default_factory=dict)  # name: (offset, width)


@dataclass
class Machine:
    """What decides how a kernel lays out its data."""
    bits: int = 64
    big_endian: bool = False
    name: str = "x86_64"

    @property
    def word(self) -> int:
        """Bytes of a long and of a pointer."""
        return 4 if self.bits == 32 or self.name in ("i386", "arm") else 8

    def pack(self, value: int, width: int) -> bytes:
        return (value % (1 << (8 * width))).to_bytes(width, "big" if self.big_endian else "little")

    def align(self, width: int) -> int:
        """What a number of that many bytes is aligned to."""
        return min(width, 4) if self.name == "i386" else width

    def put(self, region: "Region", name: str, value: int) -> None:
        """Set a member."""
        at, width = region.members[name]
        region.data[at:at + width] = self.pack(value, width)

    def layout(self, members: list[tuple[str, int, int]]) -> tuple[int, dict[str, int]]:
        """A C structure of (name, width, count): its size and its members' offsets."""
        at, widest, offsets = 0, 1, {}
        for name, width, count in members:
            align = self.align(width)
            at = -(-at // align) * align
            offsets[name] = at
            at += width * count
            widest = max(widest, align)
        return -(-at // widest) * widest, offsets
