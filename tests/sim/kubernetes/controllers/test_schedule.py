from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.controllers.schedule import parse_schedule


def seconds(text, zone=UTC):
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


NEXT = [
    ("0 * * * ?", "2016-05-19T09:59:00", "2016-05-19T10:00:00"),
    ("0 * * * ?", "2016-05-19T10:00:00", "2016-05-19T11:00:00"),
    ("*/15 * * * *", "2026-01-01T00:46:10", "2026-01-01T01:00:00"),
    ("5/20 * * * *", "2026-01-01T00:06:00", "2026-01-01T00:25:00"),
    ("30 6-16/4 * * 1-5", "2026-11-20T15:00:00", "2026-11-23T06:30:00"),
    ("0 0 29 feb *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
    ("0 0 13 * fri", "2026-11-01T00:00:00", "2026-11-06T00:00:00"),  # either field is enough
    ("0 0 */2 * fri", "2026-11-01T00:00:00", "2026-11-03T00:00:00"),  # a star with a step is no star
    ("0 12 * * Sun", "2026-11-22T12:00:00", "2026-11-29T12:00:00"),
    ("@monthly", "2026-12-15T00:00:00", "2027-01-01T00:00:00"),
    ("@every 90m", "2026-01-01T00:00:10", "2026-01-01T01:30:10"),
    ("@every 1h30m0.5s", "2026-01-01T00:00:00", "2026-01-01T01:30:00"),
]


@pytest.mark.parametrize(("text", "after", "expected"), NEXT)
def test_the_next_time(text, after, expected):
    assert parse_schedule(text).after(seconds(after)) == seconds(expected)


REFUSED = [
    ("obvious error schedule", "expected exactly 5 fields, found 3"),
    ("", "empty spec"),
    ("60 * * * *", "above maximum"),
    ("* * 0 * *", "below minimum"),
    ("* * * * 7", "above maximum"),
    ("5-1 * * * *", "beyond end"),
    ("*/0 * * * *", "positive"),
    ("1/2/3 * * * *", "slashes"),
    ("1-2-3 * * * *", "hyphens"),
    ("* * L * *", "failed to parse int"),
    ("@fortnightly", "unrecognized descriptor"),
    ("@every soon", "invalid duration"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_a_schedule_that_cannot_be_read_is_refused_in_the_librarys_words(text, words):
    with pytest.raises(Refused, match=words):
        parse_schedule(text)


def test_a_day_that_no_month_has_never_comes():
    assert parse_schedule("59 23 31 2 *").after(seconds("2026-01-01T00:00:00")) is None


def test_an_hour_that_the_zone_skips_is_not_met_and_one_that_it_repeats_is_met_twice():
    berlin = ZoneInfo("Europe/Berlin")
    spring = parse_schedule("30 2 * * *").after(seconds("2026-03-28T12:00:00", berlin), berlin)
    assert datetime.fromtimestamp(spring, berlin).isoformat() == "2026-03-30T02:30:00+02:00"
    autumn = [seconds("2026-10-24T12:00:00", berlin)]
    for _ in range(2):
        autumn.append(parse_schedule("30 2 * * *").after(autumn[-1], berlin))
    assert [datetime.fromtimestamp(each, UTC).isoformat()[11:16] for each in autumn[1:]] == ["00:30", "01:30"]


field = st.sampled_from(["*", "*/7", "3", "1,9", "2-5", "4/3"])
schedules = st.builds(" ".join, st.tuples(field, field, field, field, st.sampled_from(["*", "mon", "1-3", "?"])))


@given(schedules, st.integers(0, 400))
@settings(deadline=None, max_examples=60)
def test_the_next_time_matches_and_no_minute_before_it_does(text, day):
    schedule = parse_schedule(text)
    after = seconds("2026-01-01T00:00:30") + day * 86400
    found = schedule.after(after)
    assert found is not None
    assert found > after

    def due(at):
        by_month, by_week = at.day in schedule.days, at.isoweekday() % 7 in schedule.weekdays
        either = by_month or by_week
        days = by_month and by_week if schedule.any_day or schedule.any_weekday else either
        return at.month in schedule.months and days and at.hour in schedule.hours and at.minute in schedule.minutes

    assert due(datetime.fromtimestamp(found, UTC))
    start = datetime.fromtimestamp(after, UTC).replace(second=0)
    # A whole year minute by minute would take long: the first two days and the last day before the time are enough.
    near = [start + timedelta(minutes=n) for n in range(1, 2880)]
    near += [datetime.fromtimestamp(found, UTC) - timedelta(minutes=n) for n in range(1, 1440)]
    assert not any(due(at) for at in near if start < at < datetime.fromtimestamp(found, UTC))
