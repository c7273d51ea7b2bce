import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.questions.labels import index_of, letter, number

LETTERS = [(0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (27, "AB"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")]


@pytest.mark.parametrize(("index", "label"), LETTERS)
def test_letters_run_from_a_to_z_and_on(index, label):
    assert letter(index) == label


@given(st.data(), st.integers(1, 60))
def test_a_letter_in_either_case_names_its_item(data, count):
    index = data.draw(st.integers(0, count - 1))
    assert index_of(f" {letter(index).lower()}", count) == index


@pytest.mark.parametrize("label", ["", "E", "1", "AA", "é"])
def test_no_other_label_names_an_item(label):
    assert index_of(label, 4) is None


def test_numbers_count_from_one():
    assert [number(index) for index in range(3)] == ["1", "2", "3"]
