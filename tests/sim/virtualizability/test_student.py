import itertools
import sys
from dataclasses import replace

import pytest

from vlearn.errors import ModelError
from vlearn.sim.virtualizability import Mode, classify, instruction_set


def verdict_on(semantics, **arguments):
    return classify(instruction_set("mine", {"MINE": semantics}, **arguments))["MINE"]


def test_a_function_of_a_cell_is_classified():
    def tell(state, address):
        return state.write(address, int(state.mode is Mode.USER)).next()

    assert verdict_on(tell).classes == ("mode sensitive",)
    assert verdict_on(lambda state, address: state.jump(address)).innocuous


def divides(state, address):
    return state.write(0, 1 // state.counter).next()


def changes(state, address):
    state.counter = 3
    return state


def assigns(state, address):
    state.memory[2] = 1
    return state


def sneaks(state, address):
    object.__setattr__(state, "counter", 3)
    return state.next()


def forgets(state, address):
    state.next()


def answers(state, address):
    return state.read(0)


def overflows(state, address):
    return replace(state, memory=(1 << 16, *state.memory[1:]))


def shrinks(state, address):
    return replace(state, memory=state.memory[1:])


def invents(state, address):
    return replace(state, mode="kernel")


def strays(state, address):
    return replace(state, base=-1)


def circles(state, address):
    while True:
        address += 1


def stands_still(state, address):
    while True: pass  # fmt: skip  # noqa: E701


def counts(state, address):
    try:
        return state.write(0, sum(1 for _ in itertools.repeat(0)))
    except Exception:
        return state


@pytest.mark.parametrize(
    ("semantics", "offset", "words"),
    [
        (divides, 1, "ZeroDivisionError: .*supervisor mode with P = 0, R = \\(2, 3\\) and the words 0x0 0x0 0x0"),
        (changes, 1, "cannot assign to field 'counter'.*return another"),
        (assigns, 1, "does not support item assignment.*return another"),
        (sneaks, 0, "changed the state it was given"),
        (forgets, 0, "returned nothing; an instruction that does nothing returns state.next"),
        (answers, 0, "returned 0, which is no state"),
        (overflows, 0, "left 65536 in E\\[0\\]"),
        (shrinks, 0, "a state of 7 words; this machine has 8"),
        (invents, 0, "left 'kernel' as mode"),
        (strays, 0, "left -1 as base"),
        (circles, None, "did not end within 5000 lines"),
        (stands_still, 1, "did not end within 5000 lines"),
        (counts, 2, "did not end within 5000 lines"),
    ],
)
def test_a_faulty_function_is_told_with_instruction_line_and_state(semantics, offset, words):
    with pytest.raises(ModelError, match=words) as told:
        verdict_on(semantics)
    assert str(told.value).startswith("instruction MINE 0, line ")
    if offset is not None:
        assert f"line {semantics.__code__.co_firstlineno + offset} (`" in str(told.value)


def test_a_function_that_remembers_is_found_out():
    calls = itertools.count()
    with pytest.raises(ModelError, match="must depend on the state alone"):
        verdict_on(lambda state, address: state.write(0, next(calls)))


def test_a_builtin_without_lines_is_told_too():
    with pytest.raises(ModelError, match=r"^instruction MINE 0: TypeError"):
        verdict_on(abs)


@pytest.mark.parametrize(
    ("table", "words", "message"),
    [
        ({}, (), "mine has no instruction"),
        ({"X": 5}, (), "X of mine is 5, not a function"),
        ({"X": divides}, (1 << 16,), "65536 is no word"),
        ({"X": divides}, ("a",), "'a' is no word"),
        ({"X": divides}, range(100), "at most 16 words besides the 4"),
    ],
)
def test_what_is_no_instruction_set_is_refused(table, words, message):
    with pytest.raises(ModelError, match=message):
        instruction_set("mine", table, words=words)


def test_more_words_find_an_instruction_that_waits_for_one():
    def trapdoor(state, address):
        return state.enter(Mode.SUPERVISOR) if state.read(0) == 0xBEEF else state.next()

    assert verdict_on(trapdoor).innocuous
    assert verdict_on(trapdoor, words=(0xBEEF,)).user_control


def test_a_debuggers_trace_function_is_given_back():
    def trace(*_):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        verdict_on(lambda state, address: state.next())
        assert sys.gettrace() is trace
    finally:
        sys.settrace(before)
