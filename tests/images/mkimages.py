# SPDX-License-Identifier: GPL-2.0-or-later
"""Small kernel images for tests, built field by field: nothing binary lies in the tree.

A bzImage's fields are those of Documentation/arch/x86/boot.rst, an EFI program's those of
Microsoft's "PE Format", a zboot image's those of Linux's zboot-header.S. The payload is a
pattern, not code: these images are planned for and probed, never booted.
"""

import gzip
import lzma
import os
import random
import struct
import subprocess
from pathlib import Path

import mkprograms

SECTOR = 512
SETUP_SECTORS = 4


# Where the header of a boot protocol ends: each is one longer than the one before.
_HEADER_ENDS = {
    0x200: 0x224, 0x201: 0x226, 0x202: 0x22C, 0x203: 0x230, 0x204: 0x230, 0x205: 0x235,
    0x206: 0x23C, 0x207: 0x248, 0x208: 0x250, 0x209: 0x258, 0x20A: 0x264, 0x20B: 0x268,
}
_HEADER_END = 0x26C


def bzimage(
    payload_size: int = 1 << 20,
    protocol: int = 0x20F,
    init_size: int = 48 << 20,
    alignment: int = 2 << 20,
    pref_address: int = 16 << 20,
    cmdline_size: int = 2047,
    xloadflags: int = 0x3F,
    loadflags: int = 1,
    relocatable: int = 1,
) -> bytes:
    """A bzImage with these header fields and a payload of that many bytes."""
    setup = bytearray((SETUP_SECTORS + 1) * SECTOR)
    header_end = _HEADER_ENDS.get(protocol, _HEADER_END)

    def put(offset: int, layout: str, value: int) -> None:
        struct.pack_into("<" + layout, setup, offset, value)

    put(0x1F1, "B", SETUP_SECTORS)
    put(0x1F4, "I", (payload_size + 15) // 16)
    put(0x1FE, "H", 0xAA55)
    put(0x200, "B", 0xEB)  # a jump over the header
    put(0x201, "B", header_end - 0x202)
    setup[0x202:0x206] = b"HdrS"
    put(0x206, "H", protocol)
    put(0x211, "B", loadflags)
    put(0x22C, "I", 0x7FFFFFFF)
    put(0x230, "I", alignment)
    put(0x234, "B", relocatable)
    put(0x236, "H", xloadflags)
    put(0x238, "I", cmdline_size)
    put(0x258, "Q", pref_address)
    put(0x260, "I", init_size)
    # What a header does not have is code.
    setup[header_end:0x400] = b"\xcc" * (0x400 - header_end)
    payload = (bytes(range(256)) * (payload_size // 256 + 1))[:payload_size]
    return bytes(setup) + payload


def device_tree(size: int) -> bytes:
    """The header of a flattened device tree of that many bytes (specification v0.4, 5.2)."""
    header = struct.pack(">10I", 0xD00DFEED, size, 0x38, 0x48, 0x28, 17, 16, 0, 0, 0)
    return header + bytes(size - len(header))


# Where a PE file of pe() has its parts.
PE_HEADER = 0x40
PE_SECTION_COUNT = PE_HEADER + 6
PE_OPTIONAL = PE_HEADER + 24
PE_OPTIONAL_SIZE = 112 + 16 * 8
PE_CERTIFICATES = PE_OPTIONAL + 112 + 4 * 8
PE_SECTIONS = PE_OPTIONAL + PE_OPTIONAL_SIZE
PE_SECTION_ROW = 40
PE_ALIGNMENT = 512


def pe_header(sections: int) -> bytes:
    """What an EFI program for x86_64 begins with, up to its section table."""
    header = bytearray(PE_SECTIONS)
    header[0:2] = b"MZ"
    struct.pack_into("<I", header, 0x3C, PE_HEADER)
    struct.pack_into("<4sHHIIIHH", header, PE_HEADER,
                     b"PE", 0x8664, sections, 0, 0, 0, PE_OPTIONAL_SIZE, 0x22)
    struct.pack_into("<H", header, PE_OPTIONAL, 0x20B)
    struct.pack_into("<I", header, PE_OPTIONAL + 108, 16)
    return bytes(header)


def _aligned(size: int) -> int:
    return (size + PE_ALIGNMENT - 1) // PE_ALIGNMENT * PE_ALIGNMENT


def pe(*sections: tuple[str, bytes]) -> bytes:
    """An EFI program of these sections, in this order, as objcopy and ukify lay it out."""
    rows, contents, address = b"", b"", 0x1000
    begin = _aligned(PE_SECTIONS + PE_SECTION_ROW * len(sections))
    for name, data in sections:
        size = _aligned(len(data))
        rows += struct.pack("<8sIIIIIIHHI", name.encode(), len(data), address, size,
                            begin + len(contents), 0, 0, 0, 0, 0x40000040)
        contents += data.ljust(size, b"\xee")
        address += (size + 0xFFF) & ~0xFFF
    return (pe_header(len(sections)) + rows).ljust(begin, b"\0") + contents


def uki(kernel: bytes, *more: tuple[str, bytes]) -> bytes:
    """A unified kernel image; `more` are sections beside the stub's own and the kernel's."""
    return pe((".text", b"\xcc" * 1000), (".osrel", b"ID=test\n"), *more, (".linux", kernel))


def zboot(payload: bytes, compression: str) -> bytes:
    """An EFI zboot image, the size of what is inside behind the payload."""
    at = _aligned(PE_SECTIONS)
    header = bytearray(pe_header(0))
    struct.pack_into("<4sII8x32s", header, 4, b"zimg", at, len(payload), compression.encode())
    return bytes(header).ljust(at, b"\0") + payload + struct.pack("<I", 0x12345678)


def signed(kernel: bytes) -> bytes:
    """A bzImage that is an EFI program, with a table of certificates at its end."""
    image = bytearray(kernel.ljust((len(kernel) + 7) // 8 * 8, b"\0"))
    image[:PE_SECTIONS] = pe_header(0)
    struct.pack_into("<II", image, PE_CERTIFICATES, len(image), 264)
    return bytes(image) + b"\xc5" * 264


def patched(image: bytes, offset: int, layout: str, value: int) -> bytes:
    """The image with another value in one of its fields."""
    changed = bytearray(image)
    struct.pack_into("<" + layout, changed, offset, value)
    return bytes(changed)


def _section_field(image: bytes, name: str, field: int) -> int:
    """Offset of a field in the row of the section called so."""
    return image.index(name.encode().ljust(8, b"\0"), PE_SECTIONS) + field


def _zstd(data: bytes) -> bytes:
    return subprocess.run(
        ["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True, timeout=60
    ).stdout


def _ukis(kernel: bytes) -> dict[str, bytes]:
    """Unified kernel images, whole and damaged."""
    initrd = bytes(range(251)) * 400
    cmdline = b"BOOT_IMAGE=/uki root=/dev/vda1\ncrashkernel=256M quiet \n\0\0"
    whole = uki(kernel, (".initrd", initrd), (".cmdline", cmdline))
    linux = {name: _section_field(whole, ".linux", field)
             for name, field in (("virtual", 8), ("raw", 16), ("offset", 20))}
    initrd_at = struct.unpack_from("<I", whole, _section_field(whole, ".initrd", 20))[0]
    return {
        "kernel.uki": whole,
        "kernel.uki.bare": uki(kernel),
        "kernel.uki.gz": uki(gzip.compress(kernel, mtime=0), (".initrd", initrd)),
        "kernel.uki.zboot": uki(zboot(_zstd(kernel), "zstd22")),
        "kernel.uki.ucode": uki(kernel, (".initrd", initrd), (".ucode", b"micro")),
        "kernel.uki.dtb": uki(kernel, (".dtb", device_tree(5000))),
        "kernel.uki.profiles": uki(kernel, (".cmdline", b"first"), (".cmdline", b"second")),
        "kernel.uki.nested": uki(uki(kernel)),
        "kernel.uki.signed": uki(signed(kernel) + b"\0" * 1000),
        "kernel.uki.cut": whole[:-5000],
        "kernel.uki.header-cut": whole[:PE_SECTIONS + 60],
        "kernel.uki.outside": patched(whole, linux["offset"], "I", 0xFFFFFE00),
        "kernel.uki.overlap": patched(whole, linux["offset"], "I", initrd_at),
        "kernel.uki.empty": patched(whole, linux["raw"], "I", 0),
        "kernel.uki.backwards": patched(whole, 0x3C, "i", -16),
        "kernel.uki.many": patched(whole[:0x100000], PE_SECTION_COUNT, "H", 0xFFFF),
        "kernel.uki.long-cmdline": uki(kernel, (".cmdline", b"x" * 70000)),
        "kernel.uki.text": uki(b"no kernel at all\n" * 40),
        "program.efi": pe((".text", b"\xcc" * 1000)),
    }


def _zboots(kernel: bytes) -> dict[str, bytes]:
    """EFI zboot images, whole and damaged."""
    packed = gzip.compress(kernel, mtime=0)
    whole = zboot(packed, "gzip")
    plain = zboot(bytes(5000), "gzip")  # the same size with every zlib
    return {
        "kernel.zboot.gz": whole,
        "kernel.zboot.zst": zboot(_zstd(kernel), "zstd22"),
        "kernel.zboot.xz": zboot(lzma.compress(kernel), "xzkern"),
        "kernel.zboot.lzma": zboot(lzma.compress(kernel, format=lzma.FORMAT_ALONE), "lzma"),
        "kernel.zboot.signed": zboot(gzip.compress(signed(kernel) + b"\0" * 5000, mtime=0), "gzip"),
        "kernel.zboot.lz4": zboot(packed, "lz4"),
        "kernel.zboot.no-type": zboot(packed, ""),
        "kernel.zboot.wrong-type": zboot(packed, "xzkern"),
        "kernel.zboot.damaged": whole.replace(packed, b"\0" + packed[1:]),
        "kernel.zboot.cut": plain[:-1000],
        "kernel.zboot.header-cut": plain[:30],
        "kernel.zboot.outside": patched(plain, 8, "I", 0xFFFFFFFF),
        "kernel.zboot.short": patched(whole, 12, "I", len(packed) // 2),
        # A frame's header alone, of 5 GiB (RFC 8878, 3.1.1.1).
        "kernel.zboot.5g": zboot(b"\x28\xb5\x2f\xfd\xc0\x58" + struct.pack("<Q", 5 << 30), "zstd"),
    }


def _gzip_times(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = gzip.compress(data, mtime=0)
    return data


def write_all(folder: Path) -> None:
    """Every image that the command-line cases name."""
    kernel = bzimage()
    files = {
        "kernel": kernel,
        "kernel.gz": gzip.compress(kernel, mtime=0),
        "kernel.xz": lzma.compress(kernel),
        "kernel.lzma": lzma.compress(kernel, format=lzma.FORMAT_ALONE),
        "kernel.zst": _zstd(kernel),
        "kernel.gz.xz": lzma.compress(gzip.compress(kernel, mtime=0)),
        "kernel.gz4": _gzip_times(kernel, 4),
        "kernel.gz5": _gzip_times(kernel, 5),
        "kernel.gz.cut": gzip.compress(kernel, mtime=0)[:-1000],
        "kernel.zst.cut": _zstd(kernel)[:-100],
        "kernel.xz.cut": lzma.compress(kernel)[:-100],
        "kernel.cut": kernel[:500000],
        "kernel.header-cut": kernel[:0x230],
        "kernel.2.00": bzimage(protocol=0x200),
        "kernel.2.04": bzimage(protocol=0x204),
        "kernel.2.09": bzimage(protocol=0x209),
        "kernel.32bit": bzimage(xloadflags=0),
        "kernel.32bit.fixed": bzimage(xloadflags=0, relocatable=0),
        "kernel.zimage": bzimage(loadflags=0),
        "kernel.no-5level": bzimage(xloadflags=0x1F),
        "kernel.no-efi-kexec": bzimage(xloadflags=0x2F),
        "kernel.bad-alignment": bzimage(alignment=3 << 20),
        "kernel.short-cmdline": bzimage(cmdline_size=60),
        "tree.dtb": device_tree(5000),
        "tree.cut": device_tree(5000)[:4000],
        "tree.big": device_tree(300000),
        "empty": b"",
        "random": random.Random(1).randbytes(100),
        "text": b"root:x:0:0:root:/root:/bin/bash\n" * 40,
    }
    files |= _ukis(kernel) | _zboots(kernel) | mkprograms.images()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for name, size in {"initrd": 5 << 20, "initrd.big": 120 << 20, "initrd.1g": 1 << 30}.items():
        with (folder / name).open("wb") as file:
            file.truncate(size)
    (folder / "folder").mkdir()
    os.mkfifo(folder / "fifo")
