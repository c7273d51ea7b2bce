"""A chart in words, for a reader who cannot see it."""

from vlearn.blocks import Chart, Series
from vlearn.render.axis import written


def describe(chart: Chart) -> str:
    """The chart in words: its axes and, for every series, all its values or, beyond twelve, their course."""
    kind = "Bar chart" if chart.shape == "bar" else "Line chart"
    scale = ", logarithmic" if chart.log_y else ""
    told = " ".join(f"{series.name}: {_course(series)}." for series in chart.series)
    return f"{kind}: {chart.title}. Across: {chart.x_label}. Up: {chart.y_label}{scale}. {told}".strip()


def _course(series: Series) -> str:
    points = [f"{x}: {written(y)}" for x, y in zip(names(series), series.y, strict=True)]
    if len(points) <= 12:
        return "; ".join(points) or "no values"
    low, high = series.y.index(min(series.y)), series.y.index(max(series.y))
    return f"{len(points)} values, first {points[0]}, last {points[-1]}, lowest {points[low]}, highest {points[high]}"


def names(series: Series) -> list[str]:
    """The x values as they are written below the axis."""
    return [x if isinstance(x, str) else written(x) for x in series.x]
