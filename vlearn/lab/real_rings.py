"""The classifier beside the real thing: pairs of states that decide its verdicts on x86, executed by a processor.

Without the extra `vlearn[oracle]` the processor's answers are those recorded in `recorded_rings.json`, and the table
says so. `tests/lab/test_real_rings.py` holds the recording against the live processor.
"""

from collections.abc import Callable
from functools import cache

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.one_instruction import by_model, by_processor
from vlearn.lab.recorded import asked_or_recorded
from vlearn.lab.shown import Shown, show
from vlearn.sim.cpu.forms import Instruction
from vlearn.sim.cpu.state import Cpu
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


def model_answers() -> tuple[Answers, ...]:
    """What the model does in both states of every form."""
    return _answers(by_model)


def live_answers() -> tuple[Answers, ...]:
    """What Unicorn's processor does in them. Needs the extra `vlearn[oracle]`."""
    return _answers(by_processor())


def _answers(does: Callable[[Cpu, Instruction], str]) -> tuple[Answers, ...]:
    pairs = map(pair, verdicts())
    return tuple((does(first, case.instruction), does(twin, case.instruction)) for case, first, twin in pairs)


def beside_the_rings() -> Shown:
    """The same instructions in the same pairs of states on the model and on a processor, and where they differ."""
    answers, how = asked_or_recorded(live_answers, RECORDED)
    rows = []
    for verdict, ours, theirs in zip(verdicts(), model_answers(), answers, strict=True):
        case, *states = pair(verdict)
        rings = [f"CPL {cpu.cpl}" for cpu in states]
        did = [f"{ring}: {answer}" for ring, answer in zip(rings, theirs, strict=True)]
        rows.append((str(case), *did, ", ".join(verdict.classes), "yes" if ours == tuple(theirs) else "NO"))
    head = ("Instruction", "The processor in one state", "and in its twin", "The classifier", "As the model?")
    return show((Text(f"The processor is Unicorn's x86 with IOPL 0, {how}."), Table(head, tuple(rows))))
