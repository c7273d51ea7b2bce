"""Questions whose key is a native walk: where does an address lie, and what does the processor read on the way?"""

from fractions import Fraction
from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.memory_scenes import (
    Scene,
    entries_table,
    page_size_named,
    processor_in_words,
    scene,
    walk_table,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import Access, Translation
from vlearn.sim.memory.machines import machine
from vlearn.sim.memory.modes import MODES, size_name
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.walk import translate
from vlearn.trace import Trace
from vlearn.views.memory_walk import draw_walk

ModeName = Literal["2-level", "pae", "4-level", "5-level"]
PageName = Literal["4 KiB", "2 MiB", "4 MiB", "1 GiB"]


def _walked(drawn: Scene) -> tuple[Replay[Walk, Access], Trace[Walk], int]:
    replay = Replay(translate, machine(drawn.tables), (Access(drawn.address),), draw_walk)
    trace = replay.trace()
    outcome = trace.final.outcome
    assert isinstance(outcome, Translation)
    return replay, trace, outcome.physical


def _fields(drawn: Scene) -> str:
    """How the address falls apart, in words."""
    mode = drawn.tables.mode
    used = mode.structures[: mode.structures.index(mode.leaf(drawn.page_size)) + 1]
    parts = [f"{level.entry} {level.index(drawn.address)} (0x{level.index(drawn.address):X})" for level in used]
    return f"{', '.join(parts)}, offset 0x{drawn.address % drawn.page_size:X}"


def walk_address(rng: Random, mode: ModeName, page: PageName = "4 KiB") -> Posed:
    """Walk by hand: the physical address of a linear address, from CR3 and a dump of the tables."""
    drawn = scene(rng, MODES[mode], page_size_named(page))
    replay, trace, physical = _walked(drawn)
    tables = drawn.tables
    prompt = (
        Text(
            f"{processor_in_words(tables)}. To which physical address does it translate the linear address"
            f" `0x{drawn.address:X}`?"
        ),
        entries_table(tables),
    )
    solution = (
        Text(f"The address splits into: {_fields(drawn)}. Each index times {tables.mode.entry_bytes} is added to the"
             " table that the entry before it references."),
        walk_table(trace),
        Text(f"The last entry maps a page of {size_name(drawn.page_size)}; with the offset that is `0x{physical:X}`."),
    )  # fmt: skip
    return Posed(prompt, Numeric(Fraction(physical), base=16), solution, replay)


def trace_walk(rng: Random, mode: ModeName, page: PageName = "4 KiB") -> Posed:
    """Fill in a walk: the index, the address read and the entry found at every level."""
    drawn = scene(rng, MODES[mode], page_size_named(page))
    replay, trace, physical = _walked(drawn)
    tables = drawn.tables
    digits = tables.mode.entry_bytes * 2
    rows = tuple(
        (
            reference.name,
            str(reference.address % 4096 // tables.mode.entry_bytes),
            f"0x{reference.address:X}",
            f"0x{reference.value:0{digits}X}",
        )
        for reference in trace.final.references
    )
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2, 3))
    prompt = (
        Text(
            f"{processor_in_words(tables)}. Fill in which entry of each table it reads to translate"
            f" `0x{drawn.address:X}`: its index in decimal, its physical address and its value in hexadecimal with"
            " `0x`."
        ),
        entries_table(tables),
    )
    solution = (
        Text(f"The address splits into: {_fields(drawn)}. It lies at physical address `0x{physical:X}`."),
        walk_table(trace),
    )
    return Posed(prompt, TraceTable(("Entry", "Index", "Read at", "Value"), rows, blanks), solution, replay)
