"""The classifier against the paper's definitions, written again as quantifiers over all states of a tiny machine."""

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.virtualizability import InstructionSet, Mode, Outcome, classify, proves

STATES = tuple(product("su", (0, 1), (0, 1)))  # mode, place, word
OUTCOMES = st.sampled_from(["", "", "", "trap", "memory trap"])


@dataclass(frozen=True)
class Tiny:
    name = "tiny"
    modes = ("s", "u")

    def situations(self, instruction):
        return [state for state in STATES if state[0] == "s"]

    def execute(self, instruction, state):
        kind, after = dict(instruction)[state]
        return Outcome(after, kind, kind == "memory trap")

    def mode(self, state):
        return Mode.SUPERVISOR if state[0] == "s" else Mode.USER

    def resources(self, state):
        return {"place": state[1]}

    def visible(self, state):
        return {"word": state[2]}

    def other_mode(self, state):
        return ("u" if state[0] == "s" else "s", *state[1:])

    def moved(self, state):
        return [(state[0], 1 - state[1], state[2])]


def by_quantifiers(table):
    """(privileged, control, location, mode, behaviour, user sensitive) of a table, to the letter."""
    table = dict(table)
    fine = [s for s in STATES if table[s][0] != "memory trap"]
    pairs = [(a, b) for a, b in product(fine, fine) if (a[0], b[0]) == ("s", "u") and a[1:] == b[1:]]

    def control(state):
        kind, (mode, place, _) = table[state]
        return kind == "" and (mode, place) != state[:2]

    def behaviour(one, two):
        same_before = one[2] == two[2]
        quiet = all(table[s][0] == "" and table[s][1][:2] == s[:2] for s in (one, two))
        return same_before and quiet and table[one][1][2] != table[two][1][2]

    twins = [(a, b) for a, b in product(STATES, STATES) if behaviour(a, b)]
    user = [a for a in STATES if a[0] == "u"]
    return (
        bool(pairs) and all(table[b][0] and not table[a][0] for a, b in pairs),
        any(control(s) for s in STATES),
        any(a[0] == b[0] and a[1] != b[1] for a, b in twins),
        any(a[0] != b[0] and a[1] == b[1] for a, b in twins),
        bool(twins),
        any(control(s) for s in user) or any(a[0] == b[0] == "u" and a[1] != b[1] for a, b in twins),
    )


instructions = st.tuples(*(st.tuples(st.just(s), st.tuples(OUTCOMES, st.sampled_from(STATES))) for s in STATES))
quiet_instructions = st.tuples(
    *(
        st.tuples(st.just(s), st.tuples(OUTCOMES, st.sampled_from([s, (s[0], s[1], 0), (s[0], s[1], 1)])))
        for s in STATES
    )
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(instructions, quiet_instructions), min_size=1, max_size=4))
def test_random_instruction_sets_are_classified_as_the_quantifiers_say(tables):
    found = classify(InstructionSet(Tiny(), {f"I{n}": (table,) for n, table in enumerate(tables)}))
    for verdict, table in zip(found.verdicts, tables, strict=True):
        classes = (
            verdict.privileged,
            bool(verdict.control),
            bool(verdict.location),
            bool(verdict.mode),
            verdict.behaviour_sensitive,
            verdict.user_sensitive,
        )
        assert classes == by_quantifiers(table)
        assert all(proves(found.architecture, witness) for witness in verdict.witnesses)
    assert bool(found.holes) == any(
        not privileged and (control or behaviour)
        for privileged, control, _, _, behaviour, _ in map(by_quantifiers, tables)
    )


@settings(deadline=None, max_examples=100)
@given(instructions, instructions)
def test_a_mnemonic_is_sensitive_if_one_operand_makes_it_so_and_privileged_if_all_do(one, two):
    found = classify(InstructionSet(Tiny(), {"BOTH": (one, two), "ONE": (one,), "TWO": (two,)}))
    both, first, second = found.verdicts
    assert both.sensitive == (first.sensitive or second.sensitive)
    assert both.user_sensitive == (first.user_sensitive or second.user_sensitive)
    if first.pairs and second.pairs:
        assert both.privileged == (first.privileged and second.privileged)
    assert bool(both.holes) == bool(first.holes or second.holes)


def test_the_condition_of_theorem_1_is_asked_of_each_operand():
    traps = tuple((s, ("trap" if s[0] == "u" else "", (s[0], 1 - s[1], s[2]))) for s in STATES)
    idle = tuple((s, ("", s)) for s in STATES)
    found = classify(InstructionSet(Tiny(), {"MOVE": (traps, idle)}))
    assert found["MOVE"].sensitive
    assert not found["MOVE"].privileged
    assert not found.holes
    assert found.theorems[0].holds


def test_an_architecture_whose_twins_are_none_is_told():
    class Crooked(Tiny):
        def moved(self, state):
            return [(state[0], 1 - state[1], 1 - state[2])]

    idle = tuple((s, ("", s)) for s in STATES)
    with pytest.raises(ModelError, match="tiny gives states as twins that a program can tell apart"):
        classify(InstructionSet(Crooked(), {"NOP": (idle,)}))
