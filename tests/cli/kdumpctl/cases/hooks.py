# SPDX-License-Identifier: GPL-2.0-or-later
"""What packages of kernels, hotplug and other programs call."""

import subprocess
from pathlib import Path

from expect import IMAGE, check, fresh, started
from machine import VERSION, Machine

UNITS = Path(__file__).resolve().parent.parent.parent.parent.parent / "units"


def rebuild_for_another_kernel(m: Machine) -> None:
    """A kernel that was installed just now gets its image."""
    other = "9.9-new"
    m.write(f"boot/vmlinuz-{other}", "")
    (m.root / "lib/modules" / other).symlink_to(VERSION)
    check(m.run("rebuild", other), 0, f"Rebuilding /boot/initramfs-{other}kdump.img\n")
    assert not m.image.exists()
    done = m.run("rebuild", "9.8-none")
    assert done.returncode == 1
    assert done.stderr.startswith("Failed to detect kdump kernel location: none of "), done.stderr


def condreload_when_loaded_only(m: Machine) -> None:
    """Nothing is loaded where nothing was."""
    fresh(m)
    check(m.run("condreload"), 0, "")
    assert m.run("status").returncode == 3
    started(m)
    out = m.run("condreload").stdout
    assert out.startswith("kexec command: "), out
    assert m.run("status").returncode == 0


def removed_kernel_loses_its_image(m: Machine) -> None:
    """The hook takes away what belongs to that version, whatever the version is called."""
    hook = (UNITS / "kernel-hooks/postrm").read_text().replace('"/', f'"{m.root}/')
    script = m.bin / "postrm"
    m.program(script, hook)
    fresh(m)
    kept = m.root / "boot/initramfs-6.1.0-otherkdump.img"
    kept.write_text("")
    for version in ("", "/", "6.1.0", "../boot/x", "6.1.0-*"):
        subprocess.run([script, version], check=True)
        assert m.image.exists() and kept.exists(), version
    subprocess.run([script, VERSION, IMAGE], check=True)
    assert not m.image.exists() and kept.exists()


def units_leave_boot_as_it_is(m: Machine) -> None:  # pylint: disable=unused-argument
    """Where it is read-only for one of them, the image is looked for in another folder."""
    units = list(UNITS.glob("*.service.in"))
    assert len(units) > 1
    for unit in units:
        assert "\nProtectSystem=" not in unit.read_text(), unit


def installed_kernel_gets_an_image(m: Machine) -> None:
    """The hook builds where kdump is enabled, and never fails an installation."""
    hook = (UNITS / "kernel-hooks/postinst.in").read_text().replace("@BINDIR@", str(m.bin))
    script = m.bin / "postinst"
    m.program(script, hook)
    m.program(m.bin / "kdumpctl", f'#!/bin/sh\necho "$@" >{m.bin}/called\nexit 1\n')
    for enabled, called in (("false", False), ("true", True)):
        m.program(m.bin / "systemctl", f"#!/bin/sh\n{enabled}\n")
        done = subprocess.run([script, "6.2"], env={"PATH": f"{m.bin}:/usr/bin:/bin"}, check=True,
                              capture_output=True, text=True)
        assert (m.bin / "called").exists() == called
    assert (m.bin / "called").read_text() == "rebuild 6.2\n"
    assert done.stderr == "kdump: no capture image for kernel 6.2 yet\n", done.stderr


def installed_kernel_gets_its_reservation(m: Machine) -> None:
    """kernel-install's plugin calls kdumpctl for a new kernel only, and never fails."""
    hook = (UNITS / "kernel-hooks/92-kdump-crashkernel.install.in").read_text()
    script = m.bin / "plugin"
    m.program(script, hook.replace("@BINDIR@", str(m.bin)).replace("/etc/", f"{m.root}/etc/"))
    m.program(m.bin / "kdumpctl", f'#!/bin/sh\necho "$@" >>{m.bin}/called\nexit 1\n')
    subprocess.run([script, "remove", "6.2", "/boot/entry"], check=True)
    assert not (m.bin / "called").exists()
    done = subprocess.run([script, "add", "6.2", "/boot/entry"], check=True, capture_output=True,
                          text=True)
    assert (m.bin / "called").read_text() == "_reset-crashkernel-for-installed_kernel 6.2\n"
    assert done.stderr == "kdump: crashkernel= of kernel 6.2 stays as it is\n", done.stderr
    (m.root / "etc/kdump.conf").unlink()
    subprocess.run([script, "add", "6.3", "/boot/entry"], check=True)
    assert "6.3" not in (m.bin / "called").read_text()
