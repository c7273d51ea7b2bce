"""Servers that are changed in place and drift apart, beside servers that are replaced by an image and do not.

A change in place misses the servers that are down or overlooked just then. Configuration management (Chef, Puppet,
Ansible) sets again what it knows of, and knows nothing of the rest. Left out: data, which no server here keeps.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from immutables import Map

from vlearn.errors import ModelError
from vlearn.trace import Event, Step

Settings: TypeAlias = Map[str, str]


@dataclass(frozen=True, slots=True)
class Servers:
    """The settings of each server, and those that are written down for all."""

    settings: tuple[Settings, ...]
    declared: Settings

    @classmethod
    def of(cls, count: int, **declared: str) -> "Servers":
        """So many servers as the declaration has them."""
        if count < 1:
            raise ModelError(f"there is 1 server at least, not {count}")
        return cls((Map(declared),) * count, Map(declared))

    @property
    def kinds(self) -> int:
        """How many different servers there are: 1 where nothing has drifted."""
        return len(Counter(self.settings))

    @property
    def drifted(self) -> tuple[int, ...]:
        """The servers that are not as declared."""
        return tuple(n for n, settings in enumerate(self.settings) if settings != self.declared)


@dataclass(frozen=True, slots=True)
class Patch:
    """Somebody logs in to these servers and changes a setting; nothing is written down."""

    key: str
    value: str
    on: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Declare:
    """The declaration is changed; no server is, yet."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Converge:
    """Configuration management sets what is declared, but on the servers that it misses. Other settings stay."""

    missed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Each server is thrown away, and one of an image of the declaration takes its place."""


Action: TypeAlias = Patch | Declare | Converge | Rebuild


def operate(state: Servers, action: Action) -> Iterator[Step[Servers]]:
    """One change to the servers or to what is written about them."""
    match action:
        case Patch(key, value, on):
            _known(state, on)
            changed = tuple(each.set(key, value) if n in on else each for n, each in enumerate(state.settings))
            words = f"{key} is set to {value} by hand on {_listed(on)}"
            after = replace(state, settings=changed)
        case Declare(key, value):
            words = f"{key} is declared to be {value}; no server knows yet"
            after = replace(state, declared=state.declared.set(key, value))
        case Converge(missed):
            _known(state, missed)
            changed = tuple(
                each if n in missed else each.update(state.declared) for n, each in enumerate(state.settings)
            )
            words = "what is declared is set again" + (f", but on {_listed(missed)}" if missed else "")
            after = replace(state, settings=changed)
        case Rebuild():
            words = "every server is replaced by one of the image"
            after = replace(state, settings=(state.declared,) * len(state.settings))
    kinds = f"{after.kinds} kind{'s' * (after.kinds > 1)} of server"
    yield Step(Event(type(action).__name__.lower(), f"{words}: {kinds}", ("servers",)), after)


def _known(state: Servers, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        if not 0 <= number < len(state.settings):
            raise ModelError(f"there are servers 0 to {len(state.settings) - 1}; there is no server {number}")


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(f"server {number}" for number in numbers) or "no server"
