"""The exceptions of the processor by their Intel names, and `Fault`, which semantic functions raise.

Source: Intel SDM vol. 3A, "Interrupt and exception handling", tables "Exceptions and interrupts" and "Conditions for
generating a double fault".
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vector:
    """An exception: its number, its name, and whether its delivery pushes an error code.

    A `contributory` exception during the delivery of another one makes a double fault.
    """

    number: int
    name: str
    title: str
    has_error_code: bool = False
    contributory: bool = False


VECTORS = (
    Vector(0, "#DE", "divide error", contributory=True),
    Vector(1, "#DB", "debug exception"),
    Vector(3, "#BP", "breakpoint"),
    Vector(6, "#UD", "invalid opcode"),
    Vector(7, "#NM", "device not available"),
    Vector(8, "#DF", "double fault", has_error_code=True),
    Vector(10, "#TS", "invalid TSS", has_error_code=True, contributory=True),
    Vector(11, "#NP", "segment not present", has_error_code=True, contributory=True),
    Vector(12, "#SS", "stack-segment fault", has_error_code=True, contributory=True),
    Vector(13, "#GP", "general protection", has_error_code=True, contributory=True),
    Vector(14, "#PF", "page fault", has_error_code=True),
)
DE, DB, BP, UD, NM, DF, TS, NP, SS, GP, PF = (vector.number for vector in VECTORS)

_BY_NUMBER = {vector.number: vector for vector in VECTORS}
_CONTRIBUTORY = frozenset(vector.number for vector in VECTORS if vector.contributory)


class Fault(Exception):
    """An exception of the processor, on its way to delivery: never one of the caller.

    `error_code` is None for a vector without one. `address` is what a page fault puts into CR2.
    """

    def __init__(self, vector: int, error_code: int | None = None, address: int | None = None) -> None:
        super().__init__(vector, error_code, address)
        self.vector = vector
        self.error_code = error_code
        self.address = address

    def __str__(self) -> str:
        code = "" if self.error_code is None else f"({self.error_code:#x})"
        at = "" if self.address is None else f" at {self.address:#x}"
        return f"{vector_name(self.vector)}{code}{at}"


def vector_name(vector: int) -> str:
    """`#GP` for 13; `interrupt 0x80` for a vector without a name."""
    known = _BY_NUMBER.get(vector)
    return known.name if known else f"interrupt {vector:#x}"


def doubles(first: int, second: int) -> bool:
    """Whether a fault while another one is delivered is a double fault; otherwise the second is delivered instead."""
    if first == PF:
        return second == PF or second in _CONTRIBUTORY
    return first in _CONTRIBUTORY and second in _CONTRIBUTORY
