"""What a virtual machine is made of, part by part, and whether a copy resumes where the original stood.

A machine in the small counts: in each round its register grows by the number of processors, memory by what the
register held, the device by what memory held and the disk by what the device held; the clock ticks beside them. A copy
takes some parts and starts with nothing in the others; run side by side with the original, it shows how what was
forgotten spreads. Left out: what lies outside the machine, such as a connection's far end, which no copy takes along;
`vlearn.sim.migration.network` has that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.trace import Event, Step, run


@dataclass(frozen=True, slots=True)
class Machine:
    """The state of a virtual machine, a number for each part, and how many processors it is configured to have."""

    configuration: int = 0
    disk: int = 0
    memory: int = 0
    registers: int = 0
    devices: int = 0
    clock: int = 0


PARTS = {
    "configuration": "how many processors, how much memory, which devices",
    "disk": "files, also of programs that do not run",
    "memory": "the guest kernel with all its processes, and what is not yet written to disk",
    "registers": "where each virtual processor stands",
    "devices": "what the virtual cards and controllers have been told, and what is under way in them",
    "clock": "what the guest takes for the time",
}
COPIES = {
    "template": ("configuration", "disk"),
    "disk snapshot": ("disk",),
    "memory dump": ("memory", "registers"),
    "suspended machine": tuple(PARTS),
}
"""By name, what it takes along."""


def begin(processors: int = 2) -> Machine:
    """A machine that has been on for a while."""
    if processors < 1:
        raise ModelError(f"a machine has 1 processor or more, not {processors}")
    return Machine(processors, disk=10, memory=20, registers=30, devices=40, clock=50)


def work(machine: Machine, action: object = None) -> Iterator[Step[Machine]]:
    """One round of the guest's program: registers count, and what they hold goes through memory to device and disk."""
    after = replace(
        machine,
        registers=machine.registers + machine.configuration,
        memory=machine.memory + machine.registers,
        devices=machine.devices + machine.memory,
        disk=machine.disk + machine.devices,
        clock=machine.clock + 1,
    )
    text = f"at {machine.clock} the program counts to {after.registers} and has {after.disk} on its disk"
    yield Step(Event("work", text, tuple(PARTS)), after)


def copied(machine: Machine, parts: Iterable[str]) -> Machine:
    """A copy that has these parts and nothing else."""
    taken = tuple(parts)
    for part in taken:
        if part not in PARTS:
            raise ModelError(f"a machine has no part {part!r}{did_you_mean(part, PARTS)}; it has {', '.join(PARTS)}")
    return replace(Machine(), **{part: getattr(machine, part) for part in taken})


def differences(machine: Machine, parts: Iterable[str], rounds: int = 0) -> tuple[str, ...]:
    """The parts in which original and copy differ after both have worked for so many rounds."""
    if rounds < 0:
        raise ModelError(f"machines work for 0 rounds or more, not {rounds}")
    original, copy = (run(work, one, range(rounds)).final for one in (machine, copied(machine, parts)))
    return tuple(each.name for each in fields(Machine) if getattr(original, each.name) != getattr(copy, each.name))


def resumes(machine: Machine, parts: Iterable[str], rounds: int = 5) -> bool:
    """Whether nobody can tell the copy from the original, now and after so many rounds."""
    taken = tuple(parts)
    return not any(differences(machine, taken, after) for after in range(rounds + 1))
