"""What assembly chose."""

from collections.abc import Iterator
from dataclasses import dataclass

from vlearn.questions.entry import Entry


@dataclass(frozen=True, slots=True)
class Choice:
    """The entries of each section, in the order of the bank; without sections all of them are one.

    Iterating yields them through all sections.
    """

    sections: tuple[tuple[Entry, ...], ...]

    def __iter__(self) -> Iterator[Entry]:
        return (entry for section in self.sections for entry in section)

    def __len__(self) -> int:
        return sum(map(len, self.sections))
