# SPDX-License-Identifier: GPL-2.0-or-later
"""get-default-crashkernel and reset-crashkernel, on the boot loaders' files of distributions."""

import platform

from expect import check
from machine import VERSION, Machine

VALUES = {"x86_64": "2G-64G:256M,64G-:512M", "aarch64": "2G-4G:256M,4G-64G:320M,64G-:576M"}
VALUE = VALUES[platform.machine()]
WORD = f"crashkernel={VALUE}"
REBOOT = "Please reboot the system for the change to take effect.\n"
NOTHING_TO_DO = "No need to update crashkernel value\n"
OWN = "/etc/default/grub.d/kexec-kdump.cfg"


def program(m: Machine, place: str, text: str) -> None:
    """A program of the machine that is known by its place, and run from PATH."""
    m.write(place, "")
    m.program(m.bin / place.rsplit("/", 1)[1], f"#!/bin/sh\n{text}\n")


def debian(m: Machine, variable: str = "quiet") -> None:
    """Debian's files; update-grub makes grub.cfg of them."""
    m.write("etc/default/grub", f'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT="{variable}"')
    program(m, "usr/sbin/update-grub", f"""
        . {m.root}/etc/default/grub
        for file in {m.root}/etc/default/grub.d/*.cfg; do [ -e $file ] && . $file; done
        mkdir -p {m.root}/boot/grub
        echo "linux /vmlinuz ro $GRUB_CMDLINE_LINUX_DEFAULT" >{m.root}/boot/grub/grub.cfg
        echo "linux /vmlinuz ro single" >>{m.root}/boot/grub/grub.cfg""")


def grub_cfg(machine: Machine) -> str:
    """What the boot loader reads, its first entry."""
    return (machine.root / "boot/grub/grub.cfg").read_text().splitlines()[0]


def default_value(m: Machine) -> None:
    """The table's, with a range more on a machine that it leaves without."""
    check(m.run("get-default-crashkernel"), 0, f"{VALUE}\n")
    check(m.run("get-default-crashkernel", "kdump"), 0, f"{VALUE}\n")
    m.write("proc/iomem", "100000-3fffffff : System RAM")
    done = m.run("get-default-crashkernel")
    assert done.returncode == 0 and done.stdout.endswith(f",{VALUE}\n"), done.stdout
    check(m.run("get-default-crashkernel", "both"), 1, "", "'both' is neither kdump nor fadump\n")


def new_on_debian(m: Machine) -> None:
    """A file of our own is added, once, and the boot loader's is generated."""
    debian(m)
    line = f'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT {WORD}"'
    check(m.run("reset-crashkernel"), 0, f"{OWN}, new:\n+ {line}\nRunning update-grub\n{REBOOT}")
    assert grub_cfg(m) == f"linux /vmlinuz ro quiet {WORD}", grub_cfg(m)
    assert (m.root / OWN[1:]).stat().st_mode & 0o777 == 0o644
    check(m.run("reset-crashkernel"), 0, NOTHING_TO_DO)


def default_of_kdump_tools(m: Machine) -> None:
    """What Debian's kdump-tools wrote is nobody's choice."""
    debian(m)
    m.write("etc/default/grub.d/kdump-tools.cfg", 'GRUB_CMDLINE_LINUX_DEFAULT='
            '"$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=384M-:128M"')
    done = m.run("reset-crashkernel")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("/etc/default/grub.d/kdump-tools.cfg, line 1:\n- "), done.stdout
    assert grub_cfg(m) == f"linux /vmlinuz ro quiet {WORD}", grub_cfg(m)
    assert not (m.root / OWN[1:]).exists()


def own_value_stays(m: Machine) -> None:
    """What an administrator chose is changed with --force only."""
    debian(m, "quiet crashkernel=300M")
    before = (m.root / "etc/default/grub").read_bytes()
    check(m.run("reset-crashkernel"), 1, "",
          "/etc/default/grub, line 2: 'crashkernel=300M' is no default but your own\n"
          f"With --force it becomes '{WORD}'.\n")
    assert (m.root / "etc/default/grub").read_bytes() == before
    done = m.run("reset-crashkernel", "--force")
    assert done.returncode == 0 and grub_cfg(m) == f"linux /vmlinuz ro quiet {WORD}", done.stdout


def generated_anew(m: Machine) -> None:
    """Written, but not yet where the boot loader reads."""
    debian(m, f"quiet {WORD}")
    m.write("boot/grub/grub.cfg", "linux /vmlinuz ro")
    check(m.run("reset-crashkernel"), 0, f"Running update-grub\n{NOTHING_TO_DO}")
    assert grub_cfg(m).endswith(WORD)


