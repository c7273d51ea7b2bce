"""What a question means, whatever its form: what two questions must agree in after a round trip."""

import re
from dataclasses import replace
from pathlib import Path
from random import Random

from vlearn.blocks import Block
from vlearn.exams.files import write_together
from vlearn.questions.bank import Bank, load_bank
from vlearn.questions.importing.imported import Imported
from vlearn.questions.importing.store import files
from vlearn.questions.model import (
    Classification,
    Cloze,
    Essay,
    Matching,
    MultipleChoice,
    Option,
    Ordering,
    Program,
    Question,
    SingleChoice,
    TrueFalse,
)
from vlearn.render.markdown import to_plain, to_plain_inline
from vlearn.render.text import to_text


def told(text: str) -> str:
    return " ".join(text.split())


def shown(blocks: tuple[Block, ...]) -> str:
    """The words; a table reads alike whether its author wrote it as a block or in Markdown."""
    return told(re.sub(r" -+(?= )|\|", " ", told(to_text(blocks)) + " "))


def plain(markdown: str) -> str:
    return told(to_plain_inline(markdown))


def options(given: tuple[Option, ...]) -> list[tuple[str, str]]:
    return [(plain(option.text), told(to_plain(option.feedback))) for option in given]


def answer(question: Question) -> object:
    match question.answer:
        case SingleChoice(given, right):
            return options(given), right
        case MultipleChoice(given, rights):
            return options(given), rights
        case TrueFalse(truth, given, right):
            return truth, options(given), right
        case Matching(left, right, key) | Classification(right, left, key):
            pairs = {(plain(one), plain(right[index])) for one, index in zip(left, key, strict=True)}
            return pairs, set(map(plain, right))
        case Ordering(items, key):
            return [plain(items[index]) for index in key]
        case Cloze(text, gaps):
            return told(to_plain(text)), [(list(map(told, g.accepted)), list(map(told, g.choices))) for g in gaps]
        case Essay(rubric):
            return [(plain(criterion.text), criterion.share) for criterion in rubric]
        case Program():
            return replace(question.answer, lines=0, starter=question.answer.starter.strip())
        case other:
            return other


def meaning(question: Question) -> tuple[object, ...]:
    return (
        question.id, question.objective, question.kind, question.points, question.minutes, question.difficulty,
        question.bloom, told(question.source), shown(question.prompt), shown(question.solution),
        answer(question),
    )  # fmt: skip


def stored(imported: Imported, folder: Path) -> Bank:
    """The bank that imported questions become, written and read again."""
    write_together(folder, files(imported, "imported", folder))
    return load_bank(folder)


def made(bank: Bank) -> dict[str, Question]:
    return {entry.id: entry.make(Random(0)) for entry in bank}
