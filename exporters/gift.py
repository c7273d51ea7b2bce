"""Questions as GIFT, the text format of Moodle that many systems read.

It holds single and multiple choice, numbers, short text, matching (also of classifications) and essays. Everything
else is left out and named, pictures too. Text is HTML; ids and tags stand in comments, as Moodle reads them. Points,
minutes and units are tags; a rubric has no place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby

from exporters.lms_html import category, inline, paragraphs, source_note, with_pictures
from exporters.lms_tags import tags
from exporters.moodle_cloze import wildcards_escaped
from exporters.moodle_elements import right_side
from exporters.moodle_types import AS_TEXT, SHARES, reason_against, type_and_task
from vlearn.blocks import Block, Chart, Figure
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.model import (
    Answer,
    Classification,
    Cloze,
    Essay,
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
from vlearn.questions.notation import written

SUFFIX = ".gift"
_CONTROL = re.compile(r"[~=#{}:\\]")
_MARKS_OF_MOODLE = re.compile(r"&&(?:010|(?:058|035|061|123|125|126);)")
"""What stands for escaped characters while Moodle reads (`escapedchar_post` in `question/format/gift/format.php`)."""


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """What GIFT cannot hold."""
    reasons = ((question.id, _reason_against(question)) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in reasons if reason)


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What loses something on the way."""
    kept = (q for q in collection.questions if not _reason_against(q))
    return tuple(LeftOut(q.id, why) for q in kept if (why := _change(q)))


def _change(question: Question) -> str:
    match question.answer:
        case Essay():
            return "is marked by hand; GIFT has no place for its rubric"
        case Numeric(base=16):
            return AS_TEXT
        case _:
            return ""


def questions(collection: Collection) -> bytes:
    """A category for each chapter, with its questions."""
    place = partial(category, collection.title)
    held = sorted((q for q in collection.questions if not _reason_against(q)), key=place)
    parts = []
    for name, within in groupby(held, key=place):
        parts.append(f"$CATEGORY: {name}\n")
        parts += map(_question, within)
    return "\n".join(parts).encode("utf-8", "replace")


def _reason_against(question: Question) -> str:
    if any(isinstance(block, Figure | Chart) for block in (*question.prompt, *question.solution)):
        return "GIFT cannot carry pictures"
    match question.answer:
        case TrueFalse():
            return "GIFT's true-false questions ask for no reason"
        case Ordering() | Cloze() | TraceTable() | Program():
            return f"GIFT has no questions of the kind {question.kind}"
        case ShortText(_, True):
            return "GIFT cannot ask for letter case"
        case ShortText(accepted) if any("->" in text for text in accepted):
            return "GIFT takes an accepted answer with -> in it for a match"
        case answer if any(map(_MARKS_OF_MOODLE.search, _plain_texts(answer))):
            return "Moodle's reader of GIFT takes && and a number for a character"
        case _:
            return reason_against(question)


def _plain_texts(answer: Answer) -> Sequence[str]:
    """What is written as plain text, not as HTML."""
    match answer:
        case ShortText(accepted):
            return accepted
        case Matching(right=right) | Classification(categories=right):
            return [right_side(side) for side in right]
        case _:
            return ()


def _question(question: Question) -> str:
    facts = " ".join((f"[id:{question.id}]", *(f"[tag:{tag}]" for tag in tags(question, points=True))))
    prompt = _html(_blocks(question.prompt) + type_and_task(question)[1])
    solution = _blocks(question.solution) + source_note(question)
    lines = [*_key(question), f"####{_html(solution)}"] if solution else list(_key(question))
    mark = "#" if isinstance(question.answer, Numeric) and question.answer.base == 10 else ""
    inner = "".join(f"\t{line}\n" for line in lines)
    return f"// {facts}\n::{_escaped(question.id)}::{prompt}{{{mark}\n{inner}}}\n"


def _key(question: Question) -> Iterator[str]:
    match question.answer:
        case SingleChoice(options, correct):
            yield from _choices(options, ["=" if n == correct else "~" for n in range(len(options))])
        case MultipleChoice(options, right):
            share = SHARES[len(right)]
            yield from _choices(options, [f"~%{'' if n in right else '-'}{share}%" for n in range(len(options))])
        case Numeric(value, _, _, 16):
            digits = written(value, 16)
            yield from _typed((digits, digits.removeprefix("0x")))
        case Numeric(value, tolerance):
            yield f"=%100%{written(value)}:{written(tolerance)}"
        case ShortText(accepted):
            yield from _typed(accepted)
        case Matching(left, right, key):
            yield from _matches(left, right, key)
        case Classification(categories, items, key):
            yield from _matches(items, categories, key)
        case _:
            return  # an essay


def _choices(options: Sequence[Option], marks: Sequence[str]) -> Iterator[str]:
    for option, mark in zip(options, marks, strict=True):
        feedback = f" #{_html(paragraphs(option.feedback))}" if option.feedback else ""
        yield f"{mark}{_html(inline(option.text))}{feedback}"


def _typed(accepted: Iterable[str]) -> Iterator[str]:
    for text in map(wildcards_escaped, accepted):
        yield f"=%100%{'[plain]' if text.startswith('[') else ''}{_escaped(text)}"


def _matches(left: Sequence[str], right: Sequence[str], key: Sequence[int]) -> Iterator[str]:
    for text, index in zip(left, key, strict=True):
        yield f"={_html(inline(text))} -> {_escaped(right_side(right[index]))}"
    yield from (f"= -> {_escaped(right_side(side))}" for n, side in enumerate(right) if n not in key)


def _blocks(blocks: tuple[Block, ...]) -> str:
    return with_pictures(blocks, "", "")[0]  # there are none


def _html(html: str) -> str:
    """HTML on one line; a line break that counts is a character reference, which every reader of GIFT leaves alone."""
    return f"[html]{_escaped(html.strip().replace(chr(10), '&#10;'))}"


def _escaped(text: str) -> str:
    return _CONTROL.sub(r"\\\g<0>", text)