def failing_generator(m: Machine) -> None:
    """All is as it was before."""
    debian(m)
    program(m, "usr/sbin/update-grub", "exit 3")
    done = m.run("reset-crashkernel")
    assert done.returncode == 1
    assert done.stderr.endswith("/update-grub ended with status 3\n") or \
        done.stderr == "update-grub ended with status 3\n", done.stderr
    assert done.stdout.endswith(f"Running update-grub\n{OWN} is as it was\n"), done.stdout
    assert not (m.root / OWN[1:]).exists()

    debian(m, "crashkernel=auto")
    before = (m.root / "etc/default/grub").read_bytes()
    program(m, "usr/sbin/update-grub", "exit 3")
    assert m.run("reset-crashkernel").returncode == 1
    assert (m.root / "etc/default/grub").read_bytes() == before


def rhel7(m: Machine) -> None:
    """One variable of one file; a link stays a link, an owner's bits stay."""
    m.write("etc/grub.defaults", "GRUB_CMDLINE_LINUX=\"rd.lvm.lv=a/b crashkernel=auto quiet\"")
    (m.root / "etc/grub.defaults").chmod(0o600)
    (m.root / "etc/default").mkdir(exist_ok=True)
    (m.root / "etc/default/grub").symlink_to("../grub.defaults")
    program(m, "usr/sbin/grub2-mkconfig", f'echo "$@" >{m.bin}/arguments')
    m.write("boot/grub2/grub.cfg", "linux16 /vmlinuz ro")
    done = m.run("reset-crashkernel")
    assert done.returncode == 0, done.stderr
    text = (m.root / "etc/grub.defaults").read_text()
    assert text.startswith(f'GRUB_CMDLINE_LINUX="rd.lvm.lv=a/b quiet {WORD}"'), text
    assert (m.root / "etc/default/grub").is_symlink()
    assert (m.root / "etc/grub.defaults").stat().st_mode & 0o777 == 0o600
    assert (m.bin / "arguments").read_text() == "-o /boot/grub2/grub.cfg\n"


def loader_entries(m: Machine) -> None:
    """systemd-boot: kernel-install's command line and every entry."""
    m.write("etc/kernel/cmdline", "root=/dev/a ro")
    m.write("boot/loader/entries/a.conf", "title A\noptions root=/dev/a\noptions ro")
    m.write("boot/loader/entries/b.conf", "title B\noptions  ro crashkernel=192M")
    done = m.run("reset-crashkernel")
    assert done.returncode == 0 and done.stdout.endswith(REBOOT), done.stdout + done.stderr
    for name, text in (("etc/kernel/cmdline", f"root=/dev/a ro {WORD}"),
                       ("boot/loader/entries/a.conf", f"title A\noptions root=/dev/a {WORD}\n"
                        "options ro"),
                       ("boot/loader/entries/b.conf", f"title B\noptions  ro {WORD}")):
        assert (m.root / name).read_text().rstrip("\n") == text, name
    check(m.run("reset-crashkernel"), 0, NOTHING_TO_DO)


def grubby(m: Machine) -> None:
    """Where grubby is, entries are changed through it, each by its index."""
    m.write("boot/vmlinuz-other", "")
    program(m, "usr/sbin/grubby", f"""
        echo "$@" >>{m.bin}/calls
        case $1 in
        --info=ALL | --info=DEFAULT | --info=/boot/vmlinuz-{VERSION})
            printf 'index=0\\nkernel="/boot/vmlinuz-{VERSION}"\\nargs="ro crashkernel=auto"\\n'
            printf 'index=3\\nkernel="/boot/vmlinuz-{VERSION}"\\nargs="ro {WORD}"\\n';;
        --info=*) exit 1;;
        esac""")
    out = (f"Updated {WORD} for kernel=/boot/vmlinuz-{VERSION}, grub entry index=0.\n"
           f"No need to update crashkernel value for kernel=/boot/vmlinuz-{VERSION}, grub entry "
           f"index=3\n{REBOOT}")
    check(m.run("reset-crashkernel"), 0, out)
    assert (m.bin / "calls").read_text().splitlines() == [
        f"--info=/boot/vmlinuz-{VERSION}", f"--update-kernel=0 --args={WORD}"]
    for kernel in ("ALL", "DEFAULT", f"/boot/vmlinuz-{VERSION}"):
        (m.bin / "calls").unlink()
        check(m.run("reset-crashkernel", f"--kernel={kernel}"), 0, out)
        assert (m.bin / "calls").read_text().splitlines() == [
            f"--info={kernel}", f"--update-kernel=0 --args={WORD}"]
    done = m.run("reset-crashkernel", "--kernel=/boot/none")
    assert done.returncode == 1
    assert "Invalid --kernel=/boot/none, please specify a valid kernel path, ALL or DEFAULT" in \
        done.stderr, done.stderr


