"""A push or a pull as it goes: for each blob whether it moved, was mounted, or was there already, and its bytes."""

from collections.abc import Iterator

from vlearn.blocks import Block, Figure, Table
from vlearn.sim.images.registry.state import Exchange, Piece
from vlearn.trace import Event
from vlearn.views.devices_strip import STRIP, WIDTH, sentence, strip
from vlearn.views.images_layers import ROW, TOP, in_bytes, short
from vlearn.views.svg import (
    BLUE,
    CURRENT,
    DONE,
    INK,
    READ,
    SMALL,
    TITLE,
    WAITING,
    Shape,
    arrow,
    box,
    drawing,
    line,
    text,
)

SIDE = 200
GOOD = ("uploaded", "mounted", "exists", "downloaded", "manifest-put", "done")
BAD = ("failed",)


def draw_transfer(exchange: Exchange, event: Event | None) -> tuple[Block, ...]:
    """Client and registry with an arrow for each blob that moved; the pieces with their bytes as a table."""
    pieces = exchange.pieces
    height = TOP + max(1, len(pieces)) * ROW
    shapes = [
        text(2, 18, "Client", size=TITLE, bold=True),
        text(WIDTH - 2, 18, "Registry", size=TITLE, bold=True, anchor="end"),
        *(shape for n, piece in enumerate(pieces) for shape in _row(n, piece, event)),
    ]
    if not pieces:
        shapes.append(text(2, TOP + 20, "Nothing has been asked for yet.", size=SMALL))
    shapes += strip(event, "Before the first request", height + 4, GOOD, BAD)
    said = "; ".join(f"{piece.what} {short(piece.digest)}: {_words(piece)}" for piece in pieces) or "nothing yet"
    alt = f"Between client and registry: {said}. {in_bytes(exchange.moved)} moved.{sentence(event)}"
    return Figure(drawing(WIDTH, height + STRIP + 8, shapes), alt), _table(exchange)


def _row(place: int, piece: Piece, event: Event | None) -> Iterator[Shape]:
    y, right = TOP + place * ROW, WIDTH - 2 - SIDE
    push = piece.outcome not in ("Pull complete", "Already exists")
    look = CURRENT if event and piece.digest in event.touches else DONE if piece.moved else READ
    yield box(2, y, SIDE, ROW - 8, look)
    yield text(12, y + 20, f"{piece.what} {short(piece.digest)}", size=SMALL, mono=True, fill=INK)
    yield box(right, y, SIDE, ROW - 8, look if piece.moved or push else WAITING)
    yield text(right + 12, y + 20, f"{piece.what} {short(piece.digest)}", size=SMALL, mono=True, fill=INK)
    ends = ((2 + SIDE, y + 24), (right, y + 24))
    if piece.moved:
        yield arrow(*(ends if push else ends[::-1]), colour=BLUE, thickness=2)
    else:
        yield line(*ends, dashes="3 3")
    yield text(WIDTH / 2, y + 14, _words(piece), size=SMALL, anchor="middle")


def _words(piece: Piece) -> str:
    return f"{piece.outcome}, {in_bytes(piece.moved)}" if piece.moved else f"{piece.outcome}, nothing moved"


def _table(exchange: Exchange) -> Table:
    rows = tuple(
        (piece.what, short(piece.digest), in_bytes(piece.size), piece.outcome, in_bytes(piece.moved))
        for piece in exchange.pieces
    )
    total = ("in all", "", in_bytes(sum(piece.size for piece in exchange.pieces)), "", in_bytes(exchange.moved))
    return Table(("What", "Digest", "Size", "Outcome", "Moved"), (*rows, total), "Pieces of this transfer")
