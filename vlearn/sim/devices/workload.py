"""What guests send through one card, and what it took: the input and the outcome of `traffic`."""

from dataclasses import dataclass

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.devices.ways import ENTRIES, Way


@dataclass(frozen=True, slots=True)
class Workload:
    """Each guest sends `packets` of `size` bytes: one every `gap` seconds, or with 0 as fast as it can."""

    guests: int = 1
    size: int = 1500
    packets: int = 1000
    gap: float = 0.0
    ring: int = 256

    def __post_init__(self) -> None:
        for name, value in (("guests", self.guests), ("size", self.size), ("packets", self.packets)):
            if value < 1:
                raise ModelError(f"a workload with {name} {value} sends nothing: it must be 1 or more")
        if self.gap < 0:
            raise ModelError(f"a gap of {self.gap} seconds cannot be: it is 0 or more")
        if self.ring < 1 or self.ring & (self.ring - 1):
            raise ModelError(f"a ring of {self.ring} slots cannot be: the size is a power of two, such as 256")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run took: how often each kind happened, busy cycles, its length in seconds, each packet's latency."""

    way: Way
    workload: Workload
    counts: Map[str, int]
    kicks: int
    interrupts: int
    guest_cycles: int
    host_cycles: int
    seconds: float
    latencies: tuple[float, ...]

    @property
    def packets(self) -> int:
        """Packets of all guests."""
        return self.workload.guests * self.workload.packets

    @property
    def throughput(self) -> float:
        """Bits a second on the wire."""
        return self.packets * self.workload.size * 8 / self.seconds

    @property
    def latency(self) -> float:
        """Mean seconds from the moment the guest wants to send until the packet has left."""
        return sum(self.latencies) / len(self.latencies)

    @property
    def entries_a_packet(self) -> float:
        """Entries of guests into the hypervisor."""
        return sum(self.counts.get(kind, 0) for kind in ENTRIES) / self.packets

    @property
    def copies_a_packet(self) -> int:
        """Copies by processors."""
        return self.way.copies

    @property
    def cycles_a_packet(self) -> float:
        """Cycles of all cores that were busy with it."""
        return (self.guest_cycles + self.host_cycles) / self.packets
