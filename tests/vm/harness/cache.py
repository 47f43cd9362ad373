# SPDX-License-Identifier: GPL-2.0-or-later
"""The cache outside the checkout: things that take long to make, keyed by what they are made from.

An entry is a folder named KIND-KEY.  It is made under a temporary name and
renamed, so that it is whole or absent; a lock per kind keeps two runs from
making it twice; whoever uses an entry holds a shared lock on its folder, so
that pruning never pulls it from under a running machine.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def default_root() -> Path:
    """Where the XDG base directory specification wants a cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "kexec-kdump"


class Cache:
    """Entries below one folder; used ones stay locked until the process ends."""

    def __init__(self, root: Path):
        self.root = root
        self._held: list[int] = []
        root.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self, kind: str) -> Iterator[None]:
        """Hold the lock of a kind; others wait."""
        with open(self.root / f".{kind}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def entry(self, kind: str, key: str, build: Callable[[Path], None]) -> Path:
        """The folder KIND-KEY, made by build(folder) if it is not there yet.

        Making a new one removes the kind's other entries that nobody uses.
        """
        path = self.root / f"{kind}-{key}"
        with self.locked(kind):
            if not path.is_dir():
                fresh = self.root / f".{kind}-{key}.new"
                self._remove_leftovers(kind)
                fresh.mkdir()
                try:
                    build(fresh)
                    fresh.rename(path)
                except BaseException:
                    shutil.rmtree(fresh, ignore_errors=True)
                    raise
                self._prune(kind, keep=path)
            self._hold(path)
        return path

    def newest(self, kind: str, key_prefix: str) -> Path | None:
        """The latest finished entry whose key starts so, for when keys cannot be worked out."""
        with self.locked(kind):
            found = sorted(
                self.root.glob(f"{kind}-{key_prefix}*"), key=lambda path: path.stat().st_mtime
            )
            if not found:
                return None
            self._hold(found[-1])
        return found[-1]

    def _hold(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(handle, fcntl.LOCK_SH)
        self._held.append(handle)

    def _remove_leftovers(self, kind: str) -> None:
        for leftover in self.root.glob(f".{kind}-*.new"):
            shutil.rmtree(leftover)

    def _prune(self, kind: str, keep: Path) -> None:
        for old in self.root.glob(f"{kind}-*"):
            if old == keep:
                continue
            handle = os.open(old, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(old)
            except BlockingIOError:
                pass  # another run's machine is using it; a later build prunes it
            finally:
                os.close(handle)
