"""A chart as SVG for pages and print. The same chart gives the same text.

Every series has its own colour (Okabe and Ito, 2008), and also its own marker and dash, or hatching: a print in grey
loses nothing. Where a chart is to be explored, the lab draws it with plotly instead.
"""

from collections.abc import Iterator
from html import escape
from math import isfinite

from vlearn.blocks import Chart, Series
from vlearn.errors import ExportError
from vlearn.render.axis import Axis, exact, logarithmic, outward, written
from vlearn.render.chart_words import names
from vlearn.render.svg import sayable

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES = ("", "7 4", "2 3", "9 3 2 3", "12 4", "4 2", "1 4")
_MARKERS = (  # drawn around (0, 0)
    '<circle r="4"/>',
    '<rect x="-3.5" y="-3.5" width="7" height="7"/>',
    '<path d="M0-5 4.6 3.5H-4.6Z"/>',
    '<path d="M0-5.2 5.2 0 0 5.2-5.2 0Z"/>',
    '<path d="M0 5 4.6-3.5H-4.6Z"/>',
    '<path d="M-4-4 4 4M-4 4 4-4" stroke-width="2"/>',
    '<path d="M-5 0H5M0-5V5" stroke-width="2"/>',
)
_HATCHES = ("", "M0 8 8 0", "M0 0 8 8", "M0 4H8", "M4 0V8", "M0 8 8 0M0 0 8 8", "M0 4H8M4 0V8")
_WIDTH, _HEIGHT, _LEFT, _RIGHT = 640, 380, 68, 620
_LONGEST = 28  # characters of a name below the axis
_INK, _GRID = "#222", "#d9d9d9"


def to_svg(chart: Chart) -> str:
    """The chart, 640 by 380 units. Raises ExportError for a number that cannot be drawn."""
    _check(chart)
    categories = _categories(chart)
    legend = tuple(_legend(chart.series)) if len(chart.series) > 1 else ()
    longest = min(_LONGEST, max(map(len, categories), default=0))
    slanted = longest * 7 > (_RIGHT - _LEFT) / max(1, len(categories))
    top = 44 + 20 * (1 + max((row for row, _ in legend), default=-1))
    bottom = _HEIGHT - 54 - (3 * longest if slanted else 0)
    values = [y for series in chart.series for y in series.y]
    y = logarithmic(values, bottom, top) if chart.log_y else outward(values, bottom, top, zero=chart.shape == "bar")
    x = _category_axis(len(categories)) if categories else _number_axis(chart)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
        ' font-family="sans-serif" font-size="13">',
        f'<text x="{_LEFT}" y="22" font-size="16" font-weight="bold" fill="{_INK}">{_text(chart.title)}</text>',
        *(_sample(chart, number, 40 + 20 * row, at) for number, (row, at) in enumerate(legend)),
        *_frame(chart, x, y, categories, slanted),
        *(_bars(chart, x, y) if chart.shape == "bar" else _lines(chart, x, y, categories)),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _check(chart: Chart) -> None:
    for series in chart.series:
        for number in (*series.x, *series.y):
            if not isinstance(number, str) and not isfinite(number):
                raise ExportError(
                    f"chart {chart.title!r}: series {series.name!r} has the value {number}; give a number"
                )
    if len({isinstance(x, str) for series in chart.series for x in series.x}) > 1:
        raise ExportError(f"chart {chart.title!r} mixes numbers and names along x; give one or the other")


def _categories(chart: Chart) -> tuple[str, ...]:
    """The names along x in order of appearance; bars over numbers treat those as names."""
    if chart.shape == "bar" or any(isinstance(x, str) for series in chart.series for x in series.x):
        return tuple(dict.fromkeys(name for series in chart.series for name in names(series)))
    return ()


def _category_axis(count: int) -> Axis:
    return Axis(-0.5, count - 0.5, tuple(map(float, range(count))), _LEFT, _RIGHT)


def _number_axis(chart: Chart) -> Axis:
    return exact([float(x) for series in chart.series for x in series.x], _LEFT, _RIGHT)


