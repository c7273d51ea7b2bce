"""A question whose key is a bill: what a mix of operations costs under two monitors, at the paper's own figures.

Only figures that were read in a source are used: those of Adams and Agesen's rows that the table of costs marks V.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from vlearn.blocks import Block, Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.monitors.costs import ADAMS_AGESEN, SYSCALL_EXTRA
from vlearn.trace import Event, Step

Side = Literal["translation", "VT-x"]
SIDES: tuple[Side, ...] = ("translation", "VT-x")
_ROWS = {"ptemod": "write to a page-table entry", "pgfault": "page fault", "divzero": "division by zero"}
COSTS: Mapping[str, tuple[int, int]] = {
    "system call (beyond its native cost)": (SYSCALL_EXTRA.cycles, 0),
    **{words: (ADAMS_AGESEN[row].software.cycles, ADAMS_AGESEN[row].hardware.cycles) for row, words in _ROWS.items()},
}
"""Cycles under binary translation and under the first VT-x."""
TIMES = {
    "system call (beyond its native cost)": (2000, 5000, 10_000, 20_000),
    "write to a page-table entry": (200, 500, 1000, 2000),
    "page fault": (100, 200, 500, 1000),
    "division by zero": (500, 1000, 2000, 4000),
}
"""How often a second each may come."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What has been charged so far, in cycles per second."""

    lines: tuple[tuple[str, int, int, int], ...] = ()

    @property
    def totals(self) -> tuple[int, int]:
        """Under translation and under VT-x."""
        return sum(line[2] for line in self.lines), sum(line[3] for line in self.lines)


def charge(bill: Bill, operation: tuple[str, int]) -> Iterator[Step[Bill]]:
    """One line more: an operation and how often it comes."""
    name, times = operation
    soft, hard = (cost * times for cost in COSTS[name])
    text = f"{name}, {times:,} times: {soft:,} cycles under translation, {hard:,} under VT-x"
    yield Step(Event("charged", text), Bill((*bill.lines, (name, times, soft, hard))))


def draw_bill(bill: Bill, event: Event | None) -> tuple[Block, ...]:
    """The bill as a table, with its sum."""
    rows = [(name, f"{times:,}", f"{soft:,}", f"{hard:,}") for name, times, soft, hard in bill.lines]
    together = ("together", "", *(f"{total:,}" for total in bill.totals))
    return (Table(("Operation", "Per second", "Translation", "VT-x"), (*rows, together)),)


def verdict(difference: int) -> str:
    """Who needs less, from what translation needs more."""
    return f"{SIDES[difference > 0]}, by {abs(difference):,} cycles per second"


def cheaper_monitor(rng: Random) -> Posed:
    """Which monitor needs fewer cycles for a drawn mix of operations, and by how many?"""
    while True:
        names = [*TIMES][:2] + rng.sample([*TIMES][2:], 1)
        mix = tuple((name, rng.choice(TIMES[name]) + 100 * rng.randrange(0, 10)) for name in names)
        replay = Replay(charge, Bill(), mix, draw_bill)
        bill = replay.trace().final
        gap = bill.totals[0] - bill.totals[1]
        each = [soft - hard for _, _, soft, hard in bill.lines]
        unweighted = sum(COSTS[name][0] - COSTS[name][1] for name in names)
        if gap and gap not in (unweighted, *each, gap - each[2]):
            break
    reasons = [
        (verdict(-gap), "The difference is right, and taken the wrong way round: fewer cycles win."),
        (verdict(unweighted), "This compares the costs of one operation each. How often each comes decides."),
        (verdict(each[1]), "These are the page-table writes alone."),
        (verdict(each[0]), "These are the system calls alone."),
        (verdict(gap - each[2]), "This leaves out the last row."),
    ]
    rng.shuffle(reasons)
    options, correct = distractors(rng, verdict(gap), reasons, 3)
    rows = tuple((name, *(f"{c:,}" for c in COSTS[name]), f"{times:,}") for name, times in mix)
    prompt = (
        Text(
            "On a Pentium 4 of 2005, Adams and Agesen measured how many cycles some operations of a guest cost under"
            " binary translation and under the first VT-x, without nested paging. A guest does this every second:"
        ),
        Table(("Operation", "Translation", "VT-x", "Per second"), rows),
        Text("Which monitor needs fewer cycles for it, and by how many?"),
    )
    solution = (*draw_bill(bill, None), Text(f"The difference: {abs(gap):,}. Less is needed by {SIDES[gap > 0]}."))
    return Posed(prompt, SingleChoice(options, correct), solution, replay)
