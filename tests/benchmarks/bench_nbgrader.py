"""A students' notebook from an instructor's: ours from the questions, beside `nbgrader generate_assignment`.

Both give a notebook of ten questions that are graded by tests and an essay, without answers. nbgrader wants old Jupyter
packages, so it lives in an environment of its own: NBGRADER is the path of its command. CPU seconds of whole processes.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from vlearn.bench import Measurement, cpu_seconds

NUMBERS = 10
NAME = "a students' notebook from its source"


def write(kind: str, target: Path) -> None:
    """The students' notebook, or the source that nbgrader makes it from."""
    from exporters import nbgrader, notebook
    from vlearn.blocks import Text
    from vlearn.exams.collection import Collection
    from vlearn.exams.form import Form
    from vlearn.questions.model import Bloom, Criterion, Essay, Numeric, Question

    answers = [*(Numeric(Fraction(2 * n)) for n in range(NUMBERS)), Essay((Criterion("Says why.", Fraction(1)),), 8)]
    questions = tuple(
        Question(f"q{n}", "ch06-count-references", (Text(f"What is 2 times {n}, and why?"),), answer, (), Fraction(1),
            Fraction(1), 3, Bloom.APPLY)
        for n, answer in enumerate(answers)
    )  # fmt: skip
    if kind == "source":
        target.write_bytes(nbgrader.questions(Collection("Benchmark", questions)))
    else:
        target.write_bytes(notebook.paper(Form("Benchmark", "A", "", questions, 1).paper))


def _nbgrader(command: str, folder: Path) -> float:
    (folder / "nbgrader_config.py").write_text("get_config().CourseDirectory.course_id = 'x'\n", encoding="utf-8")
    (folder / "source" / "ps").mkdir(parents=True)
    write("source", folder / "source" / "ps" / "asked.ipynb")
    path = f"{Path(command).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder)}
    seconds = cpu_seconds([command, "generate_assignment", "ps", "--create"], folder, environment)
    assert (folder / "release" / "ps" / "asked.ipynb").stat().st_size
    return seconds


def measure() -> Iterator[Measurement]:
    """The start of the process counts in both."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "asked.ipynb"
        ours = min(cpu_seconds([sys.executable, __file__, str(target)], Path.cwd()) for _ in range(3))
        assert target.stat().st_size
    command = os.environ.get("NBGRADER") or shutil.which("nbgrader")
    if not command:
        yield Measurement(NAME, ours, "s CPU", "nbgrader, which is not installed: set NBGRADER")
        return
    with TemporaryDirectory() as folder:
        theirs = _nbgrader(command, Path(folder))
    yield Measurement(NAME, ours, "s CPU", f"nbgrader generate_assignment: {theirs:.2f} s CPU", ours / theirs)


if __name__ == "__main__":
    write("paper", Path(sys.argv[1]))
