"""From words to fields, in POSIX's order: tilde, parameters, commands and arithmetic, splitting, file names, quotes.

Braces are spelled out before everything else where the dialect is bash's.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.arithmetic import evaluate
from vlearn.sim.containers.shell.patterns import (
    MAGIC,
    braces,
    compiled,
    escaped,
    without_prefix,
    without_suffix,
)
from vlearn.sim.containers.shell.syntax import Arithmetic, Literal, Parameter, Part, Sequence, Substitution, Word
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.shell.waits import Wait

Expanding = Generator[Wait, None, str]


class ExpansionFault(Exception):
    """An expansion that ends the shell: `${x:?word}`, an unset variable under `set -u`. The text is for the user."""


class Expander(Protocol):
    """What expansion needs of a shell."""

    task: Task
    variables: dict[str, str]
    positional: list[str]

    @property
    def spells_braces(self) -> bool:
        """Whether braces are spelled out."""

    @property
    def computes_names(self) -> bool:
        """Whether a variable in an arithmetic expression may hold an expression."""

    @property
    def unset_is_fault(self) -> bool:
        """Whether `set -u` holds."""

    def special(self, name: str) -> str | None:
        """The value of a parameter; None if it is not set."""

    def substitute(self, body: Sequence) -> Expanding:
        """What a script prints, without the newlines at its end."""

    def assign(self, name: str, value: str) -> None:
        """Set a variable."""


@dataclass(slots=True)
class _Fields:
    """Fields being built: each a list of texts with whether they are quoted. `open` says whether the last goes on."""

    separators: str
    done: list[list[tuple[str, bool]]] = field(default_factory=list)
    now: list[tuple[str, bool]] = field(default_factory=list)
    after_blank: bool = False

    def add(self, text: str, quoted: bool) -> None:
        if text or quoted:
            self.now.append((text, quoted))
            self.after_blank = False

    def finish(self) -> None:
        if self.now:
            self.done.append(self.now)
            self.now = []

    def split(self, text: str) -> None:
        """Add the result of an unquoted expansion: separators in it end fields."""
        start = 0
        for at, char in enumerate(text):
            if char not in self.separators:
                continue
            self.add(text[start:at], False)
            start = at + 1
            if char in " \t\n":
                if self.now:
                    self.finish()
                    self.after_blank = True
            elif self.now or not self.after_blank:
                self.done.append(self.now or [("", True)])
                self.now = []
            else:
                self.after_blank = False
        self.add(text[start:], False)


def fields_of(shell: Expander, words: Iterable[Word]) -> Generator[Wait, None, list[str]]:
    """All fields that words become."""
    found: list[str] = []
    for word in words:
        for one in _spelled_out(word) if shell.spells_braces else (word,):
            for pieces in (yield from _split(shell, one)):
                found += _names(shell.task, pieces)
    return found


def text_of(shell: Expander, word: Word) -> Expanding:
    """A word where it is not split: the value of an assignment, the target of a redirection, a here-document."""
    texts: list[str] = []
    for part in _with_home(shell, word).parts:
        text = yield from _value(shell, part)
        texts.append(text)
    return "".join(texts)


def pattern_of(shell: Expander, word: Word) -> Expanding:
    """A word as a pattern: what is quoted in it stands for itself."""
    texts: list[str] = []
    for part in word.parts:
        text = yield from _value(shell, part)
        texts.append(escaped(text) if part.quoted else text)
    return "".join(texts)


def _split(shell: Expander, word: Word) -> Generator[Wait, None, list[list[tuple[str, bool]]]]:
    separators = shell.variables.get("IFS", " \t\n")
    fields = _Fields(separators)
    for part in _with_home(shell, word).parts:
        if isinstance(part, Literal):
            fields.add(part.text, part.quoted)
        elif isinstance(part, Parameter) and part.name in ("@", "*") and not part.operator:
            _arguments(shell, part, fields)
        else:
            value = yield from _value(shell, part)
            if part.quoted:
                fields.add(value, True)
            else:
                fields.split(value)
    fields.finish()
    return fields.done


def _arguments(shell: Expander, part: Parameter, fields: _Fields) -> None:
    """`$@` and `$*`: a field for each argument, but for "$*", which is one."""
    if part.quoted and part.name == "*":
        fields.add(shell.variables.get("IFS", " ")[:1].join(shell.positional), True)
        return
    if part.quoted and not shell.positional and fields.now == [("", True)]:
        fields.now = []  # "$@" without arguments is no field at all
    for number, argument in enumerate(shell.positional):
        if number:
            fields.finish()
        if part.quoted:
            fields.add(argument, True)
        else:
            fields.split(argument)


def _value(shell: Expander, part: Part) -> Expanding:
    match part:
        case Literal(text):
            return text
        case Substitution(body):
            return (yield from shell.substitute(body))
        case Arithmetic(expression):
            text = yield from text_of(shell, expression)
            return str(evaluate(text, shell.variables, shell.computes_names))
        case Parameter():
            return (yield from _parameter(shell, part))


def _parameter(shell: Expander, part: Parameter) -> Expanding:
    value, operator = shell.special(part.name), part.operator
    if operator == "length":
        return str(len(value or ""))
    word = part.word or Word()
    missing = value is None or (operator.startswith(":") and not value)
    match operator[-1:]:
        case "-" | "=" if missing:
            text = yield from text_of(shell, word)
            if operator[-1] == "=":
                shell.assign(part.name, text)
            return text
        case "?" if missing:
            text = yield from text_of(shell, word)
            null = " or null" if operator.startswith(":") else ""
            raise ExpansionFault(f"{part.name}: {text or f'parameter{null} not set'}")
        case "+":
            return "" if missing else (yield from text_of(shell, word))
        case "%":
            return without_suffix(value or "", (yield from pattern_of(shell, word)), operator == "%%")
        case "#":
            return without_prefix(value or "", (yield from pattern_of(shell, word)), operator == "##")
    if value is None and shell.unset_is_fault and part.name not in ("@", "*"):
        raise ExpansionFault(f"{part.name}: {_UNSET[shell.spells_braces]}")
    return value or ""


_UNSET = {True: "unbound variable", False: "parameter not set"}


def _with_home(shell: Expander, word: Word) -> Word:
    """With `~` at its beginning replaced by $HOME."""
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal) or first.quoted or not (first.text == "~" or first.text.startswith("~/")):
        return word
    home = shell.variables.get("HOME", "~")
    return Word((Literal(home, True), Literal(first.text[1:]), *word.parts[1:]))


def _spelled_out(word: Word) -> Iterable[Word]:
    """Bash's braces, within one literal part."""
    for number, part in enumerate(word.parts):
        if isinstance(part, Literal) and not part.quoted and len(spelled := braces(part.text)) > 1:
            before, after = word.parts[:number], word.parts[number + 1 :]
            return [Word((*before, Literal(text), *after)) for text in spelled]
    return (word,)


