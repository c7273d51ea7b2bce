"""Keys of the questions on load curves, recomputed from the table that the prompt prints."""

import pytest

from tests.questions.posing import chosen, feedback, figures, option, pose, words_of

SEEDS = range(15)


def sums(posed, without=()):
    header, rows = posed.prompt[1].header, posed.prompt[1].rows
    left = [n for n, name in enumerate(header) if n and name not in without]
    return {row[0]: sum(int(row[n]) for n in left) for row in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_host_is_overloaded_where_a_row_exceeds_its_cores(seed):
    posed = pose("overloaded-periods", seed)
    (cores,) = figures(r"a host with (\d+) cores", words_of(posed))
    assert chosen(posed) == {part for part, total in sums(posed).items() if total > cores}


@pytest.mark.parametrize("seed", SEEDS)
def test_only_the_workload_that_is_the_key_ends_the_overload(seed):
    posed = pose("which-to-move", seed)
    (cores,) = figures(r"a host with (\d+) cores", words_of(posed))
    assert max(sums(posed).values()) > cores
    enough = [one.text for one in posed.answer.options if max(sums(posed, {one.text}).values()) <= cores]
    assert enough == [option(posed)]


def peaks_of(posed):
    header, rows = posed.prompt[1].header, posed.prompt[1].rows
    return {name: max(int(row[n]) for row in rows) for n, name in enumerate(header) if n}


def test_the_workload_to_move_is_often_not_the_one_with_the_largest_peak():
    largest = 0
    for seed in range(60):
        posed = pose("which-to-move", seed)
        peaks = peaks_of(posed)
        largest += peaks[option(posed)] == max(peaks.values())
    assert 5 <= largest <= 45


@pytest.mark.parametrize("seed", SEEDS)
def test_feedback_calls_a_peak_the_largest_just_where_it_is(seed):
    posed = pose("which-to-move", seed)
    peaks, told = peaks_of(posed), feedback(posed)
    for name in peaks.keys() - {option(posed)}:
        assert told[name].startswith("No other has a larger peak") == (peaks[name] == max(peaks.values()))
