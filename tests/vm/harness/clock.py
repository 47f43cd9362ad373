# SPDX-License-Identifier: GPL-2.0-or-later
"""Deadlines: the only way the harness waits.

Every wait has an end, and every wait ends early when the run is cancelled.
VM_TIMEOUT_FACTOR stretches all of them on a machine slower than the one they
were chosen on.
"""

import os
import threading
import time

_POLL_SECONDS = 0.1
_cancelled = threading.Event()


class TimedOut(Exception):
    """A bounded wait came to its end."""


class Cancelled(Exception):
    """The run was interrupted; what is waited for no longer matters."""


def cancel() -> None:
    """Make every present and future wait raise Cancelled."""
    _cancelled.set()


class Deadline:
    """A moment after which waiting is over, and the words to say so."""

    def __init__(self, seconds: float, what: str):
        self.seconds = seconds * float(os.environ.get("VM_TIMEOUT_FACTOR", "1"))
        self.what = what
        self._end = time.monotonic() + self.seconds

    def remaining(self) -> float:
        """Seconds left; raises when there are none."""
        if _cancelled.is_set():
            raise Cancelled(f"interrupted while waiting for {self.what}")
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimedOut(f"waited {self.seconds:.0f} s for {self.what}")
        return left

    def slice(self) -> float:
        """How long a single blocking call may take before looking again."""
        return min(_POLL_SECONDS, self.remaining())

    def sleep(self) -> None:
        """Wait one poll interval."""
        time.sleep(self.slice())
