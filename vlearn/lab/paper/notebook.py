"""A notebook file executed for paper: in this process, without Jupyter, each cell in the namespace of those before it.

Cells are plain Python, so magics are refused. Left out: interactive input, and whatever a value displays in other ways
than as text; a value that is not ours is what IPython would write for it.
"""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import msgspec

from vlearn.blocks import Code, Table
from vlearn.errors import ContentError
from vlearn.lab.paper.parts import (
    Answer,
    Asked,
    Cell,
    Note,
    Part,
    Played,
    Predicted,
    Printed,
    Program,
    Prose,
    Shows,
    Studied,
)
from vlearn.lab.paper.source import LAB, compiled, shown
from vlearn.lab.paper.stand_in import PaperLab
from vlearn.lab.prediction import Prediction
from vlearn.lab.record import no_record
from vlearn.lab.shown import Shown
from vlearn.trace import Trace

WIDTH = 96
"""Characters of a line of a value that is written over several."""


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str]


class _Notebook(msgspec.Struct):
    cells: list[_Cell]


def printed(notebook: Path) -> tuple[Printed, tuple[Answer, ...]]:
    """The notebook on paper; apart, the answers to its predictions. ContentError: no notebook, or a cell fails."""
    try:
        read = msgspec.json.decode(notebook.read_bytes(), type=_Notebook)
    except (OSError, msgspec.DecodeError) as problem:
        raise ContentError(f"{notebook} cannot be read as a notebook: {problem}") from problem
    sources = [cell.source if isinstance(cell.source, str) else "".join(cell.source) for cell in read.cells]
    title, begun = _titled(sources, notebook.stem)
    run = _Run(notebook.name)
    cells = []
    with no_record():
        for number, (cell, source) in enumerate(zip(read.cells, begun, strict=True), 1):
            if cell.cell_type == "markdown" and source.strip():
                cells.append(Cell(number, (Prose(source),)))
            elif cell.cell_type == "code":
                cells.append(Cell(number, tuple(run.cell(number, source))))
    return Printed(title, tuple(cells)), tuple(run.answers)


def _titled(sources: list[str], stem: str) -> tuple[str, list[str]]:
    """The notebook's first heading, and its sources without it."""
    first, _, rest = sources[0].partition("\n") if sources else ("", "", "")
    if not first.startswith("# "):
        return stem, sources
    return first.removeprefix("# ").strip(), [rest, *sources[1:]]


class _Run:
    """A namespace in which one cell after another is executed, and the predictions met so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._namespace: dict[str, Any] = {"__name__": "__main__", LAB: PaperLab()}
        self.answers: list[Answer] = []

    def cell(self, number: int, source: str) -> Iterator[Part]:
        """What paper shows of a cell: its source, what it prints, and its value."""
        said = io.StringIO()
        try:
            statements, last = compiled(source, f"<cell {number}>")
            program = shown(source)
            with redirect_stdout(said), redirect_stderr(said):
                exec(statements, self._namespace)
                value = eval(last, self._namespace) if last else None
            parts = tuple(self._parts(value))
        except (Exception, SystemExit) as problem:
            why = " ".join(f"{type(problem).__name__}: {problem}".split()).removesuffix(":")
            raise ContentError(
                f"{self._name} does not run, so it has no handout: cell {number} fails with {why}"
            ) from problem
        if program:
            yield Program(program)
        if text := said.getvalue().rstrip("\n"):
            yield Shows((Code(text),))
        yield from parts

    def _parts(self, value: Any) -> Iterator[Part]:
        match value:
            case None:
                return
            case Played() | Studied() | Asked() | Note():
                yield value
            case Prediction():
                yield self._predicted(value)
            case Shown():
                yield Shows(value.blocks or (Code(value.text),))
            case Trace():
                rows = tuple((str(n), step.event.kind, step.event.text) for n, step in enumerate(value.steps, 1))
                yield Shows((Table(("Step", "Kind", "What happened"), rows),))
            case _:
                from IPython.lib.pretty import pretty

                yield Shows((Code(pretty(value, max_width=WIDTH)),))  # type: ignore[no-untyped-call]

    def _predicted(self, asked: Prediction) -> Predicted:
        number, right = len(self.answers) + 1, asked.choices[asked.right]
        self.answers.append(Answer(number, asked.right, right.markdown, right.why))
        return Predicted(number, asked.prompt, asked.question, tuple(choice.markdown for choice in asked.choices))
