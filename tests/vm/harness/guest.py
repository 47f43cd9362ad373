# SPDX-License-Identifier: GPL-2.0-or-later
"""Guest images: real Debian systems with systemd and Debian's own kernel.

A recipe says what is in an image; the image is built once and cached, keyed
by the recipe and by the package versions it resolves to today.  The kernels
and initrds are also taken out of the image, for QEMU's direct boot.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import command, say, system_kernel
from .cache import Cache
from .debian import Suite, digest, source_line, transport_settings
from .recipes import Recipe
from .system_kernel import SystemKernel

_OVERLAY = Path(__file__).resolve().parent.parent / "guest"
_KERNELS = "kernels"
_OWN = "kernel"
_DISK_SIZE = "6G"  # sparse: room for an uncompressed dump costs nothing until it is written

# A test guest boots often and lives a minute: nothing periodic, no logins on the console.
_MASKED_UNITS = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "fstrim.timer"),
    *("e2scrub_all.timer", "systemd-tmpfiles-clean.timer", "motd-news.timer"),
    *("getty.target", "getty@tty1.service", "serial-getty@ttyS0.service"),
    *("e2scrub_reap.service", "systemd-timesyncd.service", "systemd-pcrphase.service"),
    *("systemd-networkd.service", "systemd-networkd.socket", "systemd-resolved.service"),
    *("systemd-firstboot.service", "systemd-update-utmp-runlevel.service"),
    *("remote-fs.target", "nss-user-lookup.target"),
)
_WITHOUT_PATHS = tuple(f"/usr/share/{folder}/*" for folder in ("man", "doc", "locale", "info"))
_ENABLED_UNITS = ("vm-agent.service", "vm-payload.service")


@dataclass(frozen=True)
class Guest:
    """A finished image; all of it is read-only."""

    folder: Path

    @property
    def disk(self) -> Path:
        """The root file system, raw."""
        return self.folder / "disk.img"

    @property
    def kernels(self) -> list[SystemKernel]:
        """All of them, the oldest first."""
        found = [SystemKernel(path) for path in (self.folder / _KERNELS).iterdir()]
        return sorted(found, key=lambda kernel: kernel.version)

    @property
    def kernel(self) -> SystemKernel:
        """The one that came with the image's own suite."""
        return SystemKernel(self.folder / _KERNELS / (self.folder / _OWN).read_text())


def obtain(cache: Cache, recipe: Recipe) -> Guest:
    """The guest of a recipe, from the cache or built now (which needs root)."""
    kind = f"guest-{recipe.name}"
    recipe_key = _recipe_digest(recipe)
    suite = Suite(cache, recipe.suite)
    others = [Suite(cache, name) for name in recipe.kernels_of]
    if not all(each.refresh() for each in (suite, *others)):
        cached = cache.newest(kind, recipe_key)
        if cached:
            say.note(f"using the cached guest {recipe.name}")
            return Guest(cached)
    parts = [(other, other.kernel_parts(recipe.kernel)) for other in others]
    versions = suite.versions(["apt", "?essential", *recipe.packages])
    versions += [archive for other, packages in parts for archive in other.archives(packages)]
    key = f"{recipe_key}-{digest(versions)}"
    return Guest(cache.entry(kind, key, lambda folder: _build(recipe, parts, folder)))


def _recipe_digest(recipe: Recipe) -> str:
    files = sorted(path for path in _OVERLAY.rglob("*") if path.is_file())
    return digest(
        [recipe.key, Path(__file__).read_text(), Path(system_kernel.__file__).read_text()]
        + [f"{path.relative_to(_OVERLAY)}\n{path.read_text()}" for path in files]
    )


def _build(recipe: Recipe, parts: Sequence[tuple[Suite, list[str]]], folder: Path) -> None:
    say.note(f"building the guest image {recipe.name}: downloads packages, takes a minute")
    root = folder / "root"
    _install_packages(recipe, root)
    _settle(recipe, root)
    (own,) = system_kernel.releases(root)
    (folder / _OWN).write_text(own)
    for number, (suite, packages) in enumerate(parts):
        scratch = folder / f"kernel-{number}"
        scratch.mkdir()
        for package in packages:
            suite.unpack_alone(package, scratch)
        system_kernel.install(scratch, root)
        shutil.rmtree(scratch)
    for release in system_kernel.releases(root):
        system_kernel.take_out(root, release, folder / _KERNELS / release)
    command.output(
        ["mke2fs", "-q", "-t", "ext4", "-L", "root", "-N", "65536"]
        + ["-E", "lazy_itable_init=0,lazy_journal_init=0"]
        + ["-d", root, folder / "disk.img", _DISK_SIZE],
        seconds=300,
    )
    shutil.rmtree(root)


def _install_packages(recipe: Recipe, root: Path) -> None:
    command.output(
        ["mmdebstrap", "--mode=root", "--variant=minbase"]
        + [f"--include={','.join(recipe.packages)}"]
        # The overlay goes in first: it says how the initrd is to be made.
        + [f"--essential-hook=sync-in {_OVERLAY} /"]
        + [f"--dpkgopt=path-exclude={path}" for path in _WITHOUT_PATHS]
        + [f"--aptopt={line}" for line in transport_settings()]
        + ['--aptopt=APT::Install-Recommends "false"']
        + [recipe.suite, root, source_line(recipe.suite)],
        seconds=1800,
    )


def _settle(recipe: Recipe, root: Path) -> None:
    """What a first boot would otherwise spend time on."""
    units = root / "etc/systemd/system"
    for unit in _MASKED_UNITS:
        mask = units / unit
        mask.unlink(missing_ok=True)
        mask.symlink_to("/dev/null")
    command.output(["chroot", root, "systemctl", "--quiet", "enable", *_ENABLED_UNITS])
    if recipe.disabled:
        command.output(["chroot", root, "systemctl", "--quiet", "disable", *recipe.disabled])
    (root / "etc/hostname").write_text("guest\n")
    shutil.rmtree(root / "var/lib/apt/lists")
