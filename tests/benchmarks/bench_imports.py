"""What it costs to start: importing vlearn and the command line, beside an interpreter that does nothing."""

import subprocess
import sys
from collections.abc import Iterator

from vlearn.bench import Measurement, best_of


def _seconds(code: str) -> float:
    return best_of(lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True))


def measure() -> Iterator[Measurement]:
    """Wall time of a new process."""
    empty = _seconds("pass")
    yield Measurement("an empty interpreter", empty * 1000, "ms")
    for name, code in (
        ("import vlearn", "import vlearn"),
        ("vlearn --help", "from vlearn.cli import main; main(['--help'])"),
        ("import vlearn.lab", "import vlearn.lab"),
    ):
        seconds = _seconds(code)
        yield Measurement(name, seconds * 1000, "ms", "an empty interpreter", seconds / empty)
