"""The compiled engine's translation cache: units by address, their functions, and the exits that have been patched."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vlearn.sim.cpu import Cpu
from vlearn.sim.monitors.translation.cache import physical_addresses
from vlearn.sim.monitors.translation.compiled.choice import Context
from vlearn.sim.monitors.translation.compiled.source import Function, Group, compiled, source
from vlearn.sim.monitors.translation.units import Key, Unit, unit_at

Place = tuple[Key, Context]
LARGEST = 32
"""Units in one function, at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit in the cache: the function that it is part of, as its `number`-th unit, and the places of all of them."""

    place: Place
    unit: Unit
    function: Function
    number: int
    group: tuple[Place, ...]
    source: str


class CodeCache:
    """Units by key, their entries by place, and links: from a unit's exit, by its address, to the unit there."""

    def __init__(self) -> None:
        self.units: dict[Key, Unit] = {}
        self.entries: dict[Place, Entry] = {}
        self.links: dict[Key, dict[int, Key]] = {}
        self.called_out: frozenset[int] = frozenset()
        self._known: dict[tuple[str, tuple[Unit, ...]], Function] = {}

    def enter(self, place: Place, cpu: Cpu) -> tuple[Entry, bool]:
        """The unit of a place, and whether it was there before; if not, it is translated.

        A unit that is known in another context has only to be compiled again, alone in a function for the time being.
        """
        key = place[0]
        known = key in self.units
        if not known:
            self.units[key] = unit_at(cpu, self.called_out)
        if place not in self.entries:
            self._compile((place,))
        return self.entries[place], known

    def link(self, key: Key, exit: int, to: Key, context: Context) -> None:
        """Patch an exit. Units that now lead to each other in a circle become one function in this context."""
        self.links.setdefault(key, {})[exit] = to
        circle = self._reached(to) & self._reaching(key)
        if key in circle and to in circle and len(circle) <= LARGEST:
            members = sorted(circle, key=lambda member: member.eip)
            self._compile(tuple((member, context) for member in members))

    def unlink(self) -> None:
        """Undo all links: every jump goes through the dispatcher again. The units stay."""
        self.links.clear()
        for place, entry in list(self.entries.items()):
            if len(entry.group) > 1 or "continue" in entry.source:
                self._compile((place,))

    def call_out(self, physical: int) -> None:
        """From now on, the copied instruction there is a call-out: the units that have it are translated again."""
        self.called_out |= {physical}
        self.unlink()
        for key in [key for key, unit in self.units.items() if physical in physical_addresses(unit)]:
            del self.units[key]
        self.entries = {place: entry for place, entry in self.entries.items() if place[0] in self.units}

    def _compile(self, group: tuple[Place, ...]) -> None:
        numbers = {key: number for number, (key, _) in enumerate(group)}
        edges = {
            (number, exit): numbers[to]
            for key, number in numbers.items()
            for exit, to in self.links.get(key, {}).items()
            if to in numbers
        }
        units = tuple(self.units[key] for key in numbers)
        text = source(Group(units, edges, group[0][1]))
        if (text, units) not in self._known:
            self._known[text, units] = compiled(text, units)
        for number, place in enumerate(group):
            self.entries[place] = Entry(place, units[number], self._known[text, units], number, group, text)

    def _reached(self, start: Key) -> set[Key]:
        return _closure(start, lambda key: self.links.get(key, {}).values())

    def _reaching(self, end: Key) -> set[Key]:
        back: dict[Key, set[Key]] = {}
        for key, exits in self.links.items():
            for to in exits.values():
                back.setdefault(to, set()).add(key)
        return _closure(end, lambda key: back.get(key, ()))


def _closure(start: Key, onward: Callable[[Key], Iterable[Key]]) -> set[Key]:
    seen, open_ = {start}, [start]
    while open_:
        for key in onward(open_.pop()):
            if key not in seen:
                seen.add(key)
                open_.append(key)
    return seen
