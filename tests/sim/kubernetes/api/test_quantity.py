"""Quantities: their canonical form, their order, and what is refused. Upstream's tables run in tests/conformance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api import Quantity, Refused, parse_quantity

QUANTITIES = st.builds(
    Quantity, st.integers(-(2**63), 2**63 - 1), st.sampled_from(["DecimalSI", "BinarySI", "DecimalExponent"])
)


@given(QUANTITIES)
def test_the_canonical_form_says_the_same_amount(quantity):
    again = parse_quantity(str(quantity))
    assert again == quantity
    # A binary quantity that is no multiple of 1024 has no suffix, and is decimal when read again: 25000, then 25k.
    assert str(parse_quantity(str(again))) == str(again)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("1.5Gi", "1536Mi"), ("1.1Ki", "1126400m"), ("0.5Ki", "512"), ("0.1n", "1n"), ("-0.1n", "-1n"), ("0x", None)],
)
def test_a_fraction_is_kept_and_never_rounded_to_nothing(text, canonical):
    if canonical is None:
        with pytest.raises(Refused):
            parse_quantity(text)
    else:
        assert str(parse_quantity(text)) == canonical


@pytest.mark.parametrize("text", ["", "1.5.5Gi", "1,5", "٣", "1e", "1ee3", "1Kii", "--1", "1 Gi", "1e9999999999"])
def test_what_is_no_quantity_is_refused_in_the_words_of_the_api(text):
    with pytest.raises(
        Refused, match=r"quantities must match the regular expression|unable to parse quantity's suffix"
    ):
        parse_quantity(text)


def test_an_absurd_exponent_costs_no_time_and_is_capped():
    assert parse_quantity("1e999999999").value == 2**63 - 1
    assert str(parse_quantity("1e-999999999")) == "1e-9"


def test_sums_keep_the_family_of_the_first_that_is_not_zero():
    assert str(parse_quantity("0") + parse_quantity("1Gi")) == "1Gi"
    assert str(parse_quantity("1Gi") - parse_quantity("512Mi")) == "512Mi"


def test_thousands_of_digits_are_refused():
    with pytest.raises(Refused, match="numeric part"):
        parse_quantity("9" * 5000)
