"""A guest under the monitor of the proofs: its code, the bare machine, the virtual and the real one, side by side.

What differs between the bare machine and the virtual one has a vermilion outline. The chart counts in how many states
each instruction makes such a difference.
"""

from collections.abc import Iterator, Mapping, Sequence

from vlearn.blocks import Block, Chart, Figure, Series, Table
from vlearn.sim.virtualizability.definitions import InstructionSet
from vlearn.sim.virtualizability.monitored import ORIGIN, Monitored, differences, parts
from vlearn.sim.virtualizability.small_machine import Operation
from vlearn.sim.virtualizability.third_generation import State
from vlearn.trace import Event
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    INK,
    PLAIN,
    SMALL,
    TITLE,
    WAITING,
    Shape,
    box,
    drawing,
    fitted,
    text,
)

CODE, NAME, CELL, GAP, ROW, TOP = 96, 70, 128, 22, 22, 66
WIDTH = 6 + CODE + GAP + 3 * (NAME + CELL) + 2 * GAP
_HEADS = ("the bare machine", "the virtual machine", "the real machine")
_UNDER = ("the guest alone", "as its monitor keeps it", "that runs the guest")


def draw_monitored(state: Monitored, event: Event | None) -> tuple[Block, ...]:
    """One figure: the moment after the event, with the instruction that comes next."""
    bare, virtual, real = parts(state.bare), parts(state.virtual), _real(state)
    apart = [name for name in bare if bare[name] != virtual[name]]
    said = event.text if event else "The guest has not begun."
    rows = (list(bare.items()), list(virtual.items()), list(real.items()))
    height = TOP + ROW * max(len(state.code), *map(len, rows)) + 6
    shapes = [
        text(2, 16, said, size=fitted(said, WIDTH - 4, TITLE), bold=True),
        *_code(state),
        *(shape for column, pairs in enumerate(rows) for shape in _column(column, pairs, apart if column < 2 else ())),
    ]
    words = "They are alike." if not apart else f"They differ in {', '.join(apart)}."
    listed = ". ".join(f"{head}: {', '.join(f'{k} {v}' for k, v in p)}" for head, p in zip(_HEADS, rows, strict=True))
    return (Figure(drawing(WIDTH, height, shapes), f"{said} Bare and virtual machine: {words} {listed}."),)


def states_table(states: Mapping[str, State]) -> Table:
    """States of the paper's machine, a row each, under a name."""
    rows = tuple((name, *list(parts(state).values())[:-2]) for name, state in states.items())
    header = next((tuple(parts(state))[:-2] for state in states.values()), ())
    return Table(("", *header), rows)


def _real(state: Monitored) -> dict[str, str]:
    """The real machine; while the monitor interprets, it runs itself, and the guest's words are its data."""
    kept = parts(state.real)
    interprets = state.hybrid and not state.virtual.user
    head = {"M": "supervisor", "P": "the monitor's", "R": "the monitor's"} if interprets else kept
    words = {f"E[{n}]": kept[f"E[{n}]"] for n in range(ORIGIN, len(state.real.memory))}
    return {"M": head["M"], "P": head["P"], "R": head["R"], **words}


def _code(state: Monitored) -> Iterator[Shape]:
    yield text(2, 40, "code, by P", bold=True)
    coming = state.bare.counter if state.next else None
    for n, operation in enumerate(state.code):
        top = TOP + ROW * n
        yield box(2, top, CODE, ROW - 3, CURRENT if n == coming else WAITING)
        words = f"{n}: {operation}"
        yield text(8, top + 14, words, size=fitted(words, CODE - 12), mono=True, fill=INK)


def _column(number: int, pairs: Sequence[tuple[str, str]], apart: Sequence[str]) -> Iterator[Shape]:
    left = 4 + CODE + GAP + number * (NAME + CELL + GAP)
    yield text(left, 40, _HEADS[number], bold=True)
    yield text(left, 56, _UNDER[number], size=SMALL)
    for n, (name, value) in enumerate(pairs):
        top = TOP + ROW * n
        yield text(left, top + 14, name)
        look = FAULT if name in apart else DONE if name == "M" and value == "user" else PLAIN
        yield box(left + NAME, top, CELL - 4, ROW - 3, look)
        yield text(left + NAME + CELL / 2 - 2, top + 14, value, size=fitted(value, CELL - 12), anchor="middle",
                   mono=True, fill=INK)  # fmt: skip


def differences_by_instruction(
    instruction_set: InstructionSet[Operation, State], names: Sequence[str] | None = None
) -> Chart:
    """In what share of the explored states each instruction ends otherwise than on the bare machine, in per cent."""
    chosen = tuple(names or instruction_set.table)
    series = []
    for name, hybrid in (("plain monitor", False), ("hybrid monitor", True)):
        shares = []
        for mnemonic in chosen:
            operations = instruction_set.table[mnemonic]
            states = 2 * sum(1 for one in operations for _ in instruction_set.architecture.situations(one))
            shares.append(round(100 * differences(instruction_set, mnemonic, hybrid=hybrid) / states, 1))
        series.append(Series(name, chosen, tuple(shares)))
    return Chart(
        "How often the guest's state goes wrong", "instruction", "share of states (%)", tuple(series), shape="bar"
    )
