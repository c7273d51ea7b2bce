from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.samples import ANSWERS, orderings, question, questions
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade
from vlearn.questions.item import task
from vlearn.questions.model import Cloze, Option, Ordering, SingleChoice
from vlearn.questions.shuffle import shuffled
from vlearn.questions.validity import problems

SHOWN = ["single-choice", "multiple-choice", "true-false", "matching", "ordering", "cloze", "classification"]

seeds = st.integers(0, 1 << 32).map(Random)


def right_texts(asked):
    """What the key says, in words that no order changes."""
    match asked.answer:
        case SingleChoice(options, correct):
            return options[correct]
        case Ordering(items, key):
            return [items[index] for index in key]
        case Cloze(_, gaps):
            return [(gap.accepted, sorted(gap.choices)) for gap in gaps]
        case answer if hasattr(answer, "reasons"):
            return answer.truth, answer.reasons[answer.correct]
        case answer if hasattr(answer, "options"):
            return {answer.options[index] for index in answer.correct}
        case answer if hasattr(answer, "left"):
            return [(left, answer.right[index]) for left, index in zip(answer.left, answer.key, strict=True)]
        case answer if hasattr(answer, "categories"):
            return sorted((i, answer.categories[n]) for i, n in zip(answer.items, answer.key, strict=True))
        case answer:
            return answer


@settings(deadline=None, max_examples=60)
@given(questions, seeds)
def test_a_shuffled_question_keeps_what_is_right(asked, rng):
    after = shuffled(asked, rng)
    assert problems(after) == ()
    assert right_texts(after) == right_texts(asked)


@settings(deadline=None, max_examples=60)
@given(questions, seeds)
def test_a_shuffled_questions_own_key_earns_all_points(asked, rng):
    after = shuffled(asked, rng)
    assert grade(after, key_response(after)).points == asked.points


@settings(deadline=None, max_examples=60)
@given(orderings.map(question), seeds)
def test_things_to_order_never_come_in_the_right_order(asked, rng):
    answer = shuffled(asked, rng).answer
    assert list(answer.items) != [answer.items[index] for index in answer.key]


def test_equal_things_to_order_are_left_alone():
    """There is no wrong order of them to show."""
    assert shuffled(question(Ordering(("a", "a"), (0, 1))), Random(0)).answer.items == ("a", "a")


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_that_shows_items_shows_them_in_other_orders(kind):
    shown = {task(shuffled(question(ANSWERS[kind]), Random(seed))) for seed in range(40)}
    assert (len(shown) > 1) == (kind in SHOWN)


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_same_seed_gives_the_same_order(kind):
    asked = question(ANSWERS[kind])
    assert shuffled(asked, Random(7)) == shuffled(asked, Random(7))


def test_the_right_option_comes_to_stand_everywhere_equally_often():
    asked = question(SingleChoice(tuple(Option(text) for text in "abcd"), 0))
    rng = Random(1)
    places = Counter(shuffled(asked, rng).answer.correct for _ in range(4000))
    assert all(900 < places[place] < 1100 for place in range(4))
