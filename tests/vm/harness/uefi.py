# SPDX-License-Identifier: GPL-2.0-or-later
"""UEFI as a guest has it: its variables, its keys, and whether the kernel can call it."""

import base64
import ssl
import struct
import uuid
from pathlib import Path

from . import check, command
from .bzimage import BzImage
from .lab import Lab

_VARIABLES = "/sys/firmware/efi/efivars"
# The vendor of our variables: nobody.
_OWNER = uuid.UUID("6b657865-6320-766d-7465-737473000000")
# What efivarfs wants before the value: kept over resets, for boot and run time (UEFI, 8.2).
_ATTRIBUTES = r"\7\0\0\0"
# The keys that images are trusted by, and the format of that list (UEFI, 32.4.1).
_TRUSTED = f"{_VARIABLES}/db-d719b2cb-3d3a-4596-a3bc-dad00e67656f"
_X509_LIST = uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")
# Kept, boot, run time, authenticated by time: an empty time and signature, which the firmware
# does not look at as long as it has no platform key (UEFI, 8.2.2).
_PKCS7 = uuid.UUID("4aafd29d-68df-49ee-8aa9-347d375665a7")
_AUTHENTICATED = struct.pack("<I16xIHH16s", 0x27, 24, 0x0200, 0x0EF1, _PKCS7.bytes_le)


def set_variable(lab: Lab, name: str, value: str) -> None:
    """Make the firmware keep a new variable."""
    lab.agent.check(f"printf '%b%s' '{_ATTRIBUTES}' '{value}' >{_path(name)}")


def variable(lab: Lab, name: str) -> str:
    """A variable's value, asked of the firmware."""
    return lab.agent.check(f"cat {_path(name)} | tail -c +5")


def runtime_map(lab: Lab) -> str:
    """The memory of the firmware's run-time services, a line each field of each entry."""
    folder = "/sys/firmware/efi/runtime-map"
    return lab.agent.check(f"cd {folder} && grep -r . --exclude=virt_addr | sort")


def check_found(log: str, whose: str) -> None:
    """A kernel's log shows that it found UEFI, and ACPI's tables through it."""
    check.shows(log, r"\] efi: EFI v\d+\.\d+ by ", whose)
    check.shows(log, r"\] ACPI: RSDP 0x[0-9A-F]+ ", whose)


def trust_signer(lab: Lab, kernel: Path) -> None:
    """Make the firmware trust who signed a kernel; running kernels learn of it when they boot."""
    certificate = _signer(BzImage(kernel), lab.folder)
    entry = _OWNER.bytes_le + certificate
    header = struct.pack("<16sIII", _X509_LIST.bytes_le, 28 + len(entry), 0, len(entry))
    encoded = base64.b64encode(_AUTHENTICATED + header + entry).decode()
    # One write is one call of the firmware; base64 would make several.
    lab.agent.check(f"base64 -d <<<{encoded} >/run/trusted && cat /run/trusted >{_TRUSTED}")


def _signer(kernel: BzImage, folder: Path) -> bytes:
    """The certificate that came with a kernel's signature."""
    signature = folder / "signature"
    signature.write_bytes(kernel.signature)
    text = command.text(["openssl", "pkcs7", "-inform", "DER", "-in", signature, "-print_certs"])
    start, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(text[text.index(start) : text.index(end) + len(end)])


def _path(name: str) -> str:
    return f"{_VARIABLES}/{name}-{_OWNER}"
