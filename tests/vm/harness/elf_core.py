# SPDX-License-Identifier: GPL-2.0-or-later
"""ELF cores as QEMU writes them, and as a crashed kernel itself would have it."""

import mmap
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from . import check

_PT_LOAD, _PT_NOTE = 1, 4
_NOTE = b"VMCOREINFO\0\0OSRELEASE="
_NOTE_HEADER = 12
_HEADER, _PROGRAM_HEADER = 64, 56  # bytes
_FRONT = 4096  # bytes of new headers
# x86_64: where the kernel's text and data are, phys_base bytes off physical 0.
_START_KERNEL = 0xFFFFFFFF80000000


@dataclass(frozen=True)
class _Segment:
    offset: int
    paddr: int
    size: int


class ElfCore:
    """A 64-bit core of either byte order; of its headers the little that is needed."""

    def __init__(self, path: Path):
        self._path = path
        with open(path, "rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        self._order = "<" if self._data[5] == 1 else ">"
        table, count = self._get("Q", 32), self._get("H", 56)
        headers = [table + _PROGRAM_HEADER * i for i in range(count)]
        self._loads = [
            _Segment(self._get("Q", at + 8), self._get("Q", at + 24), self._get("Q", at + 32))
            for at in headers
            if self._get("I", at) == _PT_LOAD
        ]

    def close(self) -> None:
        """Let go of the file."""
        self._data.close()

    def _get(self, code: str, at: int) -> int:
        (value,) = struct.unpack_from(self._order + code, self._data, at)
        return value

    def _note(self) -> tuple[int, int]:
        """Where the kernel's own VMCOREINFO note is in the file, and its size."""
        at = self._data.find(_NOTE)
        check.that(at >= 0, f"there is no VMCOREINFO in the memory in {self._path}")
        start = at - _NOTE_HEADER
        size = self._get("I", start + 4)
        return start, _NOTE_HEADER + 12 + size + -size % 4

    def _displacements(self, text: str) -> list[int]:
        """How far the kernel's virtual addresses are from the physical ones."""
        if match := re.search(r"^NUMBER\(kimage_voffset\)=(\w+)$", text, re.MULTILINE):
            return [int(match[1], 16)]
        if match := re.search(r"^NUMBER\(phys_base\)=(-?\d+)$", text, re.MULTILINE):
            kernel = _START_KERNEL - int(match[1])
            table = re.search(r"^SYMBOL\(init_top_pgt\)=(\w+)$", text, re.MULTILINE)
            check.that(table, "VMCOREINFO does not name the page table")
            levels = 5 if "NUMBER(pgtable_l5_enabled)=1" in text else 4
            return [kernel, self._direct_map(int(table[1], 16) - kernel, levels)]
        return [0]

    def _direct_map(self, table: int, levels: int) -> int:
        """x86_64: where physical address 0 is mapped, the first of all in the kernel's half."""
        address, first = 0, 256
        for level in range(levels, 2, -1):
            index = next(i for i in range(first, 512) if self._physical(table + 8 * i) & 1)
            address |= index << 12 + 9 * (level - 1)
            table = self._physical(table + 8 * index) & 0xFFFFFFFFFF000
            first = 0
        return address | -1 << 12 + 9 * levels

    def _physical(self, paddr: int) -> int:
        """The 64-bit number at a physical address."""
        load = next(load for load in self._loads if 0 <= paddr - load.paddr < load.size)
        return self._get("Q", load.offset + paddr - load.paddr)

    def with_note(self, into: Path) -> None:
        """A copy with what /proc/vmcore has and QEMU leaves out: a note, the kernel's addresses.

        The new headers lie in front of the file as it was; makedumpfile wants no gap in them.
        """
        start, size = self._note()
        moves = self._displacements(self._data[start : start + size].decode(errors="replace"))
        headers = [(_PT_NOTE, start, 0, 0, size)]
        headers += [
            (_PT_LOAD, load.offset, load.paddr + move & (1 << 64) - 1, load.paddr, load.size)
            for move in moves
            for load in self._loads
        ]
        front = bytearray(self._data[:_HEADER])
        struct.pack_into(f"{self._order}QQIHHHHHH", front, 32, _HEADER, 0, 0, _HEADER,
                         _PROGRAM_HEADER, len(headers), 0, 0, 0)
        for kind, offset, vaddr, paddr, bytes_ in headers:
            front += struct.pack(f"{self._order}IIQQQQQQ", kind, 7, offset + _FRONT, vaddr, paddr,
                                 bytes_, bytes_, 0)
        with open(into, "wb") as file:
            file.write(front.ljust(_FRONT, b"\0"))
            file.write(self._data)
