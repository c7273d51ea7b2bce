"""Over-committed memory at one moment: what each guest believes to have, where its pages are, and the host's frames.

A page says its number, its content and its place; a frame says whose pages it holds. What the event touched is lit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Chart, Figure, Series
from vlearn.sim.datacenter.sharing import Guest, Memory, Page, Squeeze
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.svg import (
    CURRENT,
    DONE,
    FAULT,
    GUEST,
    INK,
    PLAIN,
    READ,
    SMALL,
    WAITING,
    Look,
    Shape,
    box,
    drawing,
    fitted,
    text,
)

CELL, ROW, TALL = 92, 76, 48
PLACES: dict[str, tuple[str, Look]] = {
    "nowhere": ("untouched", WAITING),
    "memory": ("frame", READ),
    "host swap": ("host's swap", FAULT),
    "guest swap": ("its own disk", GUEST),
}
LEGEND = "blue: in a frame · green: in a shared one · pink: on the guest's own disk · orange: in the host's swap file"


@dataclass(frozen=True, slots=True)
class _Cell:
    lines: tuple[str, str, str]
    look: Look


def draw_frames(memory: Memory, event: Event | None = None) -> tuple[Block, ...]:
    """The memory after the event."""
    most = max(memory.frames, *(len(guest.pages) for guest in memory.guests))
    width = min(CELL, (WIDTH - 4) / most)
    shapes = [*strip(event, "Nothing has been touched yet", 0, ("shared",), ("host-swap-out", "host-swap-in"))]
    y = STRIP + 22.0
    for number, guest in enumerate(memory.guests):
        cells = [_page(memory, (number, n), page, event) for n, page in enumerate(guest.pages)]
        shapes += _row(y, _guest_said(number, guest), cells, width)
        y += ROW
    frames = [_frame(memory, frame) for frame in range(memory.frames)]
    shapes += _row(y, f"the host: {_host_said(memory)}", frames, width)
    shapes.append(text(2, y + ROW - 6, LEGEND, size=SMALL))
    return (Figure(drawing(WIDTH, y + ROW, shapes), _alt(memory) + sentence(event)),)


def _row(y: float, head: str, cells: list[_Cell], width: float) -> Iterator[Shape]:
    yield text(2, y - 6, head, bold=True)
    for n, cell in enumerate(cells):
        x = 2 + n * width
        yield box(x, y, width - 4, TALL, cell.look)
        for at, words in enumerate(cell.lines):
            size = max(9, fitted(words, width - 10))
            yield text(x + width / 2 - 2, y + 14 + 14 * at, words, size=size, anchor="middle", bold=not at, fill=INK)


def _page(memory: Memory, address: tuple[int, int], page: Page, event: Event | None) -> _Cell:
    place, look = PLACES[page.where]
    if page.where == "memory":
        place = f"frame {page.frame}"
        look = DONE if len(memory.sharers(page.frame)) > 1 else READ
    if event and f"page[{address[0]}][{address[1]}]" in event.touches:
        look = CURRENT
    content = "freed" if page.free else "" if page.where == "nowhere" else f"holds {page.content}"
    return _Cell((f"page {address[1]}", content, place), look)


def _frame(memory: Memory, frame: int) -> _Cell:
    sharers = memory.sharers(frame)
    if not sharers:
        return _Cell((f"frame {frame}", "", "free"), WAITING)
    guests = " ".join(f"{guest}:{page}" for guest, page in sharers[:3]) + (" …" if len(sharers) > 3 else "")
    content = f"holds {memory.page(sharers[0]).content}"
    return _Cell((f"frame {frame}", content, guests), DONE if len(sharers) > 1 else PLAIN)


def _guest_said(number: int, guest: Guest) -> str:
    held = f", the balloon holds {guest.balloon}" if guest.balloon else ""
    return f"guest {number}: promised {len(guest.pages)} pages, keeps {guest.resident}{held}"


def _host_said(memory: Memory) -> str:
    saved = f", sharing saves {memory.saved}" if memory.saved else ""
    return (
        f"{memory.promised} pages promised, {len(memory.used)} of {memory.frames} frames in use{saved};"
        f" transfers: host's swap {memory.host_swaps}, guests' own {memory.guest_swaps}"
    )


def _alt(memory: Memory) -> str:
    told = []
    for number, guest in enumerate(memory.guests):
        pages = (" ".join(_page(memory, (number, n), page, None).lines) for n, page in enumerate(guest.pages))
        told.append(f"{_guest_said(number, guest)}: {', '.join(pages)}.")
    return f"{' '.join(told)} The host: {_host_said(memory)}."


def squeezed_chart(found: dict[str, Squeeze]) -> Chart:
    """For each host by name, how much of what guests have touched each of the three means has to make up for."""
    names = tuple(found)
    series = tuple(
        Series(name, names, tuple(getattr(one, field) / 1024 for one in found.values()))
        for name, field in (("saved by sharing", "shared"), ("taken by balloons", "ballooned"), ("swapped", "swapped"))
    )
    return Chart("What makes up for the memory that is missing", "host and its guests", "memory (GiB)", series, "bar")
