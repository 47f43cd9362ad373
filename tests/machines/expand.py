# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a folder of /proc and /sys files out of a .machine text (see README)."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path


def expand(machine: Path, root: Path) -> None:
    """Write the files that @machine describes below @root."""
    for path, form, lines in _sections(machine.read_text()):
        target = root / path.lstrip("/")
        if not form:
            _write(target, "\n".join(lines) + "\n")
        else:
            _FORMS[form](target, lines)


def _sections(text: str) -> Iterator[tuple[str, str, list[str]]]:
    head, lines = "", []
    for line in text.splitlines() + ["== "]:
        if line.startswith("== "):
            if head:
                path, _, form = head.partition(" ")
                yield path, form.strip("()"), lines
            head, lines = line[3:], []
        elif head and line:
            lines.append(line)


def _write(path: Path, data: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def _repeated(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Each line with what is to be added to its addresses: `repeat N STEP LINE` is N of them."""
    for line in lines:
        count, step = 1, 0
        if line.startswith("repeat "):
            _, times, stride, line = line.split(" ", 3)
            count, step = int(times, 0), int(stride, 0)
        for i in range(count):
            yield line, i * step


def _iomem(target: Path, lines: list[str]) -> None:
    text = []
    for line, more in _repeated(lines):
        span, name = line.split(" : ", 1)
        blanks = len(span) - len(span.lstrip())
        start, end = (int(v, 16) + more for v in span.split("-"))
        text.append(f"{'':{blanks}}{start:08x}-{end:08x} : {name}\n")
    _write(target, "".join(text))


def _memmap(target: Path, lines: list[str]) -> None:
    for number, (line, more) in enumerate(_repeated(lines)):
        span, kind = line.split(" ", 1)
        start, end = (int(v, 0) + more for v in span.split("-"))
        _write(target / str(number) / "start", f"{start:#x}\n")
        _write(target / str(number) / "end", f"{end:#x}\n")
        _write(target / str(number) / "type", f"{kind}\n")


def _kcore(target: Path, lines: list[str]) -> None:
    segments = []
    for line, more in _repeated(lines):
        vaddr, paddr, size = (int(v, 0) for v in line.split())
        segments.append((vaddr + more, paddr + more, size))
    count = len(segments) + 1
    notes = 64 + count * 56
    headers = [
        struct.pack(  # the kernel, too, lets the count overflow
            "<16sHHIQQQIHHHHHH", b"\x7fELF\x02\x01\x01", 4, 62, 1, 0, 64, 0, 0, 64, 56,
            count & 0xFFFF, 0, 0, 0,
        ),
        struct.pack("<IIQQQQQQ", 4, 0, notes, 0, 0, 0, 0, 0),
    ]
    for vaddr, paddr, size in segments:
        headers.append(struct.pack("<IIQQQQQQ", 1, 7, 0, vaddr, paddr, size, size, 4096))
    _write(target, b"".join(headers))


def _bytes(target: Path, lines: list[str]) -> None:
    data = bytearray()
    for line in lines:
        if line.startswith("size "):
            data.extend(bytes(int(line[5:], 0) - len(data)))
            continue
        offset, _, text = line.partition(":")
        piece = bytes.fromhex(text)
        data[int(offset, 0) : int(offset, 0) + len(piece)] = piece
    _write(target, bytes(data))


def _cpus(target: Path, lines: list[str]) -> None:
    numbers: dict[str, int] = {}
    for line, more in _repeated(lines):
        first, notes, size = line.split()
        number = numbers.get(line, int(first, 0))
        numbers[line] = number + 1
        _write(target / f"cpu{number}" / "crash_notes", f"{int(notes, 0) + more:x}\n")
        if size != "-":
            _write(target / f"cpu{number}" / "crash_notes_size", f"{size}\n")


def _efi_map(target: Path, lines: list[str]) -> None:
    names = ("type", "phys_addr", "virt_addr", "num_pages", "attribute")
    for number, line in enumerate(lines):
        for name, value in zip(names, line.split()):
            _write(target / str(number) / name, f"{value}\n")


_FORMS: dict[str, Callable[[Path, list[str]], None]] = {
    "iomem": _iomem,
    "memmap": _memmap,
    "kcore": _kcore,
    "bytes": _bytes,
    "cpus": _cpus,
    "efi-map": _efi_map,
}
