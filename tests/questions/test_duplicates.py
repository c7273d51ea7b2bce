"""Near-duplicates: copies with a few words changed are found, and the course's own questions are told apart."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.samples import ANSWERS, question, questions
from vlearn.blocks import Figure, Text
from vlearn.questions.bank import load_bank
from vlearn.questions.duplicates import ALIKE, near_duplicates
from vlearn.questions.model import Question

OWN = {entry.id: entry.make(Random(0)) for entry in load_bank() if not entry.generator}


def pairs(asked: dict[str, Question], least: float = ALIKE):
    return {(pair.first, pair.second) for pair in near_duplicates(asked, least)}


def changed(text: str, rng: Random, words: list[str]) -> str:
    """The text with every eighth word replaced by another of the course's, at random."""
    return " ".join(rng.choice(words) if rng.randrange(8) == 0 else word for word in text.split())


def test_the_courses_questions_are_told_apart_unless_they_are_enemies():
    bank = load_bank()
    assert all(second in bank[first].enemies for first, second in pairs(OWN))


def test_a_copy_with_every_eighth_word_changed_is_found():
    rng = Random(1)
    texts = {id: asked for id, asked in OWN.items() if all(isinstance(block, Text) for block in asked.prompt)}
    words = [word for asked in texts.values() for block in asked.prompt for word in block.markdown.split()]
    copies = {
        f"copy-{id}": replace(asked, prompt=tuple(Text(changed(b.markdown, rng, words)) for b in asked.prompt))
        for id, asked in rng.sample(sorted(texts.items()), 40)
    }
    found = pairs(OWN | copies)
    missed = [copy for copy in copies if (copy.removeprefix("copy-"), copy) not in found]
    assert len(missed) <= 1, missed


def test_the_order_of_options_and_the_key_do_not_hide_a_copy():
    single = ANSWERS["single-choice"]
    one = question(single, prompt=(Text("Which option is it?"),))
    other = replace(one, answer=replace(single, options=single.options[::-1], correct=0))
    assert pairs({"one": one, "other": other}) == {("one", "other")}


def test_the_words_of_a_drawing_do_not_count():
    drawing = Figure("<svg>" + "many words of a drawing " * 20 + "</svg>", "A walk")
    one = question(ANSWERS["numeric"], prompt=(Text("How many pages are mapped by the directory?"), drawing))
    other = question(ANSWERS["essay"], prompt=(Text("Why do guests fault?"), drawing))
    assert pairs({"one": one, "other": other}) == set()


@settings(deadline=None)
@given(questions)
def test_a_question_that_says_anything_is_its_own_copy(asked):
    (pair,) = near_duplicates({"one": asked, "other": asked})
    assert abs(pair.likeness - 1) < 1e-9


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6), max_size=8), st.floats(0.1, 1))
def test_no_pair_is_lost_among_those_that_are_not_compared(texts, least):
    asked = {str(n): question(ANSWERS["numeric"], prompt=(Text(" ".join(words)),)) for n, words in enumerate(texts)}
    every = list(near_duplicates(asked, 0))
    assert len(every) == len(texts) * (len(texts) - 1) // 2
    assert pairs(asked, least) == {(pair.first, pair.second) for pair in every if pair.likeness >= least}
