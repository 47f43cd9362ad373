# SPDX-License-Identifier: GPL-2.0-or-later
"""What a case has to know of an x86 kernel file: what of it lies in memory, and who signed it.

The fields are those of the Linux/x86 boot protocol and, for the signature, of PE.
"""

import struct
from pathlib import Path

_SETUP_SECTS_AT = 0x1F1
_KERNEL_ALIGNMENT_AT = 0x230
_SECTOR = 512

# PE: where the PE header is said to lie; from there, the 64-bit optional header's certificate
# table; and what stands before the PKCS #7 message in that table.
_PE_HEADER_AT = 0x3C
_CERTIFICATES_AT = 24 + 112 + 4 * 8
_CERTIFICATE_HEADER = 8


class BzImage:
    """A kernel file, split as a boot loader splits it."""

    def __init__(self, path: Path):
        image = path.read_bytes()
        (self.alignment,) = struct.unpack_from("<I", image, _KERNEL_ALIGNMENT_AT)
        # The boot sector is not counted.
        self.protected_mode = image[(image[_SETUP_SECTS_AT] + 1) * _SECTOR :]
        (header_at,) = struct.unpack_from("<I", image, _PE_HEADER_AT)
        start, size = struct.unpack_from("<II", image, header_at + _CERTIFICATES_AT)
        self.signature = image[start + _CERTIFICATE_HEADER : start + size]
