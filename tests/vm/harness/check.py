# SPDX-License-Identifier: GPL-2.0-or-later
"""The assertions of the cases, worded so that a failure explains itself."""

import difflib
import re
from collections.abc import Sequence

_DIFF_LINES = 20
_SHOWN_LINES = 25  # the last ones: a console's first are the same each time


class CheckFailed(Exception):
    """The programs under test did something else than the case wants."""


def that(condition: object, otherwise: str) -> None:
    """Fail with the given words unless condition is true."""
    if not condition:
        raise CheckFailed(otherwise)


def equal(found: object, wanted: object, what: str) -> None:
    """Fail unless both are equal."""
    that(found == wanted, f"{what}: {found!r} instead of {wanted!r}")


def shows(text: str, pattern: str, what: str) -> str:
    """Fail unless pattern is found in text (multi-line mode); what it found."""
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        lines = text.rstrip().splitlines()
        raise CheckFailed("\n".join([f"{what} does not show {pattern!r}:", *lines[-_SHOWN_LINES:]]))
    return match[0]


def same_lines(found: Sequence[str], wanted: Sequence[str], what: str) -> None:
    """Fail with the first differences unless both have the same lines."""
    if list(found) != list(wanted):
        diff = list(difflib.unified_diff(wanted, found, "wanted", "found", lineterm="", n=1))
        raise CheckFailed("\n".join([f"{what}:", *diff[:_DIFF_LINES]]))
