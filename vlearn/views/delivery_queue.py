"""A merge queue's work as the tree of its halvings: a run is as wide as its changes, and its halves stand below it."""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Figure
from vlearn.sim.delivery.merge_queue import MergeQueue
from vlearn.trace import Event, Trace
from vlearn.views import Draw
from vlearn.views.delivery_words import names, short_of
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import DONE, FAULT, INK, SMALL, Shape, box, drawing, fitted, text

ROW, TOP = 34, 26
RESULTS = {"merge": "merged", "halve": "halved", "send-back": "sent back"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the tests: its number, how deep in the tree, the changes, and what came of it."""

    number: int
    depth: int
    changes: tuple[str, ...]
    kind: str


def runs(trace: Trace[MergeQueue]) -> tuple[Run, ...]:
    """The runs in order; of a batch the first one is at depth 0, and each half one deeper than the whole."""
    found: list[Run] = []
    for step in trace.steps:
        if step.event.kind in RESULTS:
            whole = [one for one in found if set(step.event.touches) < set(one.changes)]
            found.append(Run(step.state.runs, len(whole), step.event.touches, step.event.kind))
    return tuple(found)


def queue_player(trace: Trace[MergeQueue]) -> Draw[MergeQueue]:
    """A view for a player: as much of the tree as has been run."""
    found = runs(trace)
    order = [change for run in found if run.depth == 0 for change in run.changes]

    def draw(state: MergeQueue, event: Event | None) -> tuple[Block, ...]:
        return (_figure(found, order, state, event),)

    return draw


def draw_queue(trace: Trace[MergeQueue]) -> tuple[Block, ...]:
    """The whole tree."""
    return queue_player(trace)(trace.final, trace.steps[-1].event if trace.steps else None)


def _figure(found: tuple[Run, ...], order: list[str], state: MergeQueue, event: Event | None) -> Figure:
    pitch = (WIDTH - 8) / max(1, len(order))
    deep = max((run.depth for run in found), default=0) + 1
    shapes = []
    for n, name in enumerate(order):
        shown = short_of(name, pitch - 4, SMALL)
        shapes.append(text(4 + (n + 0.5) * pitch, 16, shown, size=SMALL, anchor="middle", mono=True))
    done = [run for run in found if run.number <= state.runs]
    for run in done:
        shapes += _run(run, order.index(run.changes[0]), pitch)
    told = {one.name for one in (*state.mainline, *state.sent_back, *state.waiting)}
    batch = [name for name in order if name not in told]
    said = (
        f"Runs of the tests: {state.runs}. Mainline: {names(one.name for one in state.mainline)}",
        f"Sent back: {names(one.name for one in state.sent_back)}. In the batch: {names(batch)}."
        f" Waiting: {names(one.name for one in state.waiting)}",
    )
    y = TOP + deep * ROW + 14
    shapes += [text(4, y + 16 * n, words) for n, words in enumerate(said)]
    shapes += strip(event, "Before the first run", y + 24, ("merge",), ("halve", "send-back"))
    tree = "; ".join(f"run {run.number} of {', '.join(run.changes)}: {RESULTS[run.kind]}" for run in done)
    alt = f"{'. '.join(said)}. {tree or 'Nothing has run'}.{sentence(event)}"
    return Figure(drawing(WIDTH, y + 24 + STRIP + 4, shapes), alt)


def _run(run: Run, column: int, pitch: float) -> Iterator[Shape]:
    x, wide = 4 + column * pitch, len(run.changes) * pitch - 4
    y = TOP + run.depth * ROW
    yield box(x, y, wide, ROW - 6, DONE if run.kind == "merge" else FAULT)
    whole = f"run {run.number}: {'green' if run.kind == 'merge' else 'red'}, {RESULTS[run.kind]}"
    words = next((each for each in (whole, whole.split(",")[0], str(run.number)) if fitted(each, wide - 6) > 9), "")
    yield text(x + wide / 2, y + 18, words, size=fitted(words, wide - 6), anchor="middle", mono=True, fill=INK)
