"""A witness: the states that prove what an instruction is, before and after, side by side, with what matters lit.

What differs between the states, or changes, has a blue outline; what proves the claim, a thick one on yellow. Parts
that are alike in all these states are counted, not drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlearn.blocks import Block, Figure
from vlearn.sim.virtualizability import Architecture, Claim, Mode, Run, Witness
from vlearn.views.svg import CURRENT, FAULT, INK, PLAIN, READ, SMALL, TITLE, Look, Shape, box, drawing, fitted, text

NAME, CELL, ROW, TOP, GAP = 130, 152, 24, 74, 4
WIDTH = 2 + NAME + 4 * (CELL + GAP)
LONGEST = 24

MODE, BEYOND = "mode", "out of bounds"
_ENDS = {
    Claim.CONTROL: "it is control sensitive",
    Claim.LOCATION: "it is location sensitive",
    Claim.MODE: "it is mode sensitive",
    Claim.BOTH: "it is behaviour sensitive",
    Claim.NOT_PRIVILEGED: "it is not privileged",
}


@dataclass(frozen=True, slots=True)
class _Side:
    """One run, in parts: `after` is None where the run trapped."""

    before: Mapping[str, str]
    after: Mapping[str, str] | None
    trap: str


def draw_witness(architecture: Architecture[Any, Any], witness: Witness[Any, Any]) -> tuple[Block, ...]:
    """One figure, whose caption says in a sentence what is proved."""
    sides = [_side(architecture, run) for run in witness.runs]
    names = _telling(sides)
    owned = {MODE, *architecture.resources(witness.runs[0].before)} if witness.claim is Claim.CONTROL else set()
    alike = len(sides[0].before) - len(names)
    height = TOP + ROW * len(names) + 26
    shapes = [
        text(2, 16, f"{witness.instruction}: {witness.claim.value}", size=TITLE, bold=True),
        *(shape for n, side in enumerate(sides) for shape in _heads(n, side)),
        *(shape for n, name in enumerate(names) for shape in _row(TOP + ROW * n, name, sides, name in owned)),
        text(2, TOP + ROW * len(names) + 16, f"{alike} other parts are alike in all of these states", size=SMALL),
    ]
    caption = explain(architecture, witness)
    return (Figure(drawing(WIDTH, height, shapes), f"{caption} {_table_words(names, sides)}", caption),)


def explain(architecture: Architecture[Any, Any], witness: Witness[Any, Any]) -> str:
    """What the witness proves, and by what, in a sentence or two."""
    sides = [_side(architecture, run) for run in witness.runs]
    end = f"So {_ENDS[witness.claim]}."
    modes = [architecture.modes[architecture.mode(run.before) is Mode.USER] for run in witness.runs]
    if witness.claim is Claim.NOT_PRIVILEGED:
        did = [f"traps{_named(side.trap)}" if side.trap else "does not trap" for side in sides]
        return f"{witness.instruction} {did[0]} in {modes[0]}, and {did[1]} in {modes[1]}. {end}"
    if witness.claim is Claim.CONTROL:
        (side,) = sides
        kept = {MODE, *architecture.resources(witness.runs[0].before)}
        changes = [
            f"{name} from {side.before[name]} to {side.after[name]}"
            for name in side.before
            if side.after and name in kept and side.before[name] != side.after[name]
        ]
        return f"Without a trap, {witness.instruction} in {modes[0]} changes {'; '.join(changes)}. {end}"
    one, two = sides
    apart = [name for name in one.before if one.before[name] != two.before[name]]
    seen = architecture.visible(witness.runs[0].before)
    results = [
        f"{name} = {one.after[name]} in the one and {two.after[name]} in the other"
        for name in seen
        if one.after and two.after and one.after[name] != two.after[name]
    ]
    return f"Two states differ in {', '.join(apart)} alone; {witness.instruction} leaves {'; '.join(results)}. {end}"


def _named(trap: str) -> str:
    return "" if trap == "trap" else f" ({trap})"


def _side(architecture: Architecture[Any, Any], run: Run[Any]) -> _Side:
    def parts(state: Any) -> dict[str, str]:
        mode = architecture.modes[architecture.mode(state) is Mode.USER]
        all_parts = {**architecture.resources(state), **architecture.visible(state)}
        return {MODE: mode, **{name: _value(value) for name, value in all_parts.items()}}

    before, trap = parts(run.before), run.outcome.trap
    if trap:
        return _Side(before, None, trap)
    after = parts(run.outcome.state)
    return _Side(before, {name: after.get(name, BEYOND) for name in before}, trap)


def _telling(sides: Sequence[_Side]) -> list[str]:
    """The mode, and what is not alike in all states."""
    states = [state for side in sides for state in (side.before, side.after) if state is not None]
    return [name for name in states[0] if name == MODE or len({state[name] for state in states}) > 1]


def _heads(number: int, side: _Side) -> Iterator[Shape]:
    left = 2 + NAME + 2 * number * (CELL + GAP)
    yield text(left + CELL + GAP / 2, 42, f"state {number + 1}", anchor="middle", bold=True)
    after = "a trap" if side.trap else "after"
    for n, word in enumerate(("before", after)):
        yield text(left + n * (CELL + GAP) + CELL / 2, 62, word, size=SMALL, anchor="middle")


def _row(top: float, name: str, sides: Sequence[_Side], owned: bool) -> Iterator[Shape]:
    """`owned`: no program may change this part, so a change proves control sensitivity."""
    yield text(2, top + 15, name, size=fitted(name, NAME - 6))
    for number, side in enumerate(sides):
        left = 2 + NAME + 2 * number * (CELL + GAP)
        other = sides[1 - number] if len(sides) > 1 else side
        apart = side.before[name] != other.before[name]
        yield from _cell(left, top, side.before[name], READ if apart else PLAIN)
        left += CELL + GAP
        if side.after is None:
            yield from _cell(left, top, side.trap if name == MODE else "–", FAULT if name == MODE else PLAIN)
            continue
        changed = side.after[name] != side.before[name]
        split = not apart and other.after is not None and side.after[name] != other.after[name]
        look = CURRENT if split or (owned and changed) else READ if changed else PLAIN
        yield from _cell(left, top, side.after[name], look)


def _cell(left: float, top: float, words: str, look: Look) -> Iterator[Shape]:
    shown = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    yield box(left, top, CELL, ROW - 3, look)
    yield text(left + CELL / 2, top + 15, shown, size=fitted(shown, CELL - 8), anchor="middle", mono=True, fill=INK)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:#x}" if value > 9 else str(value)
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{_value(key)}: {_value(held)}" for key, held in sorted(value.items())) or "none"
    return str(value) or "none"


def _table_words(names: Sequence[str], sides: Sequence[_Side]) -> str:
    rows = []
    for number, side in enumerate(sides, 1):
        before = ", ".join(f"{name} {side.before[name]}" for name in names)
        after = f"a trap: {side.trap}" if side.after is None else ", ".join(f"{n} {side.after[n]}" for n in names)
        rows.append(f"State {number} before: {before}; after: {after}.")
    return " ".join(rows)
