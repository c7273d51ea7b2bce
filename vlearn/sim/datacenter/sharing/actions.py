"""What can be done with memory that is over-committed: by a guest, by the host, and by the balloon between them."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Touch:
    """A guest reads a page, or writes the content."""

    guest: int
    page: int
    content: int | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """A guest has no more use for a page, and does not tell the host."""

    guest: int
    page: int


@dataclass(frozen=True, slots=True)
class Share:
    """The host looks for pages with the same content, and maps them to one frame, read-only."""


@dataclass(frozen=True, slots=True)
class Balloon:
    """The host asks the balloon of a guest to hold so many pages: more than before inflates it, fewer deflate it."""

    guest: int
    pages: int


Overcommitted: TypeAlias = Touch | Free | Share | Balloon
