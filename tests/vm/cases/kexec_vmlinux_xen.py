# SPDX-License-Identifier: GPL-2.0-or-later
"""kexec_load: a vmlinux with --args-linux, and from there Xen by Multiboot 2."""

from harness import check, xen
from harness.lab import Lab, Needs

NEEDS = Needs(guest="bookworm-xen", cmdline="")
_BOOT_SECONDS = 240
_VMLINUX = "/root/vmlinux"
# The payload's place and length are the setup header's: Documentation/arch/x86/boot.rst.
_EXTRACT = f"""
set -e
image=/boot/vmlinuz-$(uname -r)
field() {{ od -An -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '; }}
start=$(( ($(field 0x1f1 1) + 1) * 512 + $(field 0x248 4) ))
tail -c +$(( start + 1 )) "$image" | head -c "$(field 0x24c 4)" |
    xz -dc --single-stream >{_VMLINUX}
"""


def run(lab: Lab) -> None:
    """Boot the guest's kernel without its bzImage around it; then Xen."""
    lab.agent.check(_EXTRACT, seconds=120)
    before = lab.agent.check("cat /proc/cmdline").split()
    lab.agent.check(
        f"kexec -l --args-linux {_VMLINUX} --initrd=/boot/initrd.img-$(uname -r)"
        " --reuse-cmdline --append=vm_boot=vmlinux",
        seconds=60,
    )
    lab.agent.fire("kexec -e")
    lab.agent.wait_boot(_BOOT_SECONDS)
    check.equal(
        lab.agent.check("cat /proc/cmdline").split(), [*before, "vm_boot=vmlinux"], "/proc/cmdline"
    )
    # A bzImage would have handed on its own header, which has a later version.
    version = lab.agent.check("cat /sys/kernel/boot_params/version").strip()
    check.equal(version, "0x020c", "/sys/kernel/boot_params/version")
    xen.boot(lab, "", "vm_boot=xen2", "multiboot2-x86")
