# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's packages, seen through apt with a state of its own.

The host's apt stays as it is: lists, archives and the dpkg status used here
lie in the cache.  The mirror and the way to reach it (proxies and the like)
are the host's, so that the harness works wherever `apt-get update` does.
"""

import hashlib
import re
import time
from collections.abc import Sequence
from pathlib import Path

from . import command, say
from .cache import Cache

_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_INSTALLS = re.compile(r"^Inst (\S+) \((\S+)", re.MULTILINE)
# What Debian splits a kernel into: one package, or since 7 several.
_KERNEL_PARTS = re.compile(r"^linux-(?:image|binary|modules|base)-\S+$", re.MULTILINE)
_REFRESH_AFTER_SECONDS = 24 * 3600
_TRANSPORT_SETTINGS = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries")
# What apt wants to find below its root folder.
_STATE_FOLDERS = (
    *("etc/apt/apt.conf.d", "etc/apt/preferences.d"),
    *("var/lib/apt/lists/partial", "var/cache/apt/archives/partial"),
)


class DebianError(Exception):
    """Debian's archive cannot be used as configured."""


def mirror() -> str:
    """The address of the Debian archive that this host itself uses."""
    targets = command.text(
        ["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI) $(RELEASE)"]
    )
    for target in targets.splitlines():
        label, _, rest = target.partition(" ")
        address, _, release = rest.partition(" ")
        if label == "Debian" and "-" not in release:
            return address
    raise DebianError("this host's apt knows no Debian archive; add one and run `apt-get update`")


def source_line(suite: str) -> str:
    """The sources.list line for a suite's main component."""
    return f"deb [signed-by={_KEYRING}] {mirror()} {suite} main"


def transport_settings() -> list[str]:
    """The host's apt.conf lines that say how to reach an archive."""
    lines = command.text(["apt-config", "dump"]).splitlines()
    return [line for line in lines if line.startswith(_TRANSPORT_SETTINGS)]


class Suite:
    """One suite of the archive for one architecture, as an empty system sees it."""

    def __init__(self, cache: Cache, name: str, architecture: str = "amd64"):
        self.name = name
        self.architecture = architecture
        self._cache = cache
        self._kind = f"apt-{name}-{architecture}"
        self._state = cache.root / self._kind
        self._fresh = self._state / "refreshed"

    def refresh(self) -> bool:
        """Bring the index up to date unless it is recent; False if that was not possible."""
        with self._cache.locked(self._kind):
            if self._is_recent():
                return True
            say.note(f"fetching Debian's package index of {self.name} ({self.architecture})")
            try:
                self._write_configuration()
                self._apt_get("update", "--error-on=any")
            except (command.CommandFailed, DebianError) as error:
                say.note(f"no fresh index of {self.name}: {error}")
                return False
            self._fresh.touch()
            return True

    def versions(self, packages: Sequence[str]) -> list[str]:
        """What installing packages would bring: "NAME VERSION" lines, sorted."""
        plan = self._apt_get("install", "--simulate", *packages)
        return sorted(f"{name} {version}" for name, version in _INSTALLS.findall(plan))

    def unpack(self, packages: Sequence[str], into: Path) -> None:
        """Download packages with all that they depend on and unpack them below into."""
        archives = into / "archives"
        (archives / "partial").mkdir(parents=True)
        self._apt_get(
            "install", "--download-only", "-o", f"Dir::Cache::archives={archives}", *packages
        )
        root = into / "root"
        root.mkdir()
        for archive in sorted(archives.glob("*.deb")):
            command.output(["dpkg-deb", "--extract", archive, root])
            archive.unlink()

    def kernel_parts(self, metapackage: str) -> list[str]:
        """The packages that hold the kernel that a package of Debian's stands for."""
        tree = self._apt("apt-cache", "depends", "--recurse", "--important", metapackage)
        return sorted(set(_KERNEL_PARTS.findall(tree)))

    def archives(self, packages: Sequence[str]) -> list[str]:
        """The names of packages' files, which their versions are part of."""
        listing = self._apt_get("download", "--print-uris", *packages)
        return [line.split()[1] for line in listing.splitlines() if line.startswith("'")]

    def download(self, package: str, path: Path) -> None:
        """Download one package, without what it depends on, as the file path."""
        self._apt_get("download", package, folder=path.parent)
        (archive,) = path.parent.glob("*.deb")
        archive.rename(path)

    def unpack_alone(self, package: str, into: Path) -> None:
        """The same, and unpack it to into."""
        archive = into / "package.deb"
        self.download(package, archive)
        command.output(["dpkg-deb", "--extract", archive, into])
        archive.unlink()

    def _is_recent(self) -> bool:
        if not self._fresh.exists():
            return False
        return time.time() - self._fresh.stat().st_mtime < _REFRESH_AFTER_SECONDS

    def _write_configuration(self) -> None:
        for folder in _STATE_FOLDERS:
            (self._state / folder).mkdir(parents=True, exist_ok=True)
        (self._state / "etc/apt/sources.list").write_text(source_line(self.name) + "\n")
        (self._state / "status").touch()
        settings = [
            f'Dir "{self._state}";',
            f'Dir::State::status "{self._state / "status"}";',
            f'APT::Architecture "{self.architecture}";',
            f'APT::Architectures {{ "{self.architecture}"; }};',
            'APT::Install-Recommends "false";',
            # The private folders may lie where apt's own user cannot go.
            'APT::Sandbox::User "root";',
            'Acquire::Languages "none";',
            *transport_settings(),
        ]
        (self._state / "apt.conf").write_text("\n".join(settings) + "\n")

    def _apt_get(self, *words: str, folder: Path | None = None) -> str:
        return self._apt("apt-get", "--quiet", "--yes", *words, folder=folder)

    def _apt(self, *words: str, folder: Path | None = None) -> str:
        return command.text(
            words,
            seconds=1200,
            folder=folder,
            env={"APT_CONFIG": str(self._state / "apt.conf"), "DEBIAN_FRONTEND": "noninteractive"},
        )


def digest(parts: Sequence[str]) -> str:
    """A short content hash for cache keys."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode() + b"\0")
    return whole.hexdigest()[:12]
