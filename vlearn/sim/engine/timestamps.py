"""Moments of the machine as the daemon's JSON writes them."""

from datetime import UTC, datetime

from vlearn.sim.engine.state import Engine

NEVER = "0001-01-01T00:00:00Z"
SECOND = 1_000_000_000


def timestamp(engine: Engine, seconds: float | None) -> str:
    """A moment of the machine as RFC 3339 with nanoseconds; None is Go's zero time."""
    if seconds is None:
        return NEVER
    moment = datetime.fromtimestamp(int(engine.kernel.epoch + seconds), UTC)
    fraction = round((engine.kernel.epoch + seconds) % 1 * SECOND) % SECOND
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"
