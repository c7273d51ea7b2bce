"""What the responses say of the questions: how hard each was, how well it told students apart, what was chosen.

Facility is the mean share of a question's points. Discrimination is the correlation of its points with the points of
all other questions: the point-biserial correlation, where it is all or nothing, without counting the question twice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from vlearn.exams.scoring.gradebook import Result, Scored
from vlearn.questions.model import MultipleChoice, Option, SingleChoice
from vlearn.questions.responses import UnreadableError, chosen
from vlearn.render.markdown import to_plain_inline

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class OptionCount:
    """An option in plain words, whether it is right, and how many chose it, whatever its letter in their form."""

    text: str
    right: bool
    count: int


@dataclass(frozen=True, slots=True)
class Item:
    """One question over all students; `discrimination` is None where everybody earned the same."""

    id: str
    kind: str
    answered: int
    facility: Fraction
    discrimination: float | None
    options: tuple[OptionCount, ...]


def analyse(results: Sequence[Result]) -> tuple[Item, ...]:
    """One item for each question that counts, in the order of the first student's form."""
    rest: dict[str, list[tuple[Scored, Fraction]]] = {}
    for result in results:
        total = sum((one.grade.points for one in result.scored), ZERO)
        for one in result.scored:
            rest.setdefault(one.question.id, []).append((one, total - one.grade.points))
    return tuple(_item(id, pairs) for id, pairs in rest.items() if any(one.grade.out_of for one, _ in pairs))


def _item(id: str, pairs: Sequence[tuple[Scored, Fraction]]) -> Item:
    counted = [(one, others) for one, others in pairs if one.grade.out_of]
    shares = [one.grade.points / one.grade.out_of for one, _ in counted]
    answered = sum(one.read is not None for one, _ in counted)
    facility = sum(shares, ZERO) / len(shares)
    told_apart = correlation(shares, [others for _, others in counted])
    return Item(id, counted[0][0].question.kind, answered, facility, told_apart, _options([one for one, _ in counted]))


def correlation(one: Sequence[Fraction], other: Sequence[Fraction]) -> float | None:
    """Pearson's; None where either does not vary."""
    middle, other_middle = (sum(values, ZERO) / len(values) for values in (one, other))
    pairs = [(a - middle, b - other_middle) for a, b in zip(one, other, strict=True)]
    spread = sum((a * a for a, _ in pairs), ZERO) * sum((b * b for _, b in pairs), ZERO)
    return float(sum((a * b for a, b in pairs), ZERO)) / sqrt(spread) if spread else None


def _options(responses: Sequence[Scored]) -> tuple[OptionCount, ...]:
    """Every option of a question with options, the one chosen most first."""
    counts: Counter[tuple[str, bool]] = Counter()
    for one in responses:
        options: tuple[Option, ...]
        match one.question.answer:
            case SingleChoice(options, correct):
                right = frozenset({correct})
            case MultipleChoice(options, right):
                pass
            case _:
                return ()
        ticked = _ticked(one.read, len(options))
        for index, option in enumerate(options):
            counts[to_plain_inline(option.text), index in right] += index in ticked
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(OptionCount(text, right, count) for (text, right), count in ranked)


def _ticked(response: object, count: int) -> frozenset[int]:
    try:
        return chosen([response] if isinstance(response, str | int) else response, count)
    except UnreadableError:
        return frozenset()
