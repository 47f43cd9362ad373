#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes core files of crashed kernels from readable text.

    mkcore.py DESCRIPTION OUTPUT

A description has one directive a line; `#` begins a comment. Numbers are Python's.

    class 64|32, endian little|big, machine NAME, elftype NAME
    format prb|records|plain    how the kernel keeps its log
    count_bits N, size_bits N   the ring's dimensions; older formats have the second one only
    structure NAME              records: printk_log (default), or log as in Linux 3.5 to 3.10
    caller_id                   records: with the caller's id (CONFIG_PRINTK_CALLER)
    no_time                     plain: lines without times
    many_headers                the number of program headers is where PN_XNUM says
    compressed [METHOD] [flattened]
                                as makedumpfile compresses it (x86_64), by zlib or another
                                of kdump.METHODS; for a pipe
    kernel ADDRESS              where the kernel's variables are
    exact_fit                   text blocks may end at the ring's end (Linux 6.18)
    record TIME TEXT [WORD=VALUE ...]
                                TIME in seconds with up to nine decimals; TEXT in double
                                quotes, with Python's escapes; `{n}` in it counts records.
                                Words: level, facility, caller, and state: finalized
                                (default), committed, reserved, claimed (its slot not yet
                                taken), reusable; lpos=none|failed: no text block;
                                dict: bytes of a record's dictionary;
                                state=raw of a plain log: just the characters
    repeat N record ...         the record N times, each a microsecond later
    nonote, noteowner NAME      no VMCOREINFO note; a note of another owner before it
    nokey KEY, key KEY VALUE    VMCOREINFO without a key; with another value
    physical                    no program header tells virtual addresses
    guest NAME [LEVELS PAGE_LEVEL]
                                a hypervisor's dump (guest.py): no note but in memory, physical
                                addresses only; of x86_64, page tables
    stale                       guest: a note of a kernel before this one lies before its own
    gap REGION                  no program header covers the region
    sparse REGION N             the file ends the region's segment behind its first N bytes
    set PLACE VALUE             VALUE: a number, or `+N`, `-N`, `^N` to change what is there.
                                Places: see Region.members; desc[I].state_var and so on
    poke REGION+N TEXT          bytes into a region
    truncate REGION+N           cut the file there; regions: file, phdrs, note, text, and
                                prb, descs, infos; of older formats, vars
    reference WORDS             why kexec-tools' vmcore-dmesg prints something else

