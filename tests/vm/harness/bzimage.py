# SPDX-License-Identifier: GPL-2.0-or-later
"""What a case has to know of an x86 kernel file to find it again in memory.

The fields are those of the Linux/x86 boot protocol.
"""

import struct
from pathlib import Path

_SETUP_SECTS_AT = 0x1F1
_KERNEL_ALIGNMENT_AT = 0x230
_SECTOR = 512


class BzImage:
    """A kernel file, split as a boot loader splits it."""

    def __init__(self, path: Path):
        image = path.read_bytes()
        (self.alignment,) = struct.unpack_from("<I", image, _KERNEL_ALIGNMENT_AT)
        # The boot sector is not counted.
        self.protected_mode = image[(image[_SETUP_SECTS_AT] + 1) * _SECTOR :]
