"""What one instruction changes, in the same words for the model and for a processor."""

from collections.abc import Callable, Mapping, Sequence

from vlearn.sim.cpu.faults import Fault
from vlearn.sim.cpu.forms import Instruction
from vlearn.sim.cpu.machine import execute
from vlearn.sim.cpu.state import CS, DS, REGISTERS, SS, Cpu, TableRegister
from vlearn.sim.memory.tables import Memory


def by_model(cpu: Cpu, instruction: Instruction) -> str:
    """What the instruction does on the model: its fault, or what it changes."""
    try:
        return changes(cpu, execute(cpu, instruction))
    except Fault as fault:
        return str(fault)


def by_processor() -> Callable[[Cpu, Instruction], str]:
    """The same on Unicorn's processor, which is made once. Needs the extra `vlearn[oracle]`."""
    from vlearn.sim.cpu.oracle import Oracle

    oracle = Oracle()

    def answered(cpu: Cpu, instruction: Instruction) -> str:
        answer = oracle.execute(cpu, instruction)
        if answer.vector is not None:
            return str(Fault(answer.vector, answer.error_code))
        return _said(cpu, answer.registers, answer.eflags, answer.selectors, answer.gdtr, answer.control, answer.memory)

    return answered


def changes(before: Cpu, after: Cpu) -> str:
    """What differs between two states, without EIP and ESP."""
    selectors, control = _selectors(after), _control(after)
    return _said(before, after.registers, after.eflags, selectors, after.gdtr, control, after.memory)


def _said(before: Cpu, registers: Sequence[int], eflags: int, selectors: Sequence[int], gdtr: TableRegister,
          control: Sequence[int], memory: Memory) -> str:  # fmt: skip
    was = _parts(before.registers, before.eflags, _selectors(before), before.gdtr, _control(before))
    now = _parts(registers, eflags, selectors, gdtr, control)
    changed = {name: now[name] for name in now if now[name] != was[name]}
    words = {f"[{at:#x}]": word for at, word in sorted(memory.items()) if word != before.memory.get(at, 0)}
    return ", ".join(f"{name} = {value:#x}" for name, value in {**changed, **words}.items()) or "changes nothing"


def _parts(registers: Sequence[int], eflags: int, selectors: Sequence[int], gdtr: TableRegister,
           control: Sequence[int]) -> Mapping[str, int]:  # fmt: skip
    named = {name: value for name, value in zip(REGISTERS, registers, strict=True) if name != "esp"}
    segments = {name: selectors[number] for name, number in (("cs", CS), ("ss", SS), ("ds", DS))}
    cr = dict(zip(("CR0", "CR2", "CR3", "CR4"), control, strict=True))
    return {**named, **segments, "IF": eflags >> 9 & 1, "IOPL": eflags >> 12 & 3, "GDTR": gdtr.base, **cr}


def _selectors(cpu: Cpu) -> tuple[int, ...]:
    return tuple(segment.selector for segment in cpu.segments)


def _control(cpu: Cpu) -> tuple[int, ...]:
    return cpu.cr0, cpu.cr2, cpu.cr3, cpu.cr4
