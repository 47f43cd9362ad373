# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps of virtual machines, as hypervisors write them: physical addresses, no VMCOREINFO note.

Where a kernel is in memory, and what it says about that, differs from machine to machine.
"""

from dataclasses import dataclass, field

from memory import Machine, Region

PAGE = 4096
PRESENT, LARGE = 0x63, 0xe3  # also writable, accessed, dirty
RELEASE = "6.1.0-test"


@dataclass(frozen=True)
class Guest:
    """Virtual and physical addresses of the kernel's data, and of all memory."""
    kernel: int
    kernel_phys: int
    direct: int
    direct_phys: int
    keys: dict[str, str] = field(default_factory=dict)

    def phys(self, vaddr: int) -> int:
        """Where an address is. The kernel's data is far from where memory is mapped."""
        if 0 <= vaddr - self.kernel < 1 << 30:
            return vaddr - self.kernel + self.kernel_phys
        return vaddr - self.direct + self.direct_phys


GUESTS = {
    "x86_64": Guest(0xffffffff82000000, 0x1000000, 0xff11000000000000, 0,
                    {"NUMBER(phys_base)": str(0x1000000 - 0x2000000)}),
    "arm64": Guest(0xffffae1de1e00000, 0x41e00000, 0xffff000000000000, 0x40000000,
                   {"NUMBER(VA_BITS)": "48", "NUMBER(PHYS_OFFSET)": "0x40000000",
                    "NUMBER(kimage_voffset)": f"{0xffffae1de1e00000 - 0x41e00000:#x}"}),
    # 52 bits, on a machine that has 48 only.
    "arm64-52": Guest(0xffffae1de1e00000, 0x41e00000, 0xffff000000000000, 0x40000000,
                      {"NUMBER(VA_BITS)": "52",
                       "NUMBER(PHYS_OFFSET)": f"{0x40000000 - (0xf << 48) & (1 << 64) - 1:#x}",
                       "NUMBER(kimage_voffset)": f"{0xffffae1de1e00000 - 0x41e00000:#x}"}),
    # Before Linux 5.4.
    "arm64-old": Guest(0xffff000008e00000, 0x40e00000, 0xffff800000000000, 0x40000000,
                       {"NUMBER(VA_BITS)": "48", "NUMBER(PHYS_OFFSET)": "0x40000000",
                        "NUMBER(kimage_voffset)": f"{0xffff000008e00000 - 0x40e00000:#x}"}),
    "s390x": Guest(0x1000000, 0x1000000, 0, 0),
    # Since Linux 6.10.
    "s390x-new": Guest(0x3ffe0100000, 0x5100000, 0x20000000000, 0,
                       {"KERNELOFFSET": "3ffe0000000", "KERNELOFFPHYS": "5000000",
                        "IDENTITYBASE": "20000000000"}),
    "ppc64": Guest(0xc000000001000000, 0x1000000, 0xc000000000000000, 0),
    "riscv": Guest(0xffffffff81000000, 0x81000000, 0xff60000000000000, 0x80000000,
                   {"NUMBER(PAGE_OFFSET)": "0xff60000000000000",
                    "NUMBER(phys_ram_base)": "0x80000000",
                    "NUMBER(KERNEL_LINK_ADDR)": "0xffffffff80000000",
                    "NUMBER(va_kernel_pa_offset)": "0xffffffff00000000"}),
    "i386": Guest(0xc1000000, 0x1000000, 0xc0000000, 0),
}


def tables(root: int, vaddr: int, paddr: int, levels: int, page_level: int) -> bytes:
    """Page tables, one of each level, that map a piece of memory by pages of one size.

    root is their own physical address; page_level is 1 for pages of 4 KiB, 2 for 2 MiB, ...
    """
    out = bytearray()
    for number, level in enumerate(range(levels, page_level, -1)):
        at = vaddr >> 12 + 9 * (level - 1) & 511
        out += bytes(8 * at) + (root + PAGE * (number + 1) | PRESENT).to_bytes(8, "little")
        out += bytes(-len(out) % PAGE)
    size = 1 << 12 + 9 * (page_level - 1)
    first = vaddr // size % 512
    flags = PRESENT if page_level == 1 else LARGE
    frames = [paddr // size * size + size * i for i in range(512 - first)]
    return bytes(out) + bytes(8 * first) + b"".join(
        (frame | flags).to_bytes(8, "little") for frame in frames)


def uts(machine: Machine) -> Region:
    """init_uts_ns: the kernel's release is in there."""
    names = ("Linux", "guest", RELEASE, "#1 SMP", machine.name, "(none)")
    return Region("uts", bytearray(b"".join(n.encode().ljust(65, b"\0") for n in names)))
