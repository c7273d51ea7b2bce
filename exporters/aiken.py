"""Questions as Aiken, the plainest format: single choices in plain text, each on a line.

It has no place for an id, points, feedback or a solution, so a second import does not update but adds.
"""

import re
from string import ascii_uppercase

from vlearn.blocks import Block, Text
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.labels import letter
from vlearn.questions.model import Question, SingleChoice
from vlearn.render.markdown import to_plain, to_plain_inline

SUFFIX = ".txt"
_OPTION_OR_KEY = re.compile(r"[A-Z][).]|ANSWER:", re.IGNORECASE)


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """All but single choices whose prompt is text alone."""
    reasons = ((question.id, _reason_against(question)) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in reasons if reason)


def questions(collection: Collection) -> bytes:
    """The questions, each followed by an empty line."""
    return "\n".join(_question(q) for q in collection.questions if not _reason_against(q)).encode("utf-8", "replace")


def _reason_against(question: Question) -> str:
    if not isinstance(question.answer, SingleChoice):
        return f"Aiken holds only single choices, and this one is of the kind {question.kind}"
    if not all(isinstance(block, Text) for block in question.prompt):
        return "Aiken holds only text, and the prompt has a table, code or a picture"
    if len(question.answer.options) > len(ascii_uppercase):
        return f"Aiken has letters for {len(ascii_uppercase)} options"
    plain = [to_plain_inline(option.text) for option in question.answer.options]
    if len(set(plain)) < len(plain) or not all(plain):
        return "as plain text two of its options are the same, or one is empty"
    if len(prompt := _line(question.prompt)) < 2 or _OPTION_OR_KEY.match(prompt):
        return "Aiken would take the beginning of its prompt for an option or a key"
    return ""


def _question(question: Question) -> str:
    assert isinstance(question.answer, SingleChoice)
    options = "".join(
        f"{letter(n)}. {to_plain_inline(option.text)}\n" for n, option in enumerate(question.answer.options)
    )
    return f"{_line(question.prompt)}\n{options}ANSWER: {letter(question.answer.correct)}\n"


def _line(prompt: tuple[Block, ...]) -> str:
    return " ".join(" ".join(to_plain(block.markdown) for block in prompt if isinstance(block, Text)).split())
