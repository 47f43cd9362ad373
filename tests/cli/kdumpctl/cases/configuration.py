# SPDX-License-Identifier: GPL-2.0-or-later
"""kdump.conf and the sysconfig file."""

import re
from pathlib import Path

from expect import FAILED, IMAGE, check, fresh, refused, started
from machine import VERSION, Machine


def bad_configuration(m: Machine) -> None:
    """File, line, what is wrong, what was meant."""
    m.write("etc/kdump.conf", "\npaht /var/crash")
    refused(m, "kdump.conf:2: Invalid kdump config option paht\nDid you mean 'path'?\n")
    m.write("etc/kdump.conf", "failure_action rebot")
    refused(m, "kdump.conf:1: Usage kdump.conf: failure_action "
               "{reboot|halt|poweroff|shell|dump_to_rootfs}, not 'rebot'\n"
               "Did you mean 'reboot'?\n")
    m.write("etc/kdump.conf", "")
    m.write("etc/sysconfig/kdump", "KEXEC_ARGS=$(reboot)")
    refused(m, "/etc/sysconfig/kdump:1: '$' has no meaning here\nThis file is read, not executed: "
               "write the value out, or put it into single quotes.\n")


def no_configuration(m: Machine) -> None:
    """Every command wants the file to be there; a folder is no file."""
    (m.root / "etc/kdump.conf").unlink()
    names = m.run("--help").stdout.split("}", 1)[0].split("{", 1)[1].split("|")
    assert len(names) > 20, names
    for command in names:
        check(m.run(command), 1, "", "Error: No kdump config file found!\n"
              "Create /etc/kdump.conf; an empty one asks for the defaults.\n")
    (m.root / "etc/kdump.conf").mkdir()
    refused(m, "cannot read /etc/kdump.conf: Is a directory\n")


def not_a_text_file(m: Machine) -> None:
    """Whatever is in the file's place: one clear error, from every command that reads it."""
    file = m.root / "etc/kdump.conf"
    for data, stderr in (
            (b"path /x\r\n", "kdump.conf:1: carriage return: this file has DOS line ends\n"
             "Convert it: sed -i 's/\\r$//' FILE\n"),
            (b"path /\0x\n", "kdump.conf:1: NUL byte: this is not a text file\n"),
            (b"\n" + b"x" * (1 << 20), "kdump.conf:2: line of 1048576 bytes; the most is 4096\n"),
            (b"path /caf\xe9\n", "kdump.conf:1: byte 0xe9: this is not text in UTF-8\n"),
            (b"#\n" * (9 << 20), "cannot read /etc/kdump.conf: File too large\n")):
        file.write_bytes(data)
        refused(m, stderr)
    file.unlink()
    m.link("etc/kdump.conf", "etc/kdump.conf")
    check(m.run("start"), 1, "",
          "cannot open /etc/kdump.conf: Too many levels of symbolic links\n")


def sysconfig_that_is_no_text(m: Machine) -> None:
    """The same of that file."""
    file = m.root / "etc/sysconfig/kdump"
    file.parent.mkdir()
    name = "/etc/sysconfig/kdump"
    for data, stderr in (
            (b"KEXEC_ARGS=-s\r\n", f"{name}: carriage return: this file has DOS line ends\n"
             f"Convert it: sed -i 's/\\r$//' {name}\n"),
            (b"KEXEC_ARGS=\0-s\n", f"{name}: NUL byte: this is not a text file\n"),
            (b"x" * (1 << 20), f"{name}:1: this is not an assignment\nThis file is read, not "
             "executed: NAME=VALUE lines only, without blanks around the '='.\n"),
            (b"#\n" * (9 << 20), f"cannot read {name}: File too large\n")):
        file.write_bytes(data)
        refused(m, stderr)
    file.unlink()
    file.mkdir()
    refused(m, f"cannot read {name}: Is a directory\n")


def named_files_are_looked_at(m: Machine) -> None:
    """Programs that are not there or cannot run, keys, devices, hosts."""
    m.write("opt/script", "#!/bin/sh")
    for line, stderr in (
            ("kdump_pre /opt/none", "Error: /opt/none not found.\n"),
            ("kdump_post /opt/script", "Error: /opt/script is not executable.\n"),
            ("kdump_emergency /opt", "Error: /opt is not executable.\n"),
            ("raw /dev/none", "Bad raw disk /dev/none: No such file or directory\n")):
        m.write("etc/kdump.conf", line)
        refused(m, f"kdump.conf:1: {stderr}")
    m.write("etc/kdump.conf", "sshkey /root/key\ncore_collector cp")
    done = m.run("start")
    assert done.returncode == 0
    assert done.stderr == ("kdump.conf:1: warning: '/root/key' doesn't exist, using default value "
                           "'/root/.ssh/kdump_id_rsa'\n"), done.stderr


