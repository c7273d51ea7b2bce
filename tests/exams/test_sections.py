"""Sections: every question in exactly one, each made of what it demands, under its title on every form."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.exams.banks import bank, banks, blueprint, entry
from tests.exams.test_assemble import COUNTS, blueprints, meets_in_sections
from tests.exams.test_forms import fingerprint
from vlearn.errors import BlueprintError
from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Section
from vlearn.exams.choice import Choice
from vlearn.exams.form import Section as Heading
from vlearn.exams.form import Student
from vlearn.exams.forms import forms
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
from vlearn.exams.roster.personal import exam_of, personal_form
from vlearn.exams.stream import stream
from vlearn.questions.model import Bloom


@st.composite
def sectioned(draw):
    """Blueprints for `banks()` with two sections that demand something of their own."""

    def section(title):
        limits = {
            "points": st.integers(2, 6) | st.builds(Amounts, at_least=st.sampled_from((1, Fraction(5, 2)))),
            "minutes": st.sampled_from((4, 8)),
            "questions": st.sampled_from((1, 2, Counts(at_least=2))),
            "chapters": st.sampled_from((("ch06",), {"ch06": Share(questions=1), "ch10": Share()})),
            "kinds": st.dictionaries(st.sampled_from(("single-choice", "numeric")), COUNTS, max_size=1),
            "difficulty": st.builds(Difficulty, average=st.just(Amounts(at_least=2, at_most=Fraction(7, 2)))),
            "bloom": st.dictionaries(st.just(Bloom.APPLY), COUNTS),
            "objectives": st.dictionaries(st.just("ch06-goal"), COUNTS),
        }
        return Section(title=title, **draw(st.fixed_dictionaries({}, optional=limits)))

    wanted = draw(st.builds(lambda points: blueprint(points), st.sampled_from((5, Fraction(15, 2), 10))) | blueprints())
    return structs.replace(wanted, sections=(section("One"), section("Two {2}")))


@given(banks(most=30), sectioned(), st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_every_section_is_made_of_what_it_demands(made, wanted, seed):
    try:
        choice = assemble(wanted, made, seed)
    except BlueprintError:
        return
    assert meets_in_sections(wanted, choice)
    assert len({e.id for e in choice}) == len(choice)


@given(banks(most=7), sectioned(), st.integers(0, 9))
@settings(deadline=None, max_examples=40)
def test_brute_force_finds_sections_exactly_where_the_solver_does_and_none_are_worth_more(made, wanted, seed):
    assume(all(id in made for pick in wanted.pick for id in pick.of))

    def worth(choice):
        return sum(
            e.points * (1 + stream(seed, "choice", e.id, f"section {n}").getrandbits(20))
            for n, part in enumerate(choice.sections, 1)
            for e in part
        )

    there = [
        choice
        for size in range(2, len(made) + 1)
        for some in combinations(made, size)
        for places in product((0, 1), repeat=size)
        if meets_in_sections(
            wanted,
            choice := Choice(tuple(tuple(e for e, p in zip(some, places, strict=True) if p == n) for n in (0, 1))),
        )
    ]
    try:
        found = assemble(wanted, made, seed)
    except BlueprintError:
        assert not there
    else:
        assert found == max(there, key=worth)


BANK = bank(
    *(entry(f"n{n}", kind="numeric", difficulty=1 + n % 4, chapter=f"ch{10 - n:02}") for n in range(6)),
    *(entry(f"s{n}", difficulty=5 - n % 4, enemies=("n0",) if n == 0 else ()) for n in range(6)),
)
NUMBERS = Section(title="Numbers", instructions="Show *how*.", kinds={"numeric": Counts(at_least=3)}, questions=4)
WORDS = Section(title="Words", kinds={"numeric": 0})


def test_every_form_has_the_headings_where_the_sections_begin():
    for form in forms(blueprint(14, sections=(NUMBERS, WORDS), forms=5), BANK, 3):
        assert form.sections == (Heading(0, "Numbers", "Show *how*."), Heading(4, "Words"))
        assert form.paper.sections == form.sections
        assert sum(q.kind == "numeric" for q in form.questions[:4]) >= 3
        assert not [q.id for q in form.questions[4:] if q.kind == "numeric"]


def test_sections_are_shuffled_within_themselves_and_differ_from_form_to_form():
    made = forms(blueprint(14, sections=(NUMBERS, WORDS), forms=8), BANK, 3)
    orders = [tuple(q.id for q in form.questions) for form in made]
    assert len(set(orders)) == 8
    assert len({frozenset(order[:4]) for order in orders}) == len({frozenset(order[4:]) for order in orders}) == 1


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("as in the bank", lambda q: [e.id for e in BANK].index(q.id)),
        ("by chapter", lambda q: BANK[q.id].chapter),
        ("by difficulty", lambda q: q.difficulty),
    ],
)
def test_a_section_is_in_the_order_that_it_wants(order, key):
    sections = (Section(title="All", order=order),)
    for form in forms(blueprint(16, sections=sections, forms=3), BANK, 5):
        assert [key(q) for q in form.questions] == sorted(key(q) for q in form.questions)


def test_what_an_order_leaves_open_differs_from_form_to_form():
    equal = bank(*(entry(f"q{n}", difficulty=1 + n % 2) for n in range(8)))
    for order, many in (("by difficulty", 6), ("as in the bank", 1)):
        made = forms(blueprint(16, sections=(Section(title="All", order=order),), forms=6), equal, 1)
        assert len({tuple(q.id for q in form.questions) for form in made}) == many


@pytest.mark.parametrize("seed", range(8))
def test_questions_that_need_one_another_share_a_section_and_enemies_meet_in_none(seed):
    made = bank(entry("a"), entry("b", needs=("a",), enemies=("d",)), entry("c"), entry("d"), entry("e"), entry("f"))
    wanted = blueprint(8, sections=(Section(title="One", questions=2), Section(title="Two")))
    choice = assemble(wanted, made, seed)
    parts = [{e.id for e in part} for part in choice.sections]
    assert all("a" in part for part in parts if "b" in part)
    assert not {"b", "d"} <= parts[0] | parts[1]
    for form in forms(wanted, made, seed):
        told = "".join(q.id for q in form.questions)
        assert "b" not in told or "ab" in (told[:2], told[2:4])


def test_personal_papers_have_sections_too():
    for own in (False, True):
        exam = exam_of(blueprint(14, sections=(NUMBERS, WORDS)), BANK, 1, ("html",), "roster.csv", own)
        papers = [personal_form(exam, Student(str(n), "Ada"), "CODE") for n in range(4)]
        assert {paper.sections for paper in papers} == {(Heading(0, "Numbers", "Show *how*."), Heading(4, "Words"))}
        assert len({tuple(q.id for q in paper.questions) for paper in papers}) == 4


CANNOT = "no choice of questions meets all of these at once: "

TOLD = [
    (
        (Section(title="A", kinds={"numeric": 7}),),
        "the blueprint wants 7 numeric questions in section 'A'; the bank has 6",
    ),
    (
        (Section(title="A {x}", chapters=("ch09",), questions=2),),
        "the blueprint wants 2 questions from chapter 9 in section 'A {x}'; the bank has 1",
    ),
    (
        (Section(title="A", kinds={"numeric": 4}), Section(title="B", kinds={"numeric": 3})),
        CANNOT + "4 numeric questions in section 'A'; 3 numeric questions in section 'B'; no question in two sections; "
        "the nearest that the others allow is 3 numeric questions in section 'A'",
    ),
    (
        (Section(title="A", points=10), Section(title="B", points=8)),
        CANNOT + "16 points; 10 points in section 'A'; 8 points in section 'B'; "
        "the nearest that the others allow is 18 points",
    ),
    (
        (Section(title="A", chapters=("ch09",)), Section(title="B", points=14, questions=6)),
        CANNOT + "14 points in section 'B'; 6 questions in section 'B'; "
        "the nearest that the others allow is 12 points in section 'B'",
    ),
    (
        (Section(title="A", chapters=("ch09", "ch08"), questions=3),),
        "the blueprint wants 3 questions from chapters 9 and 8 in section 'A'; the bank has 2",
    ),
    (
        (Section(title="A", chapters=("ch09",)),),
        CANNOT + "16 points; no question but from chapter 9 in section 'A'; "
        "the nearest that the others allow is 2 points",
    ),
]


@pytest.mark.parametrize(("sections", "told"), TOLD, ids=[told[-60:] for _, told in TOLD])
def test_a_conflict_speaks_of_sections_by_their_titles(sections, told):
    with pytest.raises(BlueprintError) as error:
        assemble(blueprint(16, sections=sections), BANK, 0)
    assert str(error.value) == told


def test_a_conflict_names_the_line_of_a_sections_field():
    lines = {("points",): 2, ("sections", 0): 4, ("sections", 0, "questions"): 5, ("sections", 0, "minutes"): 6}
    wanted = blueprint(4, sections=(Section(title="A", questions=2, minutes=3),), path="quiz.yaml", lines=lines)
    with pytest.raises(
        BlueprintError, match=r"^quiz.yaml:2: no .*: 4 points \(line 2\); at most 3 minutes in section 'A' \(line 6\)"
    ):
        assemble(wanted, BANK, 0)


def test_a_blueprint_without_sections_makes_what_it_always_made():
    made = bank(
        *(
            entry(
                f"q{n:02}",
                points=1 + n % 3,
                generator="made-up" if n % 2 else "",
                needs=(f"q{n - 1:02}",) if n % 5 == 4 else (),
                enemies=(f"q{n + 1:02}",) if n % 7 == 0 else (),
            )
            for n in range(40)
        )
    )
    wanted = blueprint(24, questions=12, forms=3)
    assert fingerprint(forms(wanted, made, 11)).startswith("f09a63c210b8c4c3")
    personal = personal_form(exam_of(wanted, made, 11, ("html",), "r.csv", True), Student("s1", "Ada"), "CODE")
    assert fingerprint([personal]).startswith("0951c898ddb1c966")
