"""The table of docker's commands, read from commands.txt: usage, options, how many arguments, other names.

What a usage line says is taken by its word: `CONTAINER [CONTAINER...]` is one argument or more, and where a command
for a container follows (`[ARG...]`), options end with the first argument.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from vlearn.sim.engine.command_line.errors import ArgumentsError
from vlearn.sim.engine.command_line.flags import Flag, flag

GROUPS = {
    "container": "Manage containers",
    "image": "Manage images",
    "network": "Manage networks",
    "volume": "Manage volumes",
    "system": "Manage Docker",
    "builder": "Manage builds",
    "compose": "Define and run multi-container applications with Docker",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name (`network create`), what its usage line says behind that, and its options."""

    name: str
    usage: str
    summary: str
    aliases: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    second: str = ""

    def usage_of(self, called: str) -> str:
        """The usage, for the name that was typed."""
        other = f"\n\tdocker {called} {self.second}" if self.second else ""
        return f"Usage:  docker {called} {self.usage}".rstrip() + other

    @property
    def leading(self) -> bool:
        """Whether options end at the first argument."""
        return "[ARG...]" in self.usage or "[ps OPTIONS]" in self.usage

    @property
    def least(self) -> int:
        """How many arguments it must have."""
        return len([word for word in self._arguments if not word.startswith("[")])

    @property
    def most(self) -> int | None:
        """How many it may have; None for any number."""
        many = any("..." in word or " OPTIONS" in word for word in self._arguments)
        return None if many else len(self._arguments)

    @property
    def _arguments(self) -> list[str]:
        usage = self.usage.removeprefix("[OPTIONS]").replace(" | ", "|")
        return re.findall(r"\[[^\s\[]+(?: OPTIONS)?(?:\[.*?\])?\]|[^\s\[]+(?:\[\S*\])*", usage)

    def check(self, arguments: tuple[str, ...], called: str) -> None:
        """Raises ArgumentsError in docker's words if there are too many or too few; `called` is the name used."""
        count, least, most = len(arguments), self.least, self.most
        if least <= count and (most is None or count <= most):
            return
        see = "Run"
        if most == 0:
            rule = "accepts no arguments"
        elif least == most:
            rule = f"requires {_arguments(least)}"
        elif most is None:
            rule, see = f"requires at least {_arguments(least)}", "See"
        elif least:
            rule = f"requires at least {least} and at most {_arguments(most)}"
        else:
            rule = f"requires at most {_arguments(most)}"
        raise ArgumentsError(f"docker: 'docker {called}' {rule}", see)


def _arguments(count: int) -> str:
    return f"{count} argument{'s' * (count != 1)}"


@cache
def commands() -> Mapping[str, Command]:
    """Every command that the model has, by each of its names."""
    text = files(__package__).joinpath("commands.txt").read_text(encoding="utf-8")
    found: dict[str, Command] = {}
    for command in _read(text, found):
        found |= dict.fromkeys((command.name, *command.aliases), command)
    return found


@cache
def absent(group: str = "") -> frozenset[str]:
    """Commands of docker that the model has not; or those of a group such as compose."""
    text = files(__package__).joinpath("commands.txt").read_text(encoding="utf-8")
    begin = f"absent in {group}: " if group else "absent: "
    line = next((line for line in text.splitlines() if line.startswith(begin)), "")
    return frozenset(line.removeprefix(begin).split())


def _read(text: str, known: Mapping[str, Command]) -> Iterator[Command]:
    """The commands one after another; `known` has those before, for `options of run without detach`."""
    for block in text.split("\n\n"):
        head, *lines = [line for line in block.splitlines() if not line.startswith("#")] or [""]
        name, _, usage = head.partition(":")
        if not lines or name.startswith("absent"):
            continue
        aliases: tuple[str, ...] = ()
        second = ""
        options: list[Flag] = []
        for line in (line.strip() for line in lines[1:]):
            word, _, rest = line.partition(" ")
            if word == "also":
                aliases = tuple(rest.split(", "))
            elif word == "or":
                second = rest
            elif word == "old":
                named, _, means = rest.partition(" = ")
                options.append(replace(flag(named), means=means))
            elif word == "not":
                options += [flag(named) for named in rest.split("; ")]
            elif word == "options":
                _, other, *without = rest.split()
                options += [one for one in known[other].flags if one.long not in without]
            else:
                named, _, about = line.partition("  ")
                options.append(flag(named, about))
        if name.startswith("compose "):
            options += [
                flag("-f, --file string", "Compose configuration file"),
                flag("-p, --project-name string", "Project name"),
            ]
        yield Command(name, usage.strip(), lines[0].strip(), aliases, tuple(options), second)
