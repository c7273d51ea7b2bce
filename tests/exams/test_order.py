"""Questions that build on each other stay together on every form, in their order; nothing else does."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exams.banks import bank, blueprint, entry
from vlearn.exams.choice import Choice
from vlearn.exams.collect import collect
from vlearn.exams.form import Student
from vlearn.exams.forms import forms
from vlearn.exams.order import blocks, ordered, orders, with_needs
from vlearn.exams.roster.personal import Exam, personal_form


@st.composite
def needy(draw):
    """Entries that need others, in any order of the bank, without a circle."""
    size = draw(st.integers(1, 9))
    some = [
        entry(
            f"q{n}", needs=tuple(draw(st.sets(st.sampled_from([f"q{k}" for k in range(n)]), max_size=2))) if n else ()
        )
        for n in range(size)
    ]
    return tuple(draw(st.permutations(some)))


@given(needy(), st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_every_question_stands_after_what_it_needs_and_among_its_own(entries, seed):
    order = ordered(entries, "shuffled", Random(seed))
    place = {e.id: n for n, e in enumerate(order)}
    assert sorted(place) == sorted(e.id for e in entries)
    assert all(place[need] < place[e.id] for e in entries for need in e.needs)
    for block in blocks(entries):
        assert max(place[e.id] for e in block) - min(place[e.id] for e in block) == len(block) - 1
    of = {e.id: n for n, block in enumerate(blocks(entries)) for e in block}
    assert all(of[need] == of[e.id] for e in entries for need in e.needs)


def test_what_nobody_needs_is_shuffled_as_ever():
    entries = tuple(entry(f"q{n}") for n in range(6))
    assert ordered(entries, "shuffled", Random(3)) == tuple(Random(3).sample(entries, 6))
    assert orders(entries) == 720


def test_forms_and_personal_papers_keep_parts_together():
    made = bank(entry("b", needs=("a",)), entry("a"), entry("c"), entry("d", needs=("b",)), entry("e"))
    wanted = blueprint(10, forms=8)
    papers = [*forms(wanted, made, 1)]
    exam = Exam(wanted, Choice((made.entries,)), (), 1, ("html",), "roster.csv")
    papers += [personal_form(exam, Student(str(n), "Ada"), "code") for n in range(8)]
    told = ["".join(question.id for question in paper.questions) for paper in papers]
    assert all("abd" in order for order in told)
    assert len(set(told)) == orders(made.entries) == 6


CHAIN = bank(
    entry("c", needs=("b",), chapter="ch10"),
    entry("x"),
    entry("a"),
    entry("b", needs=("a",)),
    entry("y", chapter="ch10"),
)


def test_what_a_question_builds_on_comes_before_it_also_from_elsewhere_in_the_bank():
    assert {e.id: "".join(n.id for n in with_needs(e, CHAIN)) for e in CHAIN} == {
        "c": "abc",
        "x": "x",
        "a": "a",
        "b": "ab",
        "y": "y",
    }


def test_an_export_brings_along_what_its_questions_need_directly_before_them():
    def told(**asked):
        made = collect(CHAIN, "Bank", **asked)
        return "".join(question.id for question in made.questions), set(made.brought)

    assert told() == ("abcxy", set())
    assert told(chapters=["ch10"]) == ("abcy", {"a", "b"})
    assert told(ids=["b"]) == ("ab", {"a"})
    assert told(ids=["x"]) == ("x", set())
