"""How fast an autoscaler may go where its metrics want it: stabilization windows and policies, in each direction.

Source: pkg/controller/podautoscaler/horizontal.go, and pkg/apis/autoscaling/v2/defaults.go for what is not set.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Behavior = Mapping[str, Any] | None
"""spec.behavior; where there is none, older rules hold: up by the double or to 4, down by the window alone."""
Recorded = tuple[float, int]
"""A moment and a number: of replicas recommended then, or of pods added or removed then."""

DOWN_WINDOW = 300
"""Seconds for which the highest recommendation keeps an autoscaler from scaling down."""
_POLICIES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "scaleUp": (
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ),
    "scaleDown": ({"type": "Percent", "value": 100, "periodSeconds": 15},),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one direction: a window in seconds; Max, Min or Disabled; and the policies to select from."""

    window: int
    select: str
    policies: tuple[Mapping[str, Any], ...]

    @property
    def longest(self) -> int:
        """The longest period of a policy, in seconds."""
        return max((int(each["periodSeconds"]) for each in self.policies), default=0)


@dataclass(frozen=True, slots=True)
class Recollection:
    """What an autoscaler remembers: what it recommended, and by how much it has scaled up and down."""

    recommendations: tuple[Recorded, ...] = ()
    ups: tuple[Recorded, ...] = ()
    downs: tuple[Recorded, ...] = ()


@dataclass(frozen=True, slots=True)
class Limited:
    """So many replicas it may be, and why not as many, or as few, as was asked for."""

    replicas: int
    reason: str = "DesiredWithinRange"
    message: str = "the desired count is within the acceptable range"


def rules_of(behavior: Behavior, direction: str) -> Rules:
    """The rules of scaleUp or scaleDown, with the API's defaults: up at once, down after 300 s."""
    given = (behavior or {}).get(direction) or {}
    window = given.get("stabilizationWindowSeconds")
    default = DOWN_WINDOW if direction == "scaleDown" else 0
    policies = tuple(given.get("policies") or _POLICIES[direction])
    return Rules(default if window is None else window, given.get("selectPolicy") or "Max", policies)


def stabilized(
    behavior: Behavior, current: int, desired: int, memory: Recollection, now: float
) -> tuple[int, Recollection]:
    """What to recommend in view of the recent recommendations, and the memory with the new one.

    Every recommendation of the up window that is lower holds an increase down; every higher one of the down window
    keeps replicas up.
    """
    up, down = (rules_of(behavior, direction).window for direction in ("scaleUp", "scaleDown"))
    kept = tuple(each for each in memory.recommendations if each[0] >= now - max(up, down))
    memory = replace(memory, recommendations=(*kept, (now, desired)))
    if behavior is None:
        return max([desired, *(count for _, count in kept)]), memory
    lowest = min([desired, *(count for at, count in kept if at > now - up)])
    highest = max([desired, *(count for at, count in kept if at > now - down)])
    return min(max(current, lowest), highest), memory


def limited(
    behavior: Behavior, low: int, high: int, current: int, desired: int, memory: Recollection, now: float
) -> Limited:
    """The desired replicas within the bounds, and within what the policies allow from the current ones."""
    too_few = Limited(low, "TooFewReplicas", "the desired replica count is less than the minimum replica count")
    too_many = Limited(high, "TooManyReplicas", "the desired replica count is more than the maximum replica count")
    fast = "the desired replica count is {}creasing faster than the maximum scale rate"
    if behavior is None:
        ceiling, floor = max(2 * current, 4), 0
    else:
        ceiling = max(current, up_limit(current, rules_of(behavior, "scaleUp"), memory, now))
        floor = min(current, down_limit(current, rules_of(behavior, "scaleDown"), memory, now))
    most = Limited(ceiling, "ScaleUpLimit", fast.format("in")) if high > ceiling else too_many
    least = Limited(floor, "ScaleDownLimit", fast.format("de")) if low < floor else too_few
    return least if desired < least.replicas else most if desired > most.replicas else Limited(desired)


def up_limit(current: int, rules: Rules, memory: Recollection, now: float) -> int:
    """How many replicas the policies allow at most. A percentage is rounded up, so that one pod can become two."""
    if rules.select == "Disabled":
        return current
    allowed = []
    for policy in rules.policies:
        start, value = _at_start(current, policy, memory, now), int(policy["value"])
        allowed.append(start + value if policy["type"] == "Pods" else math.ceil(start * (1 + value / 100)))
    return min(allowed) if rules.select == "Min" else max(allowed)


def down_limit(current: int, rules: Rules, memory: Recollection, now: float) -> int:
    """How few replicas the policies allow at least. What a percentage leaves is rounded down."""
    if rules.select == "Disabled":
        return current
    allowed = []
    for policy in rules.policies:
        start, value = _at_start(current, policy, memory, now), int(policy["value"])
        allowed.append(start - value if policy["type"] == "Pods" else int(start * (1 - value / 100)))
    return max(allowed) if rules.select == "Min" else min(allowed)


def scaled(behavior: Behavior, memory: Recollection, before: int, after: int, now: float) -> Recollection:
    """The memory after scaling. Without a behavior no policy will ask."""
    if behavior is None:
        return memory
    if after > before:
        return replace(memory, ups=_recorded(memory.ups, after - before, rules_of(behavior, "scaleUp"), now))
    return replace(memory, downs=_recorded(memory.downs, before - after, rules_of(behavior, "scaleDown"), now))


def _recorded(changes: tuple[Recorded, ...], change: int, rules: Rules, now: float) -> tuple[Recorded, ...]:
    return (*(each for each in changes if each[0] >= now - rules.longest), (now, change))


def _at_start(current: int, policy: Mapping[str, Any], memory: Recollection, now: float) -> int:
    """How many replicas there were when the policy's period began."""
    begin: float = now - policy["periodSeconds"]
    added, removed = (sum(change for at, change in each if at > begin) for each in (memory.ups, memory.downs))
    return current - added + removed
