"""What an instructor is told when a bank cannot meet a blueprint."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings

from tests.exams.banks import bank, banks, blueprint, entry
from tests.exams.test_assemble import blueprints
from vlearn.errors import BlueprintError
from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Pick
from vlearn.exams.conflict import conflict
from vlearn.exams.demand import Demand, Grid, Row
from vlearn.exams.demands import demands
from vlearn.exams.infeasible import explain
from vlearn.exams.mixture import Amounts, Counts, Difficulty, Share
from vlearn.exams.solve import optimum
from vlearn.questions.model import Bloom

BANK = bank(
    *(entry(f"n{n}", kind="numeric", difficulty=3) for n in range(4)),
    *(entry(f"s{n}", points=4, minutes=6, difficulty=1, bloom=Bloom.REMEMBER) for n in range(5)),
    entry("other", chapter="ch10", points=3, enemies=("n0", "s0")),
)
"""Chapter 6 has four numeric questions of 2 points and 3 minutes and five others of 4 points and 6 minutes."""

HALF = Fraction(5, 2)
CANNOT = "no choice of questions meets all of these at once: "

TOLD = [
    ({"points": 40}, "the blueprint wants 40 points; the bank has 31"),
    (
        {"points": 40, "chapters": ("ch06", "ch07", "ch08", "ch10")},
        "the blueprint wants 40 points from its 4 chapters; the bank has 31",
    ),
    ({"points": 40, "chapters": ("ch06",)}, "the blueprint wants 40 points from chapter 6; the bank has 28"),
    (
        {"points": 13, "chapters": ("ch06",)},
        "the blueprint wants 13 points from chapter 6; those in the bank add up to 12 or 14, nothing between",
    ),
    (
        {"points": 12, "chapters": ("ch06",), "kinds": {"numeric": 6}},
        "the blueprint wants 6 numeric questions from chapter 6; the bank has 4",
    ),
    (
        {"points": 12, "kinds": {"essay": 1, "numeric": Counts(at_least=5)}},
        "the blueprint wants 1 essay question; the bank has 0\n"
        "the blueprint wants at least 5 numeric questions; the bank has 4",
    ),
    (
        {"points": 8, "kinds": {"numeric": Counts(at_least=4, at_most=6)}, "must_not": ("n1",)},
        "the blueprint wants 4 to 6 numeric questions; the bank has 3, apart from what must_not names",
    ),
    ({"points": 10, "questions": 11}, "the blueprint wants 11 questions; the bank has 10"),
    ({"points": 10, "bloom": {Bloom.APPLY: 6}}, "the blueprint wants 6 questions to apply; the bank has 5"),
    ({"points": 10, "objectives": {"ch10-goal": 2}}, "the blueprint wants 2 questions on ch10-goal; the bank has 1"),
    (
        {"points": 10, "difficulty": Difficulty(levels={5: 1})},
        "the blueprint wants 1 question of difficulty 5; the bank has 0",
    ),
    (
        {"points": 10, "chapters": {"ch06": Share(), "ch10": Share(questions=2)}},
        "the blueprint wants 2 questions from chapter 10; the bank has 1",
    ),
    (
        {"points": 10, "chapters": {"ch06": Share(), "ch10": Share(points=Amounts(at_least=HALF, at_most=HALF))}},
        "the blueprint wants 2.5 points from chapter 10; those in the bank add up to 0 or 3, nothing between",
    ),
    (
        {"points": 10, "chapters": {"ch06": Share(points=Amounts(at_least=1, at_most=Fraction(3, 2)))}},
        "the blueprint wants 1 to 1.5 points from chapter 6; those in the bank add up to 0 or 2, nothing between",
    ),
    (
        {"points": 10, "difficulty": Difficulty(average=Amounts(at_least=4))},
        "the blueprint wants an average difficulty of at least 4 (the candidates' run from 1 to 3)",
    ),
    (
        {"points": 20, "difficulty": Difficulty(average=Amounts(at_least=HALF))},
        CANNOT + "20 points; an average difficulty of at least 2.5 (the candidates' run from 1 to 3); "
        "the nearest that the others allow is 15 points",
    ),
    (
        {"points": 20, "minutes": 20},
        CANNOT + "20 points; at most 20 minutes; the nearest that the others allow is 13 points",
    ),
    (
        {"points": 4, "minutes": 2},
        CANNOT + "4 points; at most 2 minutes; the nearest that the others allow is 0 points",
    ),
    ({"points": 12, "questions": 2}, CANNOT + "12 points; 2 questions; the nearest that the others allow is 8 points"),
    (
        {"points": 20, "chapters": ("ch06",), "kinds": {"numeric": 3}},
        CANNOT + "20 points from chapter 6; 3 numeric questions from chapter 6; "
        "the nearest that the others allow is 18 or 22 points from chapter 6",
    ),
    (
        {"points": 20, "chapters": {"ch06": Share(points=Amounts(at_most=10)), "ch10": Share()}},
        CANNOT + "20 points from chapters 6 and 10; at most 10 points from chapter 6; "
        "the nearest that the others allow is 13 points from chapters 6 and 10",
    ),
    (
        {"points": 11, "must_have": ("other", "n0")},
        CANNOT + "the question other; the question n0; at most one of the enemies n0 and other",
    ),
    (
        {"points": 3, "must_have": ("n0",)},
        CANNOT + "the question n0; 3 points; the nearest that the others allow is 2 or 4 points",
    ),
    (
        {"points": 8, "pick": (Pick(("s0", "s1", "other"), 3),)},
        CANNOT + "8 points; 3 questions out of s0, s1, other; the nearest that the others allow is 11 points",
    ),
    (
        {"points": 4, "pick": (Pick(("n0", "n9"), 1),)},
        "pick names 'n9', which is not in the bank",
    ),
    (
        {"points": 4, "pick": (Pick(("n0", "other"), 1),), "chapters": ("ch06",)},
        "pick names 'other' of ch10; the blueprint takes only ch06",
    ),
    ({"points": 4, "must_have": ("n9",)}, "must_have names 'n9', which is not in the bank"),
    (
        {"points": 4, "must_not": ("othr",)},
        "must_not names 'othr', which is not in the bank; did you mean 'other'?",
    ),
    (
        {"points": 4, "must_have": ("other",), "chapters": ("ch06",)},
        "must_have names 'other' of ch10; the blueprint takes only ch06",
    ),
]


@pytest.mark.parametrize(("fields", "told"), TOLD, ids=[str(fields) for fields, _ in TOLD])
def test_an_instructor_is_told_what_is_wanted_and_what_there_is(fields, told):
    with pytest.raises(BlueprintError) as error:
        assemble(blueprint(**fields), BANK, 0)
    assert str(error.value) == told


def test_an_empty_bank_has_nothing():
    with pytest.raises(BlueprintError, match=r"^the blueprint wants 5 points; the bank has 0$"):
        assemble(blueprint(5), bank(), 0)
    with pytest.raises(BlueprintError, match="must_have names 'q', which is not in the bank; the bank is empty"):
        assemble(blueprint(5, must_have=("q",)), bank(), 0)


def test_what_is_told_gives_the_lines_of_the_blueprint():
    lines = {("points",): 3, ("minutes",): 4, ("kinds", "numeric"): 7}
    wanted = blueprint(20, minutes=20, path="quiz.yaml", lines=lines)
    with pytest.raises(
        BlueprintError, match=r"^quiz.yaml:3: no .*: 20 points \(line 3\); at most 20 minutes \(line 4\)"
    ):
        assemble(wanted, BANK, 0)
    wanted = blueprint(20, kinds={"numeric": 6}, path="quiz.yaml", lines=lines)
    with pytest.raises(BlueprintError, match=r"^quiz.yaml:7: the blueprint wants 6 numeric questions; the bank has 4$"):
        assemble(wanted, BANK, 0)


@given(banks(most=12), blueprints())
@settings(deadline=None, max_examples=40)
def test_a_conflict_has_no_demand_to_spare_and_none_is_smaller(made, wanted):
    candidates = tuple(made)
    all_of_them = demands(wanted, candidates)
    nothing = [0] * len(candidates)
    if not candidates or optimum(all_of_them, nothing) is not None:
        return
    core = conflict(all_of_them, len(candidates))
    assert optimum(core, nothing) is None
    for spared in core:
        assert optimum([demand for demand in core if demand is not spared], nothing) is not None
    for size in range(len(core)) if len(all_of_them) <= 12 else ():
        assert all(optimum(some, nothing) is not None for some in combinations(all_of_them, size))
    assert explain(wanted, all_of_them, Grid(len(candidates)))


def test_a_thousand_enemies_do_not_hide_the_one_pair_that_matters():
    crowd = (entry(f"q{n}", points=2, enemies=(f"q{(n + 1) % 60}",)) for n in range(60))
    made = bank(*crowd, entry("x", points=3, enemies=("y",)), entry("y", points=3))
    with pytest.raises(
        BlueprintError, match=r"^no .*: the question x; the question y; at most one of the enemies x and y$"
    ):
        assemble(blueprint(6, must_have=("x", "y")), made, 0)


def test_a_question_whose_need_is_left_out_is_told():
    made = bank(entry("a"), entry("b", needs=("a",)), entry("c"))
    with pytest.raises(BlueprintError) as error:
        assemble(blueprint(4, must_have=("b",), must_not=("a",)), made, 0)
    assert str(error.value) == CANNOT + "the question b; with b also a, which it needs and the blueprint leaves out"
    with pytest.raises(BlueprintError) as error:
        assemble(blueprint(2, must_have=("b",)), made, 0)
    need, near = "with b also a, which it needs", "the nearest that the others allow is 4 points"
    assert str(error.value) == f"{CANNOT}the question b; 2 points; {need}; {near}"
    with pytest.raises(BlueprintError, match=r"^the blueprint wants 8 points; the bank has 6$"):
        assemble(blueprint(8), made, 0)


def test_a_pair_is_told_where_a_greedy_search_ends_with_more():
    def bound(least, most, *weights):
        row = Row({i: Fraction(w) for i, w in enumerate(weights)}, Fraction(least), Fraction(most))
        return Demand((), "", (row,))

    three = [bound(1, 9, 1, 1, 0), bound(1, 9, 0, 1, 1), bound(1, 9, 1, 0, 1), bound(0, 1, 1, 1, 1)]
    pair = [bound(2, 9, 1, 1, 1)]
    assert len(conflict(three, 3)) == 4
    assert conflict([*three, *pair], 3) == (three[-1], *pair)
    assert len(conflict([*three, *pair], 3, work=0)) == 4
