"""How long ago something was, in two units at most: 45s, 3m20s, 5h, 12d.

Source: k8s.io/apimachinery, package `util/duration`.
"""

from vlearn.sim.kubernetes.api.moments import moment

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400
_STEPS = (
    # below this, so many of the first unit, and, if not zero, so many of the second
    (2 * _MINUTE, 1, "s", 0, ""),
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 0, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (48 * _HOUR, _HOUR, "h", 0, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 0, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
)


def human(seconds: float) -> str:
    """A span of time as kubectl shows it."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    whole = max(whole, 0)
    for below, unit, letter, smaller, other in _STEPS:
        if whole < below:
            rest = whole % unit // smaller if smaller else 0
            return f"{whole // unit}{letter}" + (f"{rest}{other}" if rest else "")
    return f"{whole // _YEAR}y"


def age(written: str | None, now: float) -> str:
    """How long ago a moment was that an object states."""
    then = moment(written)
    return "<unknown>" if then is None else human(now - then)
