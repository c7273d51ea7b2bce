"""A commit's way to production at one moment: the stages in a lane, the gate before each, and the artifact's digest."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure
from vlearn.sim.delivery.artifacts import short
from vlearn.sim.delivery.commit import Delivery
from vlearn.sim.delivery.stages import STAGES, Kind, Stage
from vlearn.trace import Event
from vlearn.views.delivery_words import LOOKS, names
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import GREY, INK, SMALL, Shape, arrow, box, drawing, text

PITCH, TALL, TOP = 126.0, 62, 24
BETWEEN = 18
GOOD = ("build", "test", "publish", "staging", "acceptance", "production", "approve")
BAD = ("stop",)
GATES: dict[Kind, str] = {"automatic": "opens by itself", "manual": "a person opens", "absent": "not there"}
OF_EVENT = {"stop": "failed", "hold": "held", "end": "skipped", "approve": "running"}
"""What has become of the stage that an event touches, if it is not done; those before it are."""
WORDS = {
    "passed": "green",
    "failed": "red",
    "held": "waits",
    "skipped": "ends here",
    "running": "opened",
    "waiting": "",
}


def draw(state: Delivery, event: Event | None = None) -> tuple[Block, ...]:
    """The lane of the commit that was pushed last; below it the mainline, and what users have."""
    became = statuses(event)
    order = [stage.name for stage in STAGES]
    commit = next((f": {name}" for name in (event.touches if event else ()) if name not in order), "")
    shapes = [text(4, 15, f"{state.practice.name}, {state.now:g} min{commit}", bold=True)]
    for n, stage in enumerate(STAGES):
        shapes += _stage(state, stage, became[n], 4 + n * PITCH)
        if n:
            shapes.append(
                arrow((4 + n * PITCH - BETWEEN, TOP + TALL / 2), (4 + n * PITCH, TOP + TALL / 2), colour=GREY)
            )
    said = _said(state)
    y = TOP + TALL + 40
    shapes += [text(4, y + 16 * n, words) for n, words in enumerate(said)]
    below = y + 16 * len(said) - 6
    shapes += strip(event, "Before the first push", below, GOOD, BAD)
    lane = ", ".join(f"{stage.name} {WORDS[each] or 'not reached'}" for stage, each in zip(STAGES, became, strict=True))
    alt = f"{state.practice.name}: {lane}. {' '.join(f'{each}.' for each in said)}{sentence(event)}"
    return (Figure(drawing(WIDTH, below + STRIP + 4, shapes), alt),)


def statuses(event: Event | None) -> tuple[str, ...]:
    """What has become of each stage for the last commit, as the event tells."""
    order = [stage.name for stage in STAGES]
    found = [name for name in (event.touches if event else ()) if name in order]
    if event is None or not found or event.kind in ("nothing", "roll-back"):
        return ("waiting",) * len(order)
    at = order.index(found[0])
    return ("passed",) * at + (OF_EVENT.get(event.kind, "passed"),) + ("waiting",) * (len(order) - at - 1)


def _stage(state: Delivery, stage: Stage, became: str, x: float) -> Iterator[Shape]:
    wide = PITCH - BETWEEN
    yield box(x, TOP, wide, TALL, LOOKS[became])
    yield text(x + wide / 2, TOP + 17, stage.name, anchor="middle", bold=True, fill=INK)
    yield text(x + wide / 2, TOP + 33, WORDS[became], size=SMALL, anchor="middle", fill=INK)
    digest = state.registry.tags.get(stage.tag, "")
    if digest and (became == "passed" or stage.name == "production"):
        yield text(x + wide / 2, TOP + 51, short(digest), size=SMALL, anchor="middle", mono=True, fill=INK)
    gate = GATES[state.practice.gate(stage.name)]
    yield text(x + wide / 2, TOP + TALL + 14, gate, size=SMALL, anchor="middle", bold=gate == GATES["manual"])


def _said(state: Delivery) -> tuple[str, ...]:
    before = f", before it {names(map(short, reversed(state.history[:-1])), 4)}" if len(state.history) > 1 else ""
    users = f"{short(state.production)}{before}" if state.history else "nothing yet"
    waits = f"; {short(state.waiting)} waits for a person" if state.waiting else ""
    return f"Mainline: {names(one.name for one in state.mainline)}", f"Users have {users}{waits}"
