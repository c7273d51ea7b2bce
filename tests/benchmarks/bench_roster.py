"""How fast a class gets papers of its own: PDF with keys, 30 questions each, on all cores."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from vlearn.bench import Measurement
from vlearn.exams.roster.session import make_papers

TARGET = 0.09
"""Seconds a student on two cores: 1,000 students in 90 s."""

STUDENTS = 60
WARM_UP = 16
"""So many first, so that every process is there and has its fonts."""


def _seconds(students: int, folder: Path) -> float:
    (folder / "roster.csv").write_text(
        "id,name\n" + "".join(f"{n},Student {n}\n" for n in range(students)), encoding="utf-8"
    )
    (folder / "exam.yaml").write_text("title: Exam\npoints: 66\nquestions: 30\n", encoding="utf-8")
    start = time.perf_counter()
    make_papers(folder / "roster.csv", folder / "exam.yaml", 1, folder / f"out-{students}")
    return time.perf_counter() - start


def measure() -> Iterator[Measurement]:
    """Seconds a student, as if on two cores."""
    with TemporaryDirectory() as folder:
        _seconds(WARM_UP, Path(folder))
        each = _seconds(STUDENTS, Path(folder)) / STUDENTS * len(os.sched_getaffinity(0)) / 2
    yield Measurement("personal papers with keys as PDF", each, "s/student", "90 s for 1,000", each / TARGET)
