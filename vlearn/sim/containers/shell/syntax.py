"""The syntax tree of a shell script, as frozen values: words with their parts, commands, lists of commands."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters that stand for themselves; `quoted` ones are neither patterns nor separators."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name`, or `${name operator word}`; the operator `length` is `${#name}`."""

    name: str
    quoted: bool = False
    operator: str = ""
    word: "Word | None" = None


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(script)`: what the script prints."""

    body: "Sequence"
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((expression))`."""

    expression: "Word"
    quoted: bool = False


Part: TypeAlias = Literal | Parameter | Substitution | Arithmetic


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command line; expansion makes none, one or several fields of it."""

    parts: tuple[Part, ...] = ()

    @property
    def literal(self) -> str | None:
        """The text of a word without quotes and expansions: only such a word can be a reserved one."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Literal) and not self.parts[0].quoted:
            return self.parts[0].text
        return None


@dataclass(frozen=True, slots=True)
class Redirection:
    """`descriptor operator target`; a here-document has the operator << and its text as the target."""

    descriptor: int
    operator: str
    target: Word


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`."""

    name: str
    value: Word


@dataclass(frozen=True, slots=True)
class Simple:
    """A program, function or builtin with its words, or assignments alone."""

    assignments: tuple[Assignment, ...] = ()
    words: tuple[Word, ...] = ()
    redirections: tuple[Redirection, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    """Conditions with what follows them, in order, and what else."""

    branches: "tuple[tuple[Sequence, Sequence], ...]"
    otherwise: "Sequence | None" = None


@dataclass(frozen=True, slots=True)
class While:
    """A loop while the condition holds, or until it does."""

    condition: "Sequence"
    body: "Sequence"
    until: bool = False


@dataclass(frozen=True, slots=True)
class For:
    """A loop over words; None: over the arguments."""

    name: str
    words: tuple[Word, ...] | None
    body: "Sequence"


@dataclass(frozen=True, slots=True)
class Case:
    """A word, and patterns with what follows them."""

    word: Word
    branches: "tuple[tuple[tuple[Word, ...], Sequence], ...]"


@dataclass(frozen=True, slots=True)
class Group:
    """`{ list; }`."""

    body: "Sequence"


@dataclass(frozen=True, slots=True)
class Subshell:
    """`( list )`: in a process of its own."""

    body: "Sequence"


@dataclass(frozen=True, slots=True)
class Function:
    """`name() command`."""

    name: str
    body: "Redirected"


Compound: TypeAlias = If | While | For | Case | Group | Subshell


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with its redirections."""

    command: Compound
    redirections: tuple[Redirection, ...] = ()


Command: TypeAlias = Simple | Redirected | Function


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by |, perhaps negated; `source` is its text, `line` where it stands."""

    commands: tuple[Command, ...]
    negated: bool = False
    source: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """Pipelines joined by && and ||: an operator stands before each but the first. Perhaps in the background."""

    pipelines: tuple[Pipeline, ...]
    operators: tuple[str, ...] = ()
    background: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items one after the other: a script, a body."""

    items: tuple[Item, ...] = ()
