"""How much of a question's points a response earns: one rule a kind, each part with its reason.

A part is a share of the points, from 0 to 1 (or below 0 for a wrong tick), and why, in Markdown. A reason speaks of
what was answered and never states the key, so that an exercise can show it and let the student try again. Rules that
charge for what is wrong are made of the same parts, in `vlearn.exams.scoring`.

- single choice, short text, numeric: all or nothing.
- multiple choice: rights less wrongs over rights, not below zero.
- true-false: half for the verdict, the other half for the reason, which counts only with the right verdict.
- ordering: of n items the longest subsequence in the right order has L; the share is (L - 1) / (n - 1), so each item
  that has to be moved costs one step and the reverse order earns nothing. Equal texts are interchangeable.
- matching, classification, cloze, trace: each entry, gap or cell an equal share.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from vlearn.questions import notation
from vlearn.questions.labels import letter, number
from vlearn.questions.model import Gap, MultipleChoice, Numeric, Option, Ordering, ShortText, TrueFalse
from vlearn.questions.responses import UnreadableError, chosen, entries, named, text
from vlearn.questions.validity import folded
from vlearn.render.markdown import verbatim

Worth: TypeAlias = Sequence[Fraction] | None
"""What ticking each option is worth, as a share of the points; None is the rule above."""


class Part(NamedTuple):
    """A share of the points, from 0 to 1 or below 0 for a wrong tick, and why; `missed` is what a wrong entry forwent.

    An entry that was left empty has missed nothing.
    """

    share: Fraction
    why: str
    missed: Fraction = Fraction(0)


Parts: TypeAlias = tuple[Part, ...]


def single_choice(options: Sequence[Option], correct: int, response: object, worth: Worth = None) -> Parts:
    """One part."""
    index = named(response, len(options))
    if worth is not None:
        return (Part(worth[index], _verdict(index == correct, letter(index), options[index].feedback)),)
    return (_judged(index == correct, letter(index), 1, options[index].feedback),)


def multiple_choice(answer: MultipleChoice, response: object, worth: Worth = None) -> Parts:
    """A part for each tick; what was rightly left alone earns nothing by itself."""
    ticks = sorted(chosen(response, len(answer.options)))
    share = Fraction(1, len(answer.correct))
    parts = []
    for tick in ticks:
        right = tick in answer.correct
        earned = worth[tick] if worth is not None else share if right else -share
        parts.append(Part(earned, _verdict(right, letter(tick), answer.options[tick].feedback)))
    if missing := len(answer.correct.difference(ticks)):
        parts.append(Part(Fraction(0), f"right options not ticked: {missing}"))
    return tuple(parts)


def true_false(answer: TrueFalse, response: object) -> Parts:
    """A part for the verdict, and one for the reason."""
    verdict, reason = entries(response, 2)
    if not isinstance(verdict, bool):
        raise UnreadableError(f"{verdict!r} is neither True nor False")
    half, agreed = Fraction(1, 2), verdict == answer.truth
    first = _judged(agreed, f"the verdict {'true' if verdict else 'false'}", half)
    if reason is None:
        return first, Part(Fraction(0), "no reason given")
    index = named(reason, len(answer.reasons))
    if not agreed:
        return first, Part(Fraction(0), "the reason counts only with the right verdict", missed=half)
    return first, _judged(index == answer.correct, letter(index), half, answer.reasons[index].feedback)


def numeric(answer: Numeric, response: object) -> Parts:
    """One part. Text that is no number is a wrong answer, with what would be one."""
    try:
        given = _number(answer, response)
        shown = notation.written(given, answer.base)
    except ValueError as error:
        alone = f"; write it alone or with its unit, {answer.unit}" if answer.unit else ""
        return (Part(Fraction(0), f"{error}{alone}", missed=Fraction(1)),)
    return (_judged(abs(given - answer.value) <= answer.tolerance, shown, 1),)


def _number(answer: Numeric, response: object) -> Fraction:
    match response:
        case str():
            try:
                return notation.parse(response, answer.base)
            except ValueError:
                alone = response.strip().removesuffix(answer.unit)
                if alone == response.strip():
                    raise
                return notation.parse(alone, answer.base)
        case int() | Fraction() if not isinstance(response, bool):
            return Fraction(response)
        case float():
            return Fraction(str(response))
        case _:
            raise UnreadableError(f"{response!r} is no number")


def short_text(answer: ShortText, response: object) -> Parts:
    """One part."""
    given = text(response)
    fold = _spaced if answer.case_sensitive else folded
    shown = verbatim(given) if given.strip() else "an empty answer"
    return (_judged(fold(given) in map(fold, answer.accepted), shown, 1),)


def keyed(key: Sequence[int], choices: int, response: object) -> Parts:
    """A part for each entry of a matching or a classification."""
    parts = []
    for n, (right, given) in enumerate(zip(key, entries(response, len(key)), strict=True)):
        if given is None:
            parts.append(Part(Fraction(0), f"{number(n)}: unanswered"))
        else:
            index = named(given, choices)
            parts.append(_judged(index == right, f"{number(n)}: {letter(index)}", Fraction(1, len(key))))
    return tuple(parts)


def ordering(answer: Ordering, response: object) -> Parts:
    """One part."""
    count = len(answer.items)
    given = [named(item, count) for item in entries(response, count)]
    if len(set(given)) != count:
        raise UnreadableError("an item is named twice")
    kept = _common([answer.items[i] for i in answer.key], [answer.items[i] for i in given])
    if kept == count:
        return (Part(Fraction(1), "every item is in its place"),)
    share = Fraction(kept - 1, count - 1)
    return (Part(share, f"{kept} of {count} items are in the right order among themselves", missed=1 - share),)


def cloze(gaps: Sequence[Gap], response: object) -> Parts:
    """A part for each gap."""
    return _cells([gap.accepted for gap in gaps], response)


def trace(cells: Sequence[str], response: object) -> Parts:
    """A part for each blank cell, given the right values of the blank cells."""
    return _cells([(cell,) for cell in cells], response)


def _cells(accepted: Sequence[Sequence[str]], response: object) -> Parts:
    parts = []
    for n, (right, given) in enumerate(zip(accepted, entries(response, len(accepted)), strict=True)):
        if given is None or not text(given).strip():
            parts.append(Part(Fraction(0), f"{number(n)}: unanswered"))
        else:
            fits = any(_same(text(given), one) for one in right)
            parts.append(_judged(fits, f"{number(n)}: {verbatim(text(given))}", Fraction(1, len(accepted))))
    return tuple(parts)


def _same(given: str, right: str) -> bool:
    """Alike as texts, or as numbers: 0x01000 is 0x1000."""
    if folded(given) == folded(right):
        return True
    try:
        return notation.parse(given) == notation.parse(right)
    except ValueError:
        return False


def _spaced(given: str) -> str:
    return " ".join(given.replace("`", "").split())


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in one:
        before = row
        row = [0]
        for n, b in enumerate(other):
            row.append(before[n] + 1 if a == b else max(before[n + 1], row[n]))
    return row[-1]


def _judged(right: bool, what: str, share: Fraction | int, feedback: str = "") -> Part:
    earned, missed = (share, 0) if right else (0, share)
    return Part(Fraction(earned), _verdict(right, what, feedback), Fraction(missed))


def _verdict(right: bool, what: str, feedback: str) -> str:
    return f"{what} is {'right' if right else 'wrong'}{'. ' if feedback else ''}{feedback}"
