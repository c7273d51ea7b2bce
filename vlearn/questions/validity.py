"""What makes a question sound, whoever stated it: an author in YAML, a generator, or code.

A sound question can be asked, graded and exported; whether it is well written is for `vlearn.questions.lint` to say.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from vlearn.questions.faults import Where
from vlearn.questions.model import (
    Classification,
    Cloze,
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
from vlearn.questions.notation import amount

GAP = re.compile(r"\[\[([^\[\]]*)\]\]")
"""A gap in the text of a cloze."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and what would be right; `where` names the field of a question file."""

    where: Where
    text: str


def folded(text: str) -> str:
    """A text as students may vary it: white space, letter case and back-quotes do not count."""
    return " ".join(text.replace("`", "").split()).casefold()


def problems(question: Question) -> tuple[Problem, ...]:
    """Everything that keeps the question from being asked and graded; nothing if it is sound."""
    return (*_general(question), *_answer(question))


def _general(question: Question) -> Iterator[Problem]:
    if not _SLUG.fullmatch(question.id):
        yield Problem(("id",), f"the id {question.id!r} must be words of a-z and 0-9 joined by single hyphens")
    if question.points <= 0:
        yield Problem(("points",), f"`points` is {question.points}; it must be more than 0")
    if question.minutes <= 0:
        yield Problem(("minutes",), f"`minutes` is {question.minutes}; it must be more than 0")
    if not 1 <= question.difficulty <= 5:
        yield Problem(("difficulty",), f"`difficulty` is {question.difficulty}; it must be from 1 to 5")
    if question.id in question.enemies:
        yield Problem(("enemies",), "a question cannot be its own enemy")
    if not question.prompt:
        yield Problem(("prompt",), "`prompt` is empty; it must ask something")


def _answer(question: Question) -> Iterator[Problem]:
    match question.answer:
        case SingleChoice(options, correct):
            yield from _options("options", options, (correct,))
        case MultipleChoice(options, chosen):
            yield from _options("options", options, chosen)
            if not chosen:
                yield Problem(("options",), "no option is marked `correct: true`; mark at least one")
        case TrueFalse(_, reasons, correct):
            yield from _options("reasons", reasons, (correct,))
        case Numeric(value, tolerance, _, base):
            if tolerance < 0:
                yield Problem(("tolerance",), f"`tolerance` is {tolerance}; it must be 0 or more")
            if base not in (10, 16):
                yield Problem(("value",), f"the base is {base}; it must be 10 or 16")
            if base == 16 and (value.denominator != 1 or value < 0):
                yield Problem(("value",), f"`value` is {value}; a hexadecimal number must be whole and not negative")
        case ShortText(accepted):
            yield from _texts("accepted", accepted, 1)
        case Matching(left, right, key):
            yield from _texts("pairs", left, 2, what="left sides")
            yield from _texts("pairs", right, 2, what="right sides")
            yield from _key("pairs", key, len(left), len(right))
        case Ordering(items, key):
            if len(set(items)) < 2:
                yield Problem(("items",), "`items` must hold at least two different texts to put in order")
            if sorted(key) != list(range(len(items))):
                yield Problem(("items",), f"the key {key} must name each of the {len(items)} items once")
        case Cloze(text, gaps):
            yield from _gaps(text, gaps)
        case Classification(categories, items, key):
            yield from _texts("categories", categories, 2)
            yield from _texts("categories", items, 2, what="items")
            yield from _key("categories", key, len(items), len(categories))
        case Essay(rubric):
            if any(criterion.share <= 0 for criterion in rubric):
                yield Problem(("rubric",), "every share of the rubric must be more than 0")
            if (total := sum(criterion.share for criterion in rubric)) != 1:
                yield Problem(("rubric",), f"the shares of the rubric add up to {total}; they must add up to 1")
        case TraceTable(header, rows, blanks):
            yield from _trace(header, rows, blanks)
        case Program():
            yield from _program(question.answer)
        case never:
            assert_never(never)


