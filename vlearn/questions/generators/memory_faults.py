"""Questions whose key is a fault: break one thing in good tables, run the model, and ask what the processor says."""

from collections.abc import Iterator
from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.memory_scenes import (
    access_in_words,
    entries_table,
    processor_in_words,
    scene,
    walk_table,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import ERROR_CODE, Access, Kind, PageFault, named_bits
from vlearn.sim.memory.entries import RW, US, P
from vlearn.sim.memory.machines import machine
from vlearn.sim.memory.modes import MODES
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.memory.walk import translate
from vlearn.trace import run
from vlearn.views.memory_walk import draw_walk

KINDS: tuple[Kind, ...] = ("read", "write")
BREAKS = (P, RW, US)
PRESENT, WRITE, USER = 1, 2, 4


def _said(code: int | None) -> str:
    if code is None:
        return "no fault: the access succeeds"
    bits = ", ".join(f"{name} = {code >> position & 1}" for name, position in ERROR_CODE[:3])
    return f"page fault with error code 0x{code:X} ({bits})"


def _code(tables: PageTables, access: Access) -> int | None:
    outcome = run(translate, machine(tables), [access]).final.outcome
    return outcome.error_code if isinstance(outcome, PageFault) else None


def _misconceptions(code: int | None, leaf_only: int | None) -> Iterator[tuple[str, str]]:
    """What a wrong reading of the same walk says."""
    yield _said(leaf_only), "This judges the last entry alone; P, R/W and U/S are combined over every entry on the way."
    if code is None:
        yield _said(PRESENT), "This code needs a supervisor read that is refused; neither R/W nor U/S refuses one."
        yield _said(PRESENT | USER), "This code needs a user-mode read, and U/S = 0 in some entry on the way."
        yield _said(PRESENT | WRITE), "This code needs a supervisor write, and R/W = 0 in some entry on the way."
        yield _said(0), "Every entry on the way has P = 1."
        return
    yield _said(code ^ PRESENT), "P in the error code is 0 if an entry was not present, and 1 if rights forbade."
    yield _said(code ^ USER), "U/S in the error code says in which mode the access was made, not what the page allows."
    yield _said(code ^ WRITE), "W/R in the error code says whether the access was a write, not what the page allows."
    yield _said(None), "One entry on the way forbids it."


def find_fault(rng: Random, mode: Literal["2-level", "4-level"]) -> Posed:
    """One flag of one entry may be cleared: does the access fault, and with which error code?"""
    drawn = scene(rng, MODES[mode], FRAME)
    tables, levels = drawn.tables, drawn.tables.mode.levels
    access = Access(drawn.address, rng.choice(KINDS), user=rng.random() < 0.7)
    flag, level = rng.choice(BREAKS), rng.choice(levels)
    broken = tables.edit(drawn.address, level.entry, clear_bits=flag)
    replay = Replay(translate, machine(broken), (access,), draw_walk)
    trace = replay.trace()
    code = _code(broken, access)
    leaf_only = _code(tables if level is not levels[-1] else broken, access)
    option_list, correct = distractors(rng, _said(code), _misconceptions(code, leaf_only), 3)
    prompt = (
        Text(
            f"{processor_in_words(tables)}, CR0.WP is 1, and SMAP is off. With these entries in memory,"
            f" {access_in_words(access)}. What does the processor report?"
        ),
        entries_table(broken),
    )
    named = "nothing" if code is None else ", ".join(named_bits(ERROR_CODE, code)) or "no bit"
    solution = (
        walk_table(trace),
        Text(f"{trace.steps[-1].event.text}. In the error code: {named}." if code is not None
             else f"Every entry is present and none forbids it: {trace.steps[-1].event.text}."),
    )  # fmt: skip
    return Posed(prompt, SingleChoice(option_list, correct), solution, replay)
