# SPDX-License-Identifier: GPL-2.0-or-later
"""kdump.conf and the sysconfig file."""

from expect import check, refused
from machine import VERSION, Machine


def bad_configuration(m: Machine) -> None:
    """File, line, what is wrong, what was meant."""
    m.write("etc/kdump.conf", "\npaht /var/crash")
    refused(m, "kdump.conf:2: Invalid kdump config option paht\nDid you mean 'path'?\n")
    m.write("etc/kdump.conf", "raw /dev/vda2")
    refused(m, "kdump.conf:1: kdump config option raw is not supported yet\n"
               "Remove the line, or make it a comment.\n")
    m.write("etc/kdump.conf", "")
    m.write("etc/sysconfig/kdump", "KEXEC_ARGS=$(reboot)")
    refused(m, "/etc/sysconfig/kdump:1: '$' has no meaning here\nThis file is read, not executed: "
               "write the value out, or put it into single quotes.\n")


def no_configuration(m: Machine) -> None:
    """Every command wants the file to be there; a folder is no file."""
    (m.root / "etc/kdump.conf").unlink()
    for command in ("start", "stop", "status", "restart"):
        check(m.run(command), 1, "", "Error: No kdump config file found!\n"
              "Create /etc/kdump.conf; an empty one asks for the defaults.\n")
    (m.root / "etc/kdump.conf").mkdir()
    refused(m, "cannot read /etc/kdump.conf: Is a directory\n")


def sysconfig_is_used(m: Machine) -> None:
    """Kernel, command line and kexec's options as the file says."""
    m.write("mnt/k/Image-6.1.0-test.x", "kernel")
    m.write("etc/sysconfig/kdump", 'KDUMP_BOOTDIR=/mnt/k\nKDUMP_IMG=Image\nKDUMP_IMG_EXT=.x\n'
            'KDUMP_COMMANDLINE="a b crashkernel=1M"\nKDUMP_COMMANDLINE_REMOVE=b\n'
            'KDUMP_COMMANDLINE_APPEND="c disable_cpu_apicid=7"\nKEXEC_ARGS="-s --debug"')
    out = m.run("start").stdout
    assert ("kexec command: BIN/kexec -p -s --debug '--command-line=a c disable_cpu_apicid=7' "
            f"--initrd=ROOT/mnt/k/initramfs-{VERSION}kdump.img ROOT/mnt/k/Image-{VERSION}.x\n"
            ) in out, out
