"""The stations of `docker run`, as the course's notes (11.5) count them, with the one that a run has reached."""

from dataclasses import dataclass

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.state import Engine
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import CURRENT, DONE, FAULT, INK, WAITING, Shape, badge, box, drawing, text

ROW, TOP, LEFT = 30, 8, 34
GOOD = ("started", "exited", "finished", "detached")
BAD = ("start-failed", "no-such-object", "conflict", "refused")


@dataclass(frozen=True, slots=True)
class Station:
    """A row: what happens there, and the kinds of event that say so."""

    name: str
    kinds: tuple[str, ...]


STATIONS = (
    Station("The client sends the request to the daemon", ("request",)),
    Station("Is the image here?", ("image-found", "image-missing")),
    Station("If not, pull it from the registry: only the layers that are missing", ("pull-",)),
    Station("Create the container: an id, a name, a record", ("created",)),
    Station("A read-write layer on the image's read-only layers: the union is mounted", ("layer",)),
    Station(
        "Namespaces, control group, network interface and address",
        ("namespaces", "cgroup", "interface", "published"),
    ),
    Station("Pivot into the union and start the main process", ("root", "started")),
    Station("The container runs until its main process ends", ("exited", "finished", "detached", "back-off")),
)


def station_of(event: Event | None) -> int:
    """The station of an event, counted from 1; 0 if it belongs to none."""
    for number, station in enumerate(STATIONS, 1):
        if event and any(
            event.kind == kind or (kind[-1] == "-" and event.kind.startswith(kind)) for kind in station.kinds
        ):
            return number
    return 0


def draw_run(engine: Engine, event: Event | None = None) -> tuple[Block, ...]:
    """The stations as a figure, those passed with a full line; and the containers as a table."""
    here = station_of(event)
    failed = event is not None and event.kind in BAD
    shapes: list[Shape] = []
    for number, station in enumerate(STATIONS, 1):
        y = TOP + (number - 1) * ROW
        look = (FAULT if failed else CURRENT) if number == here else DONE if number < here else WAITING
        shapes += [box(LEFT, y, WIDTH - LEFT - 2, ROW - 6, look), badge(16, y + 12, number, number == here)]
        shapes.append(text(LEFT + 10, y + 16, station.name, fill=INK, bold=number == here))
    height = TOP + len(STATIONS) * ROW
    shapes += strip(event, "Before the first station", height + 4, GOOD, BAD)
    at = f"At station {here} of 8: {STATIONS[here - 1].name}" if here else "At none of the 8 stations of docker run"
    rows = tuple(_row(one) for one in sorted(engine.containers.values(), key=lambda one: (one.created, one.id)))
    table = Table(("Container", "Name", "Command", "Status", "Exit code"), rows, "Containers of this machine")
    return Figure(drawing(WIDTH, height + STRIP + 8, shapes), f"{at}.{sentence(event)}"), table


def _row(container: Container) -> tuple[str, ...]:
    state = container.state
    code = str(state.exit_code) if state.status in ("exited", "restarting", "dead") else ""
    return container.short, container.name, " ".join(container.arguments), state.status, code