def _names(task: Task, pieces: list[tuple[str, bool]]) -> list[str]:
    """The names of files that a field with *, ? or [ matches; the field itself if there are none."""
    plain = "".join(text for text, _ in pieces)
    pattern = "".join(escaped(text) if quoted else text for text, quoted in pieces)
    if not any(MAGIC.search(text) for text, quoted in pieces if not quoted):
        return [plain]
    return sorted(_matching(task, pattern)) or [plain]


def _matching(task: Task, pattern: str) -> list[str]:
    start = "/" if pattern.startswith("/") else ""
    found = [start]
    for part in filter(None, pattern.split("/")):
        found = [name for folder in found for name in _step(task, folder, part)]
    return found


def _step(task: Task, folder: str, part: str) -> list[str]:
    join: Callable[[str], str] = lambda name: f"{folder.rstrip('/')}/{name}" if folder else name  # noqa: E731
    if not MAGIC.search(part):
        literal = join(part.replace("\\", ""))
        try:
            task.host.stat(task.pid, literal, follow=False)
        except SystemCallFailed:
            return []
        return [literal]
    try:
        names = task.host.list(task.pid, folder or ".")
    except SystemCallFailed:
        return []
    shown = (name for name in names if part.startswith(".") or not name.startswith("."))
    return [join(name) for name in shown if compiled(part).fullmatch(name)]
