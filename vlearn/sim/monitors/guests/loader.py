"""The table of guests, and how one gets into memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu import Cpu, Descriptor, Program, Segment, assemble, load
from vlearn.sim.cpu.boot import FLAT, KERNEL_CODE, KERNEL_DATA

CODE = Segment(KERNEL_CODE, Descriptor(0, FLAT, 0x9B))
DATA = Segment(KERNEL_DATA, Descriptor(0, FLAT, 0x93))
NO_SYMBOLS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Part:
    """A source file: assembled for a linear address and loaded at a physical one, with constants of its own."""

    name: str
    linear: int
    physical: int
    constants: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest: what it is, its parts, of which the first is booted, and its parameters with their usual values."""

    title: str
    parts: tuple[Part, ...]
    parameters: Mapping[str, int] = field(default_factory=dict)


def _whole(name: str) -> tuple[Part, ...]:
    return (Part(name, 0x4000, 0x4000),)


GUESTS = {
    "kernel": Guest(
        "a kernel with paging, two processes, system calls and a timer",
        (
            *_whole("kernel"),
            Part("process", 0x40_0000, 0xC000, {"LETTER": ord("A")}),
            Part("process", 0x80_0000, 0xD000, {"LETTER": ord("B")}),
        ),
        {"INTERVAL": 90, "LETTERS": 4, "WORK": 15},
    ),
    "probe": Guest("finds out whether it is virtualized, and says so", _whole("probe")),
    "flags": Guest("a critical section made with POPF, and a timer", _whole("flags"), {"INTERVAL": 23, "ROUNDS": 20}),
    "hot_loop": Guest("a loop to measure speed with", _whole("hot_loop"), {"ROUNDS": 1000}),
    "page_tables": Guest("maps pages one by one, with paging on", _whole("page_tables"), {"PAGES": 16}),
}
"""By name. A parameter is a constant that the source uses and a caller may choose."""


def source(name: str) -> str:
    """The text of one source file."""
    return (files(__package__) / f"{name}.asm").read_text(encoding="utf-8")


def guest(name: str, **parameters: int) -> Cpu:
    """A machine with a guest in its memory, at its first instruction. Raises ModelError for unknown names."""
    return loaded(known_guest(name, GUESTS, parameters), NO_SYMBOLS, **parameters)


def known_guest(name: str, guests: Mapping[str, Guest], parameters: Iterable[str]) -> Guest:
    """The guest of this name. Raises ModelError where there is none, or where it has not these parameters."""
    if name not in guests:
        raise ModelError(f"there is no guest {name!r}{did_you_mean(name, guests)}")
    known = guests[name]
    for given in parameters:
        if given not in known.parameters:
            has = ", ".join(known.parameters) or "none"
            raise ModelError(f"the guest {name!r} has no parameter {given!r}; it has {has}")
    return known


def loaded(known: Guest, symbols: Mapping[str, int] = NO_SYMBOLS, **parameters: int) -> Cpu:
    """A machine with any guest in its memory; its source may use the symbols, names of a monitor's interface."""
    cpu, programs = loaded_by_multiboot(), assembled(known, symbols, **parameters)
    for part, program in zip(known.parts, programs, strict=True):
        cpu = load(cpu, program, part.physical - part.linear)
    return cpu.jump(programs[0].start)


def assembled(known: Guest, symbols: Mapping[str, int] = NO_SYMBOLS, **parameters: int) -> tuple[Program, ...]:
    """The program of each part."""
    chosen = {**symbols, **known.parameters, **parameters}
    return tuple(_assembled(part.name, part.linear, _frozen({**chosen, **part.constants})) for part in known.parts)


def loaded_by_multiboot(program: Program | None = None) -> Cpu:
    """A machine without a guest as the loader leaves it, or about to execute a program."""
    cpu = Cpu(segments=(DATA, CODE, DATA, DATA, DATA, DATA))
    return load(cpu, program).jump(program.start) if program else cpu


def _frozen(constants: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(constants.items()))


@lru_cache(maxsize=32)
def _assembled(name: str, origin: int, constants: tuple[tuple[str, int], ...]) -> Program:
    return assemble(source(name), origin, dict(constants))
