"""Recorded writes read from a text file: a line for each write, with the guest's time in seconds and the page."""

from math import isfinite
from pathlib import Path

import numpy as np

from vlearn.errors import ModelError
from vlearn.sim.migration.combined import Recorded
from vlearn.sim.migration.patterns import PAGE


def read_trace(path: Path, memory: int) -> Recorded:
    """Read `seconds page` lines for a machine of so many bytes; blank lines and what follows a # do not count.

    Raises ModelError that names the line for anything else, for a page outside the machine, and for time running back.
    """
    pages = memory // PAGE
    times: list[float] = []
    numbers: list[int] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path} cannot be read as a trace of writes, a text file: {error}") from None
    for number, line in enumerate(lines, 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        try:
            time, page = float(words[0]), int(words[1], 0)
        except (ValueError, IndexError):
            time, page = np.nan, 0
        if len(words) != 2 or not isfinite(time) or time < 0:
            raise ModelError(f"{path}:{number}: {line!r} is not a time in seconds and a page number, such as `0.25 17`")
        if not 0 <= page < pages:
            raise ModelError(f"{path}:{number}: there is no page {page}; the machine has pages 0 to {pages - 1}")
        if times and time < times[-1]:
            raise ModelError(
                f"{path}:{number}: time runs back from {times[-1]:g} to {time:g} s; sort the lines by time"
            )
        times.append(time)
        numbers.append(page)
    return Recorded(np.array(times, np.float64), np.array(numbers, np.int64))