Rings are filled as a kernel fills them (kernel/printk/printk_ringbuffer.c), so that tails
are pushed and texts wrap without the description's having to say how.
"""

import re
import struct
import sys
from pathlib import Path

import guest
import kdump
from memory import NSEC, DescriptionError, Machine, Record, Region
from oldlogs import Plain, Records

MACHINES = {"x86_64": 62, "i386": 3, "arm": 40, "arm64": 183, "ppc64": 21, "s390x": 22,
            "mips": 8, "riscv": 243}
ELF_TYPES = {"exec": 2, "dyn": 3, "core": 4}
PT_LOAD, PT_NOTE = 1, 4
PN_XNUM = 0xffff
STATES = {"reserved": 0, "committed": 1, "finalized": 2, "reusable": 3}


class Prb:
    """The printk ring buffer of Linux 5.10 and later, filled as the kernel does it."""

    def __init__(self, machine: Machine, options: dict[str, str]):
        self.machine, self.exact_fit = machine, "exact_fit" in options
        self.count_bits, self.size_bits = int(options["count_bits"]), int(options["size_bits"])
        self.count, self.size = 1 << self.count_bits, 1 << self.size_bits
        word = machine.word
        self.mask = (1 << (8 * word)) - 1
        self.id_mask = self.mask >> 2
        self.head = self.tail = -(self.count + 1) & self.id_mask
        self.head_lpos = self.tail_lpos = -self.size & self.mask
        self.descs = [{"id": 0, "state": 0, "begin": 0, "next": 0} for _ in range(self.count)]
        self.descs[-1] = {"id": self.head, "state": 3, "begin": 1, "next": 1}
        self.infos = [Record(0, b"") for _ in range(self.count)]
        self.seqs = [0] * self.count
        self.seqs[0] = -self.count
        self.text = bytearray(self.size)

    def slot(self, ident: int) -> dict:
        return self.descs[ident % self.count]

    def wraps(self, begin: int, after: int) -> bool:
        """Does a block [begin, after) cross the ring's end?"""
        last = after - 1 if self.exact_fit else after
        return (begin & self.mask) // self.size != (last & self.mask) // self.size

    def push_tail(self) -> None:
        desc = self.slot(self.tail)
        if desc["id"] == self.tail and desc["state"] in (1, 2):
            desc["state"] = 3
            if not desc["begin"] & 1:
                self.push_text(desc["next"])
        self.tail = (self.tail + 1) & self.id_mask

    def push_text(self, until: int) -> None:
        """Give up the oldest texts up to a logical position."""
        while 0 < (until - self.tail_lpos) & self.mask <= self.size * 2:
            at = self.tail_lpos % self.size
            ident = int.from_bytes(self.text[at:at + self.machine.word],
                                   "big" if self.machine.big_endian else "little")
            desc = self.slot(ident)
            if desc["begin"] != self.tail_lpos:
                raise DescriptionError("the ring's texts are out of step")
            desc["state"] = 3
            self.tail_lpos = desc["next"]

    def reserve_text(self, ident: int, text: bytes) -> tuple[int, int]:
        """Returns the logical positions (begin, next) of the text's block."""
        word = self.machine.word
        need = -(-(word + len(text)) // word) * word
        if need > self.size // 2:
            raise DescriptionError(f"a text of {len(text)} bytes does not fit the ring")
        begin = self.head_lpos
        after = (begin + need) & self.mask
        wrapped = self.wraps(begin, after)
        if wrapped:
            after = (after - after % self.size + need) & self.mask
        if (after - self.tail_lpos) & self.mask > self.size:
            self.push_text((after - self.size) & self.mask)
        self.head_lpos = after
        ident_bytes = self.machine.pack(ident, word)
        for at in {begin % self.size, 0 if wrapped else begin % self.size}:
            self.text[at:at + word] = ident_bytes
        start = (0 if wrapped else begin % self.size) + word
        self.text[start:start + len(text)] = text
        return begin, after

    def add(self, record: Record) -> None:
        ident = (self.head + 1) & self.id_mask
        desc = self.slot(ident)
        index = ident % self.count
        if (ident - self.tail) & self.id_mask >= self.count:
            self.push_tail()
        self.head = ident
        if record.state == "claimed":
            return
        if self.seqs[index] == 0 and index != 0:
            self.seqs[index] = index
        else:
            self.seqs[index] += self.count
        desc.update(id=ident, state=STATES[record.state])
        if record.lpos:
            desc["begin"] = desc["next"] = {"failed": 1, "none": 3}[record.lpos]
        else:
            desc["begin"], desc["next"] = self.reserve_text(ident, record.text)
        self.infos[index] = record

    def expected(self) -> bytes:
        """What is printed for it."""
        last = (self.head - self.tail) & self.id_mask
        descs = [self.slot(self.tail + i) for i in range(last + 1)]
        return b"".join(self.infos[d["id"] % self.count].line() for d in descs
                        if d["state"] in (1, 2))

    def regions(self) -> tuple[list[Region], dict[str, str]]:
        """The ring's memory, at no address yet, and its lines of VMCOREINFO."""
        m, word = self.machine, self.machine.word
        long_desc = [("size_bits", 4, 1), ("data", word, 1), ("head_lpos", word, 1),
                     ("tail_lpos", word, 1)]
        layouts = {
            "prb_desc_ring": [("count_bits", 4, 1), ("descs", word, 1), ("infos", word, 1),
                              ("head_id", word, 1), ("tail_id", word, 1),
                              ("last_finalized_seq", word, 1)],
            "prb_data_ring": long_desc,
            "prb_desc": [("state_var", word, 1), ("text_blk_lpos", word, 2)],
            "prb_data_blk_lpos": [("begin", word, 1), ("next", word, 1)],
            "printk_info": [("seq", 8, 1), ("ts_nsec", 8, 1), ("text_len", 2, 1),
                            ("facility", 1, 1), ("level", 1, 1), ("caller_id", 4, 1),
                            ("dev_info", 1, 64)],
        }
        sizes, offsets = {}, {}
        for name, members in layouts.items():
            sizes[name], offsets[name] = m.layout(members)
        ring_at = {"desc_ring": 0, "text_data_ring": sizes["prb_desc_ring"],
                   "fail": sizes["prb_desc_ring"] + sizes["prb_data_ring"]}
        sizes["printk_ringbuffer"] = ring_at["fail"] + word
        offsets["printk_ringbuffer"] = ring_at
        keys = {f"SIZE({name})": str(size) for name, size in sizes.items()}
        for name, members in offsets.items():
            keys |= {f"OFFSET({name}.{member})": str(at) for member, at in members.items()
                     if (name, member) not in (("printk_info", "facility"),
                                               ("printk_info", "level"))}
        keys["OFFSET(atomic_long_t.counter)"] = "0"
        return [self._prb(sizes, offsets), self._descs(sizes, offsets),
                self._infos(sizes, offsets), Region("text", bytearray(self.text))], keys

    def _prb(self, sizes: dict, offsets: dict) -> Region:
        """The variable prb, padding, and the structure that it points to."""
        word, start = self.machine.word, 64
        region = Region("prb", bytearray(start + sizes["printk_ringbuffer"]))
        text = start + offsets["printk_ringbuffer"]["text_data_ring"]
        region.members = {"prb": (0, word)}
        for name in ("count_bits", "descs", "infos", "head_id", "tail_id"):
            region.members[name] = (start + offsets["prb_desc_ring"][name],
                                    4 if name == "count_bits" else word)
        for name in ("size_bits", "data", "head_lpos", "tail_lpos"):
            region.members[name] = (text + offsets["prb_data_ring"][name],
                                    4 if name == "size_bits" else word)
        values = {"count_bits": self.count_bits, "size_bits": self.size_bits,
                  "head_id": self.head, "tail_id": self.tail,
                  "head_lpos": self.head_lpos, "tail_lpos": self.tail_lpos}
        for name, value in values.items():
            self.machine.put(region, name, value)
        return region

    def _descs(self, sizes: dict, offsets: dict) -> Region:
        word, size, at = self.machine.word, sizes["prb_desc"], offsets["prb_desc"]
        region = Region("descs", bytearray(self.count * size))
        for i, desc in enumerate(self.descs):
            lpos = i * size + at["text_blk_lpos"]
            region.members |= {f"desc[{i}].state_var": (i * size + at["state_var"], word),
                               f"desc[{i}].begin": (lpos, word),
                               f"desc[{i}].next": (lpos + word, word)}
            state_var = desc["id"] | desc["state"] << (8 * word - 2)
            self.machine.put(region, f"desc[{i}].state_var", state_var)
            self.machine.put(region, f"desc[{i}].begin", desc["begin"])
            self.machine.put(region, f"desc[{i}].next", desc["next"])
        return region

    def _infos(self, sizes: dict, offsets: dict) -> Region:
        size, at = sizes["printk_info"], offsets["printk_info"]
        region = Region("infos", bytearray(self.count * size))
        widths = {"seq": 8, "ts_nsec": 8, "text_len": 2, "facility": 1, "level": 1, "caller_id": 4}
        for i, (record, seq) in enumerate(zip(self.infos, self.seqs)):
            # A bit field: level is the byte's top three bits, or on big endian its low three.
            level = record.level if self.machine.big_endian else record.level << 5
            values = {"seq": seq, "ts_nsec": record.nsec, "level": level,
                      "text_len": 0 if record.lpos else len(record.text),
                      "facility": record.facility, "caller_id": record.caller}
            for name, value in values.items():
                region.members[f"info[{i}].{name}"] = (i * size + at[name], widths[name])
                self.machine.put(region, f"info[{i}].{name}", value)
        return region

    @staticmethod
    def link(regions: dict[str, Region], machine: Machine) -> dict[str, str]:
        """Once regions have addresses: the pointers between them; the symbols' lines."""
        prb = regions["prb"]
        for name, value in (("prb", prb.vaddr + 64), ("descs", regions["descs"].vaddr),
                            ("infos", regions["infos"].vaddr), ("data", regions["text"].vaddr)):
            machine.put(prb, name, value)
        return {"SYMBOL(prb)": f"{prb.vaddr:x}"}


FORMATS = {"prb": Prb, "records": Records, "plain": Plain}


class Core:
    """A core file to be."""

    KERNEL = {8: 0xffffffff82000000, 4: 0xc1000000}  # virtual addresses of the prb region ...
    DIRECT = {8: 0xffff888000000000, 4: 0xc0000000}  # ... and of physical address PHYS
    PHYS = 0x40000000

    def __init__(self, description: str):
        self.machine = Machine()
        self.options: dict[str, str] = {"format": "prb", "count_bits": "4", "size_bits": "9",
                                        "elftype": "core"}
        self.records: list[Record] = []
        self.edits: list[tuple[str, str]] = []
        self.keys: dict[str, str | None] = {}
        self.sparse: dict[str, int] = {}
        self.gaps: set[str] = set()
        self.named: list[str] = []  # once it is built: the keys of VMCOREINFO
        self.expected = b""  # once it is built: what is printed for it if it is undamaged
        for number, line in enumerate(description.splitlines(), 1):
            line = line.strip()
            if line and not line.startswith("#"):
                try:
                    self._directive(*(line.split(None, 1) + [""])[:2])
                except (ValueError, KeyError, DescriptionError) as error:
                    raise DescriptionError(f"line {number}: {line}: {error}") from error

    def _directive(self, word: str, rest: str) -> None:
        if word == "class":
            self.machine.bits = int(rest)
        elif word == "endian":
            self.machine.big_endian = {"little": False, "big": True}[rest]
        elif word == "machine":
            MACHINES[rest]
            self.machine.name = rest
        elif word == "record":
            self._record(rest, 0)
        elif word == "repeat":
            times, _, record = rest.split(None, 2)
            for i in range(int(times, 0)):
                self._record(record, i)
        elif word == "key":
            self.keys.update([rest.split(None, 1)])
        elif word == "nokey":
            self.keys[rest] = None
        elif word == "gap":
            self.gaps.add(rest)
        elif word == "sparse":
            name, size = rest.split()
            self.sparse[name] = int(size, 0)
        elif word in ("set", "poke", "truncate"):
            self.edits.append((word, rest))
        elif word in ("format", "count_bits", "size_bits", "elftype", "exact_fit", "nonote",
                      "noteowner", "physical", "reference", "structure", "caller_id",
                      "no_time", "many_headers", "kernel", "compressed", "guest", "stale"):
            self.options[word] = rest
        else:
            raise DescriptionError("unknown directive")

    def _record(self, rest: str, later: int) -> None:
        match = re.fullmatch(r'(\d+)(?:\.(\d{1,9}))?\s+"((?:[^"\\]|\\.)*)"((?:\s+\w+=\S+)*)', rest)
        if not match:
            raise DescriptionError("record TIME TEXT [WORD=VALUE ...]")
        seconds, decimals, text, words = match.groups()
        text = text.replace("{n}", str(len(self.records)))
        record = Record(int(seconds) * NSEC + int((decimals or "0").ljust(9, "0")) + later * 1000,
                        unescape(text))
        for word in words.split():
            name, value = word.split("=")
            kind = type(getattr(record, name))
            setattr(record, name, value if kind is str else int(value, 0))
        self.records.append(record)

    def build(self) -> bytes:
        """The file's bytes."""
        log = FORMATS[self.options["format"]](self.machine, self.options)
        for record in self.records:
            log.add(record)
        self.expected = log.expected()
        regions, keys = log.regions()
        by_name = {r.name: r for r in regions}
        segments = self._place(regions)
        keys |= log.link(by_name, self.machine)
        if "guest" in self.options:
            segments = self._of_guest(segments, keys)
        for word, rest in self.edits:
            if word != "truncate":
                self._edit(by_name, word, rest)
        text = self._vmcoreinfo(keys)
        if "compressed" not in self.options:
            notes = self._note(text) if "guest" not in self.options else b""
            return self._file(segments, notes, by_name)
        words = self.options["compressed"].split()
        method = next((word for word in words if word in kdump.METHODS), "zlib")
        out = kdump.build([(s[0].vaddr, b"".join(r.data for r in s)) for s in segments
                           if s[0].name not in self.gaps], text, method)
        for word, rest in self.edits:
            if word == "truncate":
                out = out[:int(rest.removeprefix("file+"), 0)]
        return kdump.flatten(out) if "flattened" in words else out

    @property
    def guest(self) -> guest.Guest:
        """What kind of virtual machine this is."""
        return guest.GUESTS[self.options["guest"].split()[0]]

    def _of_guest(self, segments: list[list[Region]], keys: dict[str, str]) -> list[list[Region]]:
        """Add what a hypervisor's dump has of the kernel; its text in front of all else."""
        kernel = segments[0][0].vaddr
        uts = guest.uts(self.machine)
        table = Region("table", bytearray(4096), kernel + 0x20000)
        uts.vaddr = kernel + 0x10000
        _, *levels = self.options["guest"].split()
        if levels:
            count, page_level = map(int, levels)
            vaddr = segments[1][0].vaddr
            table.data = bytearray(guest.tables(self.guest.phys(table.vaddr), vaddr,
                                                self.guest.phys(vaddr), count, page_level))
            keys["NUMBER(pgtable_l5_enabled)"] = str(count - 4)
        keys["SYMBOL(swapper_pg_dir)"] = f"{table.vaddr:x}"
        keys["SYMBOL(init_uts_ns)"] = f"{uts.vaddr:x}"
        text = self._vmcoreinfo(keys | self.guest.keys)
        notes = [Region("copy", bytearray(self._note(text)), self.guest.direct + 0x2000000)]
        if "stale" in self.options:
            old = text.replace(guest.RELEASE.encode(), b"5.0.0-stale").replace(b"(prb)=", b"(prb)=1")
            notes.insert(0, Region("old", bytearray(self._note(old)),
                                   self.guest.direct + 0x1f00000))
        return [*([r] for r in notes), segments[0], [uts], [table], *segments[1:]]

    def _place(self, regions: list[Region]) -> list[list[Region]]:
        """Give addresses. The first region is the kernel's own data, the others follow one
        another in RAM; a region that is sparse or not covered ends its segment."""
        word = self.machine.word
        regions[0].vaddr = int(self.options.get("kernel", str(self.KERNEL[word])), 0)
        if "physical" in self.options:
            regions[0].vaddr = self.DIRECT[word] + 0x2000000
        at = self.DIRECT[word] + 0x3000000
        if "guest" in self.options:
            regions[0].vaddr, at = self.guest.kernel, self.guest.direct + 0x3000000
        segments: list[list[Region]] = [[regions[0]], []]
        for region in regions[1:]:
            region.vaddr = at
            at += len(region.data)
            segments[-1].append(region)
            if region.name in self.sparse or region.name in self.gaps:
                segments.append([])
                at = -(-at // 0x10000) * 0x10000
        return [s for s in segments if s]

    def _edit(self, regions: dict[str, Region], word: str, rest: str) -> None:
        place, value = rest.split(None, 1)
        if word == "poke":
            name, at = place.split("+")
            data = unescape(value.strip('"'))
            regions[name].data[int(at, 0):int(at, 0) + len(data)] = data
            return
        region = next(r for r in regions.values() if place in r.members)
        at, width = region.members[place]
        order = "big" if self.machine.big_endian else "little"
        old = int.from_bytes(region.data[at:at + width], order)
        new = {"+": lambda v: old + v, "-": lambda v: old - v, "^": lambda v: old ^ v}
        number = new[value[0]](int(value[1:], 0)) if value[0] in new else int(value, 0)
        region.data[at:at + width] = self.machine.pack(number, width)

    def _vmcoreinfo(self, keys: dict[str, str]) -> bytes:
        lines = {"OSRELEASE": guest.RELEASE, "PAGESIZE": "4096"} | keys
        if "physical" in self.options:
            lines |= {"NUMBER(PAGE_OFFSET)": f"{self.DIRECT[self.machine.word]:#x}",
                      "NUMBER(PHYS_OFFSET)": f"{self.PHYS:#x}"}
        lines |= self.keys
        self.named = list(lines)
        return "".join(f"{k}={v}\n" for k, v in lines.items() if v is not None).encode()

    def _note(self, text: bytes) -> bytes:
        if "nonote" in self.options:
            return b""
        notes = note(self.machine, b"CORE", 1, bytes(24))
        if "noteowner" in self.options:
            notes += note(self.machine, self.options["noteowner"].encode(), 0, b"PRB=1\n")
        return notes + note(self.machine, b"VMCOREINFO", 0, text)

    def _file(self, segments: list[list[Region]], notes: bytes, regions: dict) -> bytes:
        wide = self.machine.bits == 64
        ehdr_size, phdr_size = (64, 56) if wide else (52, 32)
        headers, body = [], bytearray()
        places = {"file": 0, "phdrs": ehdr_size}
        start = ehdr_size + phdr_size * (1 + sum(s[0].name not in self.gaps for s in segments))
        places["note"] = start
        headers.append((PT_NOTE, start, 0, 0, len(notes), 0))
        body += notes + bytes(-len(notes) % 8)
        for segment in segments:
            if segment[0].name in self.gaps:
                continue
            data = b"".join(r.data for r in segment)
            vaddr = segment[0].vaddr
            last = segment[-1]
            stored = last.vaddr - vaddr + self.sparse.get(last.name, len(last.data))
            paddr = vaddr - self.DIRECT[self.machine.word] + self.PHYS
            if "guest" in self.options:
                paddr = vaddr = self.guest.phys(vaddr)
            offset = start + len(body)
            for region in segment:
                places[region.name] = offset + region.vaddr - segment[0].vaddr
            headers.append((PT_LOAD, offset, 0 if "physical" in self.options else vaddr,
                            paddr, stored, len(data)))
            body += data[:stored]
        out = self._ehdr(ehdr_size, phdr_size, len(headers), start + len(body))
        out += b"".join(self._phdr(*h) for h in headers) + body
        if "many_headers" in self.options:
            out += self._shdr(len(headers))
        for word, rest in self.edits:
            if word == "truncate":
                name, at = rest.split("+")
                out = out[:places[name] + int(at, 0)]
        return bytes(out)

    def _ehdr(self, ehdr_size: int, phdr_size: int, count: int, end: int) -> bytes:
        wide, big = self.machine.bits == 64, self.machine.big_endian
        shdr = (end, 64 if wide else 40, 1) if "many_headers" in self.options else (0, 0, 0)
        ident = b"\x7fELF" + bytes([2 if wide else 1, 2 if big else 1, 1]) + bytes(9)
        return ident + struct.pack((">" if big else "<") + ("HHIQQQIHHHHHH" if wide else
                                                            "HHIIIIIHHHHHH"),
                                   ELF_TYPES[self.options["elftype"]], MACHINES[self.machine.name],
                                   1, 0, ehdr_size, shdr[0], 0, ehdr_size, phdr_size,
                                   PN_XNUM if shdr[0] else count, shdr[1], shdr[2], 0)

    def _shdr(self, count: int) -> bytes:
        """Section header 0, whose sh_info counts what e_phnum cannot."""
        order = ">" if self.machine.big_endian else "<"
        if self.machine.bits == 64:
            return struct.pack(order + "IIQQQQIIQQ", 0, 0, 0, 0, 0, 0, 0, count, 0, 0)
        return struct.pack(order + "IIIIIIIIII", 0, 0, 0, 0, 0, 0, 0, count, 0, 0)

    def _phdr(self, kind: int, offset: int, vaddr: int, paddr: int, filesz: int,
              memsz: int) -> bytes:
        order = ">" if self.machine.big_endian else "<"
        if self.machine.bits == 64:
            return struct.pack(order + "IIQQQQQQ", kind, 7, offset, vaddr, paddr & (1 << 64) - 1,
                               filesz, memsz, 0)
        return struct.pack(order + "IIIIIIII", kind, offset, vaddr, paddr & (1 << 32) - 1, filesz,
                           memsz, 7, 0)


def note(machine: Machine, owner: bytes, kind: int, desc: bytes) -> bytes:
    """An ELF note."""
    owner += b"\0"
    head = b"".join(machine.pack(v, 4) for v in (len(owner), len(desc), kind))
    return head + owner + bytes(-len(owner) % 4) + desc + bytes(-len(desc) % 4)


def unescape(text: str) -> bytes:
    """Python's escapes; anything else is UTF-8."""
    return text.encode().decode("unicode_escape").encode("latin-1")


def main() -> int:
    description, output = sys.argv[1:]
    Path(output).write_bytes(Core(Path(description).read_text()).build())
    return 0


if __name__ == "__main__":
    sys.exit(main())
