# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps shared by the cases that boot Xen with the guest's own kernel as its first domain."""

from . import check
from .lab import Lab

_BOOT_SECONDS = 400
# Linux has left the BIOS unfit for use, and QEMU does not emulate supervisor mode access
# prevention as Xen expects it.
_XEN_ARGUMENTS = "com1=115200,8n1 console=com1 loglvl=all no-real-mode smep=0 smap=0 dom0_mem=768M"
_LINUX_ARGUMENTS = "root=/dev/vda rw console=hvc0 earlyprintk=xen panic=-1"


def boot(lab: Lab, option: str, marker: str, kind: str) -> None:
    """Load Xen from the running kernel by `kexec OPTION`, boot it, and see Linux come up."""
    printed = lab.agent.check(
        f"set -e; kexec -d {option} -l /boot/xen-*-amd64.gz --append='{_XEN_ARGUMENTS}'"
        f" --module=\"/boot/vmlinuz-$(uname -r) {_LINUX_ARGUMENTS} {marker}\""
        ' --module="/boot/initrd.img-$(uname -r)" 2>&1',
        seconds=120,
    )
    check.shows(printed, rf"kernel: .*, {kind}, ", "kexec -d")
    lab.agent.fire("kexec -e")
    lab.console.wait(r"Xen version 4\.", _BOOT_SECONDS)
    lab.console.wait(rf"Command line: .*{marker}", _BOOT_SECONDS)
    # The agent's port does not come up there, but the system does.
    lab.console.wait(rf"(?s){marker}.*Reached target .*System Initialization", _BOOT_SECONDS)
