"""A chart in words, for a reader who cannot see it."""

from dataclasses import dataclass

from vlearn.blocks import Chart, Series
from vlearn.render.axis import written


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words for a chart, in English unless a translation says otherwise."""

    bar: str = "Bar chart"
    line: str = "Line chart"
    across: str = "Across"
    up: str = "Up"
    logarithmic: str = "logarithmic"
    empty: str = "no values"
    course: str = "{count} values, first {first}, last {last}, lowest {lowest}, highest {highest}"
    numbers: str = "The numbers of this chart"


ENGLISH = ChartWords()


def describe(chart: Chart, words: ChartWords = ENGLISH) -> str:
    """The chart in words: its axes and, for every series, all its values or, beyond twelve, their course."""
    kind = words.bar if chart.shape == "bar" else words.line
    scale = f", {words.logarithmic}" if chart.log_y else ""
    told = " ".join(f"{series.name}: {_course(series, words)}." for series in chart.series)
    axes = f"{words.across}: {chart.x_label}. {words.up}: {chart.y_label}{scale}."
    return f"{kind}: {chart.title}. {axes} {told}".strip()


def _course(series: Series, words: ChartWords) -> str:
    points = [f"{x}: {written(y)}" for x, y in zip(names(series), series.y, strict=True)]
    if len(points) <= 12:
        return "; ".join(points) or words.empty
    low, high = series.y.index(min(series.y)), series.y.index(max(series.y))
    return words.course.format(
        count=len(points), first=points[0], last=points[-1], lowest=points[low], highest=points[high]
    )


def names(series: Series) -> list[str]:
    """The x values as they are written below the axis."""
    return [x if isinstance(x, str) else written(x) for x in series.x]
