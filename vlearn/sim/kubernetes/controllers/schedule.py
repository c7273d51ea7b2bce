"""Schedules of cron jobs: five fields with `*`, `?`, lists, ranges, steps and names, or `@hourly`, `@every 90m`.

As robfig/cron v3 reads them, which Kubernetes uses: Sunday is 0 and never 7, `?` is `*`, `5/10` runs to the end of the
range, and a day matches when the month's or the week's field does, or both do where one of the two is `*`. There is no
L, W or #.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from vlearn.sim.kubernetes.api.refusal import Refused

_MONTHS = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_DAYS = {name: n for n, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_FIELDS: tuple[tuple[int, int, Mapping[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?)(h|ms|m|s|us|µs|ns)")
_YEARS_AHEAD = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a cron job is due. With `every` (seconds) the fields do not matter."""

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    any_day: bool = False
    any_weekday: bool = False
    every: int = 0

    def after(self, moment: float, zone: tzinfo = UTC) -> float | None:
        """The first time due after a moment (seconds since 1970), or None where none comes within five years."""
        if self.every:
            return float(int(moment) + self.every)
        # All steps are made in UTC: an hour that the zone skips is never met, one that it repeats is met twice.
        at = datetime.fromtimestamp(int(moment) // 60 * 60 + 60, UTC)
        limit = at.astimezone(zone).year + _YEARS_AHEAD
        while True:
            local = at.astimezone(zone)
            if local.year > limit:
                return None
            if local.month not in self.months:
                first = local.replace(day=1, hour=0, minute=0, fold=0)
                at = (first + timedelta(days=32)).replace(day=1).astimezone(UTC)
            elif not self._is_day(local):
                at = (local.replace(hour=0, minute=0, fold=0) + timedelta(days=1)).astimezone(UTC)
            elif local.hour not in self.hours:
                at += timedelta(minutes=60 - local.minute)
            elif local.minute not in self.minutes:
                at += timedelta(minutes=1)
            else:
                return at.timestamp()

    def _is_day(self, local: datetime) -> bool:
        by_month, by_week = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        return by_month and by_week if self.any_day or self.any_weekday else by_month or by_week


@lru_cache(maxsize=4096)
def parse_schedule(text: str) -> Schedule:
    """The schedule that is written so. Raises Refused with the words of the library that Kubernetes uses."""
    if text.startswith("@every "):
        return Schedule(every=_duration(text))
    if text.startswith("@"):
        if text not in _DESCRIPTORS:
            raise Refused(f"unrecognized descriptor: {text}")
        text = _DESCRIPTORS[text]
    fields = text.split()
    if not text:
        raise Refused("empty spec string")
    if len(fields) != len(_FIELDS):
        raise Refused(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    minutes, hours, days, months, weekdays = (_field(field, *_FIELDS[n]) for n, field in enumerate(fields))
    return Schedule(minutes[0], hours[0], days[0], months[0], weekdays[0], days[1], weekdays[1])


def _field(text: str, low: int, high: int, names: Mapping[str, int]) -> tuple[frozenset[int], bool]:
    """The numbers that a field stands for, and whether it is a plain star."""
    numbers: set[int] = set()
    star = False
    for part in filter(None, text.split(",")):
        span, slash, step_text = part.partition("/")
        if "/" in step_text:
            raise Refused(f"too many slashes: {part}")
        step = _number(step_text, {}) if slash else 1
        first_text, dash, last_text = span.partition("-")
        if "-" in last_text:
            raise Refused(f"too many hyphens: {part}")
        if first_text in ("*", "?") and not dash:
            first, last = low, high
            star = star or step <= 1
        else:
            first = _number(first_text, names)
            last = _number(last_text, names) if dash else high if slash else first
        _check(part, first, last, step, low, high)
        numbers.update(range(first, last + 1, step))
    return frozenset(numbers), star


def _check(part: str, first: int, last: int, step: int, low: int, high: int) -> None:
    if first < low:
        raise Refused(f"beginning of range ({first}) below minimum ({low}): {part}")
    if last > high:
        raise Refused(f"end of range ({last}) above maximum ({high}): {part}")
    if first > last:
        raise Refused(f"beginning of range ({first}) beyond end of range ({last}): {part}")
    if step == 0:
        raise Refused(f"step of range should be a positive number: {part}")


def _number(text: str, names: Mapping[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    if not re.fullmatch(r"\+?[0-9]{1,9}", text):
        raise Refused(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def _duration(text: str) -> int:
    written = text.removeprefix("@every ")
    if not written or _DURATION.sub("", written):
        raise Refused(f'failed to parse duration {text}: time: invalid duration "{written}"')
    seconds = sum(float(amount) * _UNITS[unit] for amount, unit in _DURATION.findall(written))
    return max(1, int(seconds))
