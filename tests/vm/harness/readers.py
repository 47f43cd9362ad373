# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that are not ours and read dumps: Debian's, unpacked beside the host's.

They run with the C library and loader that were unpacked with them, so
neither the host's release nor what is installed on it matters.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import command, say
from .cache import Cache
from .debian import Suite, digest

_SUITE = "bookworm"
_KIND = "readers"
_LIBRARY_FOLDERS = ("lib", "usr/lib")
_TRIPLET = "x86_64-linux-gnu"
_LOADER = "lib64/ld-linux-x86-64.so.2"
_TIMESTAMP = re.compile(r"\[ *\d+\.\d{6}\] ")


class Readers:
    """Debian's makedumpfile, vmcore-dmesg and, on request, crash."""

    def __init__(self, cache: Cache):
        self._cache = cache
        self._roots: dict[str, Path] = {}

    def makedumpfile_log(self, vmcore: Path, into: Path) -> list[str]:
        """The kernel log's lines, as makedumpfile finds them in an ELF or compressed dump."""
        self._run("makedumpfile", "usr/bin/makedumpfile", "--dump-dmesg", vmcore, into)
        return list(_without_indent(into.read_text(errors="replace").splitlines()))

    def vmcore_dmesg_log(self, vmcore: Path) -> list[str]:
        """The kernel log's lines, as kexec-tools' vmcore-dmesg finds them in an ELF dump."""
        return self._run("kexec-tools", "sbin/vmcore-dmesg", vmcore).splitlines()

    def makedumpfile(self, *words: str | Path) -> None:
        """Let makedumpfile write a dump."""
        self._run("makedumpfile", "usr/bin/makedumpfile", *words)

    def makedumpfile_flattened(self, into: Path, *words: str | Path) -> None:
        """Let it write one as for a pipe."""
        argv = [*self.argv("makedumpfile", "usr/bin/makedumpfile"), "-F", *words]
        into.write_bytes(command.output(argv, seconds=300))

    def crash_says(self, suite: str, kernel_release: str, vmcore: Path) -> str:
        """What crash(8) says of a dump; downloads the kernel's debug symbols."""
        symbols = self._root(f"linux-image-{kernel_release}-dbg", suite)
        vmlinux = symbols / f"usr/lib/debug/boot/vmlinux-{kernel_release}"
        commands = vmcore.with_suffix(".commands")
        commands.write_text("sys\nbt\nquit\n")
        return self._run("crash", "usr/bin/crash", "-s", "-i", commands, vmlinux, vmcore)

    def argv(self, package: str, program: str) -> list[Path | str]:
        """The words that start a package's program; its arguments go behind them."""
        root = self._root(package, _SUITE)
        libraries = ":".join(f"{root}/{folder}/{_TRIPLET}" for folder in _LIBRARY_FOLDERS)
        return [root / _LOADER, "--library-path", libraries, root / program]

    def _run(self, package: str, program: str, *words: str | Path) -> str:
        return command.text([*self.argv(package, program), *words], seconds=300)

    def _root(self, package: str, suite_name: str) -> Path:
        """Where a package is unpacked; worked out once a run."""
        if package not in self._roots:
            self._roots[package] = self._unpacked(package, suite_name) / "root"
        return self._roots[package]

    def _unpacked(self, package: str, suite_name: str) -> Path:
        kind = f"{_KIND}-{package}"
        suite = Suite(self._cache, suite_name)
        if not suite.refresh():
            cached = self._cache.newest(kind, "")
            if cached:
                return cached

        def build(folder: Path) -> None:
            say.note(f"downloading Debian's {package}")
            suite.unpack([package], folder)

        key = digest([suite_name, *suite.versions([package])])
        return self._cache.entry(kind, key, build)


def _without_indent(lines: Sequence[str]) -> Iterator[str]:
    """Further lines of a record as vmcore-dmesg prints them: not below the first one's text."""
    indent = ""
    for line in lines:
        timestamp = _TIMESTAMP.match(line)
        if timestamp:
            indent = " " * len(timestamp[0])
        yield line.removeprefix(indent)
