"""The ported guests, and what changed in them: `kernel_pv` is `kernel`, ported by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from vlearn.sim.cpu import Cpu
from vlearn.sim.monitors.guests import GUESTS, Guest, Part, loader, source
from vlearn.sim.monitors.paravirtual.interface import SYMBOLS

PORTED = {
    "kernel_pv": Guest(
        "the kernel with two processes, ported to the paravirtual monitor",
        (Part("kernel_pv", 0x4000, 0x4000), *GUESTS["kernel"].parts[1:]),
        GUESTS["kernel"].parameters,
    ),
    "page_tables_pv": Guest(
        "maps pages by stores, by batches, or by whole page tables",
        (Part("page_tables_pv", 0x4000, 0x4000),),
        {"PAGES": 16, "WAY": 0, "BATCH": 16},
    ),
}
"""By name, as `guests.GUESTS`."""


def ported_guest(name: str, **parameters: int) -> Cpu:
    """A machine with a ported guest in its memory, for `PARAVIRTUAL.start`. Raises ModelError for unknown names."""
    return loaded(loader.known_guest(name, PORTED, parameters), **parameters)


def loaded(known: Guest, **parameters: int) -> Cpu:
    """A machine with any guest in its memory; its source may use the names of the monitor's interface."""
    return loader.loaded(known, SYMBOLS, **parameters)


def labels(known: Guest, **parameters: int) -> Mapping[str, int]:
    """The labels of a guest's first part."""
    return loader.assembled(known, SYMBOLS, **parameters)[0].labels


@dataclass(frozen=True, slots=True)
class Line:
    """A line of two sources laid side by side: in the first alone (`-`), the second alone (`+`), or both (` `)."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a port changed: all lines, and the counts without blank lines and comments."""

    lines: tuple[Line, ...]
    before: int
    removed: int
    added: int

    @property
    def share(self) -> float:
        """Lines added or changed, in percent of the lines before: how Xen's authors counted the cost of a port."""
        return 100 * self.added / self.before


def compare(before: str, after: str) -> Difference:
    """Two sources side by side. A line whose comment alone has changed has not changed."""
    old, new = before.splitlines(), after.splitlines()
    lines = tuple(_lines(old, new))
    counts = {mark: sum(line.mark == mark and bool(_code(line.text)) for line in lines) for mark in "-+"}
    return Difference(lines, sum(bool(_code(line)) for line in old), counts["-"], counts["+"])


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, [_code(line) for line in old], [_code(line) for line in new], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from (Line(" ", line) for line in new[c:d])
        else:
            yield from (Line("-", line) for line in old[a:b])
            yield from (Line("+", line) for line in new[c:d])


def _code(line: str) -> str:
    return " ".join(line.split(";")[0].split())


def port_of_the_kernel() -> Difference:
    """`kernel` and `kernel_pv`."""
    return compare(source("kernel"), source("kernel_pv"))
