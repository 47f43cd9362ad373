# SPDX-License-Identifier: GPL-2.0-or-later
"""Small kernel images for tests, built field by field: nothing binary lies in the tree.

A bzImage's fields are those of Documentation/arch/x86/boot.rst. The payload is a pattern, not
code: these images are planned for and probed, never booted.
"""

import gzip
import lzma
import random
import struct
import subprocess
from pathlib import Path

SECTOR = 512
SETUP_SECTORS = 4


def bzimage(
    payload_size: int = 1 << 20,
    protocol: int = 0x20F,
    init_size: int = 48 << 20,
    alignment: int = 2 << 20,
    pref_address: int = 16 << 20,
    cmdline_size: int = 2047,
    xloadflags: int = 0x3F,
) -> bytes:
    """A bzImage with these header fields and a payload of that many bytes."""
    setup = bytearray((SETUP_SECTORS + 1) * SECTOR)

    def put(offset: int, layout: str, value: int) -> None:
        struct.pack_into("<" + layout, setup, offset, value)

    put(0x1F1, "B", SETUP_SECTORS)
    put(0x1F4, "I", (payload_size + 15) // 16)
    put(0x1FE, "H", 0xAA55)
    put(0x200, "H", 0x6AEB)  # a jump over the header: its length is the second byte
    setup[0x202:0x206] = b"HdrS"
    put(0x206, "H", protocol)
    put(0x211, "B", 1)
    put(0x22C, "I", 0x7FFFFFFF)
    put(0x230, "I", alignment)
    put(0x234, "B", 1)
    put(0x236, "H", xloadflags)
    put(0x238, "I", cmdline_size)
    put(0x258, "Q", pref_address)
    put(0x260, "I", init_size)
    payload = (bytes(range(256)) * (payload_size // 256 + 1))[:payload_size]
    return bytes(setup) + payload


def _zstd(data: bytes) -> bytes:
    return subprocess.run(
        ["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True, timeout=60
    ).stdout


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
        "kernel.gz.cut": gzip.compress(kernel, mtime=0)[:-1000],
        "kernel.zst.cut": _zstd(kernel)[:-100],
        "kernel.xz.cut": lzma.compress(kernel)[:-100],
        "kernel.cut": kernel[:500000],
        "kernel.header-cut": kernel[:0x230],
        "kernel.old": bzimage(protocol=0x20B),
        "kernel.32bit": bzimage(xloadflags=0),
        "kernel.no-5level": bzimage(xloadflags=0x1F),
        "kernel.no-efi-kexec": bzimage(xloadflags=0x2F),
        "kernel.bad-alignment": bzimage(alignment=3 << 20),
        "kernel.short-cmdline": bzimage(cmdline_size=60),
        "empty": b"",
        "random": random.Random(1).randbytes(100),
        "text": b"root:x:0:0:root:/root:/bin/bash\n" * 40,
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    for name, size in {"initrd": 5 << 20, "initrd.big": 120 << 20}.items():
        with (folder / name).open("wb") as file:
            file.truncate(size)
    (folder / "folder").mkdir()
