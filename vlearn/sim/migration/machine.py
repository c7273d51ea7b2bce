"""What is to be moved, and over what: a virtual machine, and the link between two hosts.

Sizes are bytes, times are seconds, rates are bytes a second: 1 Gbit/s is 125e6. Memory is tracked in pages of 4 KiB,
as hypervisors do for a migration even where they map larger ones.
"""

from dataclasses import dataclass, field
from math import isfinite

from vlearn.errors import ModelError
from vlearn.sim.migration.patterns import IDLE, PAGE, Pattern

MIB, GIB = 1 << 20, 1 << 30
LAN_ROUND_TRIP, LONGEST_ROUND_TRIP = 0.0002, 10.0


@dataclass(frozen=True, slots=True)
class VirtualMachine:
    """Memory in bytes, what each virtual processor touches, and what else must arrive before it can run.

    `state` is the bytes of processor and device state; `resume` the seconds that the destination takes to start the
    machine and to announce it, once all has arrived. `boot` is what a cold start takes.
    """

    memory: int
    processors: tuple[Pattern, ...] = (IDLE,)
    state: int = MIB
    resume: float = 0.0
    boot: float = 30.0

    def __post_init__(self) -> None:
        if self.memory <= 0 or self.memory % PAGE:
            raise ModelError(f"memory is in bytes, a positive multiple of the {PAGE} of a page; {self.memory} is not")
        for name, value, unit in (("state", self.state, "bytes"), ("resume", self.resume, "seconds")):
            if not isfinite(value) or value < 0:
                raise ModelError(f"{name} is in {unit} and cannot be {value}")
        if not self.processors:
            raise ModelError("a machine has at least one processor; give IDLE for one that touches nothing")
        for number, pattern in enumerate(self.processors):
            if pattern.beyond > self.pages:
                raise ModelError(
                    f"processor {number} touches page {pattern.beyond - 1}; the machine's {self.memory} bytes are"
                    f" pages 0 to {self.pages - 1}"
                )

    @property
    def pages(self) -> int:
        """How many pages its memory has."""
        return self.memory // PAGE


@dataclass(frozen=True, slots=True)
class Link:
    """The network between the hosts: bytes a second, the seconds of a round trip, and `header` bytes with each page."""

    bandwidth: float
    round_trip: float = LAN_ROUND_TRIP
    header: int = 8
    page_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        if not isfinite(self.bandwidth) or self.bandwidth <= 0:
            raise ModelError(
                f"bandwidth is in bytes a second and more than 0, not {self.bandwidth}: nothing would ever arrive."
                " 1 Gbit/s is 125e6"
            )
        if self.bandwidth < PAGE:
            raise ModelError(
                f"bandwidth is in bytes a second; {self.bandwidth:g} of them are not even a page: 1 Gbit/s is 125e6"
            )
        if not isfinite(self.round_trip) or not 0 <= self.round_trip < LONGEST_ROUND_TRIP:
            raise ModelError(
                f"a round trip is in seconds, from 0 to less than {LONGEST_ROUND_TRIP:g}; {self.round_trip} is not:"
                " 0.2 ms is 0.0002"
            )
        if self.header < 0:
            raise ModelError(f"header is in bytes and cannot be {self.header}")
        object.__setattr__(self, "page_bytes", PAGE + self.header)

    @property
    def slot(self) -> float:
        """The seconds for which a page keeps the link busy."""
        return self.page_bytes / self.bandwidth


def refuse_limit(limit: float) -> None:
    """Raise ModelError for a downtime limit that is none, or that was meant in milliseconds."""
    if not isfinite(limit) or limit < 0:
        raise ModelError(f"a downtime limit is in seconds and not negative; {limit} is not")
    if limit >= 100:
        raise ModelError(f"a downtime limit is in seconds; {limit:g} of them are no limit: 300 ms is 0.3")
