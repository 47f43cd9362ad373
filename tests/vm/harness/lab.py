# SPDX-License-Identifier: GPL-2.0-or-later
"""What a case works with: a booted machine, its disks, and the readers of dumps."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import disk, guest, kernel, machine, payload, recipes, share
from .cache import Cache, default_root
from .readers import Readers
from .system_kernel import SystemKernel

_BOOT_SECONDS = 480
_EXTRA_DISK_BYTES = 2 << 30
_SERVER_MIB = 768
SERVER_MAC = "52:54:00:00:05:01"
CLIENT_MAC = "52:54:00:00:05:02"
_KEPT_LOGS = Path(__file__).resolve().parents[3] / "build" / "vm"


@dataclass(frozen=True)
class ExtraDisk:
    """A second disk, blank or with an empty file system whose label is id, as its serial is."""

    id: str
    bus: str
    filesystem: str = ""


@dataclass(frozen=True)
class Needs:
    """The machine that a case asks for."""

    guest: str = "bookworm-cloud"
    # Which of the guest's kernels boots it, counted from the oldest; None: its own suite's.
    system_kernel: int | None = None
    cmdline: str = "crashkernel=256M"
    memory_mib: int = 2048
    disks: tuple[ExtraDisk, ...] = ()
    # Kernels that the guest finds on disks of their own.
    kernels: tuple[kernel.Kernel, ...] = ()
    # Whether the firmware is OVMF, not a BIOS.
    uefi: bool = False
    # Whether there is a machine at all: else a Shelf, in the place of a Lab.
    boots: bool = True
    # Whether a reset boots the machine again, instead of ending it.
    reboots: bool = False
    # Whether there is a second machine of the same guest, joined to the first one by a wire.
    server: bool = False
    # Whether the host shares a folder with the machine.
    shares: bool = False
    # Whether something is typed at the machine's console.
    keyboard: bool = False
    # Whether CPUs and memory can be added while it runs.
    expandable: bool = False
    # Whether the programs under test are installed.
    programs: bool = True
    # A case that takes gigabytes of downloads, or whose path others take nearly as well, runs
    # only when it is named, or all are.
    only_by_name: bool = False


class Lab:
    """One case's machine, booted, with the programs under test installed."""

    def __init__(
        self,
        running: machine.Machine,
        image: guest.Guest,
        system: SystemKernel,
        folder: Path,
        readers: Readers,
        server: machine.Machine | None = None,
    ):
        self.machine = running
        self.server = server
        self.agent = running.agent
        self.console = running.console
        self.guest = image
        self.kernel = system
        self.readers = readers
        self.folder = folder

    @property
    def shared(self) -> Path:
        """The folder that the host shares with the machine."""
        return self.folder / "shared"

    def offline_root(self) -> disk.OfflineDisk:
        """Stop the machine and look at its root disk, with all that a running guest wrote."""
        return self._offline(self.machine, "root")

    def offline_server(self) -> disk.OfflineDisk:
        """The same for the server."""
        assert self.server
        return self._offline(self.server, "server")

    def _offline(self, running: machine.Machine, name: str) -> disk.OfflineDisk:
        if running.is_running():
            running.agent.check("sync")
        running.stop()
        return disk.OfflineDisk.of_overlay(
            self.folder / f"{name}.qcow2", self.folder / f"{name}.img"
        )


@dataclass(frozen=True)
class Shelf:
    """What a case works with that starts machines of its own."""

    guest: guest.Guest
    # Those that it needs, by their ids.
    kernels: dict[str, Path]
    readers: Readers
    folder: Path


