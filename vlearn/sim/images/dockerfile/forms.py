"""How each instruction is written, as a table, and the splitting of its line into parts."""

from collections.abc import Callable
from dataclasses import dataclass

from vlearn.sim.images.dockerfile.lines import Line
from vlearn.sim.images.dockerfile.words import BLANKS, json_words, pairs, split_flags, words


@dataclass(frozen=True, slots=True)
class Parts:
    """The line's parts before anyone asks what they mean."""

    keyword: str
    flags: tuple[str, ...]
    rest: str
    arguments: tuple[str, ...] = ()
    exec_form: bool = False
    pairs: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """How an instruction is written: how its arguments are split, how many it takes, and which flags."""

    split: str
    takes: str = ""
    flags: tuple[str, ...] = ()


FORMS = {
    "ADD": Form("list", "source and destination", ("chown", "chmod", "link?", "keep-git-dir?", "checksum", "exclude*")),
    "ARG": Form("names", "one or more"),
    "CMD": Form("command"),
    "COPY": Form("list", "source and destination", ("chown", "from", "chmod", "link?", "parents?", "exclude*")),
    "ENTRYPOINT": Form("command"),
    "ENV": Form("pairs", "one or more"),
    "EXPOSE": Form("words", "one or more"),
    "FROM": Form("words", "", ("platform",)),
    "HEALTHCHECK": Form(
        "typed command", "one or more", ("interval", "timeout", "start-period", "start-interval", "retries")
    ),
    "LABEL": Form("pairs", "one or more"),
    "MAINTAINER": Form("text", "exactly one"),
    "ONBUILD": Form("text", "one or more"),
    "RUN": Form("command", "", ("mount*", "network", "security", "device*")),
    "SHELL": Form("command", "one or more"),
    "STOPSIGNAL": Form("text", "exactly one"),
    "USER": Form("text", "exactly one"),
    "VOLUME": Form("list", "one or more"),
    "WORKDIR": Form("text", "exactly one"),
}
"""A flag ending in `?` is a switch, one ending in `*` may be repeated. RUN, CMD and ENTRYPOINT may be empty."""


def _command(rest: str) -> tuple[tuple[str, ...], bool]:
    array = json_words(rest)
    if array is not None:
        return array, True
    return ((rest,) if rest else ()), False


def _list(rest: str) -> tuple[tuple[str, ...], bool]:
    array = json_words(rest)
    return (array, True) if array is not None else (tuple(BLANKS.split(rest)) if rest else (), False)


def _typed_command(rest: str) -> tuple[tuple[str, ...], bool]:
    if not rest:
        return (), False
    kind, *command = rest.split(None, 1)
    arguments, exec_form = _command("".join(command))
    return (kind, *arguments), exec_form


SPLITS: dict[str, Callable[[str], tuple[tuple[str, ...], bool]]] = {
    "command": _command,
    "list": _list,
    "typed command": _typed_command,
    "words": lambda rest: (tuple(BLANKS.split(rest)) if rest else (), False),
    "text": lambda rest: ((rest,) if rest else (), False),
}


def split(line: Line, escape: str) -> Parts:
    """The first round: raises DockerfileError if the arguments cannot be split; an unknown keyword may pass."""
    keyword, flags, rest = split_flags(line.text)
    form = FORMS.get(keyword.upper())
    if form is None:
        return Parts(keyword, flags, rest)
    if form.split == "pairs":
        return Parts(keyword, flags, rest, pairs=pairs(rest, keyword.upper(), escape))
    if form.split == "names":
        found = words(rest, escape)
        named = tuple((name, value if equals else None) for name, equals, value in (w.partition("=") for w in found))
        return Parts(keyword, flags, rest, found, pairs=named)
    if keyword.upper() == "ONBUILD" and rest:
        split(Line(rest, line.first, line.last), escape)
    arguments, exec_form = SPLITS[form.split](rest)
    return Parts(keyword, flags, rest, arguments, exec_form)
