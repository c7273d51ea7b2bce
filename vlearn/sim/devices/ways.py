"""Three ways of sending a packet as tables: what each stage does, and what that costs in cycles on a machine.

A stage is a set of counted kinds, such as two exits; a preset gives each kind its cycles and a mark that says how far
to trust them, as in `vlearn.sim.monitors.costs`. Nearly all of them are this course's estimates (E): orders of
magnitude that let ways be compared, and no measurements of any product. Sources of the stages: Barham et al., SOSP
2003, section 3.2 (split driver); Intel's 8254x manual (emulated card); PCI-SIG, SR-IOV, and Intel SDM, posted
interrupts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.monitors.costs import CORE_2 as CORE_2_MONITOR
from vlearn.sim.monitors.costs import Cost, Preset

Stage = Mapping[str, int]
NOTHING: Map[str, int] = Map()
LINE = 64
"""Bytes that one `copied-line` copies."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a way does: in the guest for each packet, when it notifies, in the host, and in the guest at the end.

    A way without `kick` notifies by the accesses of `send` itself. `copies` says how often the host copies a packet. A
    way with `functions` needs a function of the card for each guest.
    """

    name: str
    send: Map[str, int]
    kick: Map[str, int] = NOTHING
    wake: Map[str, int] = NOTHING
    host: Map[str, int] = NOTHING
    interrupt: Map[str, int] = NOTHING
    done: Map[str, int] = NOTHING
    copies: int = 0
    functions: bool = False


EMULATED = Way(
    "emulated card",
    send=Map({"build": 1, "exit": 1}),
    host=Map({"device-model": 1, "bridge": 1}),
    interrupt=Map({"inject": 1, "exit": 2}),
    done=Map({"complete": 1}),
    copies=1,
)
SPLIT = Way(
    "split driver",
    send=Map({"build": 1, "grant": 1, "ring-slot": 1}),
    kick=Map({"hypercall": 1}),
    wake=Map({"upcall": 1}),
    host=Map({"ring-slot": 2, "grant-copy": 1, "bridge": 1}),
    interrupt=Map({"upcall": 1}),
    done=Map({"complete": 1, "grant": 1, "ring-slot": 1}),
    copies=1,
)
PASSTHROUGH = Way(
    "passthrough",
    send=Map({"build": 1, "doorbell": 1}),
    interrupt=Map({"posted-interrupt": 1}),
    done=Map({"complete": 1}),
    functions=True,
)
WAYS = (EMULATED, SPLIT, PASSTHROUGH)
ENTRIES = ("exit", "hypercall")
"""The kinds by which a guest enters the hypervisor."""

_ROUND = Preset(
    "round figures, 3 GHz",
    {
        "build": Cost(2000, "E", "the guest's network stack and driver, for a packet"),
        "exit": Cost(1500, "E", "an exit with its handling, as the chapter's questions assume"),
        "device-model": Cost(6000, "E", "a process wakes, decodes the access and hands the packet on"),
        "hypercall": Cost(1000, "E", "into the hypervisor on purpose, to notify, and back"),
        "upcall": Cost(800, "E", "an event reaches a domain's handler"),
        "inject": Cost(1000, "E", "an interrupt is put before the guest"),
        "posted-interrupt": Cost(300, "E", "an interrupt reaches a running guest without an exit"),
        "doorbell": Cost(300, "E", "an uncached store to a real register"),
        "grant": Cost(100, "E", "write or clear an entry of one's own grant table"),
        "grant-copy": Cost(500, "E", "the hypervisor checks a grant, its hypercall shared by several packets"),
        "ring-slot": Cost(100, "E", "write or read a slot, whose cache line comes from the other core"),
        "bridge": Cost(2500, "E", "a software bridge and the driver of the real card"),
        "complete": Cost(300, "E", "the guest frees a packet that was sent"),
        "copied-line": Cost(8, "E", "64 bytes at 8 bytes a cycle"),
    },
)
_CORE_2 = Preset(
    "Core 2, 2006",
    {**_ROUND.costs, "exit": CORE_2_MONITOR.costs["exit"], "copied-line": Cost(16, "E", "64 bytes at 4 bytes a cycle")},
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Cycles by kind, cycles a second, the wire's bits a second, and how many functions the card can have."""

    preset: Preset = _ROUND
    hertz: int = 3_000_000_000
    bandwidth: int = 10_000_000_000
    functions: int = 16

    def __post_init__(self) -> None:
        for name, value, right in (
            ("hertz", self.hertz, "cycles a second, such as 3_000_000_000"),
            ("bandwidth", self.bandwidth, "bits a second, such as 10_000_000_000"),
            ("functions", self.functions, "functions of the card, 1 or more"),
        ):
            if value < 1:
                raise ModelError(f"a machine with {name} {value} sends nothing: give it {right}")


ROUND_FIGURES = Machine()
CORE_2 = Machine(_CORE_2, hertz=2_660_000_000, bandwidth=1_000_000_000, functions=1)
MACHINES = {machine.preset.name: machine for machine in (ROUND_FIGURES, CORE_2)}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a number of packets costs a guest: entries into the hypervisor, copies by processors, notifications."""

    entries: int
    copies: int
    kicks: int
    interrupts: int


def count(way: Way, packets: int, batch: int = 1) -> Counts:
    """The counts if the guest notifies, where the way has a notification of its own, once for every `batch` packets.

    Interrupts are one for each packet unless the way batches, then one for each batch.
    """
    if packets < 0 or batch < 1:
        raise ModelError(f"{packets} packets in batches of {batch}: count 0 packets or more, in batches of 1 or more")
    batches = -(-packets // batch) if way.kick else packets
    entries = packets * _entries(way.send) + batches * (_entries(way.kick) + _entries(way.interrupt))
    kicks = batches if way.kick else packets * way.send.get("exit", 0)
    return Counts(entries, packets * way.copies, kicks, batches)


def share_of_core(per_second: int, stage: Stage, machine: Machine = ROUND_FIGURES) -> float:
    """Which part of one core goes into that stage at so many a second; above 1 it cannot be done."""
    if per_second < 0:
        raise ModelError(f"{per_second} a second cannot be: a rate is 0 or more")
    return per_second * machine.preset.cycles(stage) / machine.hertz


def _entries(stage: Stage) -> int:
    return sum(stage.get(kind, 0) for kind in ENTRIES)
