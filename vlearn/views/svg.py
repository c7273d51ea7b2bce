"""The few words in which every view draws: text, box, arrow, badge, tick and cross, put together as one SVG.

What stands in a box is dark on a light fill, what stands outside takes the colour of the page's text: the drawing reads
on light pages, on dark ones and on paper. A look is never a colour alone, but a fill, an outline and its dashes too.
Nothing has an id and nothing is styled from outside, so any number of drawings can share a page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal, NewType, TypeAlias

from vlearn.render.svg import sayable

Shape = NewType("Shape", str)
"""SVG markup that is well-formed and escaped."""

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["start", "middle", "end"]

# Okabe and Ito (2008): told apart by readers with any colour vision.
BLUE, GREEN, VERMILION = "#0072B2", "#009E73", "#D55E00"
INK, GREY, PALE, PAPER = "#1B1F24", "#57606A", "#C9D1D9", "#FFFFFF"
OUTSIDE = "currentColor"

SMALL, BODY, TITLE = 11, 12, 14
SANS = "IBM Plex Sans, DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif"
MONO = "DejaVu Sans Mono, Menlo, Consolas, Liberation Mono, monospace"


@dataclass(frozen=True, slots=True)
class Look:
    """How a box is drawn."""

    fill: str
    stroke: str
    thickness: float = 1.2
    dashes: str | None = None


WAITING = Look(PAPER, "#8C959F", 1, "3 3")
PLAIN = Look("#F6F8FA", "#8C959F", 1)
READ = Look("#DDF0FC", BLUE, 1.2)
GUEST = Look("#F7E6F0", "#9C4A78", 1.2)
CURRENT = Look("#FFE3A3", BLUE, 3)
DONE = Look("#D5F2E6", GREEN, 2.4)
FAULT = Look("#FCE3D4", VERMILION, 3)


def element(tag: str, *inside: Shape, **attributes: str | float | None) -> Shape:
    """One element; `stroke_width=2` is written `stroke-width="2"`, and an attribute that is None is left out."""
    given = "".join(
        f' {name.replace("_", "-")}="{_value(value)}"' for name, value in attributes.items() if value is not None
    )
    return Shape(f"<{tag}{given}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{given}/>")


def drawing(width: float, height: float, shapes: Iterable[Shape]) -> str:
    """The whole SVG, in user units that are pixels at 100 %."""
    lines = "".join(f"\n{shape}" for shape in shapes if shape)
    return element(
        "svg",
        Shape(f"{lines}\n"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        font_family=SANS,
        font_size=BODY,
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = BODY,
    anchor: Anchor = "start",
    bold: bool = False,
    mono: bool = False,
    fill: str = OUTSIDE,
) -> Shape:
    """One line of text with its baseline at y."""
    return element(
        "text",
        escaped(words),
        x=x,
        y=y,
        fill=fill,
        font_size=None if size == BODY else size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="bold" if bold else None,
        font_family=MONO if mono else None,
    )


def box(x: float, y: float, width: float, height: float, look: Look = PLAIN, radius: float = 3) -> Shape:
    """A rectangle."""
    return element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        rx=radius or None,
        fill=look.fill,
        stroke=look.stroke,
        stroke_width=look.thickness,
        stroke_dasharray=look.dashes,
    )


def line(*points: Point, colour: str = OUTSIDE, thickness: float = 1.2, dashes: str | None = None) -> Shape:
    """Straight lines from point to point."""
    return element(
        "polyline",
        points=_points(points),
        fill="none",
        stroke=colour,
        stroke_width=thickness,
        stroke_linejoin="round",
        stroke_dasharray=dashes,
    )


def arrow(*points: Point, colour: str = OUTSIDE, thickness: float = 1.2, dashes: str | None = None) -> Shape:
    """A line whose end has a head; the last stretch is longer than the head and runs along an axis."""
    (x0, y0), (x, y) = points[-2:]
    along, across = ((x > x0) - (x < x0), 0) if y == y0 else (0, (y > y0) - (y < y0))
    long, wide = 5 + 2 * thickness, 2.5 + thickness
    back_x, back_y = x - along * long, y - across * long
    left, right = (back_x + across * wide, back_y + along * wide), (back_x - across * wide, back_y - along * wide)
    head = element("polygon", points=_points([(x, y), left, right]), fill=colour)
    shaft = line(*points[:-1], (back_x, back_y), colour=colour, thickness=thickness, dashes=dashes)
    return Shape(shaft + head)


def badge(x: float, y: float, number: int, strong: bool = False) -> Shape:
    """A number in a disc: the order of a reference; strong where it is the current one."""
    disc = element("circle", cx=x, cy=y, r=10 if strong else 8.5, fill=BLUE if strong else PAPER, stroke=BLUE)
    number_in = text(x, y + 4, str(number), size=SMALL, anchor="middle", bold=True, fill=PAPER if strong else BLUE)
    return Shape(disc + number_in)


def tick(x: float, y: float) -> Shape:
    """A tick in a green disc around (x, y): it went well."""
    disc = element("circle", cx=x, cy=y, r=9, fill=GREEN)
    return Shape(disc + line((x - 4, y), (x - 1, y + 3.5), (x + 4.5, y - 3.5), colour=PAPER, thickness=2))


def cross(x: float, y: float) -> Shape:
    """A cross in a vermilion disc around (x, y): here it failed."""
    disc = element("circle", cx=x, cy=y, r=9, fill=VERMILION)
    strokes = (line((x - 4, y - 4 * up), (x + 4, y + 4 * up), colour=PAPER, thickness=2) for up in (1, -1))
    return Shape(disc + "".join(strokes))


def fitted(words: str, width: float, size: float = SMALL) -> float:
    """The largest font size up to `size` at which the words fit the width in the fixed-width font."""
    return min(size, round(width / (0.602 * max(1, len(words))), 1))


def placed(word: str, address: int, width: float) -> str:
    """The address after a word such as `at`, or alone where both together would become too small to read."""
    both = f"{word} {address:#x}"
    return both if fitted(both, width) >= SMALL - 1 else f"{address:#x}"


def escaped(words: str) -> Shape:
    """Any text as it is, without what XML cannot hold."""
    return Shape(escape(sayable(words), quote=False))


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return escape(sayable(value))
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_value(x)},{_value(y)}" for x, y in points)
