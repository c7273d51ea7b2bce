"""Options of programs as getopt(3) reads them, and the wrapping of programs that never wait."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running


@dataclass(frozen=True, slots=True)
class Options:
    """The options given, with their values, and the other words. An option of two names is known by the first."""

    given: Mapping[str, str]
    words: tuple[str, ...]
    every: tuple[tuple[str, str], ...] = field(default=())

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def get(self, name: str, default: str = "") -> str:
        """The value of an option."""
        return self.given.get(name, default)


def read_options(
    words: Iterable[str],
    flags: str = "",
    valued: str = "",
    long: Mapping[str, str] | None = None,
    stop: bool = False,
    optional: str = "",
) -> Options:
    """Read options: letters without (`flags`) and with a value (`valued`; `optional`: only where it is attached).

    `long` gives for `--name`, or `--name=`, which has a value, the option's letter or own name. `stop`: the first
    other word ends them, for it is a program to run. Raises NotModelled for an option that is none of these.
    """
    names, left = long or {}, list(words)
    every: list[tuple[str, str]] = []
    others: list[str] = []
    while left:
        word = left.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if f"{name}=" in names and (equals or name not in names):
                every.append((names[f"{name}="], value if equals else left.pop(0) if left else ""))
            elif name in names and not equals:
                every.append((names[name], ""))
            else:
                raise NotModelled(f"the option {word}")
        elif word.startswith("-") and len(word) > 1:
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter in valued:
                    every.append((letter, letters or (left.pop(0) if left else "")))
                    letters = ""
                elif letter in optional:
                    every.append((letter, letters))
                    letters = ""
                elif letter in flags:
                    every.append((letter, ""))
                else:
                    raise NotModelled(f"the option -{letter}")
        elif stop:
            left.insert(0, word)
            break
        else:
            others.append(word)
    return Options(dict(every), (*others, *left), tuple(every))


def plain(function: Callable[[Task], int]) -> Body:
    """A program that never waits, as one that could."""

    def body(task: Task) -> Running:
        yield from ()
        return function(task)

    return body