def _frame(chart: Chart, x: Axis, y: Axis, categories: tuple[str, ...], slanted: bool) -> Iterator[str]:
    bottom = y.start
    for tick in y.ticks:
        at = _n(y.at(tick))
        yield f'<path d="M{_LEFT} {at}H{_RIGHT}" stroke="{_GRID}"/>'
        yield f'<text x="{_LEFT - 8}" y="{at}" dy="4" text-anchor="end" fill="{_INK}">{written(tick)}</text>'
    yield f'<path d="M{_LEFT} {_n(bottom)}H{_RIGHT}" stroke="{_INK}"/>'
    for tick in x.ticks:
        at, label = _n(x.at(tick)), _text(_short(categories[int(tick)])) if categories else written(tick)
        yield f'<path d="M{at} {_n(bottom)}v5" stroke="{_INK}"/>'
        turn = (
            f' transform="rotate(-30 {at} {_n(bottom + 18)})" text-anchor="end"' if slanted else ' text-anchor="middle"'
        )
        yield f'<text x="{at}" y="{_n(bottom + 19)}"{turn} fill="{_INK}">{label}</text>'
    across, up = (_LEFT + _RIGHT) // 2, _n((y.start + y.end) / 2)
    label = f'text-anchor="middle" fill="{_INK}"'
    yield f'<text x="{across}" y="{_HEIGHT - 10}" {label}>{_text(chart.x_label)}</text>'
    yield f'<text x="16" y="{up}" transform="rotate(-90 16 {up})" {label}>{_text(chart.y_label)}</text>'


def _lines(chart: Chart, x: Axis, y: Axis, categories: tuple[str, ...]) -> Iterator[str]:
    for number, series in enumerate(chart.series):
        across = [float(categories.index(v)) if isinstance(v, str) else float(v) for v in series.x]
        points = [(_n(x.at(a)), _n(y.at(b))) for a, b in zip(across, series.y, strict=True)]
        colour, dash, marker = (choices[number % len(choices)] for choices in (COLOURS, _DASHES, _MARKERS))
        course = " ".join(f"{a},{b}" for a, b in points)
        yield f'<polyline points="{course}" fill="none" stroke="{colour}" stroke-width="2"{_dash(dash)}/>'
        for a, b in points[:: max(1, len(points) // 24)]:
            yield f'<g transform="translate({a} {b})" fill="{colour}" stroke="{colour}">{marker}</g>'


def _bars(chart: Chart, x: Axis, y: Axis) -> Iterator[str]:
    places = {name: place for place, name in enumerate(_categories(chart))}
    slot = (x.end - x.start) / max(1, len(places))
    width = min(0.76 * slot / max(1, len(chart.series)), 60.0)
    floor = y.at(max(y.low, 0.0)) if not chart.log_y else y.start
    for number, series in enumerate(chart.series):
        for name, value in zip(names(series), series.y, strict=True):
            left = x.at(places[name]) + (number - len(chart.series) / 2) * width
            end = y.at(value)
            yield _bar(number, left, min(end, floor), width * 0.94, abs(floor - end))


def _bar(number: int, left: float, top: float, width: float, height: float) -> str:
    place = f'x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
    hatch = f'<rect {place} fill="url(#hatch{number})"/>' if _HATCHES[number % len(_HATCHES)] else ""
    return f'<rect {place} fill="{COLOURS[number % len(COLOURS)]}"/>{hatch}'


def _legend(series: tuple[Series, ...]) -> Iterator[tuple[int, int]]:
    """The row and the left edge of each series' entry; a letter is taken to be seven units wide."""
    row, left = 0, _LEFT
    for one in series:
        width = 44 + 7 * len(one.name)
        if left > _LEFT and left + width > _RIGHT:
            row, left = row + 1, _LEFT
        yield row, left
        left += width


def _sample(chart: Chart, number: int, y: int, x: int) -> str:
    colour, dash, marker, hatch = (choices[number % len(choices)] for choices in (COLOURS, _DASHES, _MARKERS, _HATCHES))
    name = f'<text x="{x + 32}" y="{y + 4}" fill="{_INK}">{_text(chart.series[number].name)}</text>'
    if chart.shape == "bar":
        pattern = (
            f'<pattern id="hatch{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<path d="{hatch}" stroke="#fff" stroke-width="1.5" fill="none"/></pattern>'
        )
        return (pattern if hatch else "") + _bar(number, x, y - 6, 24, 12) + name
    line = f'<path d="M{x} {y}h26" stroke="{colour}" stroke-width="2"{_dash(dash)}/>'
    return f'{line}<g transform="translate({x + 13} {y})" fill="{colour}" stroke="{colour}">{marker}</g>{name}'


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _dash(pattern: str) -> str:
    return f' stroke-dasharray="{pattern}"' if pattern else ""


def _text(text: str) -> str:
    return escape(sayable(text), quote=False)


def _n(value: float) -> str:
    """A coordinate to a hundredth, without trailing zeros or a negative zero."""
    return f"{round(value, 2) + 0.0:g}"
