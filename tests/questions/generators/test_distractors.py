from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.questions.generators.distractors import distractors
from vlearn.questions.model import Option

values = st.integers(0, 6).map(str)


@settings(deadline=None)
@given(values, st.lists(values, max_size=8), st.integers(1, 4), st.integers().map(Random))
def test_the_right_value_is_always_there_and_no_value_twice(right, wrong, count, rng):
    pairs = [(value, f"misconception {n}") for n, value in enumerate(wrong)]
    left = list(dict.fromkeys(value for value in wrong if value != right))
    if not left:
        with pytest.raises(ValueError, match="name more misconceptions"):
            distractors(rng, right, pairs, count)
        return
    options, correct = distractors(rng, right, pairs, count, "Right.")
    assert options[correct] == Option(right, "Right.")
    assert {option.text for option in options} == {right, *left[:count]}
    assert len(options) == 1 + min(count, len(left))


def test_a_distractor_keeps_its_misconception_as_feedback():
    wrong = [("4", "Forgets the guest's entries."), ("24", "collides"), ("4", "comes later"), ("20", "Forgets one.")]
    options, correct = distractors(Random(0), "24", wrong, 3)
    assert options[correct].text == "24"
    assert {(o.text, o.feedback) for o in options} == {
        ("24", ""),
        ("4", "Forgets the guest's entries."),
        ("20", "Forgets one."),
    }


def test_the_right_value_stands_anywhere():
    places = {distractors(Random(seed), "a", [("b", ""), ("c", ""), ("d", "")], 3)[1] for seed in range(40)}
    assert places == {0, 1, 2, 3}
