"""Every exam that is assembled meets its blueprint, and where none is, none exists: brute force says so."""

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.exams.banks import EVERYTHING, THOUSAND, bank, banks, blueprint, entry
from vlearn.errors import BlueprintError
from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Pick
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
from vlearn.exams.stream import stream
from vlearn.questions.model import Bloom

COUNTS = st.one_of(
    st.integers(0, 4),
    st.builds(Counts, at_least=st.none() | st.integers(0, 2), at_most=st.none() | st.integers(2, 5)),
)


@st.composite
def blueprints(draw):
    """Blueprints for `banks()`: any field may be there, and many cannot be met."""
    limits = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "minutes": st.sampled_from((5, 10, Fraction(25, 2), 40)),
                "questions": COUNTS,
                "chapters": st.sampled_from(
                    (
                        ("ch06",),
                        {"ch06": Share(points=Amounts(at_least=2)), "ch10": Share(questions=2)},
                        {"ch06": Share(questions=Counts(at_most=2)), "ch10": Share()},
                    )
                ),
                "kinds": st.dictionaries(st.sampled_from(("single-choice", "numeric", "ordering")), COUNTS),
                "difficulty": st.builds(
                    Difficulty,
                    average=st.sampled_from((None, Amounts(at_least=Fraction(5, 2)), Amounts(at_least=2, at_most=3))),
                    levels=st.dictionaries(st.integers(1, 5), COUNTS, max_size=1),
                ),
                "bloom": st.dictionaries(st.just(Bloom.APPLY), COUNTS),
                "objectives": st.dictionaries(st.just("ch06-goal"), COUNTS),
                "pick": st.tuples(st.builds(Pick, st.sampled_from((("q00", "q02", "q04"), ("q01", "q05"))), COUNTS)),
            },
        )
    )
    return blueprint(draw(st.sampled_from((3, 5, Fraction(15, 2), 10, 17))), **limits)


def within(wanted, number):
    """Whether a number is what a field of a blueprint wants."""
    if wanted is None:
        return True
    if isinstance(wanted, Counts | Amounts):
        least, most = wanted.at_least, wanted.at_most
        return (least is None or least <= number) and (most is None or number <= most)
    return number == wanted


def mixes(of, points, exam):
    """What a mixture wants, said again without weights or sums of constraints."""
    kinds, levels, blooms = (Counter(getattr(e, name) for e in exam) for name in ("kind", "difficulty", "bloom"))
    objectives, average = Counter(e.objective for e in exam), of.difficulty.average
    return (
        within(points, sum(e.points for e in exam))
        and (of.minutes is None or sum(e.minutes for e in exam) <= of.minutes)
        and within(of.questions, len(exam))
        and all(not of.shares or e.chapter in of.shares for e in exam)
        and all(
            within(share.points, sum(e.points for e in exam if e.chapter == chapter))
            and within(share.questions, sum(e.chapter == chapter for e in exam))
            for chapter, share in of.shares.items()
        )
        and all(within(count, kinds[kind]) for kind, count in of.kinds.items())
        and all(within(count, levels[level]) for level, count in of.difficulty.levels.items())
        and all(within(count, blooms[bloom]) for bloom, count in of.bloom.items())
        and all(within(count, objectives[id]) for id, count in of.objectives.items())
        and (average is None or within(average, Fraction(sum(e.difficulty for e in exam), len(exam))))
    )


def meets(wanted, exam):
    """The meaning of a blueprint, but for its sections and parallel forms."""
    ids = {e.id for e in exam}
    return (
        mixes(wanted, wanted.points, exam)
        and ids.issuperset(wanted.must_have)
        and all(within(pick.count, len(ids & set(pick.of))) for pick in wanted.pick)
        and ids.isdisjoint(wanted.must_not)
        and not any(ids & set(e.enemies) for e in exam)
        and all(ids.issuperset(e.needs) for e in exam)
    )


def meets_in_sections(wanted, choice):
    """The meaning of a blueprint with sections."""
    parts = [*zip(wanted.sections, choice.sections, strict=True)]
    return meets(wanted, tuple(choice)) and all(
        part and mixes(section, section.points, part) and all({o.id for o in part}.issuperset(e.needs) for e in part)
        for section, part in parts
    )


@given(banks(), blueprints(), st.integers(0, 2**64))
@settings(deadline=None, max_examples=60)
def test_an_assembled_exam_meets_every_constraint(made, wanted, seed):
    try:
        exam = assemble(wanted, made, seed)
    except BlueprintError:
        return
    assert meets(wanted, exam)
    assert len({e.id for e in exam}) == len(exam)


