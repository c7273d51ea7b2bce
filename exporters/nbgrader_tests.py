"""What nbgrader runs to grade an answer: plain Python (3.10 or newer) with vlearn's own rules, which needs no vlearn.

A test prints a reason for each part, and its cell's output is the points, which nbgrader takes as partial credit. An
answer that earns nothing, or has not the form that it should, is an error, which is no points.
"""

import contextlib
import io
from dataclasses import fields, is_dataclass
from fractions import Fraction
from textwrap import indent
from typing import Any, assert_never

from exporters.embedded import source_of
from vlearn.questions.credit import Part
from vlearn.questions.model import (
    Answer,
    Classification,
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    Program,
    Question,
    ShortText,
    SingleChoice,
    TraceTable,
    TrueFalse,
)
from vlearn.questions.program import case_part
from vlearn.questions.program_child import outcome

_TEST = """\
def {test}({name}):
    from types import SimpleNamespace

{source}

    answer = {answer}
    assert {name} is not None, "unanswered"
    try:
        parts = {call}
    except Exception as error:
        raise AssertionError(f"the answer cannot be graded: {{error}}") from None
    for part in parts:
        print(part.why)
    share = max(Fraction(0), sum(part.share for part in parts))
    assert share, "no points"
    return float(share * {points})


{test}({given})"""


def test(question: Question, name: str, points: int) -> str:
    """The source of a test of the variable `name`, whose last line has the points as its value; of no essay."""
    module, rule, call = _rule(question.answer)
    source = source_of(module, rule)
    program = isinstance(question.answer, Program)
    return _TEST.format(
        test=f"_test_{name}",
        name=name,
        source=indent(source, "    "),
        answer=_literal(question.answer),
        call=f"{rule}({call.format(name)})",
        points=points,
        given="globals()" if program else f"globals().get({name!r})",
    )


def cases(answer: Program, names: dict[str, object]) -> list[Part]:
    """A part for each case of a program that has already run and left its functions among `names`."""
    parts = []
    for case in answer.cases:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            found = outcome(compile(case.call, "call", "eval"), names)
        if found.get("error", "").startswith("KeyboardInterrupt"):  # nbgrader stops a cell that takes too long
            raise KeyboardInterrupt
        parts.append(case_part(case, found, Fraction(1, len(answer.cases))))
    return parts


def _rule(answer: Answer) -> tuple[str, str, str]:
    """The module and the name of the function that grades, and its arguments."""
    credit = "vlearn.questions.credit"
    match answer:
        case SingleChoice():
            return credit, "single_choice", "answer.options, answer.correct, {}"
        case MultipleChoice():
            return credit, "multiple_choice", "answer, {}"
        case TrueFalse():
            return credit, "true_false", "answer, {}"
        case Numeric():
            return credit, "numeric", "answer, {}"
        case ShortText():
            return credit, "short_text", "answer, {}"
        case Matching():
            return credit, "keyed", "answer.key, len(answer.right), {}"
        case Classification():
            return credit, "keyed", "answer.key, len(answer.categories), {}"
        case Ordering():
            return credit, "ordering", "answer, {}"
        case Cloze():
            return credit, "cloze", "answer.gaps, {}"
        case TraceTable():
            return credit, "trace", "[answer.rows[r][c] for r, c in answer.blanks], {}"
        case Program():
            return __name__, "cases", "answer, {}"
        case Essay():
            raise ValueError("an essay is graded by a person")
        case never:
            assert_never(never)


def _literal(value: Any) -> str:
    """The value as Python, with no class of vlearn; what the rules never read of an answer is left out."""
    match value:
        case Fraction():
            return f"Fraction({value.numerator}, {value.denominator})"
        case frozenset():
            return f"{{{', '.join(map(repr, sorted(value)))}}}" if value else "set()"
        case tuple():
            return f"({''.join(f'{_literal(item)}, ' for item in value)})"
        case _ if is_dataclass(value):
            unread = {"text", "starter", "lines", "reference", "header"}
            read = (field.name for field in fields(value) if field.name not in unread)
            return f"SimpleNamespace({', '.join(f'{name}={_literal(getattr(value, name))}' for name in read)})"
        case _:
            return repr(value)
