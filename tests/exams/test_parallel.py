"""Forms of different questions: each meets the blueprint, any two are alike, and none together are better."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.exams.banks import bank, banks, blueprint, entry
from tests.exams.test_assemble import meets
from vlearn.errors import BlueprintError
from vlearn.exams import assemble as assembly
from vlearn.exams.assemble import assemble_forms
from vlearn.exams.blueprint import Parallel, Section
from vlearn.exams.form import Section as Heading
from vlearn.exams.forms import forms
from vlearn.exams.mixture import Amounts, Counts, Difficulty
from vlearn.exams.roster.personal import exam_of
from vlearn.exams.session import make_exam
from vlearn.exams.stream import stream

TOLERANCES = st.none() | st.sampled_from((Fraction(0), Fraction(1, 2), Fraction(1)))


def alike(parallel, exams):
    """The meaning of `parallel`."""
    return all(
        sum(e.points for e in one) == sum(e.points for e in other)
        and len(one) == len(other)
        and len({e.id for e in one} & {e.id for e in other}) <= parallel.overlap
        and (
            parallel.difficulty is None
            or abs(sum(e.difficulty for e in one) - sum(e.difficulty for e in other)) <= parallel.difficulty * len(one)
        )
        and (
            parallel.minutes is None
            or abs(sum(e.minutes for e in one) - sum(e.minutes for e in other)) <= parallel.minutes
        )
        for one, other in combinations(exams, 2)
    )


def parallels(most):
    return st.builds(Parallel, overlap=st.integers(0, most), difficulty=TOLERANCES, minutes=TOLERANCES)


@given(banks(most=16), parallels(3), st.sampled_from((4, Fraction(15, 2))), st.integers(2, 3), st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_any_two_forms_are_alike_and_each_meets_the_blueprint(made, parallel, points, many, seed):
    wanted = blueprint(points, questions=Counts(at_most=4), forms=many, parallel=parallel)
    try:
        exams = assemble_forms(wanted, made, seed)
    except BlueprintError:
        return
    assert len(exams) == many
    assert all(meets(wanted, tuple(exam)) for exam in exams)
    assert alike(parallel, exams)


@given(banks(most=7), parallels(2), st.sampled_from((2, 3, 5)), st.integers(0, 9))
@settings(deadline=None, max_examples=40)
def test_brute_force_finds_forms_exactly_where_the_solver_does_and_none_are_worth_more(made, parallel, points, seed):
    def worth(exams):
        return sum(
            e.points * (1 + stream(seed, "choice", e.id, f"form {name}").getrandbits(20))
            for name, exam in zip("AB", exams, strict=True)
            for e in exam
        )

    wanted = blueprint(points, parallel=parallel)
    some = [exam for size in range(1, 8) for exam in combinations(made, size) if meets(wanted, exam)]
    there = [(one, other) for one in some for other in some if alike(parallel, (one, other))]
    try:
        found = assemble_forms(wanted, made, seed)
    except BlueprintError:
        assert not there
    else:
        assert tuple(map(tuple, found)) == max(there, key=worth)


KINDS = ("single-choice", "numeric", "ordering")
BANK = bank(
    *(
        entry(
            f"q{n:03}",
            kind=KINDS[n % 3],
            points=1 + n * 7 % 5,
            minutes=1 + n * 5 % 6,
            difficulty=1 + n * 11 // 3 % 5,
            enemies=(f"q{n * 31 % 300:03}",) if n % 3 == 0 and n else (),
            generator="made-up" if n % 4 == 1 else "",
        )
        for n in range(300)
    )
)
TIGHT = Parallel(overlap=5, difficulty=Fraction(1, 10), minutes=Fraction(2))
FOUR = blueprint(
    45,
    minutes=60,
    questions=15,
    kinds=dict.fromkeys(KINDS, Counts(at_least=3)),
    difficulty=Difficulty(average=Amounts(at_least=2, at_most=4)),
    forms=4,
    parallel=TIGHT,
)


def test_four_forms_of_fifteen_questions_out_of_three_hundred_are_alike():
    made = forms(FOUR, BANK, 1)
    exams = [[BANK[question.id] for question in form.questions] for form in made]
    assert [len(exam) for exam in exams] == [15] * 4
    assert alike(TIGHT, exams)
    assert len({frozenset(e.id for e in exam) for exam in exams}) == 4
    assert len({form.paper.points for form in made}) == 1


def test_a_seed_repeats_parallel_forms_in_any_order_of_the_bank():
    def chosen(seed, entries):
        wanted = structs.replace(FOUR, parallel=Parallel(minutes=Fraction(2)))
        return [{e.id for e in exam} for exam in assemble_forms(wanted, bank(*entries), seed)]

    assert chosen(2, BANK) == chosen(2, reversed(tuple(BANK))) != chosen(3, BANK)


def test_without_parallel_all_forms_have_the_same_questions():
    choices = assemble_forms(blueprint(45, forms=3), BANK, 1)
    assert {frozenset(e.id for e in choice) for choice in choices} == {frozenset(e.id for e in choices[0])}


def test_a_generated_question_that_two_forms_share_has_a_variant_of_its_own_on_each():
    shared = bank(*(entry(f"q{n}", generator="made-up") for n in range(4)))
    one, other = forms(blueprint(6, parallel=Parallel(overlap=2)), shared, 1)
    prompts = {q.prompt for form in (one, other) for q in form.questions}
    assert len({q.id for q in one.questions} & {q.id for q in other.questions}) == 2
    assert len(prompts) == 6


def test_parallel_forms_have_sections():
    sections = (Section(title="Numbers", kinds={"numeric": 3}, questions=3), Section(title="Others"))
    for form in forms(blueprint(24, questions=8, sections=sections, forms=3, parallel=Parallel()), BANK, 1):
        assert form.sections == (Heading(0, "Numbers"), Heading(3, "Others"))
        assert [q.kind for q in form.questions[:3]] == ["numeric"] * 3


NONE = "no questions for {} forms meet all of these at once: "
SMALL = bank(*(entry(f"q{n}", difficulty=1 + n // 3, minutes=1 + n) for n in range(6)))
TOLD = [
    ({"parallel": Parallel()}, NONE.format(4) + "4 points; no question common to two forms"),
    (
        {"forms": 2, "parallel": Parallel(overlap=1), "must_have": ("q0", "q1")},
        NONE.format(2) + "the question q0; the question q1; at most 1 question common to two forms",
    ),
    (
        {"forms": 2, "parallel": Parallel(difficulty=Fraction(0)), "must_not": ("q4", "q5")},
        NONE.format(2) + "4 points; no question common to two forms; average difficulties of two forms at most 0 apart",
    ),
    (
        {"forms": 3, "parallel": Parallel(minutes=Fraction(0)), "must_not": ("q0",)},
        NONE.format(3) + "4 points; no question common to two forms",
    ),
    (
        {"forms": 2, "parallel": Parallel(minutes=Fraction(1)), "must_not": ("q3", "q4")},
        NONE.format(2) + "4 points; no question common to two forms; two forms at most 1 minute apart",
    ),
    ({"parallel": Parallel(), "kinds": {"essay": 1}}, "the blueprint wants 1 essay question; the bank has 0"),
    (
        {"parallel": Parallel(), "questions": 3},
        "no choice of questions meets all of these at once: 4 points; 3 questions; "
        "the nearest that the others allow is 6 points",
    ),
]


@pytest.mark.parametrize(("fields", "told"), TOLD, ids=[told[-60:] for _, told in TOLD])
def test_an_instructor_is_told_what_keeps_forms_from_being_parallel(fields, told):
    with pytest.raises(BlueprintError) as error:
        forms(blueprint(4, **{"forms": 4, **fields}), SMALL, 0)
    assert str(error.value) == told


def test_a_conflict_names_the_lines_of_parallel():
    lines = {("points",): 2, ("parallel",): 4, ("parallel", "overlap"): 5}
    with pytest.raises(
        BlueprintError, match=r"^quiz.yaml:2: no .*: 4 points \(line 2\); no question common .* \(line 5\)"
    ):
        assemble_forms(blueprint(4, forms=4, parallel=Parallel(), path="quiz.yaml", lines=lines), SMALL, 0)


def test_a_search_without_a_proof_says_what_to_change(monkeypatch):
    monkeypatch.setattr(assembly, "NODES", 0)
    wanted = blueprint(45, questions=15, forms=4, parallel=Parallel(overlap=1, minutes=Fraction(0)))
    with pytest.raises(
        BlueprintError, match=r"^the search for 4 forms ended without a proof .*: allow more in `parallel`"
    ):
        assemble_forms(wanted, bank(*tuple(BANK)[:70]), 1)


def test_personal_papers_are_not_parallel():
    lines = {("parallel",): 7}
    with pytest.raises(BlueprintError, match=r"^quiz.yaml:7: `parallel` is for the forms of `vlearn exam`, .*--own-q"):
        exam_of(blueprint(4, parallel=Parallel(), path="quiz.yaml", lines=lines), SMALL, 1, (), "roster.csv")


def test_the_ledger_gets_the_questions_of_all_forms(tmp_path):
    from vlearn.exams.ledger import read_ledger
    from vlearn.exams.scoring.session import make_key

    quiz = tmp_path / "quiz.yaml"
    quiz.write_text(
        "title: Quiz\npoints: 6\nchapters: [ch06]\nparallel: {}\nledger: exams.jsonl\nforms: 3\n", encoding="utf-8"
    )
    make_exam(quiz, 1, tmp_path, ["html"], recorded=True)
    (listed,) = read_ledger(tmp_path / "exams.jsonl")
    keys = make_key(quiz, 1).forms
    assert set(listed.questions) == {q.id for form in keys.values() for q in form}
    assert sum(map(len, keys.values())) == len(listed.questions)
