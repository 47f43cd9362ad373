# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels that are installed in a guest: where packages put them, where QEMU finds them."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import command

_IMAGE = "vmlinuz"
_INITRD = "initrd.img"
# What the tools in the guest want in /boot, where Debian's packages since 7 have nothing.
_IN_BOOT = (_IMAGE, "config")


@dataclass(frozen=True)
class SystemKernel:
    """A kernel that was taken out of an image, named by its release."""

    folder: Path

    @property
    def image(self) -> Path:
        """Its vmlinuz."""
        return self.folder / _IMAGE

    @property
    def initrd(self) -> Path:
        """The initrd that the distribution makes for it."""
        return self.folder / _INITRD

    @property
    def release(self) -> str:
        """What uname -r says when it runs."""
        return self.folder.name

    @property
    def version(self) -> tuple[int, ...]:
        """The release's numbers, to compare by."""
        return tuple(int(number) for number in re.findall(r"\d+", self.release))


def releases(root: Path) -> list[str]:
    """The kernels that are installed below root."""
    return sorted(path.name.removeprefix(f"{_IMAGE}-") for path in root.glob(f"boot/{_IMAGE}-*"))


def install(unpacked: Path, root: Path) -> None:
    """Move an unpacked kernel into a root file system, as its packages' scripts would have it."""
    (modules,) = [*unpacked.glob("lib/modules/*"), *unpacked.glob("usr/lib/modules/*")]
    release = modules.name
    for name in _IN_BOOT:
        in_boot = unpacked / f"boot/{name}-{release}"
        found = in_boot if in_boot.exists() else modules / name
        shutil.copy(found, root / f"boot/{name}-{release}")
    shutil.move(modules, root / "usr/lib/modules")
    command.output(["chroot", root, "depmod", release])
    command.output(["chroot", root, "update-initramfs", "-c", "-k", release])


def take_out(root: Path, release: str, folder: Path) -> None:
    """Copy an installed kernel and its initrd to a folder, which becomes a SystemKernel's."""
    folder.mkdir(parents=True)
    for name in (_IMAGE, _INITRD):
        shutil.copy(root / f"boot/{name}-{release}", folder / name)
