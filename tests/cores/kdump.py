# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps as makedumpfile compresses them (diskdump_mod.h), of x86_64, with page tables."""

import struct
import zlib

PAGE = 4096
HEADER_VERSION = 6
ZLIB = 1
PHYS = 0x1000000  # where memory begins that has page tables first, then what they map
PRESENT = 0x63  # present, writable, accessed, dirty


class Memory:
    """Physical pages, and page tables that give them virtual addresses."""

    def __init__(self) -> None:
        self.pages: dict[int, bytearray] = {}
        self.free = PHYS // PAGE
        self.root = self.page()

    def page(self) -> int:
        """A new page's frame number."""
        frame = self.free
        self.free += 1
        self.pages[frame] = bytearray(PAGE)
        return frame

    def map(self, vaddr: int, data: bytes) -> None:
        """Put bytes at a virtual address."""
        while data:
            start = vaddr % PAGE
            piece = data[:PAGE - start]
            self.pages[self.frame(vaddr)][start:start + len(piece)] = piece
            vaddr, data = vaddr + len(piece), data[len(piece):]

    def frame(self, vaddr: int) -> int:
        """The frame of an address, made if it is not there."""
        table = self.root
        for shift in (39, 30, 21, 12):
            at = (vaddr >> shift) % 512 * 8
            entry = int.from_bytes(self.pages[table][at:at + 8], "little")
            if not entry:
                entry = self.page() * PAGE | PRESENT
                self.pages[table][at:at + 8] = entry.to_bytes(8, "little")
            table = entry // PAGE
        return table


def build(segments: list[tuple[int, bytes]], vmcoreinfo: bytes) -> bytes:
    """The file; segments are (virtual address, bytes)."""
    memory = Memory()
    for vaddr, data in segments:
        memory.map(vaddr, data)
    vmcoreinfo += b"NUMBER(phys_base)=0\nNUMBER(pgtable_l5_enabled)=0\nSYMBOL(init_top_pgt)=%x\n" % (
        0xffffffff80000000 + memory.root * PAGE)
    frames = memory.free
    bitmap_blocks = -(-frames // 8 // PAGE)
    bitmap = bytearray(bitmap_blocks * PAGE)
    for frame in memory.pages:
        bitmap[frame // 8] |= 1 << frame % 8
    names = b"".join(s.ljust(65, b"\0") for s in (b"Linux", b"host", b"6.1.0-test", b"#1",
                                                  b"x86_64", b""))
    header = struct.pack("<8si390s6xQQIiiIIIIIIi", b"KDUMP   ", HEADER_VERSION, names, 0, 0, ZLIB,
                         PAGE, 1, 2 * bitmap_blocks, frames, 0, 0, 0, 0, 1)
    note = struct.pack("<III12s", 11, len(vmcoreinfo), 0, b"VMCOREINFO") + vmcoreinfo
    note_at = PAGE + 2048
    sub_header = struct.pack("<QiiQQQQQQQQQQQ", 0, 0, 0, 0, 0, note_at + 24, len(vmcoreinfo),
                             note_at, len(note), 0, 0, 0, frames, frames)
    sub_header = sub_header.ljust(2048, b"\0") + note
    if len(sub_header) > 2 * PAGE:
        raise ValueError("vmcoreinfo is too large")
    header = bytearray(header.ljust(PAGE, b"\0") + sub_header.ljust(2 * PAGE, b"\0"))
    header[432:436] = struct.pack("<i", 2)
    out = bytes(header) + bytes(bitmap) * 2
    descriptors, body = b"", b""
    at = len(out) + 24 * len(memory.pages)
    for _, page in sorted(memory.pages.items()):
        packed = zlib.compress(page)
        descriptors += struct.pack("<QIIQ", at + len(body), len(packed), ZLIB, 0)
        body += packed
    return out + descriptors + body


def flatten(data: bytes) -> bytes:
    """As it is written to a pipe: pieces and where they go (struct makedumpfile_data_header)."""
    out = struct.pack(">16sQQ", b"makedumpfile", 1, 1).ljust(PAGE, b"\0")
    return out + struct.pack(">QQ", 0, len(data)) + data + struct.pack(">qq", -1, -1)
