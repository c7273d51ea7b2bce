"""Chapter 4's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab import predict
from vlearn.lab.exercises.ch04 import flags_guest, popf_by_ring
from vlearn.lab.exercises.ch04_predictions import PREDICTIONS
from vlearn.sim.cpu import boot
from vlearn.sim.cpu.eflags import popped
from vlearn.sim.monitors.guests import guest, source
from vlearn.sim.monitors.translation import BINARY_TRANSLATION
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.vm import run_guest, trace_guest

ANSWER = "\nmov al, '='\njz say\nmov al, 'V'\nsay: out 0xe9, al\nhlt"
BY_CS = "start: mov ebx, cs\ntest ebx, 3" + ANSWER
BY_TR = "start: str ebx\ncmp ebx, 0x28" + ANSWER
BY_CPUID = "start: mov al, 'V'\nout 0xe9, al\nhlt"
UNIT = ["inline", "ident", "inline", "inline", "call-out", "call-out", "ident", "direct jump"]

RIGHT = [
    ("ch04-flags-image", 0x202),
    ("ch04-bug-hunt", (0x3202, 0x2, 3)),
    ("ch04-bug-hunt", (0x1002, 0x1202, 1)),
    ("ch04-repair-section", ("cli", "sti")),
    ("ch04-repair-section", ("push eax\npopf\ncli", "sti\nnop")),
    ("ch04-probe", BY_CS),
    ("ch04-probe", BY_TR),
    ("ch04-probe-umip", BY_CS),
    ("ch04-translate", UNIT),
    ("ch04-translate", tuple(UNIT)),
]

WRONG = [
    ("ch04-flags-image", 0x2, "what bare metal shows"),
    ("ch04-flags-image", 0x200, "always 1"),
    ("ch04-flags-image", 0x3202, "Begin with bit 1"),
    ("ch04-flags-image", "0x202", "whole number"),
    ("ch04-bug-hunt", (0x202, 0x2, 0), "In ring 0 the wrong model is right"),
    ("ch04-bug-hunt", (0x202, 0x202, 3), "nobody can tell"),
    ("ch04-bug-hunt", (0x202, 0x2, 3), "greater than the IOPL in these flags, 0"),
    ("ch04-bug-hunt", (0x202, 0x2, 4), "0, 1, 2 or 3"),
    ("ch04-bug-hunt", 0x202, "three whole numbers"),
    ("ch04-repair-section", ("push eax\npopf", "push ebx\npopf"), "On trap-and-emulate, rings 0/1/3 updates are lost"),
    ("ch04-repair-section", ("", ""), "On bare metal updates are lost"),
    ("ch04-repair-section", ("cli", ""), "never heard"),
    ("ch04-repair-section", ("cli", "hlt"), "never heard"),
    ("ch04-repair-section", ("again: jmp again", ""), "does not come to its end"),
    ("ch04-repair-section", ("moo", "sti"), "unknown mnemonic"),
    ("ch04-repair-section", "cli", "two texts"),
    ("ch04-probe", BY_CPUID, "On bare metal it prints 'V'"),
    ("ch04-probe", "start: mov al, '='\nout 0xe9, al\nhlt", "an instruction that does not trap"),
    ("ch04-probe", "start: nop", "does not come to a"),
    ("ch04-probe", "start: hlt", "the console"),
    ("ch04-probe", "start: mooo", "unknown mnemonic"),
    ("ch04-probe", 5, "as one text"),
    ("ch04-probe-umip", BY_TR, "UMIP makes five instructions fault"),
    ("ch04-translate", ["ident", *UNIT[1:]], "line 1"),
    ("ch04-translate", [*UNIT[:5], "inline", *UNIT[6:]], "line 6"),
    ("ch04-translate", ["inline", "inline", *UNIT[2:]], "anything else in ring 1"),
    ("ch04-translate", [*UNIT[:7], "ident"], "Where does its target lie"),
    ("ch04-translate", UNIT[:3], "has 8 instructions"),
    ("ch04-translate", ["copied"] * 8, "each one of"),
    ("ch04-translate", "ident", "list of words"),
]


def test_the_wrong_popf_is_wrong_exactly_where_iopl_lets_an_outer_ring_change_if():
    for level in range(4):
        for cpl in range(4):
            flags = 0x202 | level << 12
            assert (popf_by_ring(flags, 2, cpl) != popped(flags, 2, cpl)) == (0 < cpl <= level)


def test_the_guest_of_the_exercise_is_the_guest_with_other_lines():
    assert flags_guest("        push eax\n        popf", "        push ebx                ; restore\n        popf") == (
        source("flags")
    )


SMALL = boot("start: mov eax, 1\ncli\npushf\npop eax\nsti\nhlt", interrupts=True)
LOOP = boot("start: cli\nmov ecx, 4\nbody: push ecx\npushf\npop eax\npopf\ndec ecx\njnz body\nsti\nhlt")
RUNS = {
    "ch04-cli": (SMALL, TRAP_AND_EMULATE, 1, "#GP(0x0) at 0x4005: the guest in ring 1 enters the monitor in ring 0"),
    "ch04-first-iret": (guest("kernel"), TRAP_AND_EMULATE, 169, "`iret` at 0x4159 runs directly in ring 1"),
    "ch04-popf": (guest("flags"), TRAP_AND_EMULATE, 16, "`popf` at 0x402b runs directly in ring 1"),
    "ch04-second-pass": (LOOP, BINARY_TRANSLATION, 11,
                         "it is not in the cache, so the unit at 0x4006 is translated: instructions in it: 6"),
}  # fmt: skip
"""The runs of the notebook, the step that a prediction asks for, and what happens in it."""


@pytest.mark.parametrize("id", RUNS)
def test_a_prediction_asks_for_the_step_that_its_explanation_is_about(id):
    cpu, monitor, at, text = RUNS[id]
    event = trace_guest(monitor, monitor.start(cpu)).steps[at].event
    assert event.text == text
    assert text not in PREDICTIONS[id].choices
    assert len(PREDICTIONS[id].choices) == 3


def test_umip_leaves_four_signs():
    monitor = trap_and_emulate(umip=True)
    assert run_guest(monitor, monitor.start(guest("probe"))).vm.guest.console.count("!") == 4
    assert PREDICTIONS["ch04-umip"].answer.startswith("Four signs")


def test_the_right_choice_is_set_as_the_wrong_ones_are():
    trace = trace_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(guest("flags")))
    asked = predict("ch04-popf", trace, at=16)
    assert asked.choices[asked.right].markdown == "`popf` at 0x402b runs directly in ring 1"
