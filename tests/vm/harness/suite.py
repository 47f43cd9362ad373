# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the cases, runs them, and reports in TAP."""

import importlib.util
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import clock, say
from .agent import GuestCommandFailed, GuestGone
from .check import CheckFailed
from .command import CommandFailed
from .console import Console, ConsoleSilent
from .debian import DebianError
from .lab import Lab, Needs, Shelf, Site, kept_console

_CASES = Path(__file__).resolve().parent.parent / "cases"
_TAIL_LINES = 30
# Failures whose message says it all; anything else is reported with a traceback.
_EXPLAINED = (
    *(CheckFailed, CommandFailed, ConsoleSilent, DebianError, GuestCommandFailed, GuestGone),
    *(clock.TimedOut, clock.Cancelled),
)


@dataclass(frozen=True)
class Case:
    """One file of ../cases."""

    name: str
    summary: str
    needs: Needs
    run: Callable[[Lab | Shelf], None]


def all_cases() -> list[Case]:
    """Every case, in the order of names."""
    return [_load(path) for path in sorted(_CASES.glob("*.py"))]


def run(site: Site, cases: Sequence[Case], jobs: int) -> bool:
    """Run cases, that many machines at a time, and print TAP in their order."""
    say.line(f"1..{len(cases)}")
    try:
        site.prepare({case.needs.guest for case in cases})
    except _EXPLAINED as error:
        say.note(str(error))
        say.line("Bail out! no machine can be started")
        return False
    passed = 0
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        outcomes: list[Future[_Outcome]] = [pool.submit(_attempt, site, case) for case in cases]
        try:
            for number, (case, outcome) in enumerate(zip(cases, outcomes), 1):
                passed += _report(number, case, outcome.result())
        except KeyboardInterrupt:
            clock.cancel()
            pool.shutdown(cancel_futures=True)
            raise
    return passed == len(cases)


@dataclass(frozen=True)
class _Outcome:
    seconds: float
    failure: str = ""


def _load(path: Path) -> Case:
    spec = importlib.util.spec_from_file_location(f"case_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    summary = (module.__doc__ or "").strip().splitlines()[0]
    return Case(path.stem, summary, module.NEEDS, module.run)


def _attempt(site: Site, case: Case) -> _Outcome:
    say.note(f"{case.name}: {case.summary}")
    started = time.monotonic()
    failure = ""
    try:
        make = site.lab if case.needs.boots else site.shelf
        with make(case.name, case.needs) as lab:
            case.run(lab)
    except _EXPLAINED as error:
        failure = f"{type(error).__name__}: {error}"
    # A broken case must not end the run.
    except Exception:  # pylint: disable=broad-exception-caught
        failure = traceback.format_exc()
    return _Outcome(time.monotonic() - started, failure)


def _report(number: int, case: Case, outcome: _Outcome) -> bool:
    duration = f"# {outcome.seconds:.0f}s"
    if not outcome.failure:
        say.line(f"ok {number} - vm/{case.name} {duration}")
        return True
    say.line(f"not ok {number} - vm/{case.name} {duration}")
    say.note(outcome.failure)
    kept = kept_console(case.name)
    if kept.exists():
        say.note(f"console log: {kept}, its last {_TAIL_LINES} lines:")
        say.note(Console(kept, lambda: False).tail(_TAIL_LINES))
    return False
