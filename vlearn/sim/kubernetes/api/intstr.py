"""A number or a percentage of another number, as maxSurge, maxUnavailable and minAvailable are given."""

import re

from vlearn.sim.kubernetes.api.refusal import Refused

_PERCENT = re.compile(r"([0-9]+)%")


def is_percent(value: str) -> bool:
    """Whether a text is a percentage: digits and one percent sign."""
    return _PERCENT.fullmatch(value) is not None


def scaled(value: int | str, total: int, up: bool) -> int:
    """A number itself, or that percentage of the total, rounded up or down. Raises Refused for any other text."""
    if isinstance(value, int):
        return value
    percent = _PERCENT.fullmatch(value)
    if percent is None:
        raise Refused(f'invalid value for IntOrString: invalid type: string is not a percentage: "{value}"')
    share = int(percent[1]) * total
    return -(-share // 100) if up else share // 100
