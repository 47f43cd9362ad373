# SPDX-License-Identifier: GPL-2.0-or-later
"""One virtual machine: QEMU's command line, its process, and the ends of its wires."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .agent import Agent
from .clock import Deadline
from .console import Console
from .gdb import PhysicalMemory
from .monitor import Monitor
from .share import Share
from .system_kernel import SystemKernel

_COMMON_CMDLINE = "root=/dev/vda rw console=ttyS0 panic=-1"
# Emulation unless asked otherwise: a /dev/kvm that exists does not always work.
#
# Without CMPXCHG16B, because QEMU's emulation of it can leave garbage in EFLAGS: an interrupt
# right after it then never returns, and the guest panics in its allocator now and then.
_ACCELERATORS = {
    "tcg": ("-accel", "tcg,thread=multi", "-cpu", "max,cx16=off"),
    "kvm": ("-accel", "kvm", "-cpu", "host"),
}
# OVMF's code, and its variables as a machine that never ran has them (Debian's package ovmf).
_UEFI_CODE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
_UEFI_VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
_BUSES = {
    "virtio": ("virtio-blk-pci,drive={id},serial={id}",),
    "virtio-scsi": ("virtio-scsi-pci,id={id}-bus", "scsi-hd,bus={id}-bus.0,drive={id},serial={id}"),
    "nvme": ("nvme,drive={id},serial={id}",),
    "ahci": ("ahci,id={id}-bus", "ide-hd,bus={id}-bus.0,drive={id},serial={id}"),
}
_STOP_SECONDS = 10


@dataclass(frozen=True)
class Drive:
    """An image on one of the buses above; id is also the serial number that the guest sees."""

    id: str
    image: Path
    image_format: str = "raw"
    bus: str = "virtio"
    read_only: bool = False


@dataclass(frozen=True)
class Card:
    """A network card on a wire of its own to another machine; one end of the wire listens."""

    mac: str
    wire: Path
    listens: bool


@dataclass(frozen=True)
class Setup:
    """A machine to start; the first drive holds the root file system."""

    kernel: SystemKernel
    drives: tuple[Drive, ...]
    cmdline: str
    memory_mib: int
    reboots: bool
    uefi: bool
    cards: tuple[Card, ...] = ()
    # Whether there is room for two more CPUs and another memory module.
    expandable: bool = False
    # A folder of the host's that it can mount.
    share: Share | None = None
    # Whether its console can be typed at.
    keyboard: bool = False


class Machine:
    """A running QEMU."""

    def __init__(self, process: subprocess.Popen[bytes], console: Path, sockets: Path):
        self._process = process
        self._gdb_socket = sockets / "gdb"
        self._monitor_socket = sockets / "monitor"
        self._console_socket = sockets / "console"
        self.console = Console(console, self.is_running)
        self.agent = Agent(sockets / "agent")

    def is_running(self) -> bool:
        """Whether QEMU is still there."""
        return self._process.poll() is None

    def wait_exit(self, seconds: float, what: str) -> None:
        """Wait until QEMU ends by itself: power-off, or reset where reboots are not allowed."""
        deadline = Deadline(seconds, what)
        while self.is_running():
            deadline.sleep()

    def stop(self) -> None:
        """End QEMU; what the guest wrote is in its disk images then."""
        if self.is_running():
            self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def physical_memory(self) -> Iterator[PhysicalMemory]:
        """The memory of the machine, which stands still meanwhile."""
        with closing(PhysicalMemory(self._gdb_socket)) as memory:
            yield memory
            memory.let_go()

    @contextmanager
    def typed(self, text: str) -> Iterator[None]:
        """Type at the serial console; what the guest has not read when this ends is lost."""
        with socket.socket(socket.AF_UNIX) as console:
            console.connect(os.fspath(self._console_socket))
            console.sendall(text.encode())
            yield

    @contextmanager
    def monitor(self) -> Iterator[Monitor]:
        """QEMU's control of the machine."""
        with closing(Monitor(self._monitor_socket)) as monitor:
            yield monitor


