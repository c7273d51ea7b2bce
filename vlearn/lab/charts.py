"""Charts to explore, drawn by plotly from the same `Chart` blocks that pages and print draw as SVG.

A plain `go.Figure`, whose output is a few kilobytes of JSON: a `FigureWidget` would put plotly's five megabytes into
every notebook. Where plotly does not run, the output shows the SVG; below both stands a table of the numbers.
"""

from typing import Any

import plotly.graph_objects as go
from IPython.display import display
from plotly import io

from vlearn.blocks import Chart, Series
from vlearn.lab.assets import page
from vlearn.render.chart_svg import COLOURS
from vlearn.render.chart_words import describe
from vlearn.render.html import to_html

HEIGHT = 380
MOST_TICKS = 12
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "6px 2px")
_MARKERS = ("circle", "square", "triangle-up", "diamond", "triangle-down", "x", "cross")
_PATTERNS = ("", "/", "\\", "-", "|", "x", "+")


class ChartFigure(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A plotly figure whose output also has the SVG and the words of its chart."""

    def __init__(self, block: Chart):
        super().__init__([_trace(block, series, n) for n, series in enumerate(block.series)], _layout(block))
        self._block = block

    def _ipython_display_(self) -> None:
        drawn = io.renderers["plotly_mimetype"].to_mimebundle(self.to_plotly_json())
        figure, _, numbers = to_html((self._block,)).partition("<details>")
        display({**drawn, "text/html": page(f"{figure}</figure>"), "text/plain": describe(self._block)}, raw=True)  # type: ignore[no-untyped-call]
        display({"text/html": page(f"<details>{numbers}"), "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]


def chart(block: Chart) -> ChartFigure:
    """The chart as a plotly figure. Colour, marker, dash and hatching all tell its series apart, so none is needed."""
    return ChartFigure(block)


def _layout(block: Chart) -> go.Layout:
    legend = len(block.series) > 1
    return go.Layout(
        title={"text": block.title, "x": 0.01, "y": 1, "yanchor": "top", "pad": {"t": 14}, "font": {"size": 16}},
        xaxis={"title": {"text": block.x_label}, "tickvals": _whole_ticks(block)},
        yaxis={"title": {"text": block.y_label}, "type": "log" if block.log_y else "linear"},
        template="plotly_white",
        colorway=COLOURS,
        height=HEIGHT,
        margin={"l": 70, "r": 20, "t": 80 if legend else 50, "b": 60},
        hovermode="x unified",
        showlegend=legend,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},  # below the title
    )


def _whole_ticks(block: Chart) -> list[float] | None:
    """Every x, where these are few whole numbers, such as levels: there is nothing between them."""
    across = sorted({x for series in block.series for x in series.x if not isinstance(x, str)})
    return across if across and len(across) <= MOST_TICKS and all(x == int(x) for x in across) else None


def _trace(block: Chart, series: Series, n: int) -> Any:
    n %= len(COLOURS)
    if block.shape == "bar":
        marker = {"color": COLOURS[n], "pattern": {"shape": _PATTERNS[n]}}
        return go.Bar(name=series.name, x=series.x, y=series.y, marker=marker)
    return go.Scatter(
        name=series.name,
        x=series.x,
        y=series.y,
        mode="lines+markers",
        line={"color": COLOURS[n], "dash": _DASHES[n]},
        marker={"symbol": _MARKERS[n], "size": 8},
    )
