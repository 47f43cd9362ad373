# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs run on the host: by argv, with an end, and with their words kept.

A program that fails here is a fault of the surroundings, not of what a case
checks; so the message carries the command line and what it printed last.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .clock import Deadline

_TAIL_LINES = 20


class CommandFailed(Exception):
    """A host program did not do what the harness needs of it."""


def output(
    argv: Sequence[str | Path],
    seconds: float = 120,
    env: Mapping[str, str] | None = None,
    accepted: Sequence[int] = (0,),
    folder: Path | None = None,
) -> bytes:
    """Run argv (in folder) and return its standard output; any status not accepted raises.

    env is added to the environment, which has its locale set to one that all hosts have.
    """
    words = [str(word) for word in argv]
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        )
    except FileNotFoundError as error:
        raise CommandFailed(f"{words[0]} is not installed on this host") from error
    with process:
        out, err = _communicate(process, Deadline(seconds, " ".join(words)))
    if process.returncode not in accepted:
        tail = "\n".join((out + err).decode(errors="replace").splitlines()[-_TAIL_LINES:])
        raise CommandFailed(f"{' '.join(words)}: exit status {process.returncode}\n{tail}")
    return out


def text(argv: Sequence[str | Path], **options) -> str:
    """As output(), decoded."""
    return output(argv, **options).decode(errors="replace")


def _communicate(process: subprocess.Popen[bytes], deadline: Deadline) -> tuple[bytes, bytes]:
    try:
        while True:
            try:
                return process.communicate(timeout=deadline.slice())
            except subprocess.TimeoutExpired:
                pass
    except BaseException:
        process.terminate()
        raise
