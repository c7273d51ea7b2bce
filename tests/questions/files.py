"""Question files for these tests: one that states every kind, and what a test needs to load a bank."""

from pathlib import Path
from random import Random
from typing import Literal

from tests.questions.samples import COURSE
from vlearn.blocks import Text
from vlearn.errors import BankError
from vlearn.questions.bank import Bank, load_bank
from vlearn.questions.generators import Generator, Posed
from vlearn.questions.model import Numeric


def pose_sum(rng: Random, most: int, unit: Literal["pages", "frames"] = "pages") -> Posed:
    """Add two numbers below `most`."""
    if most < 2:
        raise ValueError(f"there are no two numbers below {most}")
    a, b = rng.randrange(most), rng.randrange(most)
    prompt = Text(f"How many {unit} are {a} {unit} and {b} {unit}?")
    return Posed((prompt,), Numeric(a + b, unit=unit), (Text(f"{a} + {b} = {a + b}"),))


GENERATORS = {"sum": Generator("sum", "numeric", pose_sum)}


def bank_of(folder: Path, **files: str) -> Bank:
    """The bank of files `01-walks/NAME.yaml` with these texts."""
    for name, text in files.items():
        path = folder / "01-walks" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_bank(folder, generators=GENERATORS, course=COURSE)


def faults_of(folder: Path, **files: str) -> list[str]:
    """The lines of the error that loading the bank gives, without its heading."""
    try:
        bank_of(folder, **files)
    except BankError as error:
        return str(error).splitlines()[1:]
    return []


HEAD = """questions:
  - id: q1
    objective: ch01-walk
    points: 1
    minutes: 1.5
    difficulty: 2
    bloom: apply
    prompt: What is it?
    solution: Because.
"""
"""The first nine lines of a file: a question that lacks its kind and its answer."""

KINDS = {
    "single-choice": "options: [{text: 24, correct: true}, {text: no, feedback: A word.}]",
    "multiple-choice": "options: [{text: a, correct: true}, {text: b, correct: true}, {text: c}]",
    "true-false": "truth: false\n    reasons: [{text: a}, {text: b, correct: true, feedback: Yes.}]",
    "numeric": "value: 0x1F000\n    tolerance: 1/2\n    unit: bytes",
    "short-text": "accepted: [EPT violation, 24]\n    case_sensitive: true",
    "matching": "pairs: [{left: a, right: x}, {left: b, right: y}, {left: c, right: x}]\n    distractors: [z]",
    "ordering": "items: [first, second, third]",
    "cloze": "text: The [[1]] and [[2]].\n    gaps: [a, {accepted: [b], choices: [b, c]}]",
    "classification": "categories: {exits: [CPUID, VMCALL], stays: [ADD]}",
    "essay": "rubric: [{text: names both, share: 1/4}, {text: says why, share: 0.75}]\n    lines: 6",
    "trace": "header: [n, at]\n    rows: [[1, 0x10], [2, 0x20]]\n    blanks: {at: [1, 2], n: [2]}",
    "code": 'starter: "def f(x): ..."\n    reference: "def f(x): return x"\n'
    "    cases: [{call: f(1), expected: 1}, {call: \"f('a')\", expected: \"'a'\"}]",
}
"""What each kind adds below the head."""


def stated(kind: str, answer: str | None = None) -> str:
    """A file with one question of this kind."""
    return f"{HEAD}    kind: {kind}\n    {KINDS[kind] if answer is None else answer}\n"
