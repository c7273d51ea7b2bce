"""Questions with their answers on their way to another system, which holds them as a bank rather than as a paper."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from vlearn.questions.model import Question


@dataclass(frozen=True, slots=True)
class Collection:
    """Questions under one title. The variants of a generated question have ids of their own: `ID-v1`, `ID-v2`, ...

    `brought` are the ids of the entries that nobody asked for and others need. What a blueprint tells students is in
    `instructions`, as Markdown, and the titles of its sections are in `sections`. The fixed phrases of a format
    for people are in `language`; those of one for another system are English.
    """

    title: str
    questions: tuple[Question, ...]
    brought: tuple[str, ...] = ()
    instructions: str = ""
    sections: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A question that a format cannot hold, and why in a sentence."""

    id: str
    reason: str


class CollectionExporter(Protocol):
    """What the module of a question format offers: the ending of its file, which questions it cannot hold, the file.

    `left_out` names every question that `questions` does not write. Ids are kept, so that a second import
    updates where the system can do that. A module may also offer `changed(collection)`, the questions that it holds in
    another way than they were, and `INSTRUCTIONS`, where it holds those of the collection.
    Same input, same bytes, on every machine. Raises ExportError.
    """

    @property
    def SUFFIX(self) -> str:  # noqa: N802  a module's constant
        """The ending of its file, such as `.xml`."""

    @property
    def left_out(self) -> Callable[[Collection], tuple[LeftOut, ...]]:
        """The questions that the format cannot hold."""

    @property
    def questions(self) -> Callable[[Collection], bytes]:
        """All the others, with their answers."""
