# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU's control socket (QMP): what is done to a machine from outside, as its hardware."""

import json
import os
import socket
from pathlib import Path
from typing import Any

from . import check
from .clock import Deadline

_ANSWER_SECONDS = 60


class Monitor:
    """One connection; QEMU takes one at a time."""

    def __init__(self, path: Path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(Deadline(_ANSWER_SECONDS, "QEMU's monitor").seconds)
        self._socket.connect(os.fspath(path))
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._lines.readline()  # its greeting
        self.execute("qmp_capabilities")

    def execute(self, name: str, **arguments: object) -> Any:
        """Run a command, which has to work; what it returns."""
        request = {"execute": name, "arguments": arguments}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        while True:
            answer = json.loads(self._lines.readline())
            if "event" not in answer:
                break
        check.that("return" in answer, f"QEMU's {name}: {answer}")
        return answer["return"]

    def plug_cpu(self) -> None:
        """Add one of the CPUs that the machine has room for."""
        slots = self.execute("query-hotpluggable-cpus")
        free = [slot for slot in slots if "qom-path" not in slot]
        check.that(free, "the machine has no room for another CPU")
        # QEMU lists them from the last to the first.
        slot = free[-1]
        self.execute("device_add", driver=slot["type"], id=f"cpu-{len(free)}", **slot["props"])

    def reset(self) -> None:
        """What the button on the machine's front does."""
        self.execute("system_reset")

    def plug_memory(self, mib: int) -> None:
        """Add memory, in a slot that the machine has for it."""
        backend = {"qom-type": "memory-backend-ram", "id": "added", "size": mib << 20}
        self.execute("object-add", **backend)
        self.execute("device_add", driver="pc-dimm", id="dimm", memdev="added")

    def close(self) -> None:
        """Leave QEMU alone."""
        self._lines.close()
        self._socket.close()
