"""What holds for every generator in the bank, with the parameters that it has there; lint counts its variants."""

from random import Random

import pytest

from vlearn.blocks import Text
from vlearn.questions.bank import load_bank
from vlearn.questions.generators import GENERATORS
from vlearn.questions.model import MultipleChoice, SingleChoice, TraceTable
from vlearn.render.text import to_text

GENERATED = {entry.id: entry for entry in load_bank() if entry.generator}
SEEDS = range(12)


def test_each_generator_is_used():
    assert {entry.generator for entry in GENERATED.values()} == set(GENERATORS)


@pytest.mark.parametrize("id", GENERATED)
def test_the_same_seed_poses_the_same_question_and_others_pose_others(id):
    make = GENERATED[id].make
    assert make(Random(7)) == make(Random(7))
    asked = [make(Random(seed)) for seed in SEEDS]
    assert len({(repr(question.prompt), repr(question.answer)) for question in asked}) > len(SEEDS) / 2


@pytest.mark.parametrize("id", GENERATED)
def test_every_wrong_option_names_a_mistake(id):
    for seed in SEEDS:
        question = GENERATED[id].make(Random(seed))
        if isinstance(question.answer, SingleChoice | MultipleChoice):
            correct = question.answer.correct
            right = correct if isinstance(correct, frozenset) else {correct}
            assert all(option.feedback for n, option in enumerate(question.answer.options) if n not in right)
        assert not isinstance(question.answer, TraceTable) or question.answer.blanks
        assert "None" not in to_text(question.solution)
        assert isinstance(question.prompt[0], Text)
