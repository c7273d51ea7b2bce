"""How long a component waits after an error before it looks again. Source: k8s.io/client-go/util/workqueue."""

FIRST, LONGEST = 0.005, 1000.0
"""Seconds after the first error, doubled with each that follows, and at the most."""


def pause(errors: int) -> float:
    """Seconds to wait after so many errors in a row before this one."""
    return min(FIRST * 2.0 ** min(errors, 30), LONGEST)
