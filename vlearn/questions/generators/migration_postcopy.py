"""Questions whose key is a post-copy, slot by slot: which page is sent, and which accesses have to ask for theirs."""

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.migration import PAGE, Link, Migrate, Migration, PostCopy, VirtualMachine, before, migrate
from vlearn.sim.migration.patterns import NO_PAGES, Accesses, Pages
from vlearn.sim.migration.strategies import Push
from vlearn.views.migration import draw_migration

SLOT = 10
"""Milliseconds for which a page keeps the link busy."""
HEADER = ("Slot", "Page sent", "Pushed or asked for")
RULES: dict[Push, str] = {
    "ascending": "otherwise the missing page with the lowest number",
    "bubble": "otherwise, beginning anew after each page asked for, the nearest missing page above that one, then the"
    " nearest below it, and so on in turn (on the other side where one side has none left); until a page has been asked"
    " for, the missing page with the lowest number",
    "none": "otherwise nothing, for it pushes no pages",
}


@dataclass(frozen=True, slots=True)
class Reads:
    """Reads of these pages, at these milliseconds of the guest's own time."""

    at: tuple[int, ...]
    pages: tuple[int, ...]

    @property
    def beyond(self) -> int:
        """The page after the highest."""
        return max(self.pages) + 1

    def written(self, start: float, end: float) -> Pages:
        """None."""
        return NO_PAGES

    def accesses(self, start: float, end: float) -> Accesses:
        """The reads of the span."""
        due = [(at / 1000, page) for at, page in zip(self.at, self.pages, strict=True) if start <= at / 1000 < end]
        times, pages = np.array([at for at, _ in due]), np.array([page for _, page in due], np.int64)
        return times, pages, np.zeros(len(due), bool)


def post_copy_run(rng: Random, push: Push = "ascending") -> Posed:
    """Fill in which page each slot carries, and why."""
    replay = _drawn(rng, push, least=1)
    rows = tuple(
        (str(n), step.event.touches[0][5:-1], "pushed" if step.event.kind == "push" else "asked for")
        for n, step in enumerate((s for s in replay.trace().steps if s.event.kind in ("push", "deliver")), 1)
    )
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2))
    prompt = _setting(replay, push, "Fill in what each slot carries: the page, and `pushed` or `asked for`.")
    return Posed(prompt, TraceTable(HEADER, rows, blanks), (Table(HEADER, rows), _told(replay, push)), replay)


def post_copy_faults(rng: Random) -> Posed:
    """How many pages does the guest have to ask for over the network?"""
    push = rng.choice(tuple(RULES))
    replay = _drawn(rng, push, least=0)
    prompt = _setting(replay, push, "For how many pages does the guest have to ask the source?")
    answer = Numeric(Fraction(replay.trace().final.faults), unit="pages")
    return Posed(prompt, answer, (_told(replay, push),), replay)


def _drawn(rng: Random, push: Push, least: int) -> Replay[Migration, Migrate]:
    """A machine whose reads never fall on the edge of a slot, so that nothing depends on what comes first there."""
    while True:
        count = rng.choice((6, 7, 8))
        touched = rng.choices(range(count), k=rng.choice((4, 5)))
        # Every span has 3 ms beyond whole slots: waits end at the edge of one, and at most five spans add up.
        at = tuple(np.cumsum([rng.choice((3, 3, 13, 23)) for _ in touched]).tolist())
        machine = VirtualMachine(count * PAGE, (Reads(at, tuple(touched)),), state=0)
        start = before(machine, Link(PAGE * 1000 / SLOT, 0, 0))
        replay = Replay(migrate, start, (Migrate(PostCopy(push, alone=1.0)),), draw_migration)
        if len(set(touched)) >= 3 and replay.trace().final.faults >= least:
            return replay


def _setting(replay: Replay[Migration, Migrate], push: Push, asked: str) -> tuple[Text, Table]:
    reads = replay.start.machine.processors[0]
    assert isinstance(reads, Reads)
    spans = [b - a for a, b in zip((0, *reads.at), reads.at, strict=False)]
    rows = tuple((str(span), str(page)) for span, page in zip(spans, reads.pages, strict=True))
    told = (
        f"A machine of {replay.start.machine.pages} pages, numbered from 0, has just resumed at the destination by"
        " post-copy; all its pages are still at the source. Its one processor computes and reads in turn, as the table"
        " says. Where a page is missing, it asks for it and waits; for a page that is being sent it waits without"
        f" asking. The link carries a page in each slot of {SLOT} ms, from 0 on; what is sent is there at the end of"
        " its slot, and requests take no time. At the beginning of a slot the source sends the page that was asked for;"
        f" {RULES[push]}. {asked}"
    )
    return Text(told), Table(("Computes for (ms)", "and then reads page"), rows)


def _told(replay: Replay[Migration, Migrate], push: Push) -> Text:
    pushes = () if push == "none" else ("push",)
    steps = [s for s in replay.trace().steps if s.event.kind in (*pushes, "deliver", "fault", "read")]
    lines = "\n".join(f"{n}. {step.event.text}" for n, step in enumerate(steps, 1))
    faults = replay.trace().final.faults
    return Text(f"{lines}\n\nSo it asks for **{faults}**, and no page is sent twice, however often it is read.")
