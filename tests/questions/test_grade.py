"""Grading: a table of responses and what they earn, what no response can break, and what is no response at all."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.questions.samples import ANSWERS, question, questions
from vlearn.errors import ResponseError
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade
from vlearn.questions.model import Cloze, Gap, MultipleChoice, Numeric, Option, Ordering, ShortText, TraceTable
from vlearn.questions.responses import FORMS, Marks
from vlearn.render.markdown import to_plain_inline

HALF = Fraction(1, 2)
THIRD = Fraction(1, 3)

EARNS = [
    ("single-choice", "C", 1),
    ("single-choice", "c", 1),
    ("single-choice", 2, 1),
    ("single-choice", "A", 0),
    ("multiple-choice", {"A", "D"}, 1),
    ("multiple-choice", [3, 0], 1),
    ("multiple-choice", {"A"}, HALF),
    ("multiple-choice", {"A", "B"}, 0),
    ("multiple-choice", {"A", "B", "D"}, HALF),
    ("multiple-choice", {"B", "C"}, 0),
    ("multiple-choice", set(), 0),
    ("true-false", (False, "B"), 1),
    ("true-false", (False, "A"), HALF),
    ("true-false", (False, None), HALF),
    ("true-false", (True, "B"), 0),
    ("numeric", "24", 1),
    ("numeric", 24, 1),
    ("numeric", 24.5, 1),
    ("numeric", "23.5", 1),
    ("numeric", "24.51", 0),
    ("numeric", "0x18", 1),
    ("numeric", "24 references", 1),
    ("numeric", "24references", 1),
    ("numeric", "24 walks", 0),
    ("numeric", "twenty-four", 0),
    ("numeric", Fraction(49, 2), 1),
    ("short-text", "ept  violation", 1),
    ("short-text", "`EPT-violation`", 1),
    ("short-text", "EPT misconfiguration", 0),
    ("short-text", "", 0),
    ("matching", ["A", "B", "C"], 1),
    ("matching", ["A", "C", "B"], THIRD),
    ("matching", [0, None, 3], THIRD),
    ("matching", [None, None, None], 0),
    ("ordering", ["B", "D", "C", "A"], 1),
    ("ordering", ["D", "B", "C", "A"], 2 * THIRD),
    ("ordering", ["A", "B", "D", "C"], 2 * THIRD),
    ("ordering", ["A", "C", "D", "B"], 0),
    ("cloze", ["ept", "frames"], 1),
    ("cloze", ["EPT", "pages"], HALF),
    ("cloze", [None, "  "], 0),
    ("classification", ["A", "B", "A"], 1),
    ("classification", [0, 0, 0], 2 * THIRD),
    ("essay", Marks((Fraction(1), Fraction(0))), Fraction(1, 4)),
    ("essay", Marks((HALF, HALF)), HALF),
    ("essay", "Both dimensions ...", 0),
    ("trace", ["0x1000", "PDPTE"], 1),
    ("trace", ["0X01000", "pdpte"], 1),
    ("trace", ["4096", "PDE"], HALF),
]


@pytest.mark.parametrize(("kind", "response", "share"), EARNS)
def test_a_response_earns_its_share(kind, response, share):
    result = grade(question(ANSWERS[kind]), response)
    assert result.points == share * result.out_of
    assert result.out_of == 3


def test_every_kind_but_code_is_in_the_table():
    """Code has test_program."""
    assert {kind for kind, _, _ in EARNS} == ANSWERS.keys() - {"code"}


@settings(deadline=None, max_examples=60)
@given(questions)
def test_the_key_earns_all_points_and_nothing_is_left_to_a_person(asked):
    result = grade(asked, key_response(asked))
    assert (result.points, result.out_of, result.by_hand) == (asked.points, asked.points, False)


@settings(deadline=None, max_examples=60)
@given(questions)
def test_an_unanswered_question_earns_nothing(asked):
    result = grade(asked, None)
    assert (result.points, result.by_hand) == (0, False)
    assert [reason.text for reason in result.reasons] == ["unanswered"]


entry = st.one_of(st.none(), st.integers(0, 5), st.sampled_from("ABCDEF"), st.text(max_size=5))
anything = st.one_of(entry, st.booleans(), st.floats(), st.lists(entry, max_size=6), st.frozensets(entry, max_size=4))


@settings(deadline=None, max_examples=150)
@given(questions, anything)
def test_points_lie_between_nothing_and_all_and_have_a_reason_each(asked, response):
    """Or the response has a form that its kind cannot have, and the error says which form it can have."""
    try:
        result = grade(asked, response)
    except ResponseError as error:
        message = str(error)
    else:
        message = ""
        assert 0 <= result.points <= result.out_of
        assert result.points == max(0, sum(reason.points for reason in result.reasons))
        assert all(reason.text for reason in result.reasons or [None])
    assert not message or FORMS[asked.kind] in message


MALFORMED = [
    ("single-choice", "E", "'E' is not one of the letters A to D"),
    ("single-choice", 4, "the index 4 is not one of 0 to 3"),
    ("single-choice", True, "True is neither a letter nor an index"),
    ("single-choice", ["A"], "neither a letter nor an index"),
    ("multiple-choice", "AD", "no set of options"),
    ("multiple-choice", ["A", None], "None is neither"),
    ("true-false", True, "True is no list"),
    ("true-false", ("yes", "A"), "'yes' is neither True nor False"),
    ("true-false", (True, "A", "B"), "it has 3 entries, not 2"),
    ("numeric", [24], "[24] is no number"),
    ("numeric", True, "True is no number"),
    ("short-text", 3, "3 is no text"),
    ("matching", ["A"], "it has 1 entry, not 3; None stands for one that is unanswered"),
    ("matching", ["A", "B", "E"], "'E' is not one of the letters A to D"),
    ("ordering", ["A", "B", "C"], "it has 3 entries, not 4"),
    ("ordering", ["A", "A", "B", "C"], "an item is named twice"),
    ("ordering", ["A", "B", "C", None], "None is neither"),
    ("cloze", "ept", "'ept' is no list"),
    ("cloze", [1, 2], "1 is no text"),
    ("classification", {"A"}, "is no list"),
    ("essay", 1, "1 is no text"),
    ("essay", Marks((HALF,)), "the rubric has 2 lines"),
    ("essay", Marks((HALF, Fraction(2))), "the rubric has 2 lines"),
    ("trace", [], "it has 0 entries, not 2"),
    ("code", None.__class__, "is no text"),
]


@pytest.mark.parametrize(("kind", "response", "fragment"), MALFORMED)
def test_a_malformed_response_is_told_with_the_form_it_must_have(kind, response, fragment):
    with pytest.raises(ResponseError) as raised:
        grade(question(ANSWERS[kind]), response)
    message = str(raised.value)
    assert "question 'ch01-sample'" in message
    assert fragment in message
    assert message.endswith(f"a response to a {kind} question is {FORMS[kind]}")


HEXADECIMAL = [("0x1F000", 1), ("1f000", 1), ("0x0001_F000", 1), (0x1F000, 1), ("126976", 0), ("0x1F000 bytes", 1)]


@pytest.mark.parametrize(("response", "share"), HEXADECIMAL)
def test_an_address_is_read_as_hexadecimal(response, share):
    assert grade(question(Numeric(Fraction(0x1F000), unit="bytes", base=16)), response).points == 3 * share


def test_a_unit_is_not_taken_for_a_digit_nor_a_digit_for_a_unit():
    asked = question(Numeric(Fraction(0x1B), unit="B"))
    assert grade(asked, "0x1B").points == 3
    assert grade(asked, "27 B").points == 3


def test_text_that_is_no_number_is_told_what_would_be_one():
    (reason,) = grade(question(ANSWERS["numeric"]), "1,5").reasons
    assert "is not a number, such as 24, 1,024" in reason.text
    assert "with its unit, references" in reason.text


def test_letter_case_counts_only_where_it_is_said_to():
    assert grade(question(ShortText(("CR3",), case_sensitive=True)), "cr3").points == 0
    assert grade(question(ShortText(("CR3",), case_sensitive=True)), " CR3 ").points == 3


def test_equal_texts_to_order_are_interchangeable():
    asked = question(Ordering(("fault", "walk", "fault"), (0, 1, 2)))
    assert grade(asked, ["C", "B", "A"]).points == 3


@given(st.permutations(range(6)))
def test_moving_one_item_costs_one_step_of_an_ordering(order):
    """The share tells how many items have to be moved: none for the key, all but one for its reverse."""
    asked = question(Ordering(tuple("abcdef"), tuple(range(6))), points=Fraction(5))
    at_most_one_moved = any(sorted(order[:n] + order[n + 1 :]) == order[:n] + order[n + 1 :] for n in range(6))
    assert (grade(asked, order).points >= 4) == at_most_one_moved


def test_an_essay_is_left_to_a_person_with_its_rubric():
    result = grade(question(ANSWERS["essay"]), "Some text")
    assert result.by_hand
    assert [reason.text for reason in result.reasons] == ["to be marked: names both", "to be marked: says why"]


def test_a_reason_stands_beside_every_part():
    result = grade(question(ANSWERS["multiple-choice"]), {"A", "B"})
    assert [(reason.points, reason.text) for reason in result.reasons] == [
        (Fraction(3, 2), "A is right. feedback one"),
        (-Fraction(3, 2), "B is wrong. feedback two"),
        (0, "right options not ticked: 1"),
    ]


KEYLESS = [
    ("single-choice", "A"),
    ("numeric", "23"),
    ("short-text", "x"),
    ("matching", ["B", None, "D"]),
    ("cloze", ["x", "pages"]),
    ("trace", ["0x1", "x"]),
]


@pytest.mark.parametrize(("kind", "response"), KEYLESS)
def test_the_reasons_of_a_wrong_answer_do_not_state_the_key(kind, response):
    asked = question(ANSWERS[kind])
    said = " ".join(reason.text for reason in grade(asked, response).reasons)
    secrets = {"single-choice": "three", "numeric": "24", "short-text": "EPT", "matching": "A", "cloze": "EPT"}
    assert secrets.get(kind, "0x1000") not in said


def test_numbers_in_a_trace_count_by_value_and_texts_by_what_they_say():
    asked = question(TraceTable(("a",), (("0x1000",), ("`PML4E`",)), ((0, 0), (1, 0))))
    assert grade(asked, ["4,096", "pml4e"]).points == 3


@pytest.mark.parametrize("kind", ["short-text", "cloze", "trace"])
def test_what_was_answered_is_shown_as_it_is(kind):
    answered = "*a* `b` <i>"
    reason, *_ = grade(question(ANSWERS[kind]), answered if kind == "short-text" else [answered, None]).reasons
    assert "*a* `b` <i> is wrong" in to_plain_inline(reason.text)


def test_a_wrong_tick_never_costs_points_of_another_question():
    asked = question(MultipleChoice(tuple(Option(text) for text in "abcd"), frozenset({0})))
    assert grade(asked, {1, 2, 3}).points == 0


def test_a_gap_with_choices_takes_any_accepted_one():
    asked = question(Cloze("[[1]]", (Gap(("a", "b"), ("a", "b", "c")),)))
    assert [grade(asked, [text]).points for text in "abc"] == [3, 3, 0]