@contextmanager
def running(setup: Setup, console: Path) -> Iterator[Machine]:
    """Start a machine that writes its serial console to a file; it ends with the context."""
    with tempfile.TemporaryDirectory(prefix="vm-") as folder, open(
        console.with_suffix(".qemu"), "wb"
    ) as log:
        with subprocess.Popen(
            _command_line(setup, console, Path(folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # An interrupt at the terminal is for the harness, which then ends QEMU in order.
            start_new_session=True,
        ) as process:
            try:
                machine = Machine(process, console, Path(folder))
                with closing(machine.agent):
                    yield machine
                    machine.stop()
            finally:
                process.kill()


def _command_line(setup: Setup, console: Path, sockets: Path) -> list[str]:
    return [
        # QEMU has to go even if this process is killed outright.
        *("setpriv", "--pdeathsig", "KILL"),
        *("qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none"),
        *_ACCELERATORS[os.environ.get("VM_ACCEL", "tcg")],
        *_size_words(setup),
        *([] if setup.reboots else ["-no-reboot"]),
        *(_uefi_words(sockets) if setup.uefi else []),
        *("-kernel", str(setup.kernel.image), "-initrd", str(setup.kernel.initrd)),
        *("-append", f"{_COMMON_CMDLINE} {setup.cmdline}"),
        *("-chardev", _console_words(setup, console, sockets), "-serial", "chardev:console"),
        *("-chardev", f"socket,id=agent,path={sockets}/agent,server=on,wait=off"),
        *("-device", "virtio-serial-pci"),
        *("-device", "virtserialport,chardev=agent,name=vmagent"),
        *("-chardev", f"socket,id=gdb,path={sockets}/gdb,server=on,wait=off"),
        *("-gdb", "chardev:gdb"),
        *("-qmp", f"unix:{sockets}/monitor,server=on,wait=off"),
        *("-device", "virtio-rng-pci"),
        *(word for drive in setup.drives for word in _drive_words(drive)),
        *(word for number, card in enumerate(setup.cards) for word in _card_words(number, card)),
        *(setup.share.words(setup.memory_mib) if setup.share else ()),
    ]


def _console_words(setup: Setup, console: Path, sockets: Path) -> str:
    if not setup.keyboard:
        return f"file,id=console,path={console}"
    return f"socket,id=console,path={sockets}/console,server=on,wait=off,logfile={console}"


def _size_words(setup: Setup) -> list[str]:
    memory = str(setup.memory_mib)
    if not setup.expandable:
        return ["-smp", "2", "-m", memory]
    return ["-smp", "2,maxcpus=4", "-m", f"{memory},slots=1,maxmem={2 * setup.memory_mib}M"]


def _uefi_words(folder: Path) -> Iterator[str]:
    """Flash as boards have it: code that nobody writes, and variables of this machine's own."""
    variables = folder / "variables.fd"
    shutil.copyfile(_UEFI_VARIABLES, variables)
    for unit, (image, read_only) in enumerate(((_UEFI_CODE, "on"), (variables, "off"))):
        yield "-drive"
        yield f"if=pflash,unit={unit},format=raw,file={image},readonly={read_only}"


def _card_words(number: int, card: Card) -> Iterator[str]:
    yield "-netdev"
    yield (
        f"stream,id=net{number},server={'on' if card.listens else 'off'},"
        f"addr.type=unix,addr.path={card.wire}"
    )
    yield "-device"
    yield f"virtio-net-pci,netdev=net{number},mac={card.mac}"


def _drive_words(drive: Drive) -> Iterator[str]:
    yield "-drive"
    # The images do not outlive the run, so nothing is won by syncing them.
    yield (
        f"if=none,id={drive.id},file={drive.image},format={drive.image_format},cache=unsafe,"
        f"readonly={'on' if drive.read_only else 'off'}"
    )
    for device in _BUSES[drive.bus]:
        yield "-device"
        yield device.format(id=drive.id)
