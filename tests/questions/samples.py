"""Questions of every kind for tests: one each, Hypothesis strategies for many, and their entries in a bank."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from vlearn.blocks import Text
from vlearn.course import Chapter, Objective
from vlearn.questions.entry import Entry
from vlearn.questions.model import (
    KINDS,
    Answer,
    Bloom,
    Case,
    Classification,
    Cloze,
    Criterion,
    Essay,
    Gap,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)

COURSE = (
    Chapter(1, "walks", "Walks", "How?", (Objective("ch01-walk", "Walk.", ()), Objective("ch01-count", "Count.", ()))),
    Chapter(2, "images", "Images", "What?", (Objective("ch02-layer", "Layer.", ()),)),
)

OPTIONS = tuple(Option(f"option {name}", f"feedback {name}") for name in ("one", "two", "three", "four"))
REFERENCE = "def double(x):\n    return 2 * x\n"

ANSWERS: dict[str, Answer] = {
    "single-choice": SingleChoice(OPTIONS, 2),
    "multiple-choice": MultipleChoice(OPTIONS, frozenset({0, 3})),
    "true-false": TrueFalse(False, OPTIONS[:3], 1),
    "numeric": Numeric(Fraction(24), Fraction(1, 2), "references"),
    "short-text": ShortText(("EPT violation", "EPT-violation")),
    "matching": Matching(("CR3", "EPTP", "VPID"), ("guest root", "host root", "tag", "nothing"), (0, 1, 2)),
    "ordering": Ordering(("PT", "PML4", "PD", "PDPT"), (1, 3, 2, 0)),
    "cloze": Cloze("The [[1]] maps [[2]].", (Gap(("EPT",)), Gap(("frames",), ("pages", "frames", "ports")))),
    "classification": Classification(("exits", "stays"), ("CPUID", "ADD", "VMCALL"), (0, 1, 0)),
    "essay": Essay((Criterion("names both", Fraction(1, 4)), Criterion("says why", Fraction(3, 4)))),
    "trace": TraceTable(
        ("step", "entry", "address"), (("1", "PML4E", "0x1000"), ("2", "PDPTE", "0x2008")), ((0, 2), (1, 1))
    ),
    "code": Program("def double(x):\n    ...\n", (Case("double(2)", "4"), Case("double('a')", "'aa'")), 8, REFERENCE),
}
assert ANSWERS.keys() == KINDS.keys()


def question(answer: Answer, **fields) -> Question:
    stated = Question(
        id="ch01-sample",
        objective="ch01-walk",
        prompt=(Text("What is right?"),),
        answer=answer,
        solution=(Text("Because."),),
        points=Fraction(3),
        minutes=Fraction(2),
        difficulty=2,
        bloom=Bloom.APPLY,
    )
    return replace(stated, **fields)


def entry_of(asked: Question, **fields) -> Entry:
    """The entry that makes this question, stated in line 1 of a file."""
    stated = Entry(
        id=asked.id,
        objective=asked.objective,
        kind=asked.kind,
        points=asked.points,
        minutes=asked.minutes,
        difficulty=asked.difficulty,
        bloom=asked.bloom,
        enemies=asked.enemies,
        path=Path("file.yaml"),
        line=1,
        generator=asked.generator,
        make=lambda _: asked,
    )
    return replace(stated, **fields)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(str.strip)


def several(least: int, most: int = 6):
    """Distinct texts that a student could tell apart."""
    return st.lists(words, min_size=least, max_size=most, unique_by=lambda text: " ".join(text.split()).casefold())


@st.composite
def _choices(draw):
    texts = draw(several(2))
    return tuple(Option(text, draw(words)) for text in texts)


@st.composite
def _single(draw):
    options = draw(_choices())
    return SingleChoice(options, draw(st.integers(0, len(options) - 1)))


@st.composite
def _multiple(draw):
    options = draw(_choices())
    return MultipleChoice(options, frozenset(draw(st.sets(st.integers(0, len(options) - 1), min_size=1))))


@st.composite
def _true_false(draw):
    reasons = draw(_choices())
    return TrueFalse(draw(st.booleans()), reasons, draw(st.integers(0, len(reasons) - 1)))


@st.composite
def _numeric(draw):
    if draw(st.booleans()):
        return Numeric(Fraction(draw(st.integers(0, 1 << 64))), base=16)
    number = st.fractions(max_denominator=10**6, min_value=-(10**9), max_value=10**9)
    return Numeric(draw(number), abs(draw(number)), draw(st.sampled_from(("", "KiB", "%", "references"))))


@st.composite
def _matching(draw):
    left, right = draw(several(2)), draw(several(2))
    key = draw(st.lists(st.integers(0, len(right) - 1), min_size=len(left), max_size=len(left)))
    return Matching(tuple(left), tuple(right), tuple(key))


@st.composite
def _ordering(draw):
    items = draw(st.lists(words, min_size=2, max_size=6).filter(lambda items: len(set(items)) > 1))
    return Ordering(tuple(items), tuple(draw(st.permutations(range(len(items))))))


@st.composite
def _gap(draw):
    accepted = draw(several(1, 3))
    choices = draw(st.permutations([*accepted, "another"])) if draw(st.booleans()) else []
    return Gap(tuple(accepted), tuple(choices))


@st.composite
def _cloze(draw):
    gaps = draw(st.lists(_gap(), min_size=1, max_size=4))
    return Cloze(" and ".join(f"[[{n}]]" for n in range(1, len(gaps) + 1)), tuple(gaps))


@st.composite
def _classification(draw):
    categories, items = draw(several(2, 4)), draw(several(2))
    key = draw(st.lists(st.integers(0, len(categories) - 1), min_size=len(items), max_size=len(items)))
    return Classification(tuple(categories), tuple(items), tuple(key))


@st.composite
def _trace(draw):
    width = draw(st.integers(1, 3))
    rows = draw(st.lists(st.lists(words, min_size=width, max_size=width).map(tuple), min_size=1, max_size=3))
    cells = [(r, c) for r in range(len(rows)) for c in range(width)]
    blanks = draw(st.sets(st.sampled_from(cells), min_size=1))
    return TraceTable(tuple(f"column {c}" for c in range(width)), tuple(rows), tuple(sorted(blanks)))


def _essay(weights):
    total = sum(weights)
    return Essay(tuple(Criterion(f"criterion {n}", Fraction(w, total)) for n, w in enumerate(weights)))


orderings = _ordering()

answers = st.one_of(
    _single(),
    _multiple(),
    _true_false(),
    _numeric(),
    several(1, 3).map(lambda texts: ShortText(tuple(texts))),
    _matching(),
    orderings,
    _cloze(),
    _classification(),
    st.lists(st.integers(1, 5), min_size=1, max_size=4).map(_essay),
    _trace(),
)
"""Sound answers of every kind but code, which takes a process to grade."""

questions = st.builds(question, answers, points=st.fractions(Fraction(1, 4), 10, max_denominator=4))
