"""A run of a pipeline along time: which runner worked on which job, attempt by attempt, and who waited for a person."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.delivery.running import PipelineRun
from vlearn.trace import Trace
from vlearn.views.delivery_axis import marks
from vlearn.views.delivery_words import LOOKS, short_of
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import INK, SMALL, TITLE, Shape, box, drawing, text

LEFT, LANE, TOP = 84, 34, 30
ENDS = {"pass": "passed", "fail": "failed", "timeout": "failed", "cancel": "cancelled", "retry": "failed"}
DECIDED = {"approve": "opened", "reject": "rejected"}


@dataclass(frozen=True, slots=True)
class Bar:
    """What a lane was taken by: a job's attempt on a runner, or a job that stood at its gate; minutes."""

    lane: str
    job: str
    start: float
    end: float
    status: str


def bars(trace: Trace[PipelineRun]) -> tuple[Bar, ...]:
    """The attempts and the waits of a run, as they ended. A runner that is free takes the next job, the first first."""
    found: list[Bar] = []
    open_: dict[str, Bar] = {}
    for step in trace.steps:
        kind, at = step.event.kind, step.state.now
        job = step.event.touches[0] if step.event.touches else ""
        before = open_.pop(job, None) if kind in (*ENDS, *DECIDED) else None
        if before:
            found.append(replace(before, end=at, status=ENDS.get(kind) or DECIDED[kind]))
        if kind in ("start", "retry", "hold"):
            lane = before.lane if before else _free("gate" if kind == "hold" else "runner", open_)
            open_[job] = Bar(lane, job, at, at, "held" if kind == "hold" else "running")
    return (*found, *(replace(bar, end=trace.final.now) for bar in open_.values()))


def _free(what: str, open_: dict[str, Bar]) -> str:
    taken = {bar.lane for bar in open_.values()}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{what} {n}") not in taken)


def draw_gantt(trace: Trace[PipelineRun]) -> tuple[Block, ...]:
    """The drawing, and a table of the same."""
    found = bars(trace)
    lanes = sorted({bar.lane for bar in found}, key=lambda lane: (lane.startswith("gate"), len(lane), lane))
    total = max((bar.end for bar in found), default=0.0) or 1.0
    scale = (WIDTH - LEFT - 24) / total
    said = f"{trace.final.pipeline.name} on {trace.final.branch or 'no branch'}: {trace.final.result}"
    title = f"{said} after {trace.final.now:g} min"
    height = TOP + LANE * len(lanes) + 30
    shapes = [text(2, 16, title, size=TITLE, bold=True)]
    for n, lane in enumerate(lanes):
        shapes.append(text(2, TOP + LANE * n + 19, lane, bold=True))
        for bar in found:
            if bar.lane == lane:
                shapes += _bar(bar, scale, TOP + LANE * n)
    shapes += marks(total, LEFT, scale, TOP + LANE * len(lanes), "min")
    told = "; ".join(
        f"{each.lane}: {each.job} from {each.start:g} to {each.end:g} min, {each.status}" for each in found
    )
    rows = tuple((each.job, each.lane, f"{each.start:g}", f"{each.end:g}", each.status) for each in found)
    header = ("Job", "Where", "From (min)", "To (min)", "Became")
    return Figure(drawing(WIDTH, height, shapes), f"{title}. {told}."), Table(
        header, rows, "In the order of their ends."
    )


def _bar(bar: Bar, scale: float, y: float) -> Iterator[Shape]:
    left, width = LEFT + bar.start * scale, max(2.0, (bar.end - bar.start) * scale)
    yield box(left, y, width, LANE - 6, LOOKS.get(bar.status, LOOKS["held"]), radius=1)
    words = bar.job if bar.status == "passed" else f"{bar.job}: {bar.status}"
    shown = words if len(words) * 0.602 * 10 < width - 6 else bar.job
    if width >= 34:
        shown = short_of(shown, width - 6, 10)
        yield text(left + width / 2, y + 18, shown, size=min(10, SMALL), anchor="middle", mono=True, fill=INK)
