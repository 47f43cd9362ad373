# SPDX-License-Identifier: GPL-2.0-or-later
"""Our capture and Debian's kdump-tools in guests of the same size: what arming and a crash cost.

The stages of a crash are told by what the guest writes to its serial console, and timed on the
host; under emulation they take several times as long as on hardware, for either of them.
"""

import time
from dataclasses import dataclass, replace

from harness import crash
from harness.clock import TimedOut
from harness.console import ConsoleSilent
from harness.lab import Lab, Needs, Site

MIB = 1 << 20
_RUNS = 3
_BUILD_SECONDS = 600
_ARM_SECONDS = 120
_CAPTURE_SECONDS = 600
_PANIC = r"Kernel panic - not syncing(?s:.*?)"
_STARTED = _PANIC + "Linux version (?s:.*?)"
_SMALLEST, _LARGEST, _STEP = 64, 128, 8  # MiB that are tried as a reservation


@dataclass(frozen=True)
class System:
    """A way to capture dumps: commands, and what its stages write to the console."""

    name: str
    needs: Needs
    build: str
    arm: str
    disarm: str
    image: str
    first_line: str
    # What ends each stage of the capture, the last one with the dump in place.
    stages: tuple[tuple[str, str], ...]


OURS = System(
    name="ours",
    needs=Needs(guest="bookworm-cloud"),
    build="kdumpctl rebuild",
    arm="kdumpctl start",
    disarm="kdumpctl stop",
    image="/boot/initramfs-*kdump.img",
    first_line=r"^kdump: ",
    stages=(
        ("modules and mounting", r"^kdump: saving vmcore-dmesg\.txt$"),
        ("the log", r"^kdump: saving vmcore-dmesg\.txt complete"),
        ("the dump", r"^kdump: saving vmcore complete"),
    ),
)
KDUMP_TOOLS = System(
    name="kdump-tools",
    needs=Needs(guest="bookworm-kdump-tools", programs=False),
    build="/etc/kernel/postinst.d/kdump-tools $(uname -r)",
    arm="kdump-config load",
    disarm="kdump-config unload",
    image="/var/lib/kdump/initrd.img-*",
    first_line=r"kdump-tools\[\d+\]: ",
    stages=(("the dump", r"kdump-tools.*: saved vmcore in "),),
)


@dataclass(frozen=True)
class Cost:
    """What one system took; times in seconds."""

    build_wall: float
    build_cpu: float
    arm_wall: float
    arm_cpu: float
    image_bytes: int
    first_line: float
    # Each stage after the capture program's first line.
    stages: dict[str, float]
    dump: float
    reset: float


def measure(site: Site, system: System, memory_mib: int) -> Cost:
    """Build the image, arm, crash, and wait for the dump, in a machine of its own."""
    needs = replace(system.needs, memory_mib=memory_mib)
    with site.lab(f"bench-{system.name}-{memory_mib}", needs) as lab:
        build_wall, build_cpu = _timed(lab, system.build, _BUILD_SECONDS)
        arms = []
        for _ in range(_RUNS):
            lab.agent.check(f"{system.disarm} >/dev/null", _ARM_SECONDS)
            arms.append(_timed(lab, system.arm, _ARM_SECONDS))
        crash.check_loaded(lab, "1")
        size = int(lab.agent.check(f"stat -c %s {system.image}"))
        lab.agent.check("sync")

        crash.panic(lab)
        booted = _when(lab, _STARTED)
        reached = [_when(lab, _STARTED + system.first_line)]
        reached += [_when(lab, _STARTED + pattern) for _, pattern in system.stages]
        lab.machine.wait_exit(_CAPTURE_SECONDS, "the capture kernel to reset the machine")
        reset = time.monotonic()
    return Cost(
        build_wall=build_wall,
        build_cpu=build_cpu,
        arm_wall=min(wall for wall, _ in arms),
        arm_cpu=min(cpu for _, cpu in arms),
        image_bytes=size,
        first_line=reached[0] - booted,
        stages={
            name: after - before
            for (name, _), before, after in zip(system.stages, reached, reached[1:])
        },
        dump=reached[-1] - booted,
        reset=reset - reached[-1],
    )


def smallest(site: Site, system: System) -> int | None:
    """The smallest crashkernel= in MiB that captures, found by halving; None if none does."""
    low, high = _SMALLEST // _STEP - 1, _LARGEST // _STEP + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _captures(site, system, middle * _STEP):
            high = middle
        else:
            low = middle
    return high * _STEP if high * _STEP <= _LARGEST else None


def _captures(site: Site, system: System, reserved_mib: int) -> bool:
    needs = replace(system.needs, cmdline=f"crashkernel={reserved_mib}M")
    with site.lab(f"bench-{system.name}-{reserved_mib}M", needs) as lab:
        if lab.agent.run(f"{system.build} && {system.arm}", _BUILD_SECONDS).status != 0:
            return False
        lab.agent.check("sync")
        crash.panic(lab)
        try:
            lab.console.wait(_STARTED + system.stages[-1][1], _CAPTURE_SECONDS)
        except (ConsoleSilent, TimedOut):
            return False
    return True


def _timed(lab: Lab, command: str, seconds: float) -> tuple[float, float]:
    """Wall and CPU seconds of a command in the guest, which has to work."""
    said = lab.agent.check(
        f"TIMEFORMAT='%R %U %S'; {{ time {{ {command}; }} >/dev/null 2>&1; }} 2>&1", seconds
    )
    wall, user, system = map(float, said.split())
    return wall, user + system


def _when(lab: Lab, pattern: str) -> float:
    lab.console.wait(pattern, _CAPTURE_SECONDS)
    return time.monotonic()
