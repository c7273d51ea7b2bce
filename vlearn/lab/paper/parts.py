"""What stands on a handout. No part has a field for an answer: an `Answer` is kept apart."""

from dataclasses import dataclass
from typing import TypeAlias

from vlearn.blocks import Block


@dataclass(frozen=True, slots=True)
class Prose:
    """The text between cells, in Markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Program:
    """The source of a cell, without the lines that only ask the lab for a form."""

    source: str


@dataclass(frozen=True, slots=True)
class Shows:
    """A picture, a table, printed text, or the value of a cell's last expression."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A moment of a run: 0 is the start. `told` is the event that led there, in Markdown."""

    moment: int
    told: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """Some frames of a run of so many steps."""

    title: str
    steps: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A control of a study: what it may be set to, and what it is set to in the picture."""

    name: str
    may_be: str
    is_now: str


@dataclass(frozen=True, slots=True)
class Studied:
    """A question in Markdown, what may be set to answer it, and what the model shows for the first setting."""

    question: str
    settings: tuple[Setting, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """A prediction to tick; question and choices are Markdown, in the order of the notebook."""

    number: int
    prompt: tuple[Block, ...]
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """An exercise to write an answer to: what is expected, in Markdown, and how many lines it has room on."""

    expected: str
    lines: int


@dataclass(frozen=True, slots=True)
class Note:
    """What belongs to a person at a computer, in a few words of Markdown."""

    markdown: str


Part: TypeAlias = Prose | Program | Shows | Played | Studied | Predicted | Asked | Note


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its number in the notebook, counted from 1, and what paper shows of it."""

    number: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The right choice of a prediction: its number and place, what it says and why, both in Markdown."""

    number: int
    place: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A notebook on paper: what students may see."""

    title: str
    cells: tuple[Cell, ...]
