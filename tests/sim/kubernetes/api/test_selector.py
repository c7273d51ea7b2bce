"""Selectors of labels. Upstream's tables run in tests/conformance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api import Refused, parse_selector, selector_of

WORDS = st.from_regex(r"[a-z]([a-z0-9.-]{0,5}[a-z0-9])?", fullmatch=True)
LABELS = st.dictionaries(WORDS, WORDS, max_size=4)


@given(LABELS, LABELS)
def test_match_labels_are_met_exactly_by_labels_that_contain_them(wanted, labels):
    selector = selector_of({"matchLabels": wanted})
    assert selector.matches(labels) == (wanted.items() <= labels.items())


@given(WORDS, st.lists(WORDS, min_size=1, max_size=3), LABELS)
def test_notin_is_the_contrary_of_in(key, values, labels):
    chosen = ",".join(values)
    assert parse_selector(f"{key} in ({chosen})").matches(labels) != parse_selector(f"{key} notin ({chosen})").matches(
        labels
    )


@given(st.text(alphabet="ab=!<>(), \tin", max_size=12))
def test_any_text_is_a_selector_or_refused_and_what_is_written_can_be_read(text):
    try:
        selector = parse_selector(text)
    except Refused:
        return
    assert parse_selector(str(selector)) == selector


def test_no_selector_object_and_an_empty_one_are_not_the_same():
    assert selector_of(None) is None
    assert selector_of({}).matches({"any": "label"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x in (a", r"found '', expected: ',' or '\)'"),
        ("x y", "found 'y', expected: in, notin, =, ==, !=, gt, lt"),
        ("x>many", "the value must be an integer"),
    ],
)
def test_the_refusal_names_what_was_found_and_what_was_expected(text, words):
    with pytest.raises(Refused, match=words):
        parse_selector(text)
