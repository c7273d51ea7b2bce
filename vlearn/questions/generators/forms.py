"""Forms that questions of all chapters take: options with reasons, tables with blanks, names and numbers in words."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from vlearn.blocks import Table
from vlearn.questions.model import MultipleChoice, Option, TraceTable


def chosen(texts: Iterable[tuple[str, bool, str]]) -> MultipleChoice:
    """Options from texts, each with whether it is right and why."""
    rows = list(texts)
    right = frozenset(n for n, (_, correct, _) in enumerate(rows) if correct)
    return MultipleChoice(tuple(Option(text, why) for text, _, why in rows), right)


def asked_below(header: Sequence[str], rows: Sequence[Sequence[str]], *columns: str) -> TraceTable:
    """A table in which these columns are to be filled in."""
    places = [header.index(column) for column in columns]
    blanks = tuple((row, place) for row in range(len(rows)) for place in places)
    return TraceTable(tuple(header), tuple(tuple(row) for row in rows), blanks)


def plain_table(header: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> Table:
    """A table to read. Its cells are plain text, so code loses the marks that it has in a task's cells."""
    return Table(tuple(header), tuple(tuple(cell.replace("`", "") for cell in row) for row in rows), caption)


def listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def figure(value: float | Fraction) -> str:
    """A number as short as it can be written, with commas."""
    return f"{float(value):,.7g}"
