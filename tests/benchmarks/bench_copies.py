"""30 shuffled copies of a 20-question paper with keys, beside Auto Multiple Choice (AMC) on the same questions.

Both start from a source and end with PDFs: ours 30 papers and the key of each, AMC's one file with all papers and one
with the corrected copy of each (modes s and k; 30 copies and one correction, its mode s alone, is the lesser work that
is measured too). Our keys are those that `vlearn exam roster` makes by default, a table of the answers; with keys that
repeat the questions, as AMC's copies do, is the last row. CPU seconds of the whole process with its children, so that a
busy machine changes little.
"""

import shutil
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from vlearn.bench import Measurement, cpu_seconds

COPIES, QUESTIONS = 30, 20
ASKED = [
    (f"A walk reads {n} tables of {2 * n} entries each. How many entries are there?",
     [str(2 * n * n), str(2 * n), str(n * n), str(4 * n)])
    for n in range(3, 3 + QUESTIONS)
]  # fmt: skip
"""Each question with its options, the right one first."""


def write_copies(folder: Path, key: str) -> None:
    """Papers and keys as PDF; `key` is what a key says, as in `Print`."""
    from vlearn.blocks import Text
    from vlearn.exams.form import Form
    from vlearn.exams.printing import Print
    from vlearn.exams.write import write_exam
    from vlearn.questions.model import Bloom, Option, Question, SingleChoice
    from vlearn.questions.shuffle import shuffled

    questions = tuple(
        Question(f"q{n}", "ch06-count-references", (Text(asked),), SingleChoice(tuple(map(Option, options)), 0), (),
            Fraction(1), Fraction(1), 3, Bloom.APPLY)
        for n, (asked, options) in enumerate(ASKED, 1)
    )  # fmt: skip
    forms = [
        Form("Copies", str(copy), "", tuple(shuffled(question, Random(copy)) for question in questions), copy,
            print=Print(key=key))
        for copy in range(1, COPIES + 1)
    ]  # fmt: skip
    write_exam(forms, ("pdf",), folder)


def amc_source() -> str:
    """The same questions for AMC, in the form that its own examples have."""
    questions = "".join(
        f"\\element{{all}}{{\n\\begin{{question}}{{q{n}}}\n{asked}\n\\begin{{choices}}\n\\correctchoice{{{right}}}\n"
        + "".join(f"\\wrongchoice{{{wrong}}}\n" for wrong in others)
        + "\\end{choices}\n\\end{question}\n}\n"
        for n, (asked, (right, *others)) in enumerate(ASKED, 1)
    )
    return (
        "\\documentclass[a4paper]{article}\n\\usepackage[utf8x]{inputenc}\n\\usepackage[T1]{fontenc}\n"
        "\\usepackage[box]{automultiplechoice}\n\\begin{document}\n\\AMCrandomseed{1}\n"
        f"{questions}\\onecopy{{{COPIES}}}{{\n\\namefield{{\\fbox{{Name}}}}\n\n"
        "\\shufflegroup{all}\n\\insertgroup{all}\n\\AMCcleardoublepage\n}\n\\end{document}\n"
    )


def amc_prepare(mode: str, folder: Path) -> list[str]:
    """AMC's command, with its source in place and the files that it makes in the folder."""
    (folder / "source.tex").write_text(amc_source(), encoding="utf-8")
    (folder / "data").mkdir()
    files = {"out-sujet": "papers.pdf", "out-corrige": "key.pdf", "out-corrige-indiv": "keys.pdf",
             "out-calage": "layout.xy", "out-catalog": "catalogue.pdf"}  # fmt: skip
    return [
        "auto-multiple-choice", "prepare", "--mode", mode, "--with", "pdflatex", "--prefix", f"{folder}/",
        "--data", str(folder / "data"), "--source", str(folder / "source.tex"),
        *(part for option, file in files.items() for part in (f"--{option}", str(folder / file))),
        str(folder / "source.tex"),
    ]  # fmt: skip


def _ours(key: str) -> float:
    with TemporaryDirectory() as folder:
        seconds = cpu_seconds([sys.executable, __file__, folder, key], Path.cwd())
        assert len(list(Path(folder).glob("*.pdf"))) == 2 * COPIES
    return seconds


def _amc(mode: str, folder: Path, made: Sequence[str]) -> float:
    seconds = cpu_seconds(amc_prepare(mode, folder), folder)
    assert all((folder / name).stat().st_size for name in made)
    return seconds


def measure() -> Iterator[Measurement]:
    """CPU seconds; without AMC there is nothing to compare with, and the row says so."""
    name = f"{COPIES} copies of {QUESTIONS} questions with keys"
    ours, full = _ours("answers"), _ours("solutions")
    told = f"{name} that repeat the questions"
    if not shutil.which("auto-multiple-choice"):
        yield Measurement(name, ours, "s CPU", "AMC, which is not installed")
        yield Measurement(told, full, "s CPU", "AMC, which is not installed")
        return
    with TemporaryDirectory() as folder:
        each = _amc("s[s],k", Path(folder), ("papers.pdf", "keys.pdf"))
    with TemporaryDirectory() as folder:
        one = _amc("s", Path(folder), ("papers.pdf", "key.pdf"))
    yield Measurement(name, ours, "s CPU", f"AMC with a key for each copy: {each:.2f} s CPU", ours / each)
    yield Measurement(name, ours, "s CPU", f"AMC with one correction: {one:.2f} s CPU", ours / one)
    yield Measurement(told, full, "s CPU", f"AMC with a key for each copy: {each:.2f} s CPU", full / each)


if __name__ == "__main__":
    write_copies(Path(sys.argv[1]), sys.argv[2])
