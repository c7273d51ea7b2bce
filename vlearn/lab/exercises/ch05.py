"""The exercises of chapter 5. Every check runs what a student gave: controls, VMX instructions, or a whole guest."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from vlearn.errors import VlearnError
from vlearn.lab.exercise import Exercise, Hint
from vlearn.questions.generators.hardware_scenes import exit_by
from vlearn.questions.generators.hardware_sequences import A, B, prepared
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.hardware import (
    MINIMAL,
    REASONS,
    Operation,
    Settings,
    exits,
    hardware_assist,
    operate,
    settings,
)
from vlearn.sim.monitors.vm import Monitor, run_guest
from vlearn.trace import run

PUZZLE = """\
        mov edi, 0x5000
        mov ebp, 0x6000
        mov esi, 3
again:  mov cr3, edi
        mov cr3, ebp
        cpuid
        pushf
        popf
        sgdt [0x7000]
        dec esi
        jnz again
        hlt
"""
"""A guest's kernel: a loop of three rounds."""
CONTROLS = ("HLT exiting", "CR3-load exiting", "Descriptor-table exiting")
"""The controls of the first exercise."""
PRICES = (300, 2000)
"""What an exit and the entry after it take of the clock, in the last exercise."""


def _count(answer: Any) -> Hint | None:
    if not isinstance(answer, int):
        return Hint("Give a whole number.")
    found = exits(PUZZLE, CONTROLS)
    total = sum(found.values())
    if answer == total:
        return None
    slips = {
        total + 6: "POPF and PUSHF never exit: they work on the guest's own flags.",
        total + 3: "PUSHF and POPF are alike in this: neither exits, whatever the controls say.",
        total - 1: "HLT exiting is on.",
        total - 3: "CPUID exits whatever the controls say, and SGDT has a control, which is on.",
        len(found): "That is the number of different reasons. Each round exits anew.",
        (total - 1) // 3 + 1: "The loop has three rounds.",
    }
    return Hint(slips.get(answer, "Take one round: which of its lines exit? Then the rounds, then the end."))


def _controls(answer: Any) -> Hint | None:
    if not isinstance(answer, Settings):
        return Hint("Give `settings([...names...], cr3_targets=[...])`.")
    found = exits(PUZZLE, answer)
    if found == Counter({10: 3, 28: 3}):
        return None
    others = sorted(found.keys() - {10, 28})
    if others:
        return Hint(f"It exits for {', '.join(REASONS[number] for number in others)} as well. Which control asks that?")
    if found[28] == 6:
        return Hint("Both loads of CR3 exit. Which values may a guest load without an exit?")
    return Hint("No load of CR3 exits. Is the control for it on, and are both values excepted?")


def exits_anyway(text: str, controls: Sequence[str], ring: int = 0) -> bool:
    """A wrong model, to be found out: it says whether one instruction exits, and forgets to look at something."""
    return exit_by(text, settings(controls)) is not None


def really_exits(text: str, controls: Sequence[str], ring: int = 0) -> bool:
    """Whether one instruction exits in that ring of non-root operation, by the model."""
    return exit_by(text, settings(controls), ring) is not None


def _bug_hunt(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 3 and isinstance(answer[1], (list, tuple, set, frozenset))):
        return Hint("Give an instruction, a list of controls and a ring, as in `('cpuid', [], 0)`.")
    text, controls, ring = answer
    wrong, right = exits_anyway(text, controls, ring), really_exits(text, controls, ring)
    if wrong != right:
        return None
    if ring == 0:
        return Hint("Both agree, and in ring 0 they always will.")
    if right:
        return Hint("Both say that it exits. Find an instruction that a program may not execute at all.")
    return Hint("Both say that it does not exit. Turn on the control that would make it exit in ring 0.")


def _two_guests(answer: Any) -> Hint | None:
    if not (isinstance(answer, (list, tuple)) and all(isinstance(one, Operation) for one in answer)):
        return Hint("Give a list of operations, as in `[Operation('VMXON', 0x1000), Operation('VMCLEAR', A)]`.")
    entered, processor = Counter[int | None](), prepared()
    for number, operation in enumerate(answer, 1):
        (step,) = run(operate, processor, [operation]).steps
        processor = step.state
        if step.event.kind not in ("succeed", "entry", "exit"):
            return Hint(f"Number {number} does not succeed. {step.event.text}.")
        if step.event.kind == "entry":
            entered[processor.current] += 1
    if not processor.root:
        return Hint("It ends while a guest runs. The guest's VMCALL is `Operation('VMCALL')`.")
    if entered == {A: 2, B: 1}:
        return None
    return Hint(f"A has been entered {entered[A]} times, B {entered[B]} times. It should be twice and once.")


def _console(program: str, monitor: Monitor[Any]) -> str:
    """What a program has printed when it has halted."""
    ending = run_guest(monitor, monitor.start(boot(program)), 20_000)
    return ending.vm.guest.console if ending.kind == "halted" else f"({ending.kind})"


def _clock(answer: Any) -> Hint | None:
    if not isinstance(answer, str):
        return Hint("Give the program as text, in assembly.")
    try:
        bare = _console(answer, BARE)
    except VlearnError as error:
        return Hint(f"It does not assemble: {error}")
    if bare != "=":
        return Hint(f"On the bare processor it prints {bare!r}, not '='. Does it end with HLT?")
    for price in PRICES:
        seen = _console(answer, hardware_assist(MINIMAL, price=price, hides_time=False))
        if seen != "V":
            return Hint(
                f"Where an exit takes {price} ticks, it prints {seen!r}, not 'V'. Read the clock, do something that"
                " exits whatever the controls say, and read the clock again."
            )
    return None


EXERCISES = (
    Exercise("ch05-count", "ch05-predict-exits", "the number of VM exits, as a whole number", _count),
    Exercise("ch05-bug-hunt", "ch05-distinguish-modes",
             "an instruction, a list of controls and a ring on which `exits_anyway` and `really_exits` differ",
             _bug_hunt),
    Exercise("ch05-controls", "ch05-predict-exits",
             "settings under which the program exits for CPUID and for the load of `0x6000` into CR3, and for nothing"
             " else", _controls),
    Exercise("ch05-two-guests", "ch05-order-entry-and-exit",
             "a list of operations, all of which succeed, that enters A twice and B once", _two_guests),
    Exercise("ch05-clock", "ch05-explain-harmlessness",
             "a program in assembly that prints `=` on the bare processor and `V` where exits take time", _clock),
)  # fmt: skip