def _texts(field: str, texts: Sequence[str], least: int, what: str = "") -> Iterator[Problem]:
    """At least so many texts, none blank, no two that a student could not tell apart."""
    what = what or f"entries of `{field}`"
    if len(texts) < least:
        yield Problem(
            (field,), f"{what}: there {'is' if len(texts) == 1 else 'are'} {len(texts)}; there must be at least {least}"
        )
    first: dict[str, int] = {}
    for n, text in enumerate(texts):
        if not text.strip():
            yield Problem((field, n), f"{what}: number {n + 1} is empty")
        elif first.setdefault(text.strip(), n) != n:
            yield Problem((field, n), f"{what}: number {n + 1} repeats number {first[text.strip()] + 1}, {text!r}")


def _options(field: str, options: Sequence[Option], correct: Iterable[int]) -> Iterator[Problem]:
    yield from _texts(field, [option.text for option in options], 2)
    for index in correct:
        if not 0 <= index < len(options):
            yield Problem((field,), f"the key {index} is not among the options, 0 to {len(options) - 1}")


def _key(field: str, key: Sequence[int], answered: int, choices: int) -> Iterator[Problem]:
    if len(key) != answered:
        yield Problem((field,), f"the key has {amount(len(key), 'entr{ies}')}; it must have {answered}")
    for index in key:
        if not 0 <= index < choices:
            yield Problem((field,), f"the key {index} is not among the choices, 0 to {choices - 1}")


def _gaps(text: str, gaps: Sequence[Gap]) -> Iterator[Problem]:
    found = GAP.findall(text)
    wanted = [str(n) for n in range(1, len(gaps) + 1)]
    if not found or found != wanted:
        shown = ", ".join(f"[[{gap}]]" for gap in found) or "none"
        right = f"[[1]] to [[{len(gaps)}]] in order" if len(gaps) > 1 else "[[1]]"
        has = amount(len(gaps), "entr{ies}")
        yield Problem(("text",), f"`gaps` has {has}, so `text` must have the gaps {right}; it has {shown}")
    for n, gap in enumerate(gaps):
        for problem in _texts("accepted", gap.accepted, 1):
            yield Problem(("gaps", n), f"gap {n + 1}: {problem.text}")
        if gap.choices:
            for problem in _texts("choices", gap.choices, 2):
                yield Problem(("gaps", n), f"gap {n + 1}: {problem.text}")
            for right in (text for text in gap.accepted if text not in gap.choices):
                choices = ", ".join(map(repr, gap.choices))
                yield Problem(("gaps", n), f"gap {n + 1}: the key {right!r} is not among the choices {choices}")


def _trace(
    header: Sequence[str], rows: Sequence[Sequence[str]], blanks: Sequence[tuple[int, int]]
) -> Iterator[Problem]:
    for n, row in enumerate(rows):
        if len(row) != len(header):
            yield Problem(("rows", n), f"row {n + 1} has {amount(len(row), 'cell{s}')}; the header has {len(header)}")
    if not blanks:
        yield Problem(("blanks",), "`blanks` is empty; at least one cell must be filled in")
    if list(blanks) != sorted(set(blanks)):
        yield Problem(("blanks",), "`blanks` must name each cell once, row by row")
    for r, c in blanks:
        if not (0 <= r < len(rows) and 0 <= c < len(header)):
            size = f"{amount(len(rows), 'row{s}')} and {amount(len(header), 'column{s}')}"
            yield Problem(("blanks",), f"`blanks` names row {r + 1}, column {c + 1}; the table has {size}")
        elif c < len(rows[r]) and not rows[r][c].strip():
            yield Problem(("rows", r), f"row {r + 1}, column {c + 1} is to be filled in but has no right value")


def _program(program: Program) -> Iterator[Problem]:
    for field, source in (("starter", program.starter), ("reference", program.reference)):
        try:
            ast.parse(source)
        except (SyntaxError, ValueError) as error:
            yield Problem((field,), f"`{field}` is not Python: {error}")
    if not program.cases:
        yield Problem(("cases",), "`cases` is empty; at least one case must decide")
    for n, case in enumerate(program.cases):
        try:
            ast.parse(case.call, mode="eval")
        except (SyntaxError, ValueError):
            yield Problem(("cases", n), f"the call {case.call!r} is not a Python expression, such as translate(0x1000)")
        try:
            ast.literal_eval(case.expected)
        except (SyntaxError, ValueError):
            yield Problem(("cases", n), f"`expected` is {case.expected!r}; it must be a Python literal, such as 24")
