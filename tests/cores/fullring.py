# SPDX-License-Identifier: GPL-2.0-or-later
"""A printk ring of any size, full of lines, made fast: for measurements."""

from array import array

import mkcore
from memory import Machine, Region

BLOCK = 64  # bytes of ring a line takes: its id and the text
TEXT = b"usb 1-1: New USB device found, idVendor=1d6b, id=02"
AVERAGE_BITS = 5  # the kernel has a descriptor for each 32 bytes of text


class FullRing(mkcore.Prb):
    """Records of one length, all there, the oldest at the ring's start; of x86_64 only."""

    def __init__(self, machine: Machine, options: dict[str, str]):
        small = options | {"count_bits": "1", "size_bits": "1"}
        super().__init__(machine, small)
        self.size_bits = int(options["size_bits"])
        self.count_bits = self.size_bits - AVERAGE_BITS
        self.count, self.size = 1 << self.count_bits, 1 << self.size_bits
        self.lines = self.size // BLOCK
        self.tail, self.head = 0, self.lines - 1
        self.tail_lpos, self.head_lpos = 0, self.size
        words = array("Q", bytes(8)) * (self.size // 8)
        words[0::8] = array("Q", range(self.lines))
        for i, word in enumerate(array("Q", TEXT.ljust(BLOCK - 8, b"\0"))):
            words[i + 1::8] = array("Q", [word]) * self.lines
        self.text = bytearray(words.tobytes())

    def expected(self) -> bytes:
        return b""  # nobody asks

    def _descs(self, sizes: dict, offsets: dict) -> Region:
        end = 3 * self.lines
        words = array("Q", bytes(8)) * (3 * self.count)
        words[0:end:3] = array("Q", range(2 << 62, (2 << 62) + self.lines))
        words[1:end:3] = array("Q", range(0, self.size, BLOCK))
        words[2:end:3] = array("Q", range(BLOCK, self.size + BLOCK, BLOCK))
        return Region("descs", bytearray(words.tobytes()))

    def _infos(self, sizes: dict, offsets: dict) -> Region:
        end = 11 * self.lines
        words = array("Q", bytes(8)) * (11 * self.count)
        words[0:end:11] = array("Q", range(self.lines))
        words[1:end:11] = array("Q", range(0, self.lines * 10000, 10000))
        words[2:end:11] = array("Q", [len(TEXT) | 6 << 29]) * self.lines
        return Region("infos", bytearray(words.tobytes()))


def build(size_bits: int) -> bytes:
    """A core with a ring of so many bytes of text."""
    mkcore.FORMATS["full"] = FullRing
    return mkcore.Core(f"format full\nsize_bits {size_bits}").build()
