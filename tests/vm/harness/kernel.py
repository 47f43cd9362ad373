# SPDX-License-Identifier: GPL-2.0-or-later
"""Further kernels of Debian, as single files: to be booted or installed by a guest, not by QEMU."""

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
    # Whether the whole package is wanted, for dpkg.
    packed: bool = False

    @property
    def device(self) -> str:
        """The disk's name in the guest."""
        return f"/dev/disk/by-id/virtio-{self.id}"


def obtain(cache: Cache, kernel: Kernel) -> Path:
    """The vmlinuz of the package that the metapackage stands for today, or that package."""
    suite = Suite(cache, kernel.suite, kernel.architecture)
    kind = f"kernel-{kernel.suite}-{kernel.architecture}"
    if kernel.file:
        kind += f"-{kernel.metapackage}"
    if kernel.packed:
        kind += "-package"
    name = "package.deb" if kernel.packed else "vmlinuz"
    if not suite.refresh():
        cached = cache.newest(kind, "")
        if cached:
            return cached / name
    package = kernel.metapackage if kernel.file else _package(suite, kernel.metapackage)
    file = kernel.file or "boot/vmlinuz-*"

    def build(folder: Path) -> None:
        say.note(f"downloading {package} ({suite.architecture})")
        if kernel.packed:
            suite.download(package, folder / name)
        else:
            _take_out(suite, package, file, folder / name)

    return cache.entry(kind, digest([package]), build) / name


def _package(suite: Suite, metapackage: str) -> str:
    for line in suite.versions([metapackage]):
        name, version = line.split()
        if name.startswith("linux-image-") and name != metapackage:
            return f"{name}={version}"
    raise DebianError(f"{metapackage} of {suite.name} ({suite.architecture}) names no kernel")


def _take_out(suite: Suite, package: str, file: str, into: Path) -> None:
    unpacked = into.parent / "unpacked"
    unpacked.mkdir()
    suite.unpack_alone(package, unpacked)
    (found,) = unpacked.glob(file)
    shutil.move(found, into)
    shutil.rmtree(unpacked)
