# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases in which a guest's kernel takes no other kernel."""

from . import check
from .lab import Lab

_RUNNING = "$(uname -r)"
RUNNING_KERNEL = f"/boot/vmlinuz-{_RUNNING}"
_INITRD = "--initrd=/boot/initrd.img-{release} --reuse-cmdline"
_LOAD_SECONDS = 120
_TIMED_OUT = 124


def check_taken(lab: Lab, options: str, release: str = _RUNNING) -> None:
    """A kernel of the guest can be loaded so, and is left loaded."""
    initrd = _INITRD.format(release=release)
    lab.agent.check(f"kexec {options} /boot/vmlinuz-{release} {initrd}", _LOAD_SECONDS)


def check_refused(
    lab: Lab, options: str, *words: str, kernel: str = RUNNING_KERNEL, user: str = "root"
) -> None:
    """A load fails, and kexec's last line, the hint, shows each of words (regular expressions)."""
    initrd = _INITRD.format(release=_RUNNING)
    done = lab.agent.run(
        f"setpriv --reuid={user} --clear-groups kexec {options} {kernel} {initrd}", _LOAD_SECONDS
    )
    check.that(done.status not in (0, _TIMED_OUT), f"nothing was refused: {done}")
    hint = (done.err.splitlines() or [""])[-1]
    for word in words:
        check.shows(hint, word, f"the hint of {options}")
