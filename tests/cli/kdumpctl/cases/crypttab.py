# SPDX-License-Identifier: GPL-2.0-or-later
"""setup-crypttab: the keys of the LUKS devices that the dump target lies on."""

import json
import re
import struct

from expect import check, fresh
from machine import Machine

UUIDS = ("0a1b2c3d-1111-2222-3333-444455556666", "99999999-aaaa-bbbb-cccc-dddddddddddd")
WORDS = [f"link-volume-key=@u::%logon:kdump-cryptsetup:vk-{uuid}" for uuid in UUIDS]
WRITTEN = ("/etc/crypttab was written; it takes effect when the device is opened next.\n"
           'The capture does not take keys over yet: see "Encrypted targets" in kdump.conf(5).\n')


def mapped(m: Machine, name: str, uuid: str, *slaves: str) -> None:
    """A device of device-mapper, upon others."""
    folder = f"sys/devices/virtual/block/{name}"
    m.write(f"{folder}/dm/uuid", uuid)
    (m.root / folder / "slaves").mkdir()
    for slave in slaves:
        m.link(f"{folder}/slaves/{slave.rsplit('/', 1)[1]}", f"sys/devices/{slave}")


def encrypted(m: Machine) -> None:
    """The root's file system on a logical volume, upon two LUKS devices."""
    controller = "pci0000:00/0000:00:04.0/virtio1/block/vda"
    for number, uuid in enumerate(UUIDS):
        mapped(m, f"dm-{number}", f"CRYPT-LUKS{2 - number}-{uuid.replace('-', '')}-luks{number}",
               f"{controller}/vda{number + 2}")
        (m.root / f"sys/devices/{controller}/vda{number + 2}").mkdir()
    mapped(m, "dm-2", "LVM-abcdef", "virtual/block/dm-0", "virtual/block/dm-1")
    m.write("sys/devices/virtual/block/dm-2/uevent", "MAJOR=254\nMINOR=1\nDEVNAME=vda1")
    for link in ("sys/dev/block/254:1", "sys/class/block/vda1"):
        (m.root / link).unlink()
        m.link(link, "sys/devices/virtual/block/dm-2")


def luks(*memory: int, version: int = 2) -> bytes:
    """The beginning of a LUKS device, whose keys are derived with so many KiB each."""
    slots = {str(number): {"type": "luks2", "kdf": {"type": "argon2id", "time": 4, "memory": kib}}
             for number, kib in enumerate(memory)}
    text = json.dumps({"keyslots": slots, "tokens": {"0": {"note": '"memory": 999999'}}})
    return struct.pack(">6sHQ", b"LUKS\xba\xbe", version, 16384).ljust(4096, b"\0") + \
        text.encode().ljust(16384 - 4096, b"\0")


def memory_to_open_it(m: Machine) -> None:
    """Argon2 wants up to a gigabyte, which nobody sees before the capture kernel runs out of it."""
    def estimate() -> dict[str, int]:
        done = m.run("estimate")
        assert done.returncode == 0, done.stderr
        return {name: int(text.split("M")[0]) for name, text in
                re.findall(r"^([A-Z].* size|Rec.*): +(\d+M)", done.stdout, re.MULTILINE)}

    fresh(m)
    before = estimate()
    encrypted(m)
    for number, uuid in enumerate(UUIDS):
        m.link(f"dev/disk/by-uuid/{uuid}", f"dev/vda{number + 2}")
        (m.root / f"dev/vda{number + 2}").write_bytes(b"")
        device = f"sys/devices/pci0000:00/0000:00:04.0/virtio1/block/vda/vda{number + 2}"
        m.link(f"sys/class/block/vda{number + 2}", device)
        m.write(f"{device}/uevent", f"MAJOR=254\nMINOR={number + 2}\nDEVNAME=vda{number + 2}")
    assert estimate() == before
    for number, content, size in ((0, luks(1 << 19, 1 << 10), 512), (1, luks(1 << 20), 1024),
                                  (1, luks(1 << 20, version=1), 512), (0, luks(), None),
                                  (0, luks(1 << 40), None), (0, b"LUKS\xba\xbe", None)):
        (m.root / f"dev/vda{number + 2}").write_bytes(content)
        found = estimate()
        assert found.get("LUKS required size") == size, (content[:8], found)
        if size:
            more = found["Recommended crashkernel"] - before["Recommended crashkernel"]
            assert size <= more <= size * 1.05 + 8, found


def not_encrypted(m: Machine) -> None:
    """Nothing to do, whatever there is."""
    check(m.run("setup-crypttab"), 0, "The dump target is not on a LUKS device; nothing to do.\n")


def added_and_replaced(m: Machine) -> None:
    """Every other byte stays, and the second time there is nothing to do."""
    encrypted(m)
    m.write("etc/crypttab",
            f"# UUID={UUIDS[0]} none luks\n\n"
            f"a\tUUID={UUIDS[0]}\tnone\tdiscard,link-volume-key=@u::%user:x,tries=1\t \n"
            f"b  /dev/disk/by-uuid/{UUIDS[1].upper()}  /key discard\n"
            "other UUID=12345678-1111-2222-3333-444455556666 none luks")
    (m.root / "etc/crypttab").chmod(0o640)
    check(m.run("setup-crypttab"), 0, f"Replaced link-volume-key for UUID={UUIDS[0]}\n"
          f"Added link-volume-key for UUID={UUIDS[1]}\n{WRITTEN}")
    text = (m.root / "etc/crypttab").read_text()
    assert text == (
        f"# UUID={UUIDS[0]} none luks\n\n"
        f"a\tUUID={UUIDS[0]}\tnone\tdiscard,{WORDS[0]},tries=1\t \n"
        f"b  /dev/disk/by-uuid/{UUIDS[1].upper()}  /key discard,{WORDS[1]}\n"
        "other UUID=12345678-1111-2222-3333-444455556666 none luks\n"), text
    assert (m.root / "etc/crypttab").stat().st_mode & 0o777 == 0o640
    check(m.run("setup-crypttab"), 0, "")
    assert (m.root / "etc/crypttab").read_text() == text


def short_lines(m: Machine) -> None:
    """Without options, and without a key file."""
    encrypted(m)
    m.write("etc/crypttab", f'a UUID="{UUIDS[0]}"\nb UUID={UUIDS[1]} -')
    check(m.run("setup-crypttab"), 0,
          "".join(f"Added link-volume-key for UUID={uuid}\n" for uuid in UUIDS) + WRITTEN)
    assert (m.root / "etc/crypttab").read_text() == (
        f'a UUID="{UUIDS[0]}" none {WORDS[0]}\nb UUID={UUIDS[1]} - {WORDS[1]}\n')


def device_without_a_line(m: Machine) -> None:
    """An error, and nothing is written."""
    encrypted(m)
    m.write("etc/crypttab", f"a UUID={UUIDS[0]} none\n#b UUID={UUIDS[1]}")
    before = (m.root / "etc/crypttab").read_text()
    done = m.run("setup-crypttab")
    assert done.returncode == 1
    assert done.stderr == (
        f"/etc/crypttab has no line for UUID={UUIDS[1]}, which the dump target lies on\n"
        f"Write there: luks-{UUIDS[1]} UUID={UUIDS[1]} none\n"), done.stderr
    assert (m.root / "etc/crypttab").read_text() == before
    (m.root / "etc/crypttab").unlink()
    assert m.run("setup-crypttab").returncode == 1
