"""What a container is: a process, its namespaces, its control group, its layers, its network interface."""

from vlearn.blocks import Block, Figure, Table, Text
from vlearn.sim.containers.namespaces import KINDS
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.find import image_of
from vlearn.sim.engine.groups import limits
from vlearn.sim.engine.looking import changes
from vlearn.sim.engine.state import Engine
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.engine_run import BAD, GOOD
from vlearn.views.svg import CURRENT, GUEST, INK, PLAIN, READ, SMALL, WAITING, Look, Shape, box, drawing, text

Row = tuple[str, str, str]
ROW, LABEL, CELL = 34, 130, 78
PARTS = {
    "process": ("started", "exited", "signal"),
    "namespaces": ("namespaces",),
    "control group": ("cgroup", "frozen", "thawed", "updated"),
    "read-write layer": ("layer", "root"),
    "network": ("interface", "published", "connected", "disconnected"),
}
"""The parts of the picture, and the events that light them."""


def draw_anatomy(engine: Engine, event: Event | None = None) -> tuple[Block, ...]:
    """The container that the event is about, or the newest one: each part as the kernel has it."""
    container = _chosen(engine, event)
    if container is None:
        return (Text("There is no container yet."),)
    lit = next((part for part, kinds in PARTS.items() if event and event.kind in kinds), "")
    rows = _rows(engine, container)
    shapes: list[Shape] = [text(2, 16, f"{container.name} ({container.state.status})", bold=True)]
    y = 26.0
    for part, words, look in _bars(container, rows):
        shapes += _bar(part, words, y, CURRENT if part == lit else look)
        y += ROW
        if part == "process":
            shapes += _spaces(engine, container, y, lit == "namespaces")
            y += ROW
    shapes += strip(event, "Before the first step", y + 4, GOOD, BAD)
    said = "; ".join(f"{part}: {what}" for part, what, _ in rows)
    alt = f"The container {container.name}, {container.state.status}. {said}.{sentence(event)}"
    table = Table(("Part", "What it is", "Where the kernel has it"), rows, f"The parts of {container.name}")
    return Figure(drawing(WIDTH, y + STRIP + 8, shapes), alt), table


def _chosen(engine: Engine, event: Event | None) -> Container | None:
    touched = [engine.containers[name] for name in (event.touches if event else ()) if name in engine.containers]
    known = touched or sorted(engine.containers.values(), key=lambda one: (one.created, one.id))
    return known[-1] if known else None


def _bars(container: Container, rows: tuple[Row, ...]) -> list[tuple[str, str, Look]]:
    running = container.state.running
    found = {part: what for part, what, _ in rows}
    bars = [("process", found["process"], PLAIN if running else WAITING)]
    bars.append(("control group", found["control group"], PLAIN if running else WAITING))
    bars.append(("network", found["network"], PLAIN if container.endpoints and running else WAITING))
    bars.append(("read-write layer", found["read-write layer"], READ))
    layers = [(part, what) for part, what, _ in rows if part.startswith("layer")]
    return bars + [(part, what, PLAIN) for part, what in layers]


def _bar(label: str, words: str, y: float, look: Look) -> tuple[Shape, ...]:
    shown = words if len(words) <= 96 else f"{words[:95]}…"
    return (
        text(2, y + 19, label, size=SMALL),
        box(LABEL, y, WIDTH - LABEL - 2, ROW - 6, look),
        text(LABEL + 8, y + 18, shown, size=SMALL, fill=INK),
    )


def _spaces(engine: Engine, container: Container, y: float, lit: bool) -> list[Shape]:
    """The eight kinds: its own, or shared with the host."""
    shapes = [text(2, y + 19, "namespaces", size=SMALL)]
    for n, (kind, own) in enumerate(_own(engine, container).items()):
        look = CURRENT if own and lit else GUEST if own else WAITING
        shapes.append(box(LABEL + n * CELL, y, CELL - 4, ROW - 6, look))
        word = f"{kind}: own" if own else f"{kind}: host" if container.state.running else kind
        shapes.append(text(LABEL + n * CELL + 6, y + 18, word, size=SMALL - 1, fill=INK))
    return shapes


def _own(engine: Engine, container: Container) -> dict[str, bool]:
    if not container.state.running:
        return {kind.name: False for kind in KINDS}
    mine, host = (engine.kernel.process(pid).namespaces for pid in (container.state.pid, 1))
    return {kind.name: mine.get(kind.name) != host.get(kind.name) for kind in KINDS}


def _rows(engine: Engine, container: Container) -> tuple[Row, ...]:
    state, kernel = container.state, engine.kernel
    command = " ".join(container.arguments)
    process = (f"not running: {command}", "none")
    if state.running:
        inside = kernel.process(state.pid).number
        process = (f"pid {inside} inside, pid {state.pid} of the host: {command}", f"/proc/{state.pid}")
    spaces = ", ".join(kind for kind, own in _own(engine, container).items() if own) or "none of its own"
    set_to = ", ".join(f"{name} {value}" for name, value in limits(container.settings).items() if value[:3] != "max")
    written = changes(engine, container)
    rows = [
        ("process", *process),
        ("namespaces", spaces, f"/proc/{state.pid}/ns" if state.running else "none"),
        ("control group", set_to or "no limits", f"/sys/fs/cgroup{_shortened(container)}" if state.running else "none"),
        ("network", _network(engine, container), container.settings.network),
        ("read-write layer", f"{len(written)} changes" if written else "empty", "upperdir"),
    ]
    image = image_of(engine, container.image)
    layers = zip(image.made_by, image.configuration.rootfs.diff_ids, strict=True)
    for n, (made_by, digest) in reversed(tuple(enumerate(layers, 1))):
        rows.append((f"layer {n}", f"read-only: {made_by or 'of the base image'}", f"lowerdir, {digest[7:19]}"))
    return tuple(rows)


def _shortened(container: Container) -> str:
    """The path of its group with 12 digits of the id, as `docker ps` shows it."""
    return container.cgroup.replace(container.id, f"{container.id[:12]}…")


def _network(engine: Engine, container: Container) -> str:
    found = [
        f"{one.interface} {one.address}, {one.host_interface} at {engine.networks[number].device}"
        for number, one in sorted(container.endpoints.items())
        if one.address and number in engine.networks
    ]
    found += [f"port {port.host} of the host leads to {port.container}" for port in container.published]
    return "; ".join(found) or "no interface of its own"
