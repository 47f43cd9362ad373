# SPDX-License-Identifier: GPL-2.0-or-later
"""Ending in order when told to: machines stopped, temporary folders gone."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_INTERRUPTED = 128 + signal.SIGINT


@contextmanager
def end_in_order() -> Iterator[None]:
    """Let a termination signal unwind the program as an interrupt at the terminal does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
