"""Options of a command, read as the docker command line reads them (the rules and the words of Go's pflag).

`-dit`, `-p8080:80`, `-p 8080:80`, `--name=web` and `--name web` are all one; an option that takes no value may have
one (`--rm=false`). Options may stand between arguments, except where a command of a container follows (`leading`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vlearn.sim.engine.command_line.errors import UsageError
from vlearn.sim.engine.command_line.quantities import rational
from vlearn.sim.engine.specifications import bytes_of, mount_option, seconds_of

ALONE = ("readonly", "ro", "volume-nocopy")
"""What may stand in --mount without a value."""
FILTER = "bad format of filter (expected name=value)"
NAMED = re.compile(r"(?:-(?P<short>\w), )?--(?P<long>[\w-]+)(?: (?P<kind>\S+))?")


@dataclass(frozen=True, slots=True)
class Flag:
    """One option: `kind` is what the help calls its value, "" for a switch. Without a `text` the model has it not.

    `means` is the option that this one is an old name of.
    """

    long: str
    short: str = ""
    kind: str = ""
    text: str = ""
    means: str = ""

    @property
    def title(self) -> str:
        """How errors call it: `-m, --memory`."""
        return f"-{self.short}, --{self.long}" if self.short else f"--{self.long}"

    @property
    def many(self) -> bool:
        """Whether it may be given several times, each adding a value."""
        return self.kind in MANY


MANY = frozenset(("list", "strings", "filter", "map", "mount", "network"))


def flag(named: str, about: str = "") -> Flag:
    """An option from its title in a help text, such as `-m, --memory bytes`."""
    match = NAMED.fullmatch(named)
    assert match, named
    return Flag(match["long"], match["short"] or "", match["kind"] or "", about)


@dataclass(frozen=True, slots=True)
class Given:
    """What a line gave: arguments, and options by their long name: a Boolean, a text, a number or a tuple of texts."""

    arguments: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.options.get(name)

    def texts(self, name: str) -> tuple[str, ...]:
        """All values of an option that may come several times."""
        found: tuple[str, ...] = self.options.get(name, ())
        return found

    def text(self, name: str, default: str = "") -> str:
        """The value of an option of text."""
        found: str = self.options.get(name, default)
        return found

    def has(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self.options.get(name, False))


def read_flags(words: list[str], known: tuple[Flag, ...], *, leading: bool = False) -> Given:
    """Split words into arguments and options. Raises UsageError in pflag's words."""
    longs = {flag.long: flag for flag in known} | {"help": Flag("help")}
    shorts = {flag.short: flag for flag in known if flag.short}
    options: dict[str, Any] = {}
    arguments: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            arguments += rest
            break
        if word.startswith("--"):
            _long(word, longs, rest, options)
        elif word.startswith("-") and word != "-":
            _shorts(word[1:], shorts, rest, options)
        else:
            arguments.append(word)
            if leading:
                arguments += rest
                break
    return Given(tuple(arguments), options)


def _long(word: str, longs: Mapping[str, Flag], rest: list[str], options: dict[str, Any]) -> None:
    name, equals, value = word[2:].partition("=")
    if not name or name[0] in "-=":
        raise UsageError(f"bad flag syntax: {word}")
    if name not in longs:
        raise UsageError(f"unknown flag: --{name}")
    flag = longs[name]
    if not equals and flag.kind:
        if not rest:
            raise UsageError(f"flag needs an argument: --{name}")
        value = rest.pop(0)
    _set(flag, value if equals or flag.kind else "true", options)


def _shorts(letters: str, shorts: Mapping[str, Flag], rest: list[str], options: dict[str, Any]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in shorts:
            if letter == "h":
                options["help"] = True
                return
            raise UsageError(f"unknown shorthand flag: {letter!r} in -{letter}{letters}")
        flag = shorts[letter]
        if letters.startswith("="):
            value, letters = letters[1:], ""
        elif not flag.kind:
            value = "true"
        elif letters:
            value, letters = letters, ""
        elif rest:
            value = rest.pop(0)
        else:
            raise UsageError(f"flag needs an argument: {letter!r} in -{letter}")
        _set(flag, value, options)


def _set(flag: Flag, value: str, options: dict[str, Any]) -> None:
    try:
        read = READERS.get(flag.long, READERS.get(flag.kind, str))(value)
    except ValueError as error:
        raise UsageError(f'invalid argument "{value}" for "{flag.title}" flag: {error}') from None
    name = flag.means or flag.long
    options[name] = (*options.get(name, ()), read) if flag.many else read


def _switch(text: str) -> bool:
    known = {**dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True)}
    known |= dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False)
    if text not in known:
        raise ValueError(f'strconv.ParseBool: parsing "{text}": invalid syntax')
    return known[text]


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise ValueError(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    if abs(int(text)) >= 2**63:
        raise ValueError(f'strconv.ParseInt: parsing "{text}": value out of range')
    return int(text)


def _filter(text: str) -> str:
    if "=" not in text:
        raise ValueError(FILTER)
    return text


def _variable(text: str) -> str:
    if not text.partition("=")[0]:
        raise ValueError(f"invalid environment variable: {text}")
    return text


def _host(text: str) -> str:
    name, mark, _ = text.partition("=" if "=" in text else ":")
    if not mark or not name:
        raise ValueError(f'bad format for add-host: "{text}"')
    return text


def _mount(text: str) -> str:
    fields = dict(field.partition("=")[::2] for field in text.split(","))
    alone = [field for field in text.split(",") if "=" not in field and field not in ALONE]
    if alone:
        raise ValueError(f"invalid field '{alone[0]}' must be a key=value pair")
    if not fields.keys() & {"target", "dst", "destination"}:
        raise ValueError("target is required")
    try:
        mount_option(text)
    except ValueError as error:
        raise ValueError(str(error).partition(" flag: ")[2] or str(error)) from None
    return text


READERS: Mapping[str, Callable[[str], Any]] = {
    "": _switch,
    "int": _integer,
    "bytes": bytes_of,
    "decimal": rational,
    "duration": seconds_of,
    "mount": _mount,
    "env": _variable,
    "add-host": _host,
    "filter": _filter,
}
"""How the value of an option is read, by its kind or its own name; every other one is text."""
