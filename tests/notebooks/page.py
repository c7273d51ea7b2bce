"""A notebook as its reader meets it: cells in order, their words, and the calls into `lab` that its code makes."""

import ast
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from vlearn.course import COURSE, Chapter


@dataclass(frozen=True)
class Cell:
    """One cell; `number` counts every cell of the notebook from 1."""

    number: int
    kind: str
    source: str
    raw: dict[str, Any]

    @cached_property
    def tree(self) -> ast.Module | None:
        """The code, parsed; None where it is not plain Python."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return None

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree)) if self.tree else ()

    @cached_property
    def calls(self) -> tuple[tuple[str, Any], ...]:
        """(name, first argument if it is a literal, else None) of every `lab.name(...)`."""
        found = []
        for node in self.nodes:
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("lab"), attr=name), args=arguments):
                    first = arguments[0] if arguments else None
                    found.append((name, first.value if isinstance(first, ast.Constant) else None))
        return tuple(found)


@dataclass(frozen=True)
class Page:
    """A whole notebook. `chapter` is the chapter of the course whose stem it bears, if any."""

    stem: str
    raw: dict[str, Any]
    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, stem: str, raw: dict[str, Any]) -> "Page":
        cells = enumerate(raw["cells"], 1)
        return cls(stem, raw, tuple(Cell(n, cell["cell_type"], "".join(cell["source"]), cell) for n, cell in cells))

    @classmethod
    def read(cls, path: Path) -> "Page":
        return cls.of(path.stem, json.loads(path.read_text(encoding="utf-8")))

    @property
    def chapter(self) -> Chapter | None:
        return next((chapter for chapter in COURSE if chapter.stem == self.stem), None)

    @property
    def code(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind == "code")

    @property
    def prose(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind == "markdown")

    @property
    def opening(self) -> str:
        """The words before the first code."""
        first = self.code[0].number if self.code else len(self.cells) + 1
        return "\n\n".join(cell.source for cell in self.prose if cell.number < first)

    def calls(self, name: str) -> tuple[Any, ...]:
        """The first arguments of all calls of `lab.<name>`."""
        return tuple(first for cell in self.code for called, first in cell.calls if called == name)