@given(banks(most=9), blueprints(), st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_brute_force_finds_an_exam_exactly_where_the_solver_does(made, wanted, seed):
    assume(all(id in made for pick in wanted.pick for id in pick.of))
    exists = any(meets(wanted, some) for size in range(1, len(made) + 1) for some in combinations(made, size))
    try:
        assemble(wanted, made, seed)
    except BlueprintError:
        assert not exists
    else:
        assert exists


@given(banks(most=7), st.sampled_from((3, 5, Fraction(15, 2))), st.integers(0, 9))
@settings(deadline=None, max_examples=30)
def test_the_choice_is_the_one_of_greatest_worth(made, points, seed):
    def worth(exam):
        return sum(e.points * (1 + stream(seed, "choice", e.id).getrandbits(20)) for e in exam)

    wanted = blueprint(points)
    some = [exam for size in range(1, 8) for exam in combinations(made, size) if meets(wanted, exam)]
    assume(some)
    assert tuple(assemble(wanted, made, seed)) == max(some, key=worth)


@given(banks(), blueprints(), st.integers(0, 99))
@settings(deadline=None, max_examples=25)
def test_a_seed_always_chooses_the_same_exam(made, wanted, seed):
    def outcome(entries):
        try:
            return {e.id for e in assemble(wanted, bank(*entries), seed)}
        except BlueprintError:
            return "none"

    assert outcome(made) == outcome(tuple(made)) == outcome(tuple(reversed(tuple(made))))


def test_seeds_choose_different_exams_and_give_every_question_its_chance():
    made = bank(*(entry(f"q{n:02}", points=1 + n % 4) for n in range(24)))
    exams = [tuple(e.id for e in assemble(blueprint(12), made, seed)) for seed in range(40)]
    assert len(set(exams)) > 35
    assert {id for exam in exams for id in exam} == {e.id for e in made}


def test_large_questions_are_chosen_as_readily_as_small_ones():
    made = bank(*(entry(f"small{n}", points=1) for n in range(40)), *(entry(f"large{n}", points=4) for n in range(10)))
    points = Counter()
    for seed in range(60):
        for chosen in assemble(blueprint(20), made, seed):
            points[chosen.id[:5]] += chosen.points
    assert 0.35 < points["large"] / (points["large"] + points["small"]) < 0.65


def test_must_have_is_there_and_must_not_is_not():
    made = bank(*(entry(f"q{n}") for n in range(6)))
    for seed in range(10):
        chosen = {e.id for e in assemble(blueprint(6, must_have=("q1",), must_not=("q2", "q3")), made, seed)}
        assert "q1" in chosen
        assert chosen.isdisjoint({"q2", "q3"})


@pytest.mark.parametrize("enemies", [{"a": ("b",)}, {"b": ("a",)}, {"a": ("b",), "b": ("a",)}])
def test_enemies_never_meet_whoever_names_the_other(enemies):
    made = bank(*(entry(id, enemies=enemies.get(id, ())) for id in "abc"))
    assert {tuple(e.id for e in assemble(blueprint(4), made, seed)) for seed in range(20)} == {("a", "c"), ("b", "c")}


def test_so_many_are_picked_from_a_list_whichever_they_are():
    made = bank(*(entry(f"q{n}") for n in range(8)))
    wanted = blueprint(8, pick=(Pick(("q0", "q1", "q2"), 2), Pick(("q2", "q7"), Counts(at_most=0))))
    exams = [{e.id for e in assemble(wanted, made, seed)} for seed in range(20)]
    assert {frozenset(exam & {"q0", "q1", "q2", "q7"}) for exam in exams} == {frozenset({"q0", "q1"})}
    exams = [{e.id for e in assemble(blueprint(8, pick=wanted.pick[:1]), made, seed)} for seed in range(30)]
    assert len({frozenset(exam & {"q0", "q1", "q2"}) for exam in exams}) == 3
    assert all(len(exam & {"q0", "q1", "q2"}) == 2 for exam in exams)


def test_whoever_needs_another_comes_with_it_or_not_at_all():
    made = bank(entry("a"), entry("b", needs=("a",)), entry("c", needs=("b",)), entry("d"), entry("e"))
    exams = {"".join(e.id for e in assemble(blueprint(6), made, seed)) for seed in range(60)}
    assert exams == {"abc", "abd", "abe", "ade"}
    assert {len(assemble(blueprint(4, must_not=("a",)), made, seed)) for seed in range(9)} == {2}
    assert [e.id for e in assemble(blueprint(4, must_not=("a",)), made, 0)] == ["d", "e"]


def test_decimals_that_no_binary_number_equals_are_added_exactly():
    made = bank(*(entry(f"q{n}", points=Fraction(1, 10)) for n in range(12)))
    assert len(assemble(blueprint(Fraction(3, 10)), made, 0)) == 3


def test_a_bank_of_a_thousand_is_searched_to_the_end():
    choice = assemble(EVERYTHING, THOUSAND, 1)
    assert meets_in_sections(EVERYTHING, choice)
