"""What a blueprint demands of a choice of questions, one linear constraint at a time, each with its own words.

A demand bounds a weighted sum over the chosen candidates: all that a mixed integer solver needs, and all that an
instructor has to be told when it cannot be met. Two questions are enemies if either of them says so.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter
from typing import TypeAlias

from vlearn.exams.blueprint import Amounts, Blueprint, Counts, Wanted
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Where
from vlearn.questions.notation import amount, written

Weigh: TypeAlias = Callable[[Entry], Fraction | int]


@dataclass(frozen=True, slots=True)
class Demand:
    """`at_least` and `at_most` of the sum of `weights` (by index of a candidate, zero if absent) over the chosen ones.

    `wants` says it in words, `where` is its place in the blueprint (empty for enemies and needs), and `noun` names
    what is counted, as in `numeric question{s}`; it is empty where the sum itself would mean nothing to a reader. A
    `mean` is a bound on an average, to which every choice must add some weight.
    """

    where: Where
    wants: str
    weights: Mapping[int, Fraction]
    at_least: Fraction | None = None
    at_most: Fraction | None = None
    noun: str = ""
    mean: bool = False

    def total(self, chosen: Sequence[int]) -> Fraction:
        """The weighted sum over this choice of candidates."""
        return sum((self.weights.get(i, Fraction(0)) for i in chosen), Fraction(0))

    def met_by(self, chosen: Sequence[int]) -> bool:
        """Whether this choice of candidates meets it, in exact arithmetic."""
        total = self.total(chosen)
        return (self.at_least is None or self.at_least <= total) and (self.at_most is None or total <= self.at_most)


def demands(blueprint: Blueprint, entries: Sequence[Entry]) -> tuple[Demand, ...]:
    """All that the blueprint demands of a choice among these candidates; a conflict is told in terms of the first."""
    sums = (_sum(where, wanted, noun, [*map(weigh, entries)]) for where, wanted, noun, weigh in _sums(blueprint))
    return (
        *_must_have(blueprint, entries),
        *(demand for demand in sums if demand.wants),
        *_average(blueprint.difficulty.average, entries),
        *_enemies(entries),
        *_needs(entries),
    )


def _sums(blueprint: Blueprint) -> Iterator[tuple[Where, Wanted | None, str, Weigh]]:
    """The table of the blueprint's constraints: the field, what it wants, what it counts, and by which weights."""
    scope = _scope(*blueprint.shares)
    yield ("points",), blueprint.points, f"point{{s}}{scope}", attrgetter("points")
    yield ("minutes",), Amounts(at_most=blueprint.minutes), f"minute{{s}}{scope}", attrgetter("minutes")
    yield ("questions",), blueprint.questions, f"question{{s}}{scope}", lambda _: 1
    for id, share in blueprint.shares.items():
        points, questions = _those("chapter", id, attrgetter("points")), _those("chapter", id)
        yield ("chapters", id, "points"), share.points, f"point{{s}}{_scope(id)}", points
        yield ("chapters", id, "questions"), share.questions, f"question{{s}}{_scope(id)}", questions
    for kind, wanted in blueprint.kinds.items():
        yield ("kinds", kind), wanted, f"{kind} question{{s}}{scope}", _those("kind", kind)
    for id, wanted in blueprint.objectives.items():
        yield ("objectives", id), wanted, f"question{{s}} on {id}", _those("objective", id)
    for n, pick in enumerate(blueprint.pick):
        yield ("pick", n), pick.count, f"question{{s}} out of {_few(pick.of)}", _among(pick.of)
    for level, wanted in blueprint.difficulty.levels.items():
        noun = f"question{{s}} of difficulty {level}{scope}"
        yield ("difficulty", "levels", str(level)), wanted, noun, _those("difficulty", level)
    for bloom, wanted in blueprint.bloom.items():
        yield ("bloom", str(bloom)), wanted, f"question{{s}} to {bloom}{scope}", _those("bloom", bloom)


def _scope(*chapters: str) -> str:
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


def _few(ids: Sequence[str]) -> str:
    """Ids in a sentence; the rest of a long list by its number."""
    return ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")


def _among(ids: Collection[str]) -> Weigh:
    return lambda entry: int(entry.id in ids)


def _those(attribute: str, value: object, weigh: Weigh = lambda _: 1) -> Weigh:
    """The weight of the entries whose attribute has the value; others weigh nothing."""
    return lambda entry: weigh(entry) if getattr(entry, attribute) == value else 0


def _sum(where: Where, wanted: Wanted | None, noun: str, weights: Sequence[Fraction | int]) -> Demand:
    least, most = _bounds(wanted)
    weighing = {i: Fraction(weight) for i, weight in enumerate(weights) if weight}
    return Demand(where, _told(least, most, noun), weighing, least, most, noun)


def _told(least: Fraction | None, most: Fraction | None, noun: str) -> str:
    if least is None:
        return "" if most is None else f"at most {amount(most, noun)}"
    if most is None:
        return f"at least {amount(least, noun)}"
    return amount(most, noun) if least == most else f"{written(least)} to {amount(most, noun)}"


def _bounds(wanted: Wanted | None) -> tuple[Fraction | None, Fraction | None]:
    ends = (wanted.at_least, wanted.at_most) if isinstance(wanted, Amounts | Counts) else (wanted, wanted)
    least, most = (None if end is None else Fraction(end) for end in ends)
    return least, most


def _average(wanted: Amounts | None, entries: Sequence[Entry]) -> Iterator[Demand]:
    """An average is linear too: it is at least `b` where the differences from `b` add up to zero or more."""
    levels, zero = {entry.difficulty for entry in entries} or {0}, Fraction(0)
    supply = f"the candidates' run from {min(levels)} to {max(levels)}"
    least, most = _bounds(wanted)
    for side, end, low, high in (("least", least, zero, None), ("most", most, None, zero)):
        if end is not None:
            wants = f"an average difficulty of at {side} {written(end)} ({supply})"
            weights = {i: entry.difficulty - end for i, entry in enumerate(entries)}
            yield Demand(("difficulty", "average"), wants, weights, low, high, mean=True)


def _must_have(blueprint: Blueprint, entries: Sequence[Entry]) -> Iterator[Demand]:
    index = {entry.id: i for i, entry in enumerate(entries)}
    for n, id in enumerate(blueprint.must_have):
        yield Demand(("must_have", n), f"the question {id}", {index[id]: Fraction(1)}, at_least=Fraction(1))


def _enemies(entries: Sequence[Entry]) -> Iterator[Demand]:
    index = {entry.id: i for i, entry in enumerate(entries)}
    pairs = {tuple(sorted((index[e.id], index[other]))) for e in entries for other in e.enemies if other in index}
    for pair in sorted(pairs):
        wants = "at most one of the enemies " + " and ".join(entries[i].id for i in pair)
        yield Demand((), wants, dict.fromkeys(pair, Fraction(1)), at_most=Fraction(1))


def _needs(entries: Sequence[Entry]) -> Iterator[Demand]:
    """Whoever is chosen comes with those it needs; where one of them is no candidate, it cannot be chosen."""
    index = {entry.id: i for i, entry in enumerate(entries)}
    for i, entry in enumerate(entries):
        for id in entry.needs:
            taken = {index[id]: Fraction(-1)} if id in index else {}
            wants = f"with {entry.id} also {id}, which it needs" + ("" if taken else " and the blueprint leaves out")
            yield Demand((), wants, {i: Fraction(1), **taken}, at_most=Fraction(0))
