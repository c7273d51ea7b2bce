"""Chapter 5's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch05 import CONTROLS, PUZZLE, A, B, exits_anyway, prepared, really_exits
from vlearn.lab.exercises.ch05_predictions import PREDICTIONS
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.hardware import HARDWARE_ASSIST, NOT_IN_THE_VMCS, Operation, exits, operate, settings
from vlearn.sim.monitors.vm import run_guest, trace_guest
from vlearn.trace import run
from vlearn.views.hardware_cost import break_even

ON, CLEAR_A, LOAD_A, LOAD_B = (
    Operation("VMXON", 0x1000), Operation("VMCLEAR", A), Operation("VMPTRLD", A), Operation("VMPTRLD", B),
)  # fmt: skip
LAUNCH, RESUME, CALL = (Operation(name) for name in ("VMLAUNCH", "VMRESUME", "VMCALL"))
TWICE = [ON, CLEAR_A, LOAD_A, LAUNCH, CALL, RESUME, CALL]
CLOCK = """
        rdtsc
        mov esi, eax
        cpuid
        rdtsc
        sub eax, esi
        mov ecx, '='
        cmp eax, 50
        jb said
        mov ecx, 'V'
said:   mov eax, ecx
        out 0xe9, al
        hlt
"""
LOADS = ["CR3-load exiting"]

RIGHT = [
    ("ch05-count", 13),
    ("ch05-bug-hunt", ("hlt", ["HLT exiting"], 3)),
    ("ch05-bug-hunt", ("invd", (), 3)),
    ("ch05-controls", settings(LOADS, cr3_targets=[0x5000])),
    ("ch05-two-guests", [*TWICE, LOAD_B, LAUNCH, CALL]),
    ("ch05-two-guests", [ON, LOAD_A, LAUNCH, CALL, LOAD_B, LAUNCH, CALL, LOAD_A, RESUME, CALL]),
    ("ch05-clock", CLOCK),
]

WRONG = [
    ("ch05-count", 19, "POPF and PUSHF never exit"),
    ("ch05-count", 16, "alike in this"),
    ("ch05-count", 12, "HLT exiting is on"),
    ("ch05-count", 10, "CPUID exits whatever"),
    ("ch05-count", 5, "three rounds"),
    ("ch05-count", 4, "different reasons"),
    ("ch05-count", 99, "Take one round"),
    ("ch05-count", "13", "whole number"),
    ("ch05-bug-hunt", ("hlt", ["HLT exiting"], 0), "in ring 0 they always will"),
    ("ch05-bug-hunt", ("cpuid", [], 3), "may not execute at all"),
    ("ch05-bug-hunt", ("hlt", [], 3), "Turn on the control"),
    ("ch05-bug-hunt", ("hlp", [], 3), "raised"),
    ("ch05-bug-hunt", "hlt", "a list of controls and a ring"),
    ("ch05-controls", settings([*LOADS, "HLT exiting"], cr3_targets=[0x5000]), "HLT as well"),
    ("ch05-controls", settings(LOADS), "Both loads"),
    ("ch05-controls", settings([]), "No load of CR3"),
    ("ch05-controls", settings(LOADS, cr3_targets=[0x5000, 0x6000]), "No load of CR3"),
    ("ch05-controls", LOADS, "settings("),
    ("ch05-two-guests", [ON, CLEAR_A, LAUNCH], "Number 3 does not succeed. VMLAUNCH: VMfailInvalid"),
    ("ch05-two-guests", [*TWICE, LAUNCH], "VMfailValid(4)"),
    ("ch05-two-guests", [*TWICE[:-1]], "ends while a guest runs"),
    ("ch05-two-guests", TWICE, "A has been entered 2 times, B 0 times"),
    ("ch05-two-guests", [LAUNCH], "#UD"),
    ("ch05-two-guests", LAUNCH, "Give a list of operations"),
    ("ch05-clock", "mov eax, '='\n out 0xe9, al\n hlt", "it prints '=', not 'V'"),
    ("ch05-clock", CLOCK.replace("cpuid", "nop"), "it prints '=', not 'V'"),
    ("ch05-clock", "again: jmp again", "Does it end with HLT?"),
    ("ch05-clock", "rdtcs", "does not assemble"),
    ("ch05-clock", 7, "as text"),
]


def test_the_puzzle_exits_as_often_as_its_lines_say():
    assert exits(PUZZLE, CONTROLS) == {10: 3, 28: 6, 46: 3, 12: 1}


def test_the_wrong_model_is_right_in_ring_0_and_wrong_about_what_faults_in_ring_3():
    tried = ("hlt", "cpuid", "mov cr3, edi", "sgdt [0x6000]", "rdtsc", "invd", "popf")
    controls = [*CONTROLS, "RDTSC exiting"]
    assert all(exits_anyway(text, controls) == really_exits(text, controls) for text in tried)
    differ = [text for text in tried if exits_anyway(text, controls, 3) != really_exits(text, controls, 3)]
    assert differ == ["hlt", "mov cr3, edi", "invd"]


SHORT = "cpuid\n sti\n pushf\n cli\n popf\n sgdt [0x6000]\n out 0xe9, al\n hlt"
RUNS = {
    "ch05-popf": (trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(boot(SHORT))), 7),
    "ch05-launch-again": (run(operate, prepared(), [*TWICE[:5], LAUNCH, RESUME]), 5),
}


@pytest.mark.parametrize("id", RUNS)
def test_wrong_choices_about_a_run_are_wrong_and_worded_as_events_are(id):
    trace, at = RUNS[id]
    event, choices = trace.steps[at].event, PREDICTIONS[id].choices
    assert event.text not in choices
    assert len(choices) == 3
    openings = {step.event.text.split(" ")[0].rstrip(":") for step in trace.steps}
    assert {choice.split(" ")[0].rstrip(":") for choice in choices} <= openings


def test_the_predictions_about_runs_ask_for_the_popf_and_for_the_second_launch():
    assert [trace.steps[at].event.kind for trace, at in RUNS.values()] == ["direct", "fail-valid"]
    assert "`popf` at 0x4005" in RUNS["ch05-popf"][0].steps[7].event.text


def test_the_predictions_without_a_run_are_what_the_model_finds():
    trace = trace_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(guest("kernel")))
    states = [trace.start, *(step.state for step in trace.steps)]
    left = [n for n, step in enumerate(trace.steps) if step.event.kind == "exit" and states[n].guest.cpl == 3]
    assert left
    assert all(states[n + 1].real.cpl == 0 and states[n + 1].monitor.processor.root for n in left)
    assert "EAX" in NOT_IN_THE_VMCS
    loop = "mov eax, 7\n out 0x40, eax\n cli\n mov ecx, 40\nagain: loop again\n hlt"
    ending = run_guest(HARDWARE_ASSIST, HARDWARE_ASSIST.start(boot(loop)), 2000)
    assert ending.vm.monitor.reasons[1]
    assert break_even() < 20
