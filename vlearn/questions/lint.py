"""What a machine can tell of a well-written question, and of an even bank. Malformed questions do not get this far.

The rules for one question are in `vlearn.questions.lint_question`, those over the bank in `vlearn.questions.lint_bank`;
`vlearn.questions.stress` runs generators with many seeds.
"""

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from vlearn.course import COURSE, Chapter
from vlearn.questions.bank import Bank
from vlearn.questions.finding import Finding
from vlearn.questions.lint_bank import BANK_RULES, COURSE_RULES
from vlearn.questions.lint_question import QUESTION_RULES
from vlearn.questions.model import Question


def lint(bank: Bank, course: tuple[Chapter, ...] = COURSE, covers: bool = True) -> tuple[Finding, ...]:
    """Everything that should be better, sorted by place. Of a generated question one variant is looked at.

    `covers` says whether the bank is to cover the course, whose chapters then need so many questions.
    """
    questions = {entry.id: entry.make(Random(0)) for entry in bank}
    return tuple(sorted((*_by_question(bank, questions), *_over_bank(bank, questions, course, covers))))


def _by_question(bank: Bank, questions: dict[str, Question]) -> Iterator[Finding]:
    for entry in bank:
        for rule, message in _told(questions[entry.id]):
            yield Finding(entry.path, entry.line, entry.id, rule, message)


@lru_cache(maxsize=4096)
def _told(question: Question) -> tuple[tuple[str, str], ...]:
    """What the rules say of a question, which is a value: a preview that lints again only pays for what has changed."""
    return tuple((rule, message) for rule, check in QUESTION_RULES.items() for message in check(question))


def _over_bank(
    bank: Bank, questions: dict[str, Question], course: tuple[Chapter, ...], covers: bool
) -> Iterator[Finding]:
    for rule, check in {**BANK_RULES, **(COURSE_RULES if covers else {})}.items():
        for entry, about, message in check(bank, questions, course):
            yield Finding(entry.path, entry.line, about, rule, message)
