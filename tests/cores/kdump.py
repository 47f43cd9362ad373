# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps as makedumpfile compresses them (diskdump_mod.h), of x86_64, with page tables."""

import struct
import zlib

PAGE = 4096
HEADER_VERSION = 6
PHYS = 0x1000000  # where memory begins that has page tables first, then what they map
PRESENT = 0x63  # present, writable, accessed, dirty


def _split(page: bytes) -> tuple[bytes, int]:
    """What is not zeros at the end, with one of them; and how many more there are."""
    used = page.rstrip(b"\0")
    return page[:len(used) + 1], max(0, len(page) - len(used) - 1)


def _lzo(page: bytes) -> bytes:
    """A run of literals, one match of the byte before, repeated; and the end."""
    head, zeros = _split(page)
    head, zeros = head.ljust(300, b"\0"), zeros - max(0, 300 - len(head))
    if zeros < 300:
        return page
    literals, literals_last = divmod(len(head) - 18 - 1, 255)
    match, match_last = divmod(zeros - 33 - 1, 255)
    return (bytes(1 + literals) + bytes([literals_last + 1]) + head + b"\x20" + bytes(match)
            + bytes([match_last + 1]) + bytes(2) + b"\x11\0\0")


def _snappy(page: bytes) -> bytes:
    """The length, seven bits a byte; a literal; copies of the byte before."""
    head, zeros = _split(page)
    out = bytes([len(page) & 0x7f | 0x80, len(page) >> 7])
    out += bytes([61 << 2]) + struct.pack("<H", len(head) - 1) + head
    for at in range(0, zeros, 64):
        out += bytes([min(64, zeros - at) - 1 << 2 | 2, 1, 0])
    return out


def _zstd(page: bytes) -> bytes:
    """A frame of a raw block and one of a repeated byte (RFC 8878)."""
    head, zeros = _split(page)
    out = struct.pack("<IBH", 0xfd2fb528, 0x60, len(page) - 256)
    out += (len(head) << 3 | (zeros == 0)).to_bytes(3, "little") + head
    return out + ((zeros << 3 | 3).to_bytes(3, "little") + b"\0" if zeros else b"")


# Flags of a page, and how it is packed.
METHODS = {"zlib": (1, zlib.compress), "lzo": (2, _lzo), "snappy": (4, _snappy),
           "zstd": (0x20, _zstd), "none": (0, bytes)}


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


def build(segments: list[tuple[int, bytes]], vmcoreinfo: bytes, method: str) -> bytes:
    """The file; segments are (virtual address, bytes), method one of METHODS."""
    flag, pack = METHODS[method]
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
    header = struct.pack("<8si390s6xQQIiiIIIIIIi", b"KDUMP   ", HEADER_VERSION, names, 0, 0, flag,
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
        packed = pack(bytes(page))
        is_smaller = len(packed) < PAGE
        packed = packed if is_smaller else bytes(page)
        descriptors += struct.pack("<QIIQ", at + len(body), len(packed), flag * is_smaller, 0)
        body += packed
    return out + descriptors + body


def flatten(data: bytes) -> bytes:
    """As it is written to a pipe: pieces and where they go (struct makedumpfile_data_header)."""
    out = struct.pack(">16sQQ", b"makedumpfile", 1, 1).ljust(PAGE, b"\0")
    return out + struct.pack(">QQ", 0, len(data)) + data + struct.pack(">qq", -1, -1)
