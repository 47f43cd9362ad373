# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress lines, so that nobody sits before a silent screen.

Everything the harness prints on its way is a TAP diagnostic ("# ..."), and
lines of cases that run side by side must not be torn apart.
"""

import sys
import threading

_lock = threading.Lock()


def line(text: str) -> None:
    """Print one whole line at once."""
    with _lock:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def note(text: str) -> None:
    """Print text as TAP diagnostics, every line of it marked."""
    line("\n".join(f"# {part}" for part in text.splitlines() or [""]))