class Site:
    """What all cases of a run share: the cache, the payload, and a scratch folder."""

    def __init__(self, scratch: Path):
        self._scratch = scratch
        self._payload = scratch / "payload.tar"
        self._nothing = scratch / "nothing.tar"
        self._cache = Cache(default_root())
        self._readers = Readers(self._cache)
        self._guests: dict[str, guest.Guest] = {}

    def prepare(self, guests: set[str]) -> None:
        """Do what takes long before the first machine starts; guests are those that labs use."""
        for name in sorted(guests):
            self._guests[name] = guest.obtain(self._cache, recipes.RECIPES[name])
        payload.pack(self._payload)
        payload.pack_nothing(self._nothing)

    @contextmanager
    def lab(self, name: str, needs: Needs) -> Iterator[Lab]:
        """Boot a machine for one case; its console log stays if the case fails."""
        folder = self._scratch / name
        folder.mkdir()
        console = folder / "console"
        image = self._guests[needs.guest]
        chosen = needs.system_kernel
        system = image.kernel if chosen is None else image.kernels[chosen]
        setup = machine.Setup(
            kernel=system,
            drives=self._drives(image, needs, folder),
            cmdline=needs.cmdline,
            memory_mib=needs.memory_mib,
            reboots=needs.reboots,
            uefi=needs.uefi,
            cards=(machine.Card(CLIENT_MAC, folder / "wire", False),) if needs.server else (),
            expandable=needs.expandable,
            share=share.Share(folder / "shared", folder / "share") if needs.shares else None,
            keyboard=needs.keyboard,
        )
        try:
            with ExitStack() as stack:
                server = None
                if setup.share:
                    stack.enter_context(share.serving(setup.share, folder / "share.log"))
                if needs.server:
                    server = stack.enter_context(self._server(image, folder))
                running = stack.enter_context(machine.running(setup, console))
                running.agent.wait_boot(_BOOT_SECONDS)
                if server:
                    server.agent.wait_boot(_BOOT_SECONDS)
                yield Lab(running, image, system, folder, self._readers, server)
        except BaseException:
            _keep(console, kept_console(name))
            if needs.server:
                _keep(folder / "server", kept_console(f"{name}-server"))
            raise
        finally:
            shutil.rmtree(folder)

    @contextmanager
    def shelf(self, name: str, needs: Needs) -> Iterator[Shelf]:
        """Make ready what a case needs that starts machines of its own."""
        folder = self._scratch / name
        folder.mkdir()
        kernels = {wanted.id: kernel.obtain(self._cache, wanted) for wanted in needs.kernels}
        try:
            yield Shelf(self._guests[needs.guest], kernels, self._readers, folder)
        except BaseException:
            _keep(folder / "console", kept_console(name))
            raise
        finally:
            shutil.rmtree(folder)

    def _server(self, image: guest.Guest, folder: Path) -> AbstractContextManager[machine.Machine]:
        disk.overlay(image.disk, folder / "server.qcow2")
        setup = machine.Setup(
            kernel=image.kernel,
            drives=(
                machine.Drive("root", folder / "server.qcow2", image_format="qcow2"),
                machine.Drive("payload", self._payload, read_only=True),
            ),
            cmdline="",
            memory_mib=_SERVER_MIB,
            reboots=False,
            uefi=False,
            cards=(machine.Card(SERVER_MAC, folder / "wire", True),),
        )
        return machine.running(setup, folder / "server")

    def _drives(self, image: guest.Guest, needs: Needs, folder: Path) -> tuple[machine.Drive, ...]:
        disk.overlay(image.disk, folder / "root.qcow2")
        drives = [
            machine.Drive("root", folder / "root.qcow2", image_format="qcow2"),
            machine.Drive(
                "payload", self._payload if needs.programs else self._nothing, read_only=True
            ),
        ]
        for extra in needs.disks:
            path = folder / f"{extra.id}.img"
            disk.blank(path, _EXTRA_DISK_BYTES, extra.filesystem, extra.id)
            drives.append(machine.Drive(extra.id, path, bus=extra.bus))
        for wanted in needs.kernels:
            path = kernel.obtain(self._cache, wanted)
            drives.append(machine.Drive(wanted.id, path, read_only=True))
        return tuple(drives)


@contextmanager
def site() -> Iterator[Site]:
    """A site whose scratch folder goes away with it."""
    with tempfile.TemporaryDirectory(prefix="kexec-kdump-vm-") as scratch:
        yield Site(Path(scratch))


def kept_console(name: str) -> Path:
    """Where the console log of a failed case lies."""
    return _KEPT_LOGS / f"{name}.console"


def _keep(console: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    words = [path.read_bytes() for path in (console.with_suffix(".qemu"), console) if path.exists()]
    kept.write_bytes(b"".join(words))
