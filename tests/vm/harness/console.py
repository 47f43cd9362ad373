# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's serial console, as QEMU writes it to a file.

The one witness of what happens between two kernels, where nothing else of
the guest can speak.
"""

import re
from collections.abc import Callable
from pathlib import Path

from .clock import Deadline

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]")
# What a progress display wrote over: all of a line before its last lone carriage return.
_OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\r\n])|\r")


class ConsoleSilent(Exception):
    """The machine ended without the text that was waited for."""


class Console:
    """Reads a console log while it grows."""

    def __init__(self, path: Path, is_running: Callable[[], bool]):
        self.path = path
        self._is_running = is_running

    def text(self) -> str:
        """All of it so far, as a terminal would show it in the end."""
        if not self.path.exists():
            return ""
        written = _CONTROL.sub("", self.path.read_bytes().decode(errors="replace"))
        return _OVERWRITTEN.sub("", written)

    def tail(self, lines: int) -> str:
        """Its last lines."""
        return "\n".join(self.text().splitlines()[-lines:])

    def wait(self, pattern: str, seconds: float) -> re.Match[str]:
        """The first match of pattern (multi-line mode), once there is one."""
        deadline = Deadline(seconds, f"{pattern!r} on the console")
        expression = re.compile(pattern, re.MULTILINE)
        while True:
            last_look = not self._is_running()
            match = expression.search(self.text())
            if match:
                return match
            if last_look:
                raise ConsoleSilent(f"the machine ended without {pattern!r} on the console")
            deadline.sleep()