def enabled(m: Machine, answer: bool) -> None:
    """Whether kdump.service is."""
    m.program(m.bin / "systemctl", f"""#!/bin/sh
        [ "$*" = '--quiet is-enabled kdump.service' ] || exit 9
        {str(answer).lower()}
""")


AUTOMATIC = REBOOT + "Where nobody is to change it: auto_reset_crashkernel no, in /etc/kdump.conf\n"
UPDATED = "_reset-crashkernel-after-update"
INSTALLED = "_reset-crashkernel-for-installed_kernel"


def automatic_in_files(m: Machine) -> None:
    """What packages call: a default becomes today's, if a dump is wanted, and nobody said no."""
    for conf, wanted, changes in (("auto_reset_crashkernel no", True, False), ("", False, False),
                                  ("auto_reset_crashkernel yes", True, True)):
        m.write("etc/kdump.conf", conf)
        enabled(m, wanted)
        debian(m, "quiet crashkernel=auto")
        before = (m.root / "etc/default/grub").read_bytes()
        done = m.run(UPDATED)
        assert done.returncode == 0 and not done.stderr, done.stderr
        if changes:
            assert done.stdout.endswith(AUTOMATIC), done.stdout
            assert grub_cfg(m) == f"linux /vmlinuz ro quiet {WORD}", grub_cfg(m)
        else:
            assert not done.stdout and (m.root / "etc/default/grub").read_bytes() == before
    check(m.run(UPDATED), 0, "")
    check(m.run(INSTALLED, VERSION), 0, "")


def automatic_keeps_own_value(m: Machine) -> None:
    """What an administrator chose stays, and is no error."""
    enabled(m, True)
    debian(m, "quiet crashkernel=300M")
    before = (m.root / "etc/default/grub").read_bytes()
    check(m.run(UPDATED), 0, "/etc/default/grub, line 2: 'crashkernel=300M' is no default but "
          "your own, and stays\n")
    assert (m.root / "etc/default/grub").read_bytes() == before


def automatic_by_grubby(m: Machine) -> None:
    """All entries, or those of the kernel that was installed; each for itself."""
    enabled(m, True)
    m.write("boot/vmlinuz-6.2-new", "")
    program(m, "usr/sbin/grubby", f"""
        echo "$@" >>{m.bin}/calls
        case $1 in --info=ALL)
            printf 'index=0\\nkernel="/boot/vmlinuz-{VERSION}"\\nargs="ro crashkernel=auto"\\n'
            printf 'index=1\\nkernel="/boot/vmlinuz-own"\\nargs="ro crashkernel=999M"\\n';;
        --info=/boot/vmlinuz-6.2-new)
            printf 'index=2\\nkernel="/boot/vmlinuz-6.2-new"\\nargs="ro"\\n';;
        esac""")
    check(m.run(UPDATED), 0, f"For kernel=/boot/vmlinuz-{VERSION}, {WORD} now.\n"
          "kernel=/boot/vmlinuz-own: crashkernel=999M is no default but your own, and stays\n"
          f"{AUTOMATIC}")
    check(m.run(INSTALLED, "6.2-new"), 0, f"For kernel=/boot/vmlinuz-6.2-new, {WORD} now.\n"
          f"{AUTOMATIC}")
    assert (m.bin / "calls").read_text().splitlines() == [
        "--info=ALL", f"--update-kernel=0 --args={WORD}",
        "--info=/boot/vmlinuz-6.2-new", f"--update-kernel=2 --args={WORD}"]
    done = m.run(INSTALLED, "6.3-none")
    assert done.returncode == 1 and done.stderr.startswith("Failed to detect kdump kernel"), done
    check(m.run(INSTALLED), 1, "", "which kernel was installed?\n")


def automatic_without_boot_loader(m: Machine) -> None:
    """As in an installer: nothing to do."""
    enabled(m, True)
    check(m.run(UPDATED), 0, "")


def nothing_known(m: Machine) -> None:
    """No boot loader's files, and options that do not fit."""
    check(m.run("reset-crashkernel"), 1, "",
          "no boot loader that is known here keeps its files on this machine\n"
          f"Add {WORD} to the kernel's command line where yours does.\n")
    check(m.run("reset-crashkernel", "--fadump=on"), 1, "",
          "Option --fadump only valid on PPC\n")
    done = m.run("reset-crashkernel", "ALL")
    assert done.returncode == 1 and done.stderr.startswith("Usage: "), done.stderr
