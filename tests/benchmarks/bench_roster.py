"""What papers of their own cost for a class of 1,000: PDF with keys, 30 questions each, by the command of a user.

Two smaller classes tell what a student costs and what starting costs. CPU seconds of all processes, so that a busy
machine changes little; on two cores the run takes half of them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from vlearn.bench import Measurement, cpu_seconds

CLASS = 1000
LIMIT = 2 * 90
"""CPU seconds on two cores in the 90 seconds that a class may take."""

SMALL, LARGE = 20, 80
COMMAND = (sys.executable, "-c", "from vlearn.cli import main; main()", "exam", "roster")


def _seconds(students: int, folder: Path) -> float:
    (folder / "roster.csv").write_text(
        "id,name\n" + "".join(f"{n},Student {n}\n" for n in range(students)), encoding="utf-8"
    )
    (folder / "exam.yaml").write_text("title: Exam\npoints: 66\nquestions: 30\n", encoding="utf-8")
    options = ("--blueprint", "exam.yaml", "--seed", "1", "--jobs", "2", "--out")
    return cpu_seconds((*COMMAND, "roster.csv", *options, f"out-{students}"), folder)


def measure() -> Iterator[Measurement]:
    """CPU seconds for the class, and of these for starting."""
    with TemporaryDirectory() as folder:
        small, large = (_seconds(students, Path(folder)) for students in (SMALL, LARGE))
    each = (large - small) / (LARGE - SMALL)
    start = small - SMALL * each
    told = f"{CLASS:,} personal papers with keys as PDF"
    yield Measurement(told, start + CLASS * each, "s CPU", "two cores for 90 s", (start + CLASS * each) / LIMIT)
    yield Measurement("a personal paper with its key as PDF", each * 1e3, "ms CPU")