def ssh_alias(m: Machine) -> None:
    """A host that only ssh's own files know is refused, any other is not for that reason."""
    m.write("etc/kdump.conf", "\nssh dump@store")
    m.write("root/.ssh/config", "# Host store\nHost * other\n  HostName %h\n"
                                "host=a store\n\tHostname = \"store.example.com\"\n")
    refused(m, "kdump.conf:2: Invalid ssh destination dump@store provided.\n"
               "store is an alias of ssh's configuration, which the capture image does not have: "
               "name the host itself.\n")
    m.write("root/.ssh/config", "Host store\n  User x\nHost more\n  HostName store.example.com\n")
    assert "the way to store: the network below" in m.run("start").stderr


def fence_nodes(m: Machine) -> None:
    """This host is not one of its own cluster's other nodes, by name or by address."""
    m.write("proc/sys/kernel/hostname", "node1.example.com")
    m.write("proc/net/fib_trie", "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 192.0.2.0\n"
            "        /24 link UNICAST\n     |-- 192.0.2.7\n        /32 host LOCAL\n")
    m.write("proc/net/if_inet6", "20010db8000000000000000000000007 04 40 00 82     eth0")
    for own in ("node1", "NODE1.example.com", "192.0.2.7", "2001:db8::7"):
        m.write("etc/kdump.conf", f"fence_kdump_nodes node2 {own}")
        refused(m, f"kdump.conf:1: Option fence_kdump_nodes cannot contain {own}\n"
                   "That is this host; name the others of the cluster.\n")
    m.write("etc/kdump.conf", "fence_kdump_nodes node 192.0.2.0 2001:db8::70 node1.example")
    assert "no record of it, /kdump/network" in m.run("start").stderr


def old_name_of_failure_action(m: Machine) -> None:
    """`default` is honoured, with a word about it; actions are handed to the image."""
    m.write("etc/kdump.conf", "core_collector cp\ndefault halt\nfinal_action poweroff")
    done = m.run("start")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ("kdump.conf:2: warning: default is now called failure_action; it is "
                           "taken as that\n"), done.stderr
    conf = m.image_files()["etc/kdump.conf"].decode()
    assert conf.endswith('failure_action "halt"\nfinal_action "poweroff"\n'), conf


def crash_loop(m: Machine) -> None:
    """Where the rule stands that is none, or that cannot come into force."""
    m.write("etc/kdump.conf", "core_collector cp\ncrash_loop 3 one hour")
    check(m.run("start"), 1, FAILED,
          "kdump.conf:2: Invalid kdump config value for option 'crash_loop': 'one' is not a whole "
          "number from 1 to 31622400\n")
    for line, warning in (
            ("keep_dumps 3", "with keep_dumps 3, so many dumps are not kept to be counted"),
            ("raw /dev/vda1", "dumps on a target of type raw are not counted")):
        m.write("etc/kdump.conf", f"core_collector cp\n{line}\ncrash_loop 5 3600")
        said = m.run("start").stderr.splitlines()
        assert said[0] == f"kdump.conf:3: warning: {warning}", said
    m.write("etc/kdump.conf", "core_collector cp\ncrash_loop 4 60 halt\nkeep_dumps 3")
    done = m.run("restart")
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert "crash_loop 4 60 halt\n" in m.image_files()["etc/kdump.conf"].decode()


MAKEDUMPFILE = """#!/bin/sh
echo "$*" >> {log}
[ "$1" = --check-params ] || exit 9
case "$*" in *"-d 99"*) echo 'Dump_level(99) is invalid.' >&2; exit 1;; esac
exit {status}
"""


def makedumpfile_checks_its_options(m: Machine) -> None:
    """Before an image is built, as for a dump into a file; too old a one is not asked again."""
    m.copy_program(Path("/bin/sh").resolve(), "/bin/sh")
    program, log = m.root / "usr/sbin/makedumpfile", m.bin / "log"
    program.parent.mkdir(parents=True, exist_ok=True)
    m.program(program, MAKEDUMPFILE.format(log=log, status=0))
    m.write("etc/kdump.conf", "\ncore_collector makedumpfile -F -c -d 99")
    refused(m, "Dump_level(99) is invalid.\n"
               "kdump.conf:2: makedumpfile parameter check failed.\n"
               "Try it: makedumpfile --check-params -c -d 99 vmcore dumpfile\n",
            "No kdump initial ramdisk found.\n")
    m.write("etc/kdump.conf", "core_collector /usr/sbin/makedumpfile -F -d 31")
    log.unlink()
    fresh(m)
    assert log.read_text() == "--check-params -d 31 vmcore dumpfile\n"
    m.image.unlink()
    m.program(program, MAKEDUMPFILE.format(log=log, status=1))
    fresh(m)


def forced_rebuilds(m: Machine) -> None:
    """force_rebuild builds each time; force_no_rebuild never, but for the first image."""
    m.write("etc/kdump.conf", "core_collector cp\nforce_no_rebuild 1")
    fresh(m)
    m.write("etc/kdump.conf", "core_collector cp --sparse=never\nforce_no_rebuild 1")
    started(m, f"force_no_rebuild: {IMAGE} stays as it is")
    m.run("stop")
    m.write("etc/kdump.conf", "core_collector cp\nforce_rebuild 1")
    for _ in range(2):
        started(m, f"Force rebuild {IMAGE}", f"Rebuilding {IMAGE}")
        m.run("stop")


