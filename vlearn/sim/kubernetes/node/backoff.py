"""Waiting longer after each failure: 10 s, doubled up to 5 minutes; forgotten after 10 quiet minutes.

Source: k8s.io/client-go/util/flowcontrol/backoff.go, with the kubelet's numbers. Leaves out jitter.
"""

from typing import NamedTuple

FIRST, MOST = 10.0, 300.0


class Backoff(NamedTuple):
    """How long to wait after a failure, in seconds, and when that was last set."""

    wait: float
    at: float


def following(before: Backoff | None, event: float, now: float) -> Backoff:
    """The back-off after one more try, made now because of what happened at `event`."""
    if before is None or event - before.at > 2 * MOST:
        return Backoff(FIRST, now)
    return Backoff(min(2 * before.wait, MOST), now)


def until(backoff: Backoff | None, event: float) -> float:
    """Until when not to try again after what happened at `event`."""
    if backoff is None or event - backoff.at > 2 * MOST:
        return event
    return event + backoff.wait


def duration(seconds: float) -> str:
    """As Go writes a duration: 10s, 1m20s, 5m0s, 2.5s, 500ms."""
    if 0 < seconds < 1:
        return f"{round(seconds * 1000, 3):g}ms"
    hours, rest = divmod(round(seconds, 3), 3600)
    minutes, rest = divmod(rest, 60)
    shown = f"{round(rest, 3):g}s"
    return f"{hours:.0f}h{minutes:.0f}m{shown}" if hours else f"{minutes:.0f}m{shown}" if minutes else shown
