from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.questions.notation import decimal, earned, parse, written

READ = [
    ("24", 24),
    (" +24 ", 24),
    ("-3", -3),
    ("\N{MINUS SIGN}3", -3),
    ("0.5", Fraction(1, 2)),
    (".5", Fraction(1, 2)),
    ("007", 7),
    ("1,024", 1024),
    ("1 048 576", 1048576),
    ("1\N{NO-BREAK SPACE}024", 1024),
    ("1_024.25", Fraction(4097, 4)),
    ("1'024", 1024),
    ("1/3", Fraction(1, 3)),
    ("-1 / 3", Fraction(-1, 3)),
    ("0x1F000", 0x1F000),
    ("0X1f000", 0x1F000),
    ("0x7fff_ffff", 0x7FFFFFFF),
]
UNREADABLE = [
    "",
    "abc",
    "1,5",
    "1,0245",
    "1,024 000",
    "1.2.3",
    "1e9",
    "0x",
    "0x1G",
    "1/0",
    "--1",
    "٣",
    "1_0",
    "nan",
    "9" * 101,
]
HEXADECIMAL = [("1F000", 0x1F000), ("10", 0x10), ("0x10", 0x10), ("ff_ff", 0xFFFF)]
PRINTED = [
    (Fraction(24), 10, "24"),
    (Fraction(1, 2), 10, "0.5"),
    (Fraction(-1, 8), 10, "-0.125"),
    (Fraction(1, 3), 10, "1/3"),
    (Fraction(1, 100), 10, "0.01"),
    (Fraction(0x1F000), 16, "0x1F000"),
    (Fraction(1, 2), 16, "0.5"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_a_number_may_be_written_in_these_ways(text, value):
    assert parse(text) == value


@pytest.mark.parametrize(("text", "value"), HEXADECIMAL)
def test_in_base_16_digits_are_hexadecimal_with_or_without_prefix(text, value):
    assert parse(text, 16) == value


@pytest.mark.parametrize("text", UNREADABLE)
def test_anything_else_is_refused_with_what_would_be_right(text):
    with pytest.raises(ValueError, match=r"such as 24|at most 100 characters"):
        parse(text)


@pytest.mark.parametrize("text", ["0.5", "xyz", "1 000"])
def test_a_hexadecimal_number_is_whole(text):
    with pytest.raises(ValueError, match="such as 0x1F000"):
        parse(text, 16)


@pytest.mark.parametrize(("value", "base", "text"), PRINTED)
def test_a_number_is_printed_exactly(value, base, text):
    assert written(value, base) == text


@given(st.fractions(max_denominator=10**12), st.sampled_from([10, 16]))
def test_a_printed_number_is_read_as_itself(value, base):
    assert parse(written(value, base), base if value.denominator == 1 else 10) == value


DECIMALS = [
    ("1/3", "0.3333"),
    ("2", "2"),
    ("-1/2", "-0.5"),
    ("-1/3", "-0.3333"),
    ("10", "10"),
    ("0", "0"),
    ("100", "100"),
]


@pytest.mark.parametrize(("number", "shown"), DECIMALS)
def test_numbers_are_shown_as_decimals(number, shown):
    assert decimal(Fraction(number)) == shown


@pytest.mark.parametrize(
    ("points", "out_of", "told"),
    [(Fraction(4, 3), 2, "1.33 of 2 points"), (Fraction(1), 1, "1 of 1 point"), (Fraction(0), 2.5, "0 of 2.5 points")],
)
def test_what_was_earned_is_told_in_decimals(points, out_of, told):
    assert earned(points, Fraction(out_of)) == told
