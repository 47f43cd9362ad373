# SPDX-License-Identifier: GPL-2.0-or-later
"""dpkg installs a kernel, which gets a capture image and a capture, and removes it (slow).

Runs only when it is named: under emulation, unpacking a package and making initrds takes minutes.
"""

from harness import check, crash, service
from harness.kernel import Kernel
from harness.lab import Lab, Needs

_KERNEL = Kernel("new-kernel", "trixie", "amd64", "linux-image-cloud-amd64", packed=True)
NEEDS = Needs(kernels=(_KERNEL,), only_by_name=True)
_DPKG_SECONDS = 1200


def run(lab: Lab) -> None:
    """Install, arm with it, remove; all hooks run as dpkg and the package run them."""
    service.control(lab, "enable --now")
    before = _images(lab)
    # dpkg wants a file.
    lab.agent.check(
        f"cp {_KERNEL.device} /var/tmp/new.deb && dpkg -i /var/tmp/new.deb", _DPKG_SECONDS
    )
    (added,) = set(_images(lab)) - set(before)
    release = added.removeprefix("initramfs-").removesuffix("kdump.img")
    crash.use_kernel(lab, release)
    since = service.journal_cursor(lab)
    service.control(lab, "restart")
    said = service.status(lab)
    check.shows(said, rf"kernel /boot/vmlinuz-{release}, image /boot/{added}", "the status")
    log = service.journal(lab, "kdump.service", since)
    check.shows(log, r"Starting kdump: \[OK\]", "the journal")
    check.that("Rebuilding" not in log, f"the image was built a second time:\n{log}")

    crash.use_kernel(lab, "")
    lab.agent.check(f"dpkg --purge linux-image-{release}", _DPKG_SECONDS)
    check.equal(_images(lab), before, "capture images after the kernel's removal")


def _images(lab: Lab) -> list[str]:
    return lab.agent.check("cd /boot && ls *kdump.img").split()