def hostile_names(m: Machine) -> None:
    """Whatever a path is called, it is a name and nothing else."""
    name = "$(touch x) `touch x`;&'\" *"
    folder = m.root / "srv" / name
    folder.mkdir(parents=True)
    m.write("etc/kdump.conf", f"path /srv/{name}\ncore_collector cp '{name[:10]}'")
    fresh(m)
    assert f"path /srv/{name}\n".encode() in m.image_files()["etc/kdump.conf"]
    assert not list(m.root.rglob("x"))


def plain_kernel_for_debug_kernel(m: Machine) -> None:
    """The sibling of a debug kernel captures, if it is there and nobody named another."""
    for mark in ("+debug", ".debug"):
        m.write("proc/sys/kernel/osrelease", f"{VERSION}{mark}")
        assert f" ROOT/boot/vmlinuz-{VERSION}\n" in m.run("start").stdout
        m.run("stop")
    m.write("etc/sysconfig/kdump", f"KDUMP_KERNELVER={VERSION}.debug")
    assert f"/boot/vmlinuz-{VERSION}.debug, " in m.run("start").stderr
    (m.root / "etc/sysconfig/kdump").unlink()
    m.write("proc/sys/kernel/osrelease", "5.0+debug")
    assert "/boot/vmlinuz-5.0+debug, " in m.run("start").stderr


def sysconfig_of_debian(m: Machine) -> None:
    """/etc/default/kdump counts where there is no /etc/sysconfig/kdump, and is named then."""
    m.write("etc/default/kdump", "KDUMP_COMMANDLINE=only\nKDUMP_COMMANDLINE_APPEND=")
    assert "'--command-line=only disable_cpu_apicid=4'" in m.run("start").stdout
    m.run("stop")
    m.write("etc/default/kdump", "\nKDUMP_STDLOGLVL=9")
    check(m.run("start"), 1, FAILED,
          "/etc/default/kdump:2: Illegal log level: KDUMP_STDLOGLVL '9'\n"
          "0 none, 1 errors, 2 warnings, 3 information, 4 debugging.\n")
    m.write("etc/default/kdump", "KDUMP_KERNELVER=9.9")
    assert "in /etc/default/kdump (KDUMP_KERNELVER" in m.run("start").stderr
    m.write("etc/sysconfig/kdump", "KDUMP_COMMANDLINE=other\nKDUMP_KERNEL=9.9")
    done = m.run("start")
    assert "'--command-line=other irqpoll " in done.stdout
    assert done.stderr == ("/etc/sysconfig/kdump:2: warning: KDUMP_KERNEL has no effect; did you "
                           "mean 'KDUMP_KERNELVER'?\n"), done.stderr


def watchdogs_keep_quiet(m: Machine) -> None:
    """Each driver of a watchdog is told not to warn; hpwdt has a second parameter."""
    for number, driver, module in ((0, "hpwdt", "hpwdt"), (1, "iTCO_wdt", "iTCO_wdt"),
                                   (2, "iTCO_wdt", "iTCO_wdt"), (3, "built-in", "")):
        device = f"sys/devices/platform/wdt{number}"
        m.write(f"{device}/uevent", "")
        place = f"sys/bus/platform/drivers/{driver}"
        m.write(f"{place}/bind", "")
        if module and not (m.root / place / "module").exists():
            m.write(f"sys/module/{module}/initstate", "live")
            m.link(f"{place}/module", f"sys/module/{module}")
        m.link(f"{device}/driver", place)
        m.link(f"sys/class/watchdog/watchdog{number}/device", device)
    m.write("etc/sysconfig/kdump", "KDUMP_COMMANDLINE=a\nKDUMP_COMMANDLINE_APPEND=z")
    line = re.search(r"--command-line=(.*)' --initrd", m.run("start").stdout)[1].split()
    assert line[:3] == ["a", "z", "disable_cpu_apicid=4"]
    assert sorted(line[3:]) == ["built-in.pretimeout=0", "hpwdt.kdumptimeout=0",
                                "hpwdt.pretimeout=0", "iTCO_wdt.pretimeout=0"], line


def kernel_where_it_is_put(m: Machine) -> None:
    """By Debian and RHEL, on an EFI partition, by kernel-install, and with its modules only."""
    m.write("etc/machine-id", "0123abcd")
    (m.root / f"boot/vmlinuz-{VERSION}").unlink()
    for place in (f"boot/efi/vmlinuz-{VERSION}", f"efi/vmlinuz-{VERSION}",
                  f"boot/0123abcd/{VERSION}/linux", f"boot/efi/0123abcd/{VERSION}/linux",
                  f"efi/0123abcd/{VERSION}/linux", f"lib/modules/{VERSION}/vmlinuz"):
        m.write(place, "kernel")
        out = m.run("start").stdout
        assert f"--initrd=ROOT{IMAGE} ROOT/{place}\n" in out, out
        m.run("stop")
        (m.root / place).unlink()


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
