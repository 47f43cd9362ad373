# SPDX-License-Identifier: GPL-2.0-or-later
"""Unified kernel images, made with systemd's own stub, boot by both system calls."""

from harness import check
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-uki", cmdline="")

_BOOT_SECONDS = 240
_UKI = "/root/linux.efi"
# Sections go behind the stub's own, one behind the other, as systemd's manual page has it.
_BUILD = r"""
set -e
cd /root
stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub
echo "$(cat /proc/cmdline) MARKER" > cmdline
cp /boot/vmlinuz-$(uname -r) linux
cp /boot/initrd.img-$(uname -r) initrd
at=$((0x20000))
words=()
for name in cmdline initrd linux; do
    words+=(--add-section .$name=$name --change-section-vma .$name=$at)
    at=$(( (at + $(stat -c %s $name) + 0xfff) / 0x1000 * 0x1000 ))
done
objcopy "${words[@]}" $stub linux.efi
rm cmdline linux initrd
"""
_TEMPORARY = "ls -A /tmp /dev/shm"


def run(lab: Lab) -> None:
    """Nothing but the image is named: kernel, initrd and command line are in it."""
    for number, option in enumerate(("-c", "-s"), 1):
        _boot(lab, option, f"vm_uki={number}")


def _boot(lab: Lab, option: str, marker: str) -> None:
    wanted = [*lab.agent.check("cat /proc/cmdline").split(), marker]
    lab.agent.check(_BUILD.replace("MARKER", marker), seconds=180)
    before = lab.agent.check(_TEMPORARY)
    lab.agent.check(f"kexec {option} -l {_UKI}", seconds=180)
    check.equal(lab.agent.check(_TEMPORARY), before, "temporary files after the loading")
    lab.agent.fire("kexec -e")
    lab.agent.wait_boot(_BOOT_SECONDS)
    check.equal(lab.agent.check("cat /proc/cmdline").split(), wanted, "/proc/cmdline")
    check.equal(lab.agent.check("uname -r").strip(), lab.kernel.release, "the kernel that came up")
