"""What was missed comes back soon, what was known later, and the record alone says when."""

from datetime import UTC, datetime, timedelta

import pytest

from vlearn.lab.record import Attempt
from vlearn.lab.schedule import due_dates, due_now

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def answered(id, *scores, every=timedelta(days=4), activity="question"):
    return [Attempt(activity, id, "o", "", score, (START + n * every).isoformat()) for n, score in enumerate(scores)]


def wait(*scores):
    """From the last answer to when the question comes back."""
    attempts = answered("q", *scores)
    return due_dates(attempts)["q"] - datetime.fromisoformat(attempts[-1].when)


def test_a_missed_question_comes_back_in_ten_minutes_and_a_known_one_in_days():
    assert wait(0.0) == wait(0.4) == timedelta(minutes=10)
    assert timedelta(minutes=10) < wait(0.5) < timedelta(days=1) <= wait(1.0)


def test_every_right_answer_lengthens_the_wait_and_a_wrong_one_ends_it():
    waits = [wait(*[1.0] * n) for n in range(1, 6)]
    assert waits == sorted(set(waits))
    assert wait(1.0, 1.0, 1.0, 0.0) == timedelta(minutes=10)


def test_the_same_answers_give_the_same_dates():
    attempts = [*answered("a", 0.0, 1.0, 0.5), *answered("b", 1.0, 1.0, 1.0)]
    assert due_dates(attempts) == due_dates(attempts)


@pytest.mark.parametrize("attempt", [
    *answered("q", None),
    *answered("q", 1.0, activity="check"),
    *answered("q", 1.0, activity="practice"),
    Attempt("question", "q", "o", "", 1.0, "yesterday"),
])  # fmt: skip
def test_what_is_no_graded_answer_to_a_question_has_no_say(attempt):
    assert due_dates([attempt]) == {}


def test_a_time_without_a_zone_is_utc_and_a_time_elsewhere_is_the_same_moment():
    times = ["2026-01-01T12:00:00", "2026-01-01T12:00:00+00:00", "2026-01-01T14:00:00+02:00", "2026-01-01T12:00:00Z"]
    dates = {due_dates([Attempt("question", "q", "o", "", 0.0, when)])["q"] for when in times}
    assert dates == {START + timedelta(minutes=10)}


def test_a_clock_that_was_set_back_breaks_nothing():
    assert "q" in due_dates(reversed(answered("q", 1.0, 0.0, 1.0)))


def test_what_has_waited_longest_comes_first_and_what_is_not_due_does_not_come():
    dates = {"late": START - timedelta(days=3), "now": START, "b": START - timedelta(days=1), "soon": START + SECOND}
    assert due_now(dates, START) == ("late", "b", "now")


SECOND = timedelta(seconds=1)
