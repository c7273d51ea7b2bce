from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from vlearn.blocks import Chart, Series
from vlearn.errors import ExportError
from vlearn.render.chart_svg import COLOURS, to_svg
from vlearn.render.chart_table import table_of
from vlearn.render.chart_words import describe
from vlearn.render.svg import SVG, parse_svg, write_svg

LEVELS = (2.0, 3.0, 4.0, 5.0)
LINES = Chart(
    "References of a <walk>",
    "levels",
    "memory references",
    (Series("native", LEVELS, LEVELS), Series("nested & EPT", LEVELS, (14.0, 19.0, 24.0, 29.0))),
)
BARS = Chart(
    "Downtime",
    "method",
    "ms",
    (Series("a", ("cold", "pre-copy"), (900.0, 20.0)), Series("b", ("cold", "pre-copy"), (900.0, 30.0))),
    "bar",
)
MANY = replace(LINES, series=tuple(Series(f"series number {n}", LEVELS, (1.0, 2.0, 3.0, 4.0 + n)) for n in range(9)))
NAMES = Chart("Long", "x", "y", (Series("a", tuple(f"a rather long name {n}" for n in range(6)), (1.0,) * 6),))
CHARTS = [
    LINES,
    BARS,
    MANY,
    NAMES,
    replace(BARS, log_y=True),
    Chart("Empty", "x", "y", ()),
    replace(LINES, title="\x0b"),
]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_is_well_formed_passes_the_sanitiser_and_is_the_same_text_twice(chart: Chart) -> None:
    svg = to_svg(chart)
    assert svg == to_svg(chart)
    cleaned = parse_svg(svg, chart.title)
    assert len(list(cleaned.iter())) == len(list(ET.fromstring(svg).iter()))
    assert write_svg(cleaned).count("<text") == svg.count("<text")


@pytest.mark.parametrize("chart", CHARTS)
def test_everything_is_drawn_inside_the_frame(chart: Chart) -> None:
    for element in ET.fromstring(to_svg(chart)).iter():
        for name, most in (("x", 640), ("y", 380)):
            assert -1 <= float(element.get(name, 0)) <= most or element.get("transform") or element.tag == f"{SVG}rect"


def test_series_differ_in_more_than_colour() -> None:
    svg = to_svg(LINES)
    assert "stroke-dasharray" in svg
    assert "<circle" in svg
    assert "<rect" in svg
    assert "hatch1" in to_svg(BARS)
    assert len(set(COLOURS)) == len(COLOURS) == 7


def test_bars_have_the_height_of_their_values() -> None:
    bars = [e for e in ET.fromstring(to_svg(BARS)).iter(f"{SVG}rect") if e.get("fill") == COLOURS[0]]
    _, cold, pre_copy = (float(bar.get("height", 0)) for bar in bars)
    assert cold / pre_copy == pytest.approx(900 / 20, rel=0.01)


def test_words_say_what_a_short_chart_shows_and_how_a_long_one_runs() -> None:
    assert describe(LINES) == (
        "Line chart: References of a <walk>. Across: levels. Up: memory references. "
        "native: 2: 2; 3: 3; 4: 4; 5: 5. nested & EPT: 2: 14; 3: 19; 4: 24; 5: 29."
    )
    xs = tuple(float(n) for n in range(50))
    long = Chart("Squares", "n", "n²", (Series("s", xs, tuple(x * x for x in xs)),), log_y=False)
    assert "50 values, first 0: 0, last 49: 2.401k, lowest 0: 0, highest 49: 2.401k" in describe(long)
    assert "Bar chart" in describe(replace(BARS, log_y=True))
    assert "logarithmic" in describe(replace(BARS, log_y=True))


def test_the_table_has_every_number_exactly_and_leaves_holes_empty() -> None:
    chart = Chart("t", "x", "y", (Series("a", (1.0, 2.0), (1234567.0, 0.125)), Series("b", (2.0, 3.0), (5.0, 6.0))))
    table = table_of(chart)
    assert table.header == ("x", "a", "b")
    assert table.rows == (("1", "1234567", ""), ("2", "0.125", "5"), ("3", "", "6"))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_number_that_cannot_be_drawn_is_named(bad: float) -> None:
    with pytest.raises(ExportError, match="chart 'C': series 's' has the value"):
        to_svg(Chart("C", "x", "y", (Series("s", (1.0,), (bad,)),)))


def test_numbers_and_names_do_not_mix_along_one_axis() -> None:
    with pytest.raises(ExportError, match="mixes numbers and names"):
        to_svg(Chart("C", "x", "y", (Series("s", (1.0,), (1.0,)), Series("t", ("a",), (1.0,)))))
