"""Moments as --since and --until take them: `10m` ago, a Unix time, or an RFC 3339 time; in seconds of the machine."""

import re
from datetime import UTC, datetime

from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.engine.specifications import seconds_of
from vlearn.sim.engine.state import Engine


def moment_of(engine: Engine, text: str) -> float:
    """Seconds since the machine started. Raises ClientError in docker's words."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text) - engine.kernel.epoch
    try:
        return engine.now - seconds_of(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ClientError(f'failed to parse value as time or duration: "{text}"') from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - engine.kernel.epoch
