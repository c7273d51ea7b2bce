"""A run of a pipeline at one moment: the jobs as a graph, each below those that may run beside it, and their statuses.

An arrow leads from a job to one that needs it; one that passes other jobs by runs through the gap below its own row.
"""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.sim.delivery.graph import ancestors, levels
from vlearn.sim.delivery.job import Job
from vlearn.sim.delivery.running import PipelineRun, Status
from vlearn.trace import Event
from vlearn.views.delivery_words import LOOKS, short_of
from vlearn.views.devices_strip import STRIP, sentence, strip
from vlearn.views.devices_strip import WIDTH as PAGE
from vlearn.views.svg import GREY, INK, SMALL, Point, Shape, arrow, box, drawing, line, text

TALL, GAP, TOP = 44, 22, 24
NARROW, WIDE, BETWEEN = 62, 150, 30
GOOD = ("pass", "approve")
BAD = ("fail", "timeout", "reject", "cancel", "refused")
Places = dict[str, tuple[int, int]]
"""The column and the row of each job."""


def draw(state: PipelineRun, event: Event | None = None) -> tuple[Block, ...]:
    """The graph, the branch and the clock above, and what happened just now below."""
    columns = levels(state.pipeline.jobs)
    places = {name: (x, y) for x, column in enumerate(columns) for y, name in enumerate(column)}
    rows = max(map(len, columns))
    wide = min(WIDE, max(NARROW, (PAGE - 8) / len(columns) - BETWEEN))
    width = max(PAGE, len(columns) * (wide + BETWEEN) + 8)
    below = TOP + rows * (TALL + GAP)
    shapes = [text(4, 15, _title(state), bold=True)]
    shapes += [shape for need, job in edges(state) for shape in _edge(places[need], places[job], wide)]
    for job in state.pipeline.jobs:
        shapes += _job(state, job, *_corner(places[job.name], wide), wide)
    shapes += strip(event, "Before the push", below, GOOD, BAD)
    alt = f"{_title(state)}. {'. '.join(said(state, job) for job in state.pipeline.jobs)}.{sentence(event)}"
    return (Figure(drawing(width, below + STRIP + 4, shapes), alt),)


def edges(state: PipelineRun) -> Iterator[tuple[str, str]]:
    """The arrows, without those that others make needless: a job that needs two in a row hangs on the last."""
    before = ancestors(state.pipeline.jobs)
    for job in state.pipeline.jobs:
        for need in job.needs:
            if not any(need in before[other] for other in job.needs):
                yield need, job.name


def status(state: PipelineRun, job: Job) -> Status:
    """What has become of a job; before a push, it waits."""
    return state.status.get(job.name, "waiting")


def said(state: PipelineRun, job: Job) -> str:
    """A job's name, status and time in a sentence without its full stop."""
    words: str = status(state, job)
    if words == "held":
        words = f"waits for {' or '.join(job.gate.who) or 'a person'}" if job.gate else words
    elif job.name in state.ended and job.name in state.started:
        words = f"{words} at {state.ended[job.name]:g} min"
    return f"{job.name} {words}"


def _title(state: PipelineRun) -> str:
    where = f"branch {state.branch}" if state.branch else "no push yet"
    return f"{state.pipeline.name}: {where}, {state.now:g} min, {state.result}"


def _corner(place: tuple[int, int], wide: float) -> Point:
    column, row = place
    return 4 + column * (wide + BETWEEN), TOP + row * (TALL + GAP)


def _job(state: PipelineRun, job: Job, x: float, y: float, wide: float) -> Iterator[Shape]:
    yield box(x, y, wide, TALL, LOOKS[status(state, job)])
    size = 11 if len(job.name) * 6.7 < wide - 6 else 9
    yield text(
        x + wide / 2, y + 18, short_of(job.name, wide - 6, size), size=size, anchor="middle", mono=True, fill=INK
    )
    words = said(state, job).removeprefix(f"{job.name} ")
    small = SMALL if len(words) * 6.7 < wide - 6 else 9
    yield text(x + wide / 2, y + 35, short_of(words, wide - 6, small), size=small, anchor="middle", mono=True, fill=INK)


def _edge(start: tuple[int, int], end: tuple[int, int], wide: float) -> Iterator[Shape]:
    (x0, y0), (x1, y1) = _corner(start, wide), _corner(end, wide)
    x0, y0, y1 = x0 + wide, y0 + TALL / 2, y1 + TALL / 2
    turn = x1 - BETWEEN / 2
    if end[0] - start[0] == 1 and y0 == y1:
        yield arrow((x0, y0), (x1, y1), colour=GREY)
        return
    aside = x0 + BETWEEN / 2 - 6
    channel = y0 + TALL / 2 + GAP / 2
    if end[0] - start[0] > 1:
        yield line((x0, y0), (aside, y0), (aside, channel), (turn, channel), colour=GREY)
        y0 = channel
    else:
        yield line((x0, y0), (turn, y0), colour=GREY)
    yield arrow((turn, y0), (turn, y1), (x1, y1), colour=GREY)
