"""Rules for one question: what can be checked mechanically of a well-written item."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from vlearn.blocks import Table, Text
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade
from vlearn.questions.labels import letter
from vlearn.questions.model import MultipleChoice, Numeric, Option, Question, SingleChoice, TrueFalse
from vlearn.questions.substance import texts

LONGER = 1.5
"""How many times as long as the next the right option may be."""

_SUMMARY = re.compile(r"\b(all|none|any|both|neither) of (the above|these|them|the other)", re.IGNORECASE)
_POSITION = re.compile(
    r"(?i:only|both|either|neither)? ?[A-Z](, [A-Z])*,? (?i:and|or|nor) [A-Z](?i: are (right|correct|true))?\.?"
    r"|.*\b(?i:options?|answers?|choices?) [A-Z]\b.*"
)
_NEGATION = re.compile(r"\b(?:which|what)\b[^.?!]*?(?<![*_])\b(not|except|never)\b[^.?!]*\?", re.IGNORECASE)
_MARKS = re.compile(r"`[^`]+`|\*\*[^*]+\*\*")
_PLACEHOLDER = re.compile(r"‹[^‹›]*›")


def _options(question: Question) -> tuple[tuple[Option, ...], frozenset[int]]:
    """The options of a question that has them, and which are right."""
    match question.answer:
        case SingleChoice(options, correct) | TrueFalse(_, options, correct):
            return options, frozenset({correct})
        case MultipleChoice(options, chosen):
            return options, chosen
        case _:
            return (), frozenset()


def _unfinished(question: Question) -> Iterator[str]:
    if found := [match[0] for text in texts(question) for match in _PLACEHOLDER.finditer(text)]:
        yield f"{found[0]} is still to be written" + (f", and {len(found) - 1} more like it" if found[1:] else "")


def _stem(question: Question) -> Iterator[str]:
    lines = [line for block in question.prompt if isinstance(block, Text) for line in block.markdown.splitlines()]
    if not any(line.rstrip(" *_`\"')”").endswith(("?", ".", ":")) for line in lines):
        yield "the stem must be a whole question or instruction, ending in `?`, `.` or `:`"


def _length(question: Question) -> Iterator[str]:
    if isinstance(question.answer, SingleChoice):
        lengths = [len(option.text) for option in question.answer.options]
        right = lengths.pop(question.answer.correct)
        if right > LONGER * max(lengths) and right - max(lengths) > 15:
            yield f"the right option has {right} characters, the next {max(lengths)}: make the options alike in length"


def _summary(question: Question) -> Iterator[str]:
    for n, option in enumerate(_options(question)[0]):
        if _SUMMARY.search(option.text):
            yield f"option {letter(n)} sums up other options: state what it means instead"


def _position(question: Question) -> Iterator[str]:
    options = _options(question)[0]
    labels = {letter(n) for n in range(len(options))}
    for n, option in enumerate(options):
        if _POSITION.fullmatch(option.text) and labels.issuperset(re.findall(r"\b[A-Z]\b", option.text)):
            yield f"option {letter(n)} reads as the letters of options, which shuffling changes: say what they state"


def _negation(question: Question) -> Iterator[str]:
    for block in question.prompt:
        if isinstance(block, Text) and _options(question)[0] and (found := _NEGATION.search(block.markdown)):
            yield f"{found[1]!r} is easily missed in a question: ask positively, or emphasize it as **{found[1]}**"


def _feedback(question: Question) -> Iterator[str]:
    options, right = _options(question)
    for n, option in enumerate(options):
        if n not in right and not option.feedback.strip():
            yield f"the wrong option {letter(n)} has no feedback: name the misconception behind it"


def _unit(question: Question) -> Iterator[str]:
    match question.answer:
        case Numeric(unit="", base=10):
            yield "the number has no unit: name one, if only what is counted, such as references"


def _alike(question: Question) -> Iterator[str]:
    texts = [re.sub(r"[\W_]+", " ", option.text).strip().casefold() for option in _options(question)[0]]
    for (m, one), (n, other) in combinations(enumerate(texts), 2):
        if one == other and one:
            yield f"options {letter(m)} and {letter(n)} differ in nothing but punctuation or letter case"


def _marks(question: Question) -> Iterator[str]:
    tables = (block for block in (*question.prompt, *question.solution) if isinstance(block, Table))
    cells = (cell for table in tables for row in (table.header, *table.rows) for cell in row)
    if found := next(filter(None, map(_MARKS.search, cells)), None):
        yield f"a cell of a table shows its marks, {found[0]}: cells are plain text"


def _solution(question: Question) -> Iterator[str]:
    if not any(not isinstance(block, Text) or block.markdown.strip() for block in question.solution):
        yield "there is no worked solution"


def _key(question: Question) -> Iterator[str]:
    result = grade(question, key_response(question))
    if result.points != result.out_of:
        why = "; ".join(reason.text for reason in result.reasons)
        yield f"its own key earns {result.points} of {result.out_of} points: {why}"


QUESTION_RULES: Mapping[str, Callable[[Question], Iterator[str]]] = {
    "unfinished": _unfinished,
    "stem": _stem,
    "option-length": _length,
    "all-of-the-above": _summary,
    "option-letters": _position,
    "negation": _negation,
    "feedback": _feedback,
    "unit": _unit,
    "options-alike": _alike,
    "table-marks": _marks,
    "solution": _solution,
    "key": _key,
}
"""Each yields what should be better."""
