# SPDX-License-Identifier: GPL-2.0-or-later
"""ELF executables and Multiboot images for tests, built field by field as mkimages' are.

Fields: System V ABI, chapters 4 and 5; "Multiboot Specification" version 0.6.96;
"Multiboot2 Specification" version 2.0.
"""

import gzip
import struct
from dataclasses import dataclass

MIB = 1 << 20
ET_REL, ET_EXEC, ET_DYN, ET_CORE = 1, 2, 3, 4
EM_386, EM_X86_64, EM_AARCH64 = 3, 62, 183
PT_LOAD, PT_INTERP, PT_NOTE = 1, 3, 4
MULTIBOOT = 0x1BADB002
MULTIBOOT2 = 0xE85250D6


@dataclass
class Load:
    """A program header and the bytes it stands for; vaddr None is the physical address."""

    paddr: int
    data: bytes
    memory: int = 0
    vaddr: int | None = None
    align: int = 4096
    kind: int = PT_LOAD


def pattern(size: int, seed: int = 0) -> bytes:
    """That many bytes that look like no other seed's."""
    return bytes((i * 7 + seed) & 0xFF for i in range(256)) * (size // 256) + bytes(size % 256)


def elf(
    loads: list[Load], entry: int, bits: int = 64, kind: int = ET_EXEC, machine: int = 0
) -> bytes:
    """An executable; contents begin on the first page and lie one behind the other, as needed."""
    wide = bits == 64
    machine = machine or (EM_X86_64 if wide else EM_386)
    header, entry_size = (64, 56) if wide else (52, 32)
    offset = -(-(header + entry_size * len(loads)) // 4096) * 4096
    headers, contents = b"", b""
    for load in loads:
        at = offset + len(contents)
        vaddr = load.paddr if load.vaddr is None else load.vaddr
        size = max(load.memory, len(load.data))
        if wide:
            headers += struct.pack("<IIQQQQQQ", load.kind, 7, at, vaddr, load.paddr,
                                   len(load.data), size, load.align)
        else:
            headers += struct.pack("<8I", load.kind, at, vaddr, load.paddr, len(load.data), size,
                                   7, load.align)
        contents += load.data + bytes(-len(load.data) % 64)
    start = struct.pack("<4s5B7x", b"\x7fELF", 2 if wide else 1, 1, 1, 0, 0)
    start += struct.pack("<HHI3QIHHHHHH" if wide else "<HHI3IIHHHHHH", kind, machine, 1, entry,
                         header, 0, 0, header, entry_size, len(loads), 0, 0, 0)
    return (start + headers).ljust(offset, b"\0") + contents


def multiboot(flags: int, layout: tuple[int, ...] = ()) -> bytes:
    """A header of version 1."""
    return struct.pack("<III", MULTIBOOT, flags, -(MULTIBOOT + flags) & 0xFFFFFFFF) + struct.pack(
        f"<{len(layout)}I", *layout
    )


def tag(kind: int, *words: int, optional: bool = False) -> bytes:
    """A tag of a header of version 2, padded."""
    size = 8 + 4 * len(words)
    body = struct.pack(f"<HHI{len(words)}I", kind, int(optional), size, *words)
    return body.ljust(-(-size // 8) * 8, b"\0")


def multiboot2(*tags: bytes, architecture: int = 0, end: bytes = tag(0)) -> bytes:
    """A header of version 2."""
    body = b"".join(tags) + end
    length = 16 + len(body)
    return struct.pack("<IIII", MULTIBOOT2, architecture, length,
                       -(MULTIBOOT2 + architecture + length) & 0xFFFFFFFF) + body


def _vmlinux(bits: int = 64) -> bytes:
    """As Linux's: linked high, loaded at 16 MiB, the entry physical, a bss at the end."""
    high = 0xFFFFFFFF80000000 if bits == 64 else 0xC0000000
    return elf(
        [
            Load(16 * MIB, pattern(2 * MIB), vaddr=high + 16 * MIB, align=2 * MIB),
            Load(18 * MIB, pattern(300000, 1), vaddr=high + 18 * MIB, align=2 * MIB),
            Load(18 * MIB + 303104, pattern(5000, 2), vaddr=0, align=4096),
            Load(20 * MIB, pattern(100000, 3), 4 * MIB, vaddr=high + 20 * MIB, align=2 * MIB),
            Load(0, b"", kind=PT_NOTE, align=4),
        ],
        entry=16 * MIB, bits=bits,
    )


def _many(count: int, step: int) -> bytes:
    return elf([Load(2 * MIB + i * step, pattern(2000, i)) for i in range(count)], 2 * MIB)


def _changed(image: bytes, offset: int, layout: str, value: int) -> bytes:
    changed = bytearray(image)
    struct.pack_into("<" + layout, changed, offset, value)
    return bytes(changed)


def _elfs() -> dict[str, bytes]:
    vmlinux, small = _vmlinux(), elf([Load(MIB, pattern(9000))], MIB)
    movable = [Load(0, pattern(5000)), Load(0x201000, pattern(700), 0x3000, align=2 * MIB)]
    return {
        "vmlinux": vmlinux,
        "vmlinux.gz": gzip.compress(vmlinux, mtime=0),
        "vmlinux.32": _vmlinux(32),
        "elf": small,
        "elf.32": elf([Load(MIB, pattern(9000))], MIB, 32),
        "elf.moves": elf(movable, 0x201010, kind=ET_DYN),
        "elf.moves.32": elf(movable, 0x201010, 32, kind=ET_DYN),
        "elf.virtual-entry": elf([Load(MIB, pattern(9000), vaddr=0xC0000000)], 0xC0000020, 32),
        "elf.in-page": elf([Load(MIB + 16, pattern(100)), Load(MIB + 512, pattern(100))], MIB + 16),
        "elf.60": _many(60, 4096),
        "elf.60.gaps": _many(60, 3 * 4096),
        "elf.60.far": _many(60, 20 * MIB),
        "elf.overlap": elf([Load(MIB, pattern(9000)), Load(MIB + 8999, pattern(10))], MIB),
        "elf.outside": elf([Load(8 << 40, pattern(9000))], 8 << 40),
        "elf.in-hole": elf([Load(0xA0000, pattern(9000))], 0xA0000),
        "elf.in-window": elf([Load(0x6E000000, pattern(9000))], 0x6E000000),
        "elf.no-load": elf([Load(MIB, pattern(90), kind=PT_NOTE)], MIB),
        "elf.no-headers": elf([], MIB),
        "elf.bad-entry": elf([Load(MIB, pattern(9000))], 9 * MIB),
        "elf.bad-align": elf([Load(MIB, pattern(9000), align=3)], MIB),
        "elf.bad-size": _changed(small, 64 + 40, "Q", 100),  # p_memsz below p_filesz
        "elf.bad-top": elf([Load(2**64 - 4096, pattern(100), 8192)], 2**64 - 4096),
        "elf.bad-phentsize": _changed(small, 54, "H", 32),
        "elf.bad-phoff": _changed(small, 32, "Q", 2**63),
        "elf.cut": small[:-100],
        "elf.header-cut": small[:60],
        "elf.interpreter": elf([Load(MIB, b"/lib/ld.so\0", kind=PT_INTERP)], MIB),
        "elf.object": elf([Load(MIB, pattern(90))], MIB, kind=ET_REL),
        "elf.core": elf([Load(MIB, pattern(90))], MIB, kind=ET_CORE),
        "elf.arm64": elf([Load(MIB, pattern(90))], MIB, machine=EM_AARCH64),
    }


def _with_header(header: bytes, bits: int = 32, kind: int = ET_EXEC) -> bytes:
    """An executable whose first bytes in memory are a Multiboot header."""
    return elf([Load(MIB, header + pattern(9000), 65536)], MIB + 0x40, bits, kind)


def _multiboots() -> dict[str, bytes]:
    # The header lies 16 bytes into a flat file, the file begins at 2 MiB.
    flat = (2 * MIB + 16, 2 * MIB, 2 * MIB + 4000, 2 * MIB + 9000, 2 * MIB + 64)
    whole = (2 * MIB + 16, 2 * MIB, 0, 0, 2 * MIB + 64)
    plain = _with_header(multiboot(3))
    return {
        "mb1": plain,
        "mb1.gz": gzip.compress(plain, mtime=0),
        "mb1.flat": bytes(16) + multiboot(0x10003, flat) + pattern(5000),
        "mb1.flat.whole": bytes(16) + multiboot(0x10003, whole) + pattern(5000),
        "mb1.flat.cut": bytes(16) + multiboot(0x10003, flat) + pattern(500),
        "mb1.flat.header-cut": bytes(16) + multiboot(0x10003, flat)[:20],
        "mb1.flat.start": bytes(16) + multiboot(0x10003, (MIB, 2 * MIB, 0, 0, 0)),
        "mb1.flat.end": bytes(16) + multiboot(0x10003, (*flat[:2], MIB, *flat[3:])),
        "mb1.flat.entry": bytes(16) + multiboot(0x10003, (*flat[:4], MIB)) + pattern(5000),
        "mb1.bad-flags": _with_header(multiboot(0x13)),
        "mb1.bad-checksum": _with_header(_changed(multiboot(3), 8, "I", 1)),
        "mb1.bad-place": _with_header(bytes(2) + multiboot(3)),
        "mb1.too-late": _with_header(bytes(8192) + multiboot(3)),
        "mb1.no-elf": multiboot(3) + pattern(5000),
    }


def _multiboot2s() -> dict[str, bytes]:
    relocatable = tag(10, 2 * MIB, 0xFFFFFFFF, 2 * MIB, 2)
    flat = tag(2, 2 * MIB + 16, 2 * MIB, 2 * MIB + 4000, 2 * MIB + 9000)
    entry = tag(3, MIB + 0x80)
    relaxed = [tag(kind, 0, 0, 0, optional=True) for kind in (4, 5, 6, 7, 8, 9, 77)]
    return {
        "mb2": _with_header(multiboot2(tag(1, 4, 6))),
        "mb2.64": _with_header(multiboot2(), 64),
        "mb2.moves": _with_header(multiboot2(relocatable, entry)),
        "mb2.moves.low": _with_header(multiboot2(tag(10, 0, 64 * MIB - 1, 4096, 1))),
        "mb2.optional": _with_header(multiboot2(*relaxed)),
        "mb2.flat": bytes(16) + multiboot2(flat, tag(3, 2 * MIB + 96)) + pattern(5000),
        "mb2.flat.no-entry": bytes(16) + multiboot2(flat) + pattern(5000),
        "mb2.bad-tag": _with_header(multiboot2(tag(77, 0))),
        "mb2.bad-request": _with_header(multiboot2(tag(1, 4, 99))),
        "mb2.bad-services": _with_header(multiboot2(tag(7))),
        "mb2.bad-align": _with_header(multiboot2(tag(10, 0, 0xFFFFFFFF, 3, 0))),
        "mb2.bad-entry": _with_header(multiboot2(tag(3, 64 * MIB))),
        "mb2.short-tag": _with_header(multiboot2(tag(3))),
        "mb2.no-end": _with_header(multiboot2(tag(4, 0), end=b"")),
        "mb2.header-cut": _with_header(multiboot2(tag(4, 0)))[:0x1000 + 24],
        "mb2.mips": _with_header(multiboot2(architecture=4)),
        "mb2.no-elf": multiboot2() + pattern(5000),
    }


def images() -> dict[str, bytes]:
    """Names and contents of all."""
    files = _elfs() | _multiboots() | _multiboot2s()
    files["mb.both"] = _with_header(multiboot2() + multiboot(3))
    files |= {f"module{i}": pattern(1000 * i, i) for i in range(20)}
    files |= {
        "module.gz": gzip.compress(pattern(30000), mtime=0),
        "module.gz.twice": gzip.compress(pattern(30000), mtime=0) * 2,
        "beoboot": b"BeoB" + struct.pack("<III", 1, 0xFFFFFFFF, 0) + pattern(100),
        "nbi": b"\x36\x13\x03\x1b" + pattern(508),
    }
    return files
