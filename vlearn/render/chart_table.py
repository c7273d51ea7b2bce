"""The numbers of a chart as a table: its twin for readers who cannot see it, or who want to know exactly."""

from vlearn.blocks import Chart, Series, Table


def table_of(chart: Chart) -> Table:
    """One row for each x, one column for each series; empty where a series has no value there."""
    columns = [_column(series) for series in chart.series]
    across = dict.fromkeys(x for column in columns for x in column)
    rows = tuple((x, *(column.get(x, "") for column in columns)) for x in across)
    return Table((chart.x_label, *(series.name for series in chart.series)), rows, caption=chart.y_label)


def _column(series: Series) -> dict[str, str]:
    across: tuple[float | str, ...] = series.x
    return {_word(x): _word(y) for x, y in zip(across, series.y, strict=True)}


def _word(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.12g}"
