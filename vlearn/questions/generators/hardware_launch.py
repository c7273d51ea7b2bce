"""Questions whose key is how a sequence of VMX instructions ends: which succeed, which fail and with which number.

The wrong answers are those of wrong models: a launch state for the whole processor, one that VMCLEAR leaves alone, one
that VMPTRLD makes anew, a VMCS that stays current after VMCLEAR.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from immutables import Map

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.hardware_sequences import (
    ENTERS,
    ENTRY_FAILS,
    INVALID,
    drawn_operations,
    ending,
    in_brief,
    prepared,
    written,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.cpu import Fault
from vlearn.sim.monitors.hardware import ERRORS, Operation, Processor, operate, perform
from vlearn.trace import run
from vlearn.views.hardware_launch import draw_launch, launch_state

_LAST = (ENTERS, ENTERS, "4", "4", "5", "5", INVALID, ENTRY_FAILS, "7", "8")
"""How the last instruction is to end: an error number, or an ending that has none."""


def _misread(processor: Processor, operation: Operation, slip: str) -> Processor:
    """The state after an operation as a wrong model has it."""
    after = perform(processor, operation)
    if slip == "sticky" and operation.name == "VMCLEAR" and after.status.kind == "VMsucceed":
        before = processor.vmcss[operation.address]
        return replace(after, vmcss=after.vmcss.set(operation.address, before))
    if slip == "current" and operation.name == "VMCLEAR" and after.status.kind == "VMsucceed":
        return replace(after, current=processor.current)
    if slip == "anew" and operation.name == "VMPTRLD" and after.status.kind == "VMsucceed":
        return after.with_vmcs(replace(after.vmcs, launched=False))
    if slip == "shared" and operation.name in ("VMLAUNCH", "VMCLEAR"):
        launched = operation.name == "VMLAUNCH" and not after.root
        if launched or after.status.kind == "VMsucceed":
            vmcss = {at: replace(vmcs, launched=launched) for at, vmcs in after.vmcss.items()}
            return replace(after, vmcss=Map(vmcss))
    return after


SLIPS = {
    "shared": "The launch state is one VMCS's own: what happened to another one does not count.",
    "sticky": "VMCLEAR sets the launch state to clear.",
    "current": "VMCLEAR of the current VMCS leaves no current one.",
    "anew": "VMPTRLD changes which VMCS is current, and the launch state of none.",
}
_NUMBERED = (
    (4, "VMLAUNCH fails so where the launch state is not clear."),
    (5, "VMRESUME fails so where the launch state is not launched."),
    (7, "A control is not allowed: none such is in force here."),
    (8, "The host's state is not allowed: it is, here."),
)


def _wrong(operations: tuple[Operation, ...], right: str) -> Iterator[tuple[str, str]]:
    """What wrong models say of the last operation, and then other ends, each with what it would take."""
    for slip, why in SLIPS.items():
        processor = prepared()
        try:
            for operation in operations[:-1]:
                processor = _misread(processor, operation, slip)
        except Fault:  # the wrong model is out of VMX operation
            continue
        if not processor.root:
            continue
        (step,) = run(operate, processor, operations[-1:]).steps
        yield ending(step), why
    launching = operations[-1].name == "VMLAUNCH"
    numbered = [(f"VMfailValid({n}): {ERRORS[n]}", why) for n, why in _NUMBERED]
    if right == ENTRY_FAILS:
        yield ENTERS, "The guest's state is not allowed, and that is found out as it is loaded."
        yield numbered[2][0], "Controls are checked first, and those are allowed. What is wrong is the guest's state."
    if "(7)" in right or "(8)" in right:
        yield ENTRY_FAILS, "So it looks where the *guest's* state is wrong. Controls and host state come before."
        yield (numbered[3] if "(7)" in right else numbered[2])
    yield numbered[0 if launching else 1]
    yield ENTERS, "Follow which VMCS is current, and its launch state."
    yield INVALID, "There is a current VMCS, so a failure has a number."
    yield ENTRY_FAILS, "The guest's state in the current VMCS is allowed, or is not looked at any more."


def vmx_run(rng: Random) -> Posed:
    """Fill in how each instruction of a sequence ends, and the launch state of the current VMCS after it."""
    while True:
        operations = drawn_operations(rng)
        replay = Replay(operate, prepared(), operations, draw_launch)
        steps = replay.trace().steps
        told = [in_brief(step) for step in steps]
        if told.count("enters") and len(set(told)) >= 4:
            break
    rows = tuple((written(o), in_brief(s), launch_state(s.state)) for o, s in zip(operations, steps, strict=True))
    blanks = tuple((row, column) for row in range(3, len(rows)) for column in (1, 2))
    numbers = ", ".join(f"{n} ({words})" for n, words in ERRORS.items() if n in (2, 3, 4, 5, 7, 8, 10))
    prompt = Text(
        f"{_SETTING} Fill in how each instruction ends: `ok`, `enters`, `exits`, `entry fails` (an exit reason with bit"
        " 31), `fails` and an error number, or `fails` alone where no VMCS can hold a number. And fill in the launch"
        f" state of the VMCS that is current afterwards: `clear`, `launched`, or `none`. The error numbers: {numbers}."
    )
    solution = (Table(("Instruction", "Result", "Launch state"), rows), Text(_RULES))
    return Posed((prompt,), TraceTable(("Instruction", "Result", "Launch state"), rows, blanks), solution, replay)


_SETTING = (
    "Two VMCSs, A and B, lie in memory with fields that an entry accepts, both of launch state clear. Software in ring"
    " 0 executes VMX instructions one after another; where one lets the guest run, the guest's VMCALL ends that."
)
_RULES = (
    "VMLAUNCH wants the state clear and leaves launched, VMRESUME wants launched; VMCLEAR makes a VMCS clear, and if it"
    " was the current one there is none afterwards; VMPTRLD changes no launch state, nor does an entry that fails."
)


def vmx_last(rng: Random) -> Posed:
    """How does the last instruction of a sequence end?"""
    last = rng.choice(_LAST)
    operations = drawn_operations(rng, f"VMfailValid({last})" if last.isdigit() else last)
    replay = Replay(operate, prepared(), operations, draw_launch)
    steps = replay.trace().steps
    right = ending(steps[-1])
    options, correct = distractors(rng, right, _wrong(operations, right), 3)
    listed = "\n".join(f"{n}. {written(operation)}" for n, operation in enumerate(operations, 1))
    prompt = Text(f"{_SETTING}\n\n{listed}\n\nHow does the last one end?")
    rows = tuple((written(o), ending(s), launch_state(s.state)) for o, s in zip(operations, steps, strict=True))
    solution = (Table(("Instruction", "Result", "Launch state afterwards"), rows), Text(_RULES))
    return Posed((prompt,), SingleChoice(options, correct), solution, replay)
