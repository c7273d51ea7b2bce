"""What the kernel makes of the text in a control file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.numbers import integer, listed, numbers, pages

PAGES = [
    ("1000001", 244),
    ("4096", 1),
    ("4095", 0),
    ("20M", 5120),
    ("20m\n", 5120),
    ("1G", 262144),
    ("0x5000", 5),
    ("010", 0),
    ("", 0),
    ("max", None),
    (str(2**63), None),
]
INTEGERS = [("7", 7), (" 7\n", 7), ("+7", 7), ("0x10", 16), ("010", 8), ("-3", -3)]
REFUSED = [
    ("abc", "EINVAL"),
    ("", "EINVAL"),
    ("1 2", "EINVAL"),
    ("08", "EINVAL"),
    ("101", "ERANGE"),
    (str(2**64), "ERANGE"),
]
SETS = [("0-2,4", {0, 1, 2, 4}), ("", set()), ("3", {3}), ("1,1", {1})]
NO_SETS = [("a", "EINVAL"), ("3-1", "EINVAL"), ("8", "ERANGE"), ("0-8", "ERANGE")]


@pytest.mark.parametrize(("text", "count"), PAGES)
def test_memory_is_rounded_down_to_whole_pages(text, count):
    assert pages(text, "max") == count


@pytest.mark.parametrize("text", ["20MB", "-1", "1.5M", "lots"])
def test_what_is_no_amount_of_memory_is_einval(text):
    with pytest.raises(Refusal) as refused:
        pages(text, "max")
    assert refused.value.errno == "EINVAL"


@pytest.mark.parametrize(("text", "value"), INTEGERS)
def test_numbers_are_read_as_strtoull_reads_them(text, value):
    assert integer(text, -100, 100) == value


@pytest.mark.parametrize(("text", "errno"), REFUSED)
def test_what_is_no_number_is_einval_and_what_is_too_large_erange(text, errno):
    with pytest.raises(Refusal) as refused:
        integer(text, -100, 100)
    assert refused.value.errno == errno


@pytest.mark.parametrize(("text", "found"), SETS)
def test_lists_of_processors(text, found):
    assert numbers(text, 8) == found


@pytest.mark.parametrize(("text", "errno"), NO_SETS)
def test_lists_that_are_refused(text, errno):
    with pytest.raises(Refusal) as refused:
        numbers(text, 8)
    assert refused.value.errno == errno


@given(st.frozensets(st.integers(0, 63)))
@settings(deadline=None, max_examples=50)
def test_a_list_reads_back_as_it_was_written(found):
    assert numbers(listed(found), 64) == found
