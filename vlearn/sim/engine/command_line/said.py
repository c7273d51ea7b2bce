"""What a command line printed: on standard output and on standard error, in order, and its exit code."""

from dataclasses import dataclass, field
from typing import Literal

OUT: Literal[1] = 1
ERR: Literal[2] = 2


@dataclass(frozen=True, slots=True)
class Said:
    """The texts in order, each with its descriptor (1 or 2), and the exit code."""

    texts: tuple[tuple[int, str], ...] = ()
    code: int = 0

    @property
    def out(self) -> str:
        """What came on standard output."""
        return "".join(text for descriptor, text in self.texts if descriptor == OUT)

    @property
    def err(self) -> str:
        """What came on standard error."""
        return "".join(text for descriptor, text in self.texts if descriptor == ERR)

    @property
    def text(self) -> str:
        """Both, in order, as a terminal shows them."""
        return "".join(text for _, text in self.texts)


@dataclass(slots=True)
class Printer:
    """Where a command prints while it works."""

    texts: list[tuple[int, str]] = field(default_factory=list)
    code: int = 0

    def out(self, *lines: str) -> None:
        """Lines on standard output."""
        self.texts += [(OUT, f"{line}\n") for line in lines]

    def raw(self, text: str, descriptor: int = OUT) -> None:
        """Text as it is."""
        if text:
            self.texts.append((descriptor, text))

    def err(self, *lines: str, code: int | None = None) -> None:
        """Lines on standard error; with a code, the command fails with it."""
        self.texts += [(ERR, f"{line}\n") for line in lines]
        self.code = self.code if code is None else code

    def said(self) -> Said:
        """All of it."""
        return Said(tuple(self.texts), self.code)
