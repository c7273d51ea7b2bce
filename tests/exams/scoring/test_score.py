"""Every rule against values worked out by hand, R/exams' own documented examples among them, and their invariants."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.samples import ANSWERS, question, questions
from vlearn.errors import BlueprintError
from vlearn.exams.scoring.rules import HOW, RULES, TICKS, Rounding, Rule, Scoring, Special, Threshold
from vlearn.exams.scoring.score import score
from vlearn.questions.answer_key import key_response
from vlearn.questions.model import (
    Classification,
    Cloze,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    SingleChoice,
    TraceTable,
    TrueFalse,
)
from vlearn.questions.responses import Marks

HALF, THIRD, QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
FIVE = tuple(Option(f"option {letter}") for letter in "ABCDE")
THREE_OF_FIVE = MultipleChoice(FIVE, frozenset({0, 2, 4}))
ONE_OF_FIVE = SingleChoice(FIVE, 0)
FOUR_OF_FIVE = MultipleChoice(FIVE, frozenset({0, 1, 2, 3}))


def earned(answer, response, rule, tries=1, **fields):
    """The share of the points."""
    asked = question(answer)
    return score(asked, response, Scoring(rule=rule, **fields), tries).points / asked.points


TICKED = [  # rule, negative, ticks of the answer ACE, share; the first block is on R's help page of exams_eval
    ("false2", 0, "ACE", 1),
    ("false2", 0, "AC", 2 * THIRD),
    ("false2", 0, "ABC", 2 * THIRD - HALF),
    ("false2", 0, "BD", 0),
    ("false2", 0, "", 0),
    ("false2", QUARTER, "BD", -QUARTER),
    ("false2", 1, "BD", -1),
    ("false2", 1, "B", -HALF),
    ("false", 0, "ACB", 2 * THIRD - HALF),
    ("false", 0, "ACEB", HALF),
    ("true", 0, "ACB", THIRD),
    ("true", 1, "BD", -2 * THIRD),
    ("all", 0, "ACEB", 0),
    ("all", 1, "AB", THIRD - 1),
    ("all", 1, "BD", -1),
    ("none", 0, "ACBD", 2 * THIRD),
    ("none", 1, "BD", 0),
]


@pytest.mark.parametrize(("ticks", "negative", "ticked", "share"), TICKED)
def test_a_wrong_tick_costs_what_the_rule_says(ticks, negative, ticked, share):
    assert earned(THREE_OF_FIVE, set(ticked), Rule(ticks=ticks, negative=Fraction(negative))) == share


def test_every_rule_for_ticks_is_in_the_table():
    assert {ticks for ticks, *_ in TICKED} == TICKS.keys()


def test_false2_differs_from_false_where_one_option_is_wrong():
    """A single wrong option would cost everything under `false`."""
    assert earned(FOUR_OF_FIVE, set("ABCDE"), "false2") == HALF
    assert earned(FOUR_OF_FIVE, set("ABCDE"), "false") == 0


NEGATIVE = Rule(partial=False, negative=QUARTER)
PARTS = Rule(negative=QUARTER)
EARNS = [  # what, answer, response, rule, share
    ("the whole is right", THREE_OF_FIVE, set("ACE"), NEGATIVE, 1),
    ("the whole is not right", THREE_OF_FIVE, set("AC"), NEGATIVE, -QUARTER),
    ("nothing is ticked", THREE_OF_FIVE, set(), NEGATIVE, 0),
    ("not attempted", THREE_OF_FIVE, None, NEGATIVE, 0),
    ("one is right", ONE_OF_FIVE, "A", PARTS, 1),
    ("one is wrong", ONE_OF_FIVE, "B", PARTS, -QUARTER),
    ("a number is wrong", Numeric(Fraction(2)), "3", PARTS, -QUARTER),
    ("no number at all", Numeric(Fraction(2)), "two", PARTS, -QUARTER),
    ("no answer", Numeric(Fraction(2)), None, PARTS, 0),
    ("one of three is wrong", ANSWERS["matching"], ["A", "B", "D"], PARTS, 2 * THIRD - QUARTER / 3),
    ("one of three is empty", ANSWERS["matching"], ["A", "B", None], PARTS, 2 * THIRD),
    ("the verdict is wrong", ANSWERS["true-false"], (True, "B"), PARTS, -QUARTER),
    ("the verdict alone is wrong", ANSWERS["true-false"], (True, None), PARTS, -QUARTER / 2),
    ("the reason is wrong", ANSWERS["true-false"], (False, "A"), PARTS, HALF - QUARTER / 2),
    ("a step of three is missed", ANSWERS["ordering"], ["D", "B", "C", "A"], PARTS, 2 * THIRD - QUARTER / 3),
    ("a gap is wrong", ANSWERS["cloze"], ["EPT", "pages"], Rule(partial=False), 0),
    ("an essay is exempt", ANSWERS["essay"], Marks((Fraction(1), Fraction(0))), NEGATIVE, QUARTER),
    ("Moodle never goes below zero", THREE_OF_FIVE, set("BD"), "moodle", 0),
    ("Moodle takes back half for a wrong tick of two", THREE_OF_FIVE, set("ACEB"), "moodle", HALF),
]


@pytest.mark.parametrize(("answer", "response", "rule", "share"), [row[1:] for row in EARNS], ids=[r[0] for r in EARNS])
def test_a_response_earns_its_share_under_a_rule(answer, response, rule, share):
    assert earned(answer, response, rule) == share


TRIES = [(1, "A", 1), (2, "A", 2 * THIRD), (3, "A", THIRD), (4, "A", 0), (9, "A", 0), (2, "B", 0)]


@pytest.mark.parametrize(("tries", "response", "share"), TRIES)
def test_each_try_after_the_first_costs_its_penalty(tries, response, share):
    assert earned(ONE_OF_FIVE, response, "moodle-interactive", tries) == share


def test_a_rule_without_a_penalty_does_not_count_tries():
    assert earned(ONE_OF_FIVE, "A", "vlearn", 5) == 1


def special(**fields):
    return {"questions": {"ch01-sample": Special(**fields)}}


WORTH = [
    (ONE_OF_FIVE, {"option A": Fraction(1), "option B": HALF}, "B", HALF),
    (ONE_OF_FIVE, {"option A": Fraction(1), "option B": -HALF}, "B", -HALF),
    (ONE_OF_FIVE, {"OPTION a": Fraction(1)}, "C", 0),
    (THREE_OF_FIVE, {"option A": HALF, "option C": QUARTER, "option E": QUARTER}, set("AC"), 3 * QUARTER),
    (THREE_OF_FIVE, {"option A": Fraction(1), "option B": -HALF}, set("AB"), HALF),
    (THREE_OF_FIVE, {"option A": Fraction(1), "option B": -HALF}, set("B"), 0),
    (THREE_OF_FIVE, {"option A": Fraction(1), "option B": HALF}, set("AB"), 1),
]


@pytest.mark.parametrize(("answer", "worth", "response", "share"), WORTH)
def test_options_may_say_what_they_are_worth(answer, worth, response, share):
    assert earned(answer, response, "vlearn", **special(options=worth)) == share


BAD_WORTH = [
    (ONE_OF_FIVE, {"option A": HALF}, "earn 1/2 of its points; they must earn 1"),
    (ONE_OF_FIVE, {"option F": HALF}, "has no option 'option F'; did you mean 'option "),
    (Numeric(Fraction(1)), {"1": HALF}, "is a numeric question, which has no options"),
]


@pytest.mark.parametrize(("answer", "worth", "told"), BAD_WORTH)
def test_worth_that_does_not_fit_is_refused(answer, worth, told):
    with pytest.raises(BlueprintError, match=told):
        earned(answer, "A", "vlearn", **special(options=worth))


def test_a_question_may_have_other_points_and_a_rule_of_its_own():
    scoring = Scoring(kinds={"single-choice": "all-or-nothing"}, **special(points=Fraction(5), rule=PARTS))
    assert score(question(ONE_OF_FIVE), "B", scoring).points == Fraction(-5, 4)
    assert score(question(ONE_OF_FIVE), "A", scoring).points == 5
    assert score(question(ONE_OF_FIVE), "A", scoring).out_of == 5


ROUNDED = [
    ("half-up", "1.25", "1.5"),
    ("half-up", "1.24", "1"),
    ("half-up", "-0.25", "0"),
    ("half-even", "1.25", "1"),
    ("half-even", "1.75", "2"),
    ("up", "1.01", "1.5"),
    ("up", "-0.4", "0"),
    ("down", "1.49", "1"),
    ("down", "-0.1", "-0.5"),
]


@pytest.mark.parametrize(("how", "points", "rounded"), ROUNDED)
def test_points_are_rounded_to_halves(how, points, rounded):
    scoring = Scoring(rounding=Rounding(HALF, how))
    assert scoring.rounded(Fraction(points), "total") == Fraction(rounded)
    assert scoring.rounded(Fraction(points), "question") == Fraction(points)


def test_every_way_to_round_is_in_the_table():
    assert {how for how, *_ in ROUNDED} == HOW.keys()


def test_a_question_is_rounded_with_a_reason():
    scoring = Scoring(rounding=Rounding(Fraction(1), "down", "question"))
    result = score(question(THREE_OF_FIVE, points=Fraction(2)), {"A", "C"}, scoring)
    assert result.points == 1
    assert result.reasons[-1].points == -THIRD


SCALE = tuple(Threshold(Fraction(least), grade) for least, grade in ((0, "5.0"), (50, "4.0"), (90, "1.0")))
GRADED = [(45, "1.0"), (Fraction(89, 2), "4.0"), (25, "4.0"), (24, "5.0"), (0, "5.0"), (-3, "5.0"), (50, "1.0")]


@pytest.mark.parametrize(("points", "grade"), GRADED)
def test_a_grade_is_that_of_the_highest_threshold_reached(points, grade):
    for scale in (SCALE, SCALE[::-1]):
        assert Scoring(scale=scale).grade_for(Fraction(points), Fraction(50)) == grade


shares = st.fractions(0, 1, max_denominator=8)
rules = st.one_of(
    st.sampled_from(sorted(RULES)),
    st.builds(Rule, ticks=st.sampled_from(sorted(TICKS)), partial=st.booleans(), negative=shares, penalty=shares),
)


@settings(deadline=None, max_examples=60)
@given(questions, rules)
def test_the_key_earns_all_points_under_every_rule(asked, rule):
    assert score(asked, key_response(asked), Scoring(rule=rule)).points == asked.points
    assert score(asked, None, Scoring(rule=rule)).points == 0


def responses(asked):
    """Responses of the right form, right and wrong ones."""
    match asked.answer:
        case SingleChoice(options):
            return st.integers(0, len(options) - 1)
        case MultipleChoice(options):
            return st.frozensets(st.integers(0, len(options) - 1))
        case TrueFalse(_, reasons):
            return st.tuples(st.booleans(), st.none() | st.integers(0, len(reasons) - 1))
        case Matching(left, right) | Classification(right, left):
            places = st.none() | st.integers(0, len(right) - 1)
            return st.lists(places, min_size=len(left), max_size=len(left))
        case Ordering(items):
            return st.permutations(range(len(items)))
        case Cloze() | TraceTable():
            texts = [st.sampled_from([None, "", "x", text]) for text in key_response(asked)]
            return st.tuples(*texts)
        case _:
            return st.sampled_from(["", "x", "1"])


@settings(deadline=None, max_examples=80)
@given(questions, rules, st.integers(1, 4), st.data())
def test_points_keep_their_bounds_and_are_the_sum_of_their_reasons(asked, rule, tries, data):
    scoring = Scoring(rule=rule)
    result = score(asked, data.draw(responses(asked)), scoring, tries)
    lost = scoring.rule_for(asked.id, asked.kind).negative * asked.points
    assert -lost <= result.points <= asked.points
    assert sum(reason.points for reason in result.reasons) == result.points


ticks = st.frozensets(st.integers(0, 4))
by_parts = st.builds(Rule, ticks=st.sampled_from(sorted(TICKS)), negative=shares, penalty=shares)


@settings(deadline=None, max_examples=80)
@given(by_parts, st.frozensets(st.integers(0, 4), min_size=1), ticks, st.integers(0, 4))
def test_a_right_tick_more_never_costs_and_a_wrong_one_never_pays(rule, right, ticked, more):
    answer = MultipleChoice(FIVE, right)
    before, after = (earned(answer, t, rule) for t in (ticked, ticked | {more}))
    assert (after >= before) if more in right else (after <= before)


@settings(deadline=None, max_examples=60)
@given(by_parts, st.lists(st.sampled_from([0, 1, 2, 3, None]), min_size=3, max_size=3), st.integers(0, 2))
def test_one_right_entry_more_never_costs(rule, entries, place):
    answer = ANSWERS["matching"]
    better = [answer.key[place] if n == place else entry for n, entry in enumerate(entries)]
    assert earned(answer, better, rule) >= earned(answer, entries, rule)
