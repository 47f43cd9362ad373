# SPDX-License-Identifier: GPL-2.0-or-later
"""CPUs that go, as far as the guest's udev can tell."""

from . import check
from .lab import Lab

_EVENTS = 20
_SIGN = "/run/kdump-hotplug"
_RELOADED = "journalctl --output=cat --unit=kdump-hotplug.service --grep='Starting kdump: .OK.'"


def burst(lab: Lab) -> None:
    """So many events at once are a reload or two, and none stays behind."""
    lab.agent.check(
        f"for i in $(seq {_EVENTS}); do echo remove >/sys/devices/system/cpu/cpu1/uevent; done;"
        " udevadm settle",
        seconds=120,
    )
    lab.agent.check(
        f"until {_RELOADED} && [ ! -e {_SIGN} ] &&"
        " systemctl show --property=ActiveState kdump-hotplug | grep -q inactive;"
        " do sleep 1; done",
        seconds=120,
    )
    reloads = len(lab.agent.check(_RELOADED).splitlines())
    check.that(1 <= reloads <= _EVENTS // 4, f"{_EVENTS} events led to {reloads} reloads")
