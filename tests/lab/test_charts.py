"""A chart for plotly tells its series apart without colour, and its output has a drawing, words and numbers too."""

import plotly.graph_objects as go
import pytest

from vlearn.blocks import Chart, Series
from vlearn.lab import chart, charts

LINES = Chart(
    "References of a walk",
    "Guest levels",
    "Memory references",
    tuple(
        Series(f"{h} host levels", (2.0, 3.0, 4.0), tuple((g + 1) * (h + 1) - 1.0 for g in (2, 3, 4)))
        for h in (2, 3, 4)
    ),
)
BARS = Chart(
    "Size", "Mode", "Bytes", (Series("a", ("x", "y"), (1.0, 10.0)), Series("b", ("x", "y"), (2.0, 3.0))), "bar", True
)


def test_a_chart_is_a_plain_figure_with_its_labels_and_numbers():
    figure = chart(LINES)
    assert isinstance(figure, go.Figure)
    assert (figure.layout.title.text, figure.layout.yaxis.title.text) == ("References of a walk", "Memory references")
    assert [list(trace.y) for trace in figure.data] == [list(series.y) for series in LINES.series]


def test_series_differ_in_colour_marker_and_dash():
    looks = [(t.line.color, t.line.dash, t.marker.symbol) for t in chart(LINES).data]
    assert all(len(set(column)) == len(looks) for column in zip(*looks, strict=True))


def test_bars_differ_in_colour_and_hatching_and_a_logarithmic_axis_is_one():
    figure = chart(BARS)
    assert all(trace.type == "bar" for trace in figure.data)
    assert len({trace.marker.pattern.shape for trace in figure.data}) == 2
    assert figure.layout.yaxis.type == "log"


def test_there_are_as_many_looks_as_colours():
    assert len(charts._DASHES) == len(charts._MARKERS) == len(charts._PATTERNS) == len(charts.COLOURS)


@pytest.mark.parametrize("block", [LINES, BARS])
def test_the_output_is_a_plotly_figure_a_drawing_and_words_then_the_numbers(monkeypatch, block):
    shown = []
    monkeypatch.setattr(charts, "display", lambda bundle, raw: shown.append(bundle))
    chart(block)._ipython_display_()
    figure, numbers = shown
    assert figure["application/vnd.plotly.v1+json"]["data"]
    assert "<svg" in figure["text/html"]
    assert "<details>" not in figure["text/html"]
    assert block.series[0].name in figure["text/plain"]
    assert numbers["text/html"].count("<details>") == 1
    assert "<table" in numbers["text/html"]
