# SPDX-License-Identifier: GPL-2.0-or-later
"""What describes kdump.conf, held against the table of its directives."""

import re
import shutil
import subprocess
from dataclasses import dataclass

from machine import TOP, Machine

MANUAL = TOP / "man/kdump.conf.5"
SHIPPED = TOP / "kdump.conf"


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    name: str
    value: str
    status: str


def table() -> list[Row]:
    """The rows, in order."""
    text = (TOP / "kdump/directives.c").read_text()
    header = (TOP / "kdump/conf.h").read_text()
    final = re.search(r'#define CONF_FINAL_ACTIONS\s+"(.*)"', header)[1]
    more = re.search(r'#define CONF_FAILURE_ACTIONS\s+CONF_FINAL_ACTIONS "(.*)"', header)[1]
    words = {"CONF_FINAL_ACTIONS": final, "CONF_FAILURE_ACTIONS": final + more}
    rows = re.findall(r'\{ "(\w+)", (?:"(.*?)"|(\w+)), DIRECTIVE_(\w+)', text)
    assert len(rows) == len(re.findall(r'^\t\{ "', text, re.M)), "rows that this test cannot read"
    return [Row(name, value or words.get(macro, ""), status)
            for name, value, macro, status in rows]


def documented() -> list[Row]:
    """The rows that administrators are told of."""
    return [row for row in table() if row.status in ("WORKS", "LATER")]


def manual_has_every_directive(m: Machine) -> None:
    """Every directive, no other, each with its words to choose from and its mark."""
    del m
    text = MANUAL.read_text()
    items = re.findall(r"((?:^\.It Cm \w+.*\n)+)((?:(?!\.It|\.El).*\n)*)", text, re.M)
    described = {}
    for heads, body in items:
        for head in heads.splitlines():
            described[head.split()[2]] = (head, body)
    assert described.keys() == {row.name for row in documented()}, described.keys()
    for row in documented():
        head, body = described[row.name]
        if "|" in row.value and row.name != "default":
            assert head.split("Cm", 2)[2].split() == row.value.replace("|", " | ").split(), head
        if row.status == "LATER":
            assert "Em later" in body, row.name
    for row in table():
        if row.status == "DEPRECATED":
            assert f".Ql {row.name}" in text, row.name


def manual_is_well_formed(m: Machine) -> None:
    """Nothing that mandoc warns of."""
    del m
    assert shutil.which("mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", MANUAL], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and not done.stdout, done.stdout


def shipped_file_has_every_directive(m: Machine) -> None:
    """The same for the comments of the file that is installed."""
    del m
    heads = {}
    for line in SHIPPED.read_text().splitlines():
        if re.match(r"# \w+ [A-Z01y.r]", line) and not re.search(r"[^.]\.$", line):
            left, _, mark = line[2:].partition("\t")
            for part in left.split(", "):
                name, _, value = part.partition(" ")
                if re.fullmatch(r"[a-z0-9_]+", name):
                    heads[name] = (value, mark)
    assert heads.keys() == {row.name for row in documented()}, \
        heads.keys() ^ {row.name for row in documented()}
    for row in documented():
        value, mark = heads[row.name]
        assert value == ("..." if row.name == "default" else row.value), row.name
        assert (mark == "[later]") == (row.status == "LATER"), row.name


def shipped_examples_are_valid(m: Machine) -> None:
    """Each example of the shipped file is well written; what it names need not be there."""
    examples = re.findall(r"^#(\w.*)$", SHIPPED.read_text(), re.M)
    assert len(examples) > 20
    for example in examples:
        m.write("etc/kdump.conf", f"{example}")
        stderr = m.run("start").stderr
        for line in stderr.splitlines():
            if line.startswith("kdump.conf:1: "):
                assert re.search(r"cannot do that yet$|not found\.$|doesn't exist|Bad raw disk "
                                 r".*: No such file|there is no (device|record of it)", line), stderr
