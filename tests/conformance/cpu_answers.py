"""What one instruction did, in the words of `data/cpu/instructions.json`: by the model, by an emulated processor."""

from collections.abc import Mapping
from typing import Any

from tests.conformance.cpu_cases import AT, HANDLER, Case, asked
from vlearn.errors import ModelError
from vlearn.sim.cpu import Cpu, Fault, Instruction, encode, execute, parse_instruction, vector_name
from vlearn.sim.cpu.eflags import MEANT
from vlearn.sim.cpu.state import REGISTERS, SEGMENTS

INTERRUPTS = ("int", "int3")
OWN_VALUES = ("cpuid", "rdtsc", "rdmsr", "wrmsr")


def known_gap(cpu: Cpu, instruction: Instruction) -> str | None:
    """The entry of GAPS for which the emulated processor cannot be asked."""
    mnemonic = instruction.form.mnemonic
    if mnemonic in ("in", "out") and cpu.cpl > cpu.iopl:
        return "ports"
    if mnemonic in ("rdmsr", "wrmsr") and cpu.cpl == 0 and cpu["ecx"] not in (0x10, *cpu.msrs):
        return "time"
    if mnemonic == "ltr" and cpu.cpl == 0 and instruction.operands[0].read(cpu)[1] < 4:  # type: ignore[union-attr]
        return "tasks"
    in_tss = mnemonic in ("jmp", "call", "iret") and execute_refuses(cpu, instruction)
    return "tasks" if in_tss else None


def execute_refuses(cpu: Cpu, instruction: Instruction) -> bool:
    """Whether the model leaves this out: a hardware task switch."""
    try:
        execute(cpu, instruction)
    except ModelError:
        return True
    except Fault:
        return False
    return False


Answer = dict[str, Any]


def answer_of_model(cpu: Cpu, instruction: Instruction) -> Answer:
    """What the model does."""
    try:
        after = execute(cpu, instruction)
    except Fault as fault:
        return _fault(fault.vector, fault.error_code or 0)
    if instruction.form.mnemonic in INTERRUPTS:
        return {"interrupt": _vector(instruction)} if after.eip == HANDLER else {"interrupt": None}
    if instruction.form.mnemonic in OWN_VALUES:
        return {"changes": {}}
    return _changes(_of_cpu(cpu), _of_cpu(after), instruction.form.undefined)


def answer_of_oracle(cpu: Cpu, instruction: Instruction, oracle: Any) -> Answer:
    """What the emulated processor does."""
    answer = oracle.execute(cpu, instruction)
    if answer.vector is not None:
        if instruction.form.mnemonic in INTERRUPTS:
            return {"interrupt": answer.vector}
        return _fault(answer.vector, answer.error_code)
    if instruction.form.mnemonic in OWN_VALUES:
        return {"changes": {}}
    return _changes(_of_cpu(cpu), _of_answer(answer), instruction.form.undefined)


def _vector(instruction: Instruction) -> int:
    return 3 if instruction.form.mnemonic == "int3" else instruction.operands[0].value  # type: ignore[union-attr]


def _fault(vector: int, error_code: int) -> Answer:
    """No error code counts as 0: the emulated processor leaves an old one where it has none."""
    has_code = vector in (8, 10, 11, 12, 13, 14)
    return {"fault": vector_name(vector), "error_code": error_code if has_code else 0}


def _of_cpu(cpu: Cpu) -> dict[str, Any]:
    tables = {"gdtr": [cpu.gdtr.base, cpu.gdtr.limit], "idtr": [cpu.idtr.base, cpu.idtr.limit]}
    control = {name: cpu[name] for name in ("cr0", "cr2", "cr3", "cr4", "ldtr", "tr", "eip", "eflags")}
    named = {name: cpu[name] for name in (*REGISTERS, *SEGMENTS)}
    return {**named, **control, **tables, "memory": cpu.memory}


def _of_answer(answer: Any) -> dict[str, Any]:
    named = {
        **dict(zip(REGISTERS, answer.registers, strict=True)),
        **dict(zip(SEGMENTS, answer.selectors, strict=True)),
    }
    control = dict(zip(("cr0", "cr2", "cr3", "cr4"), answer.control, strict=True))
    tables = {"gdtr": [answer.gdtr.base, answer.gdtr.limit], "idtr": [answer.idtr.base, answer.idtr.limit]}
    rest = {"ldtr": answer.ldtr, "tr": answer.tr, "eip": answer.eip, "eflags": answer.eflags}
    return {**named, **control, **rest, **tables, "memory": answer.memory}


def _changes(before: dict[str, Any], after: dict[str, Any], undefined: int) -> Answer:
    changed = {
        name: value for name, value in after.items() if name not in ("memory", "eflags") and value != before[name]
    }
    flags = MEANT & ~undefined
    if (before["eflags"] ^ after["eflags"]) & flags:
        changed["eflags"] = after["eflags"] & flags
    old, new = before["memory"], after["memory"]
    for address in sorted({*old, *new}):
        # The instruction's own bytes lie in the emulated processor's memory alone.
        if old.get(address, 0) != new.get(address, 0) and not AT <= address < AT + 16:
            changed[f"[{address:#x}]"] = new.get(address, 0)
    return {"changes": changed}


def run_case(recorded: Mapping[str, Any]) -> str | None:
    """Whether the model answers as the processor did, and assembles to the same code; the difference, if not."""
    code = encode(parse_instruction(recorded["text"], AT), AT).hex()
    if code != recorded["code"]:
        return f"the model assembles {recorded['text']!r} to {code}, the processor executed {recorded['code']}"
    setup = {name: tuple(recorded[name]) for name in ("stack", "data", "iopls") if name in recorded}
    case = Case(recorded["text"], recorded.get("registers", {}), **setup)
    given = {ring: (cpu, instruction) for ring, cpu, instruction in asked(case)}
    expected = {ring: entry["answer"] for entry in recorded["answers"] for ring in entry["rings"]}
    for ring, answer in expected.items():
        if (own := answer_of_model(*given[ring])) != answer:
            return f"at CPL/IOPL {ring} the model answers {own}, the processor {answer}"
    return None


FORMATS = {"cpu/instructions": run_case}
