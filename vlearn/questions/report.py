"""What a bank covers and how well: the numbers behind `vlearn bank report`."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vlearn.course import COURSE, Chapter
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.finding import Finding
from vlearn.questions.lint import lint
from vlearn.questions.lint_bank import LEVELS, PER_OBJECTIVE
from vlearn.questions.model import KINDS, Bloom
from vlearn.questions.notation import amount, written
from vlearn.questions.stress import SEEDS, Trial, tried

BLOOM = tuple(level.value for level in Bloom)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of counts. `about` is an id, `text` says what it stands for, `wanted` what is missing there."""

    about: str
    text: str
    counts: tuple[int, ...]
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions there are of what: rows over named columns, one cell each."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Counts over all chapters, coverage chapter by chapter, what should be better, and a trial of each generator."""

    bank: Bank
    overall: tuple[Counts, ...]
    chapters: tuple[tuple[Chapter, Counts], ...]
    findings: tuple[Finding, ...]
    trials: tuple[tuple[Entry, Trial], ...]


def report(
    bank: Bank,
    seeds: int = SEEDS,
    course: tuple[Chapter, ...] = COURSE,
    advance: Callable[[], None] = lambda: None,
    covers: bool = True,
) -> Report:
    """Lint the bank and try every generated question with so many seeds; `advance` is called after each of those.

    `covers` says whether the bank is to cover the course, as `lint` does.
    """
    trials = []
    for entry in generated(bank):
        trials.append((entry, tried(entry, seeds)))
        advance()
    stressed = (finding for _, trial in trials for finding in trial.findings)
    points = tuple(map(written, sorted({entry.points for entry in bank})))
    overall = (
        _by_chapter(bank, course, "by Bloom level", BLOOM, lambda entry: entry.bloom.value),
        _by_chapter(bank, course, "by kind", tuple(KINDS), lambda entry: entry.kind),
        _by_chapter(bank, course, "by difficulty", tuple("12345"), lambda entry: str(entry.difficulty)),
        _by_chapter(bank, course, "by points", points, lambda entry: written(entry.points)),
    )
    covered = tuple((chapter, _coverage(bank, chapter, covers)) for chapter in course)
    return Report(bank, overall, covered, tuple(sorted((*lint(bank, course, covers), *stressed))), tuple(trials))


def generated(bank: Bank) -> list[Entry]:
    """The questions that a generator poses."""
    return [entry for entry in bank if entry.generator]


def _by_chapter(
    bank: Bank, course: Sequence[Chapter], how: str, columns: tuple[str, ...], column: Callable[[Entry], str]
) -> Counts:
    rows = []
    for chapter in course:
        within = [column(entry) for entry in bank if entry.chapter == chapter.id]
        rows.append(Row(chapter.id, chapter.title, _counted(within, columns)))
    return Counts(f"Questions of each chapter {how}", columns, tuple(rows))


def _coverage(bank: Bank, chapter: Chapter, covers: bool) -> Counts:
    rows = []
    for objective in chapter.objectives:
        levels = [entry.bloom.value for entry in bank if entry.objective == objective.id]
        rows.append(Row(objective.id, objective.text, _counted(levels, BLOOM), _wanted(levels) if covers else ""))
    return Counts(f"Questions of each objective of {chapter.id} by Bloom level", BLOOM, tuple(rows))


def _counted(values: Iterable[str], columns: tuple[str, ...]) -> tuple[int, ...]:
    seen = Counter(values)
    return tuple(seen[column] for column in columns)


def _wanted(levels: Sequence[str]) -> str:
    """What the linter asks of an objective of a chapter that has a notebook."""
    questions, further = PER_OBJECTIVE - len(levels), LEVELS - len(set(levels))
    missing = ((questions, "more question{s}"), (further, "more Bloom level{s}"))
    return ", ".join(amount(count, noun) for count, noun in missing if count > 0)
