"""What happens to the processor, and the sentence that says so in a trace."""

from dataclasses import dataclass

from vlearn.sim.cpu.faults import VECTORS, Fault, vector_name
from vlearn.sim.cpu.forms import Instruction
from vlearn.sim.cpu.state import REGISTERS, SEGMENTS, Cpu
from vlearn.trace import Event

_TITLES = {vector.number: vector.title for vector in VECTORS}
_SYSTEM = ("gdtr", "idtr", "ldtr", "tr", "cr0", "cr2", "cr3", "cr4", "msrs", "ports", "console", "timer")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, the state after it, and what it was about: an instruction, a fault, a vector."""

    kind: str
    cpu: Cpu
    subject: Instruction | Fault | Exception | int | None = None


def event_of(happening: Happening, before: Cpu) -> Event:
    """The event of a trace, with the names of what changed: registers, and words of memory as `[0x1000]`."""
    after, subject = happening.cpu, happening.subject
    where = f"at {before.eip:#x} in ring {before.cpl}"
    handler = f"the handler is at {after.eip:#x} in ring {after.cpl}"
    match happening.kind, subject:
        case "executed", Instruction():
            text = f"`{subject}` {where}"
        case "interrupt", int():
            text = f"{vector_name(subject)} from a device, {where}; {handler}"
        case "shutdown", Fault():
            text = f"{subject} {where} cannot be delivered: a triple fault, the processor shuts down"
        case (("fault" | "double-fault"), Fault()):
            title = _TITLES.get(subject.vector, "")
            ending = handler if after.eip != before.eip or after.cpl != before.cpl else "its delivery faults in turn"
            text = f"{subject} ({title}) {where}; {ending}"
        case "halted", _:
            text = "the processor is halted, and nothing can wake it: IF is 0 or no timer runs"
        case "idle", _:
            text = "the processor is halted and waits for an interrupt"
        case _:
            text = str(subject) if subject is not None else "the processor has shut down"
    return Event(happening.kind, text, changes(before, after))


def changes(before: Cpu, after: Cpu) -> tuple[str, ...]:
    """The names of the registers that differ, and the words of memory, lowest first."""
    pairs = zip(REGISTERS, before.registers, after.registers, strict=True)
    names = [name for name, old, new in pairs if old != new]
    names += [name for name in ("eip", "eflags") if getattr(before, name) != getattr(after, name)]
    segments = zip(SEGMENTS, before.segments, after.segments, strict=True)
    names += [name for name, first, second in segments if first != second]
    names += [name for name in _SYSTEM if getattr(before, name) != getattr(after, name)]
    if before.memory is not after.memory:
        old_words = before.memory
        differ = sorted(address for address, word in after.memory.items() if old_words.get(address, 0) != word)
        names += [f"[{address:#x}]" for address in differ]
    return tuple(names)
