# SPDX-License-Identifier: GPL-2.0-or-later
"""What is in each guest image; how they are made is in guest.py.

A recipe that is added here does not change the others' cache keys.
"""

from dataclasses import dataclass, fields

_PACKAGES = (
    # a system that boots
    *("systemd", "systemd-sysv", "udev", "kmod", "initramfs-tools", "zstd"),
    # what the programs under test use
    *("makedumpfile", "libkmod2", "libmount1", "libblkid1", "zlib1g", "liblzma5"),
    *("libzstd1", "libsystemd0"),
)
# A kernel other than Linux, and what takes a vmlinux out of a bzImage.
_XEN = ("xen-hypervisor-4.17-amd64", "xz-utils")
# Dumps over the network: both ends are made from one image.
_NETWORK = ("iproute2", "nfs-kernel-server", "openssh-client", "openssh-server")
_SERVERS = (
    *("nfs-client.target", "nfs-blkmap.service", "nfs-server.service", "rpcbind.service"),
    *("rpcbind.socket", "ssh.service"),
)


# What makes and assembles disks of disks.
_STORAGE = ("btrfs-progs", "lvm2", "mdadm")


@dataclass(frozen=True)
class Recipe:
    """What a guest image is made from."""

    name: str
    suite: str
    kernel: str
    extra: tuple[str, ...] = ()
    # Other suites whose kernel of the same name is there too.
    kernels_of: tuple[str, ...] = ()
    # Units that packages enable, and that are not to start.
    disabled: tuple[str, ...] = ()

    @property
    def packages(self) -> tuple[str, ...]:
        """Everything to install beyond the minimal system."""
        return (*_PACKAGES, *self.extra, self.kernel)

    @property
    def key(self) -> str:
        """What an image made from this differs by; a field that is as by default says nothing."""
        said = [
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if getattr(self, field.name) != field.default
        ]
        return "\n".join([*said, *_PACKAGES])


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("bookworm-cloud", "bookworm", "linux-image-cloud-amd64", ("libelf1",)),
        Recipe("trixie-cloud", "trixie", "linux-image-cloud-amd64", ("libelf1t64",)),
        Recipe(
            "bookworm-uki",
            "bookworm",
            "linux-image-cloud-amd64",
            ("libelf1", "binutils", "systemd-boot-efi"),
        ),
        Recipe("bookworm-full", "bookworm", "linux-image-amd64", ("libelf1",)),
        Recipe(
            "bookworm-kernels",
            "bookworm",
            "linux-image-cloud-amd64",
            ("libelf1",),
            kernels_of=("bullseye", "trixie", "trixie-backports"),
        ),
        Recipe(
            "bookworm-storage",
            "bookworm",
            "linux-image-cloud-amd64",
            ("libelf1", *_STORAGE),
        ),
        Recipe(
            "bookworm-network",
            "bookworm",
            "linux-image-cloud-amd64",
            ("libelf1", *_NETWORK),
            disabled=_SERVERS,
        ),
        Recipe("bookworm-xen", "bookworm", "linux-image-amd64", ("libelf1", *_XEN)),
        Recipe(
            "bookworm-dracut",
            "bookworm",
            "linux-image-cloud-amd64",
            ("libelf1", "dracut-core", "cryptsetup-bin", "dmsetup"),
        ),
        Recipe(
            "bookworm-grub",
            "bookworm",
            "linux-image-cloud-amd64",
            ("libelf1", "grub2-common"),
        ),
        Recipe(
            "bookworm-kdump-tools",
            "bookworm",
            "linux-image-cloud-amd64",
            ("kdump-tools",),
            disabled=("kdump-tools.service",),
        ),
    )
}
