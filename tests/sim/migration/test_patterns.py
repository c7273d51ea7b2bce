import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.migration.random_migrations import patterns
from vlearn.errors import ModelError
from vlearn.sim.migration import PAGE, Phases, Recorded, Sequential, Together, Uniform, hot_set, read_trace


@given(patterns(12), st.lists(st.floats(0, 1), min_size=1, max_size=5))
@settings(deadline=None, max_examples=100)
def test_a_span_may_be_cut_anywhere(pattern, cuts):
    edges = [0.0, *sorted(cuts), 1.0]
    pieces = [pattern.written(a, b) for a, b in itertools.pairwise(edges)]
    assert Counter(np.concatenate(pieces).tolist()) == Counter(pattern.written(0.0, 1.0).tolist())


@given(patterns(12))
@settings(deadline=None, max_examples=100)
def test_accesses_are_in_order_of_time_and_their_writes_are_the_written_pages(pattern):
    times, pages, writes = pattern.accesses(0.0, 1.0)
    assert (np.diff(times) >= 0).all()
    assert Counter(pages[writes].tolist()) == Counter(pattern.written(0.0, 1.0).tolist())
    assert (pages < pattern.beyond).all()


def test_sequential_writes_no_page_twice_before_every_other_one():
    assert Sequential(3 * PAGE, 4 * PAGE, 2 * PAGE).written(0, 2).tolist() == [2, 3, 4, 2, 3, 4, 2, 3]


def test_uniform_meets_every_page_about_as_often_and_its_seed_picks_the_run():
    written = Uniform(16 * PAGE, 16000 * PAGE).written(0, 1)
    assert (np.bincount(written) > 850).all()
    assert Uniform(16 * PAGE, 16 * PAGE, seed=1).written(0, 1).tolist() != written[:16].tolist()
    assert Uniform(8 * PAGE, 6 * PAGE).written(0, 1).tolist() == Uniform(8 * PAGE, 6 * PAGE).written(0, 1).tolist()


def test_a_hot_set_gets_its_share():
    written = hot_set(100 * PAGE, 10 * PAGE, 10_000 * PAGE, 0.8).written(0, 1)
    assert np.mean(written < 10) == pytest.approx(0.8, abs=0.02)


def test_phases_take_turns_and_time_stands_still_for_those_that_wait():
    pattern = Phases(((1.0, Sequential(4 * PAGE, PAGE)), (1.0, Sequential(PAGE, 2 * PAGE, 8 * PAGE))))
    assert pattern.written(0, 4).tolist() == [0, 8, 8, 1, 8, 8]
    assert pattern.accesses(0, 4)[0].tolist() == [1.0, 1.5, 2.0, 3.0, 3.5, 4.0]


def test_patterns_together_write_what_their_parts_write():
    both = Together((Sequential(PAGE, PAGE), Sequential(PAGE, PAGE, PAGE, writes=False)))
    assert both.written(0, 2).tolist() == [0, 0]
    assert both.accesses(0, 2)[1].tolist() == [0, 1, 0, 1]


def test_a_trace_is_read_from_a_file(tmp_path):
    path = tmp_path / "writes.txt"
    path.write_text("# seconds page\n0 3\n\n0.5 0x2  # hexadecimal\n0.5 3\n", encoding="utf-8")
    trace = read_trace(path, 4 * PAGE)
    assert isinstance(trace, Recorded)
    assert trace.written(0, 0.5).tolist() == [3]
    assert trace.written(0.5, 9).tolist() == [2, 3]
    assert trace.beyond == 4


FAULTY = [
    ("0 3\n1 4\n", r"writes.txt:2: there is no page 4; the machine has pages 0 to 3"),
    ("0 -1\n", "writes.txt:1: there is no page -1"),
    ("1 0\n0.5 0\n", "writes.txt:2: time runs back from 1 to 0.5 s"),
    ("0 1 2\n", "writes.txt:1: .* is not a time in seconds and a page number"),
    ("now 1\n", "writes.txt:1"),
    ("inf 1\n", "writes.txt:1"),
    ("-1 1\n", "writes.txt:1"),
]


@pytest.mark.parametrize(("text", "message"), FAULTY)
def test_a_faulty_line_of_a_trace_is_named(tmp_path, text, message):
    path = tmp_path / "writes.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        read_trace(path, 4 * PAGE)


def test_a_trace_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "writes").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "writes", tmp_path / "none"):
        with pytest.raises(ModelError, match="cannot be read as a trace of writes"):
            read_trace(path, PAGE)


REFUSED = [
    (lambda: Sequential(-PAGE, 1), "size is in bytes, a multiple of 4096"),
    (lambda: Sequential(100, 1), "100 is not"),
    (lambda: Sequential(0, 1), "give IDLE"),
    (lambda: Uniform(PAGE, -1), "a rate is in bytes a second"),
    (lambda: Uniform(PAGE, 1, -PAGE), "offset is in bytes"),
    (lambda: hot_set(PAGE, PAGE, 1), "the hot set has at least a page"),
    (lambda: hot_set(2 * PAGE, PAGE, 1, 1.5), "between 0 and 1"),
    (lambda: Phases(()), "at least one"),
    (lambda: Phases(((0.0, Sequential(PAGE, 1)),)), "more than 0"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_a_pattern_that_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()
