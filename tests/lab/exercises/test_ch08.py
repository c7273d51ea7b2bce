"""Chapter 8's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch08 import calls_privileged, program
from vlearn.lab.exercises.ch08_predictions import PREDICTIONS
from vlearn.sim.virtualizability import EXTRA, FAITHFUL, Mode, classify, third_generation
from vlearn.sim.virtualizability.monitored import guest, operate
from vlearn.sim.virtualizability.vmx import vmx
from vlearn.sim.virtualizability.x86 import x86
from vlearn.trace import run


def add(state, operand):
    return state.write(0, state.read(0) + state.read(operand)).next()


def set_bounds(state, operand):
    return state.trap() if state.user else state.relocate(state.read(operand)).next()


def leave(state, operand):
    return state.jump(operand).enter(Mode.USER)


def user(base, *words, counter=0):
    return program(*words, base=base, mode=Mode.USER, counter=counter)


def guarded(semantics):
    return lambda state, operand: state.trap() if state.user else semantics(state, operand)


RIGHT = [
    ("ch08-bug-hunt", "SVC"),
    ("ch08-bug-hunt", lambda state, operand: state.trap()),
    ("ch08-control-state", program(0, 0x35, 0)),
    ("ch08-user-pair", (user(2, 0, 0, 7), user(5, 0, 0, 7))),
    ("ch08-repair", guarded),
    ("ch08-hybrid-only", leave),
    ("ch08-hybrid-only", EXTRA["GMODE"]),
    ("ch08-own-set", {"ADD": add, "SETR": set_bounds, "EXIT": leave}),
]

WRONG = [
    ("ch08-bug-hunt", "LRB", "Both call it privileged"),
    ("ch08-bug-hunt", "ADD", "does not trap in user mode"),
    ("ch08-bug-hunt", "ADDD", "Give an instruction"),
    ("ch08-bug-hunt", lambda state, operand: None, "it returned nothing"),
    ("ch08-control-state", program(0, 0x23, 0), "R is (2, 3) before and after"),
    ("ch08-control-state", program(0, 0x35, 0, mode=Mode.USER), "Which mode is left"),
    ("ch08-control-state", program(0x35), "memory trap"),
    ("ch08-control-state", 0x35, "Give one state"),
    ("ch08-user-pair", (user(2, 0, 0, 7), user(2, 0, 0, 7)), "same place"),
    ("ch08-user-pair", (user(2, 0, 0, 7), user(5, 0, 0, 8)), "same in both"),
    ("ch08-user-pair", (user(2, 0, 0, 7), user(5, 0, 0, 7, counter=1)), "same in both"),
    ("ch08-user-pair", (user(2, 0, 0), user(5, 0, 0)), "within the bound"),
    ("ch08-user-pair", (program(0, 0, 7), program(0, 0, 7, base=5)), "user mode"),
    ("ch08-user-pair", user(2, 0, 0, 7), "a pair"),
    ("ch08-repair", lambda semantics: lambda state, operand: state.trap(), "kernels would break"),
    ("ch08-repair", lambda semantics: semantics, "Who must hear of it"),
    (
        "ch08-repair",
        lambda semantics: lambda state, operand: state.next() if state.user else semantics(state, operand),
        "not privileged still",
    ),
    ("ch08-repair", lambda semantics: None, "returns NoneType"),
    ("ch08-repair", 1, "without calling"),
    ("ch08-hybrid-only", add, "not sensitive"),
    ("ch08-hybrid-only", set_bounds, "it is privileged"),
    ("ch08-hybrid-only", EXTRA["GRB"], "breaks Theorem 3 as well"),
    ("ch08-hybrid-only", "EXIT", "Give one instruction"),
    ("ch08-own-set", {"ADD": add, "SETR": set_bounds, "TWO": add}, "Theorem 1 holds"),
    ("ch08-own-set", {"ADD": add, "SETR": set_bounds, "GRB": EXTRA["GRB"]}, "Theorem 3 is broken by GRB"),
    ("ch08-own-set", {"ADD": add, "TWO": add, "EXIT": leave}, "No sensitive instruction is privileged"),
    ("ch08-own-set", {"SETM": guarded(leave), "SETR": set_bounds, "EXIT": leave}, "No instruction is innocuous"),
    ("ch08-own-set", {"ADD": add, "EXIT": leave}, "Three instructions"),
    ("ch08-own-set", [add], "Give a table"),
]


def test_the_wrong_classifier_is_wrong_about_supervisor_calls_alone():
    found = classify(third_generation())
    wrong = [name for name, semantics in FAITHFUL.items() if calls_privileged(semantics) != found[name].privileged]
    assert wrong == ["SVC"]


CODE = ("SIO 5", "LPSW 6", "ADD 1", "SVC 0", "GMODE 7", "HLT 0")
WORDS = {1: 0x0408, 2: 3, 3: 4, 5: 7, 6: 0x1223}
RUNS = {
    id: run(operate, guest(CODE, {**FAITHFUL, **EXTRA}, WORDS, hybrid=hybrid), range(9))
    for id, hybrid in (("ch08-one-more-word", False), ("ch08-hybrid-run", True))
}


@pytest.mark.parametrize("id", RUNS)
def test_wrong_choices_about_a_run_are_wrong_and_worded_as_events_are(id):
    event = RUNS[id].steps[4].event
    choices = PREDICTIONS[id].choices
    assert event.text not in choices
    assert len(choices) == 3
    others = {step.event.text for trace in RUNS.values() for step in trace.steps}
    assert others & choices.keys()


def test_the_predictions_without_a_run_are_what_the_classifier_finds():
    paper, before, umip, guest_mode = (
        classify(machine) for machine in (third_generation(), x86(), x86(umip=True), vmx())
    )
    assert paper["SVC"].classes == ("innocuous",)
    assert before["popf"].classes == ("control sensitive",)
    assert not before["popf"].user_sensitive
    assert {"popf", "push CS"} <= set(umip.holes)
    assert guest_mode["popf"].classes == ("innocuous",)
    assert "sgdt m" in before.holes
    assert "sgdt m" not in umip.holes
