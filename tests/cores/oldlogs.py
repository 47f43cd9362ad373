# SPDX-License-Identifier: GPL-2.0-or-later
"""The logs of kernels before 5.10, filled as those kernels do it (kernel/printk.c)."""

from memory import NSEC, DescriptionError, Machine, Record, Region


class _Log:
    """What both have in common: one buffer, and a few variables that say what is in it."""

    def __init__(self, machine: Machine, options: dict[str, str]):
        self.machine, self.options = machine, options
        self.size = 1 << int(options["size_bits"])
        self.text = bytearray(self.size)

    def variables(self) -> dict[str, int]:
        """Their names and values, log_buf aside; each an unsigned int."""
        raise NotImplementedError

    def keys(self) -> dict[str, str]:
        """Lines of VMCOREINFO, symbols aside."""
        return {}

    def regions(self) -> tuple[list[Region], dict[str, str]]:
        """The log's memory, at no address yet, and its lines of VMCOREINFO."""
        word = self.machine.word
        variables = self.variables()
        vars_region = Region("vars", bytearray(word + 4 * len(variables)))
        vars_region.members = {"log_buf": (0, word)}
        for i, (name, value) in enumerate(variables.items()):
            vars_region.members[name] = (word + 4 * i, 4)
            self.machine.put(vars_region, name, value)
        return [vars_region, self.text_region()], self.keys()

    def text_region(self) -> Region:
        """The buffer."""
        return Region("text", bytearray(self.text))

    @staticmethod
    def link(regions: dict[str, Region], machine: Machine) -> dict[str, str]:
        """Once regions have addresses: the pointer; the symbols' lines."""
        region = regions["vars"]
        machine.put(region, "log_buf", regions["text"].vaddr)
        return {f"SYMBOL({name})": f"{region.vaddr + at:x}"
                for name, (at, _) in region.members.items()}


class Records(_Log):
    """The buffer of records of Linux 3.5 to 5.9 (log_store())."""

    def __init__(self, machine: Machine, options: dict[str, str]):
        super().__init__(machine, options)
        members = [("ts_nsec", 8, 1), ("len", 2, 1), ("text_len", 2, 1), ("dict_len", 2, 1),
                   ("facility", 1, 1), ("level", 1, 1)]
        if "caller_id" in options:
            members.append(("caller_id", 4, 1))
        self.header, self.offsets = machine.layout(members)
        self.widths = {name: width for name, width, _ in members}
        self.align = machine.align(8)
        self.first = self.next = 0
        self.alive: list[tuple[int, int, Record]] = []  # (offset, length, record)

    def has_space(self, size: int) -> bool:
        """May that many bytes be written where the next record goes?"""
        if self.next > self.first or not self.alive:
            free = max(self.size - self.next, self.first)
        else:
            free = self.first - self.next
        return free >= size + self.header

    def add(self, record: Record) -> None:
        """Store a message, and forget as many of the oldest as it takes."""
        used = self.header + len(record.text) + record.dict
        size = -(-used // self.align) * self.align
        while self.alive and not self.has_space(size):
            offset, length, _ = self.alive.pop(0)
            self.first = offset + length
        if not self.has_space(size):
            raise DescriptionError(f"a text of {len(record.text)} bytes does not fit the log")
        if self.next + size + self.header > self.size:
            self.text[self.next:self.next + self.header] = bytes(self.header)
            self.next = 0
        flags = 2
        level = flags << 3 | record.level if self.machine.big_endian else record.level << 5 | flags
        values = {"ts_nsec": record.nsec, "len": size, "text_len": len(record.text),
                  "dict_len": record.dict, "facility": record.facility, "level": level,
                  "caller_id": record.caller}
        at = self.next
        for name, offset in self.offsets.items():
            width = self.widths[name]
            self.text[at + offset:at + offset + width] = self.machine.pack(values[name], width)
        body = record.text + b"D" * record.dict
        self.text[at + self.header:at + size] = body.ljust(size - self.header, b"\0")
        self.alive.append((at, size, record))
        self.next = at + size

    def expected(self) -> bytes:
        """What is printed for it."""
        return b"".join(record.line() for _, _, record in self.alive)

    def variables(self) -> dict[str, int]:
        return {"log_buf_len": self.size, "log_first_idx": self.first, "log_next_idx": self.next}

    def keys(self) -> dict[str, str]:
        name = self.options.get("structure", "printk_log")
        named = ("ts_nsec", "len", "text_len", "dict_len", "caller_id")
        return {f"SIZE({name})": str(self.header)} | {
            f"OFFSET({name}.{member})": str(at) for member, at in self.offsets.items()
            if member in named}

    def text_region(self) -> Region:
        """With members record[I].len and so on, I counting those that are there."""
        region = super().text_region()
        for i, (at, _, _) in enumerate(self.alive):
            for name, offset in self.offsets.items():
                region.members[f"record[{i}].{name}"] = (at + offset, self.widths[name])
        return region


class Plain(_Log):
    """The ring of characters before Linux 3.5 (emit_log_char())."""

    def __init__(self, machine: Machine, options: dict[str, str]):
        super().__init__(machine, options)
        self.stream = b""

    def add(self, record: Record) -> None:
        """Write a message as it goes to the console."""
        if record.state == "raw":
            self.stream += record.text
            return
        prefix = b"<%d>" % (record.facility << 3 | record.level)
        if "no_time" not in self.options:
            prefix += b"[%5d.%06d] " % (record.nsec // NSEC, record.nsec % NSEC // 1000)
        self.stream += prefix + record.text + b"\n"

    def expected(self) -> bytes:
        """What is printed for it."""
        return self.stream[-self.size:]

    def variables(self) -> dict[str, int]:
        return {"log_buf_len": self.size, "log_end": len(self.stream),
                "logged_chars": min(self.size, len(self.stream))}

    def text_region(self) -> Region:
        start = max(0, len(self.stream) - self.size)
        for i in range(start, len(self.stream)):
            self.text[i % self.size] = self.stream[i]
        return super().text_region()
