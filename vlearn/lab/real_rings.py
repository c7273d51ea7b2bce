"""The classifier beside the real thing: pairs of states that decide its verdicts on x86, executed by a processor.

Without the extra `vlearn[oracle]` the processor's answers are those recorded in `recorded_rings.json`, and the table
says so. `tests/lab/test_real_rings.py` holds the recording against the live processor.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.sim.cpu.faults import Fault
from vlearn.sim.cpu.machine import execute
from vlearn.sim.cpu.state import CS, DS, REGISTERS, SS, Cpu, TableRegister
from vlearn.sim.memory.tables import Memory
from vlearn.sim.virtualizability import Verdict, classify_instruction
from vlearn.sim.virtualizability.x86 import x86
from vlearn.sim.virtualizability.x86_machine import Case

RECORDED = FOLDER / "recorded_rings.json"
FORMS = (
    "add r/m32, r32", "hlt", "cli", "lgdt m", "mov CR, r32", "popf", "iret", "push CS", "mov r32, Sreg",
    "lar r32, r32", "sgdt m", "smsw r32", "pushf",
)  # fmt: skip
Answers = tuple[str, str]


@cache
def verdicts() -> tuple[Verdict[Case, Cpu], ...]:
    """What the classifier says of each form."""
    machine = x86()
    return tuple(classify_instruction(machine.architecture, form, machine.table[form]) for form in FORMS)


def pair(verdict: Verdict[Case, Cpu]) -> tuple[Case, Cpu, Cpu]:
    """An instruction and two states that decide the verdict: those of its witness, or else twins of both modes."""
    architecture = x86().architecture
    witness = verdict.user_location or verdict.location or verdict.mode or verdict.control
    if witness:
        first, *rest = (run.before for run in witness.runs)
        return witness.instruction, first, rest[0] if rest else architecture.other_mode(first)
    case = verdict.instructions[0]
    first = next(iter(architecture.situations(case)))
    return case, first, architecture.other_mode(first)


def said(before: Cpu, registers: Sequence[int], eflags: int, selectors: Sequence[int], gdtr: TableRegister,
         control: Sequence[int], memory: Memory) -> str:  # fmt: skip
    """What an instruction changed, without EIP and ESP, the same for the model and the processor."""

    def parts(registers: Sequence[int], eflags: int, selectors: Sequence[int], gdtr: TableRegister,
              control: Sequence[int]) -> Mapping[str, int]:  # fmt: skip
        named = {name: value for name, value in zip(REGISTERS, registers, strict=True) if name != "esp"}
        segments = {name: selectors[number] for name, number in (("cs", CS), ("ss", SS), ("ds", DS))}
        cr = dict(zip(("CR0", "CR2", "CR3", "CR4"), control, strict=True))
        return {**named, **segments, "IF": eflags >> 9 & 1, "IOPL": eflags >> 12 & 3, "GDTR": gdtr.base, **cr}

    was = parts(before.registers, before.eflags, _selectors(before), before.gdtr, _control(before))
    now = parts(registers, eflags, selectors, gdtr, control)
    changed = {name: now[name] for name in now if now[name] != was[name]}
    words = {f"[{at:#x}]": word for at, word in sorted(memory.items()) if word != before.memory.get(at, 0)}
    return ", ".join(f"{name} = {value:#x}" for name, value in {**changed, **words}.items()) or "changes nothing"


def model_answers() -> tuple[Answers, ...]:
    """What the model does in both states of every form."""
    return tuple(tuple(_by_model(case, cpu) for cpu in states) for case, *states in map(pair, verdicts()))  # type: ignore[misc]


def live_answers() -> tuple[Answers, ...]:
    """What Unicorn's processor does in them. Needs the extra `vlearn[oracle]`."""
    from vlearn.sim.cpu.oracle import Oracle

    oracle = Oracle()

    def by_processor(case: Case, cpu: Cpu) -> str:
        answer = oracle.execute(cpu, case.instruction)
        if answer.vector is not None:
            return str(Fault(answer.vector, answer.error_code))
        return said(cpu, answer.registers, answer.eflags, answer.selectors, answer.gdtr, answer.control, answer.memory)

    return tuple(tuple(by_processor(case, cpu) for cpu in states) for case, *states in map(pair, verdicts()))  # type: ignore[misc]


def beside_the_rings() -> Shown:
    """The same instructions in the same pairs of states on the model and on a processor, and where they differ."""
    live = find_spec("unicorn") is not None
    answers = live_answers() if live else tuple(map(tuple, json.loads(RECORDED.read_text(encoding="utf-8"))))
    how = "asked just now" if live else "recorded earlier: install `vlearn[oracle]` to ask it yourself"
    rows = []
    for verdict, ours, theirs in zip(verdicts(), model_answers(), answers, strict=True):
        case, *states = pair(verdict)
        rings = [f"CPL {cpu.cpl}" for cpu in states]
        did = [f"{ring}: {answer}" for ring, answer in zip(rings, theirs, strict=True)]
        rows.append((str(case), *did, ", ".join(verdict.classes), "yes" if ours == theirs else "NO"))
    head = ("Instruction", "The processor in one state", "and in its twin", "The classifier", "As the model?")
    return show((Text(f"The processor is Unicorn's x86 with IOPL 0, {how}."), Table(head, tuple(rows))))


def _by_model(case: Case, cpu: Cpu) -> str:
    try:
        after = execute(cpu, case.instruction)
    except Fault as fault:
        return str(fault)
    return said(cpu, after.registers, after.eflags, _selectors(after), after.gdtr, _control(after), after.memory)


def _selectors(cpu: Cpu) -> tuple[int, ...]:
    return tuple(segment.selector for segment in cpu.segments)


def _control(cpu: Cpu) -> tuple[int, ...]:
    return cpu.cr0, cpu.cr2, cpu.cr3, cpu.cr4
