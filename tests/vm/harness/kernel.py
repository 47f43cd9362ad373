# SPDX-License-Identifier: GPL-2.0-or-later
"""Further kernels of Debian, as single files: to be booted from a guest, not by QEMU."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import say
from .cache import Cache
from .debian import DebianError, Suite, digest


@dataclass(frozen=True)
class Kernel:
    """A kernel that a case wants to have; the guest sees it as a disk of this serial number."""

    id: str
    suite: str
    architecture: str
    metapackage: str  # or, with a file, the package that has it
    file: str = ""

    @property
    def device(self) -> str:
        """The disk's name in the guest."""
        return f"/dev/disk/by-id/virtio-{self.id}"


def obtain(cache: Cache, kernel: Kernel) -> Path:
    """The vmlinuz of the package that the metapackage stands for today."""
    suite = Suite(cache, kernel.suite, kernel.architecture)
    kind = f"kernel-{kernel.suite}-{kernel.architecture}"
    if kernel.file:
        kind += f"-{kernel.metapackage}"
    if not suite.refresh():
        cached = cache.newest(kind, "")
        if cached:
            return cached / "vmlinuz"
    package = kernel.metapackage if kernel.file else _package(suite, kernel.metapackage)
    file = kernel.file or "boot/vmlinuz-*"
    return cache.entry(kind, digest([package]), lambda into: _build(suite, package, file, into)) / (
        "vmlinuz"
    )


def _package(suite: Suite, metapackage: str) -> str:
    for line in suite.versions([metapackage]):
        name, version = line.split()
        if name.startswith("linux-image-") and name != metapackage:
            return f"{name}={version}"
    raise DebianError(f"{metapackage} of {suite.name} ({suite.architecture}) names no kernel")


def _build(suite: Suite, package: str, file: str, into: Path) -> None:
    say.note(f"downloading {package} ({suite.architecture})")
    unpacked = into / "unpacked"
    unpacked.mkdir()
    suite.unpack_alone(package, unpacked)
    (vmlinuz,) = unpacked.glob(file)
    shutil.move(vmlinuz, into / "vmlinuz")
    shutil.rmtree(unpacked)
