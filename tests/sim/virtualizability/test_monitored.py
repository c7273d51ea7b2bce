"""The theorems as properties: which instructions go wrong under the monitor of the proofs, and that no other does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.virtualizability import EXTRA, FAITHFUL, classify, instruction_set, pdp10, third_generation
from vlearn.sim.virtualizability.monitored import differences, guest, operate
from vlearn.trace import run

TABLE = {**FAITHFUL, **EXTRA}
WORDS = {1: 0x0408, 2: 3, 3: 4, 5: 7, 6: 0x1223}
CODE = ("SIO 5", "LPSW 6", "ADD 1", "SVC 0", "GMODE 7", "HLT 0")
ALL = third_generation(*EXTRA)
FOUND = classify(ALL)


def kinds(code=CODE, words=WORDS, **options):
    return run(operate, guest(code, TABLE, words, **options), range(12)).kinds


def test_a_guest_that_asks_for_the_mode_sees_its_monitor():
    assert kinds() == ("emulated", "emulated", "direct", "reflected", "direct", "differs")


def test_a_hybrid_monitor_interprets_the_kernel_and_nothing_else():
    assert kinds(hybrid=True) == ("interpreted", "interpreted", "direct", "reflected", "interpreted", "interpreted")


def test_a_guest_that_widens_its_bounds_has_escaped():
    assert kinds(("LPSW 6", "GROW 0"), {**WORDS, 6: 0x1123})[-1] == "escaped"


def test_a_run_ends_where_the_guest_halts_where_it_leaves_its_code_and_where_it_is_lost():
    assert kinds(("HLT 0", "ADD 2")) == ("emulated",)
    assert kinds(("ADD 2",)) == ("direct",)
    assert kinds(("GMODE 7", "ADD 2")) == ("direct", "differs")


def test_an_event_says_what_differs():
    steps = run(operate, guest(CODE, TABLE, WORDS), range(12)).steps
    assert steps[-1].event.text == ("GMODE 7: the machines differ in E[7]: 0x0 on the bare one, 0x1 under the monitor")


@pytest.mark.parametrize("name", TABLE)
def test_exactly_what_breaks_theorem_1_goes_wrong_under_a_plain_monitor(name):
    assert bool(differences(ALL, name)) == (name in FOUND.holes)


@pytest.mark.parametrize("name", TABLE)
def test_exactly_what_breaks_theorem_3_goes_wrong_under_a_hybrid_monitor(name):
    assert bool(differences(ALL, name, hybrid=True)) == (name in FOUND.user_holes)


@pytest.mark.parametrize("hybrid", [False, True])
def test_on_the_pdp10_jrst_1_alone_goes_wrong_and_only_under_a_plain_monitor(hybrid):
    machine = pdp10()
    wrong = [name for name in machine.table if differences(machine, name, hybrid=hybrid)]
    assert wrong == ([] if hybrid else ["JRST 1"])


instructions = st.builds("{} {}".format, st.sampled_from(tuple(FAITHFUL)), st.integers(0, 7))
memories = st.lists(st.integers(0, 0xFFFF), min_size=8, max_size=8).map(lambda words: dict(enumerate(words)))


@settings(deadline=None, max_examples=300)
@given(st.lists(instructions, min_size=1, max_size=12), memories, st.booleans())
def test_any_guest_of_the_faithful_machine_is_equivalent_and_gets_hold_of_nothing(code, words, hybrid):
    """Theorem 1, as far as 40 steps of random programs go."""
    trace = run(operate, guest(code, FAITHFUL, words, hybrid=hybrid), range(40))
    assert not {"differs", "escaped"} & set(trace.kinds)
    assert all(step.state.bare == step.state.virtual for step in trace.steps)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.builds("{} {}".format, st.sampled_from((*FAITHFUL, "GMODE", "EXIT", "TRYRB")), st.integers(0, 7)),
                min_size=1, max_size=12), memories)  # fmt: skip
def test_what_breaks_theorem_1_alone_is_safe_under_a_hybrid_monitor(code, words):
    trace = run(operate, guest(code, TABLE, words, hybrid=True), range(40))
    assert not trace.final.lost


def test_the_monitor_never_lets_the_real_r_leave_the_guests_words():
    for step in run(operate, guest(("LRB 2", "ADD 0", "ADD 0"), FAITHFUL, {1: 0x0208, 2: 0x6F}), range(9)).steps:
        real = step.state.real
        assert real.base >= 8
        assert real.base + real.bound <= 16


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (("LAOD 1",), {}, "did you mean 'LOAD'"),
        (("LOAD",), {}, "'LOAD' is no instruction"),
        (("LOAD 1",), {8: 1}, "E[8]"),
        (("LOAD 1",), {2: 0x10000}, "up to 0xffff"),
    ],
)
def test_a_guest_that_cannot_be_is_refused(code, words, said):
    with pytest.raises(ModelError) as refused:
        guest(code, TABLE, words)
    assert said in str(refused.value)


def test_an_instruction_from_a_cell_may_be_watched_too():
    machine = instruction_set("mine", {"PEEK": lambda state, at: state.write(at, state.base).next()})
    assert differences(machine, "PEEK") > 0
