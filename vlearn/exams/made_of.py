"""What an exam, or a section of it, must be made of: a table of sums over its questions, and averages."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import attrgetter
from typing import TypeAlias

from vlearn.exams.demand import Demand, Grid
from vlearn.exams.mixture import Amounts, Counts, Mixture, Wanted
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Where
from vlearn.questions.notation import amount, written

Weigh: TypeAlias = Callable[[Entry], Fraction | int]


def made_of(
    of: Mixture,
    points: Wanted | None,
    entries: Mapping[int, Entry],
    grid: Grid,
    section: int | None = None,
    told: str = "",
) -> Iterator[Demand]:
    """What is demanded of the exam, or of a section: of those of its candidates, by index, that are chosen.

    `told` says in a demand's words which section it is, as in ` in section 'Basics'`.
    """
    inside: Where = () if section is None else ("sections", section)
    for where, wanted, noun, weigh in _sums(of, points, told):
        least, most = bounds(wanted)
        weights = {i: Fraction(weight) for i, entry in entries.items() if (weight := weigh(entry))}
        if words := in_words(least, most, noun):
            yield Demand((*inside, *where), words, grid.rows(weights, least, most, section), noun)
    yield from _average(of.difficulty.average, entries, grid, section, inside, told)


def _sums(of: Mixture, points: Wanted | None, told: str) -> Iterator[tuple[Where, Wanted | None, str, Weigh]]:
    """The table of its constraints: the field, what it wants, what it counts, and by which weights."""
    scope = from_chapters(*of.shares) + told
    yield ("points",), points, f"point{{s}}{scope}", attrgetter("points")
    yield ("minutes",), Amounts(at_most=of.minutes), f"minute{{s}}{scope}", attrgetter("minutes")
    yield ("questions",), of.questions, f"question{{s}}{scope}", lambda _: 1
    for id, share in of.shares.items():
        here, weigh = from_chapters(id) + told, _those("chapter", id, attrgetter("points"))
        yield ("chapters", id, "points"), share.points, f"point{{s}}{here}", weigh
        yield ("chapters", id, "questions"), share.questions, f"question{{s}}{here}", _those("chapter", id)
    for kind, wanted in of.kinds.items():
        yield ("kinds", kind), wanted, f"{kind} question{{s}}{scope}", _those("kind", kind)
    for id, wanted in of.objectives.items():
        yield ("objectives", id), wanted, f"question{{s}} on {id}{told}", _those("objective", id)
    for level, wanted in of.difficulty.levels.items():
        noun = f"question{{s}} of difficulty {level}{scope}"
        yield ("difficulty", "levels", str(level)), wanted, noun, _those("difficulty", level)
    for bloom, wanted in of.bloom.items():
        yield ("bloom", str(bloom)), wanted, f"question{{s}} to {bloom}{scope}", _those("bloom", bloom)


def from_chapters(*chapters: str) -> str:
    """Where questions come from, in words; nothing for all chapters."""
    numbers = [str(int(chapter.removeprefix("ch"))) for chapter in chapters]
    match len(numbers):
        case 0:
            return ""
        case 1:
            return f" from chapter {numbers[0]}"
        case 2 | 3:
            return f" from chapters {', '.join(numbers[:-1])} and {numbers[-1]}"
        case many:
            return f" from its {many} chapters"


def _those(attribute: str, value: object, weigh: Weigh = lambda _: 1) -> Weigh:
    """The weight of the entries whose attribute has the value; others weigh nothing."""
    return lambda entry: weigh(entry) if getattr(entry, attribute) == value else 0


def in_words(least: Fraction | None, most: Fraction | None, noun: str) -> str:
    """A range of what a noun names; nothing where it has no end."""
    if least is None:
        return "" if most is None else f"at most {amount(most, noun)}"
    if most is None:
        return f"at least {amount(least, noun)}"
    return amount(most, noun) if least == most else f"{written(least)} to {amount(most, noun)}"


def bounds(wanted: Wanted | None) -> tuple[Fraction | None, Fraction | None]:
    """What is wanted at least and at most."""
    ends = (wanted.at_least, wanted.at_most) if isinstance(wanted, Amounts | Counts) else (wanted, wanted)
    least, most = (None if end is None else Fraction(end) for end in ends)
    return least, most


def _average(
    wanted: Amounts | None, entries: Mapping[int, Entry], grid: Grid, section: int | None, inside: Where, told: str
) -> Iterator[Demand]:
    """An average is linear too: it is at least `b` where the differences from `b` add up to zero or more."""
    levels: Sequence[int] = [entry.difficulty for entry in entries.values()] or [0]
    supply, zero = f"the candidates' run from {min(levels)} to {max(levels)}", Fraction(0)
    least, most = bounds(wanted)
    for side, end, low, high in (("least", least, zero, None), ("most", most, None, zero)):
        if end is not None:
            words = f"an average difficulty of at {side} {written(end)}{told} ({supply})"
            rows = grid.rows({i: entry.difficulty - end for i, entry in entries.items()}, low, high, section)
            yield Demand((*inside, "difficulty", "average"), words, rows, mean=True)
