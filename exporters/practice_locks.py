"""How a page that grades itself holds a question's key: what an answer earns is sealed under that answer.

Every part that is graded by itself (an option, a verdict, an entry, a gap, a cell) has its own locks, so that partial
credit and feedback come out as `vlearn.questions.credit` gives them. A number within a tolerance falls into one cell of
a public grid, and the cell is the key: the grid tells where in its cell the right value lies, and not which cell it is.
Whoever knows the tolerance and expects a small number can guess from that. An order is graded against the right one,
which is sealed with the solution under a key that the salt alone gives: whoever gives up must be able to read it, so
any program can too.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from json import dumps
from typing import Any, TypeAlias, assert_never

from exporters.sealed import SLOW_ROUNDS, sealed, stretched
from vlearn.questions import notation
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
from vlearn.questions.validity import folded
from vlearn.render.markdown import to_html_inline

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the words of one answer earn: `share` of `of` equal parts of the points, and why as HTML."""

    words: str
    share: int
    of: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Locks:
    """How the page reads a response, what it may know for that, what is sealed under answers, and what under none."""

    reading: str
    public: Json = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    hidden: Json = field(default_factory=dict)


def locked(question: Question, salt: bytes, solution: str) -> Json:
    """What the page knows of the question. Nothing in it is the key, feedback or `solution`, which is HTML."""
    locks = _locks(question.answer)
    texts = [(e.words, dumps({"share": e.share, "of": e.of, "why": e.why})) for e in locks.entries]
    length = max((len(text.encode()) for _, text in texts), default=0)
    slow = sealed(stretched("solution", salt, SLOW_ROUNDS), dumps({"solution": solution, **locks.hidden}))
    return {
        "reading": locks.reading,
        **locks.public,
        "salt": _base64(salt),
        "entries": sorted(_base64(sealed(stretched(words, salt), text, length)) for words, text in texts),
        "sealed": _base64(slow),
    }


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _locks(answer: Answer) -> Locks:
    match answer:
        case SingleChoice(options, correct):
            return Locks("one", {}, tuple(_options(0, options, {correct}, 1, 0)))
        case MultipleChoice(options, chosen):
            return Locks("many", {}, tuple(_options(0, options, chosen, len(chosen), -1)))
        case TrueFalse(truth, reasons, correct):
            verdicts = (Entry(f"0:{word}", int(truth == verdict), 2) for word, verdict in _VERDICTS)
            return Locks("judge", {}, (*verdicts, *_options(1, reasons, {correct}, 2, 0)))
        case Numeric():
            return _number(answer)
        case ShortText(accepted, case_sensitive):
            fold = _spaced if case_sensitive else _as_a_browser_folds
            entries = (Entry(f"0:{text}", 1, 1) for text in dict.fromkeys(map(fold, accepted)))
            return Locks("phrase", {"case": case_sensitive}, tuple(entries))
        case Matching(key=key) | Classification(key=key):
            return Locks(
                "pick", {"parts": len(key)}, tuple(Entry(f"{n}:{index}", 1, len(key)) for n, index in enumerate(key))
            )
        case Ordering(items, key):
            alike = [items.index(item) for item in items]
            return Locks("order", {"alike": alike}, hidden={"order": [alike[index] for index in key]})
        case Cloze(_, gaps):
            return _cells([gap.accepted for gap in gaps])
        case TraceTable(_, rows, blanks):
            return _cells([(rows[row][column],) for row, column in blanks])
        case Essay() | Program():
            return Locks("own")
        case never:
            assert_never(never)


_VERDICTS = (("true", True), ("false", False))


def _options(part: int, options: Iterable[Option], right: Iterable[int], of: int, wrong: int) -> Iterator[Entry]:
    for n, option in enumerate(options):
        yield Entry(f"{part}:{n}", 1 if n in right else wrong, of, to_html_inline(option.feedback))


def _number(answer: Numeric) -> Locks:
    public: Json = {"unit": answer.unit, "base": answer.base}
    if not answer.tolerance:
        return Locks("number", public, (Entry(f"0:={_ratio(answer.value)}", 1, 1),))
    least, width = answer.value - answer.tolerance, 2 * answer.tolerance
    offset = least % width
    grid = [_ratio(offset), _ratio(width)]
    return Locks("number", {**public, "grid": grid}, (Entry(f"0:#{(least - offset) // width}", 1, 1),))


def _cells(accepted: Iterable[Iterable[str]]) -> Locks:
    texts = [dict.fromkeys(words for text in one for words in _readings(text)) for one in accepted]
    entries = (Entry(f"{n}:{words}", 1, len(texts)) for n, one in enumerate(texts) for words in one)
    return Locks("cells", {"parts": len(texts)}, tuple(entries))


def _readings(text: str) -> Iterator[str]:
    """A text counts as itself and, where it is a number, as that number however it is written."""
    yield f"t{_as_a_browser_folds(text)}"
    try:
        yield f"n{_ratio(notation.parse(text))}"
    except ValueError:
        return


def _ratio(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def _spaced(text: str) -> str:
    return " ".join(text.replace("`", "").split())


def _as_a_browser_folds(text: str) -> str:
    """Folded as grading does; browsers cannot fold cases, but this gives the same in both (`scripts/texts.js`)."""
    return "".join(c if c == "ı" else c.lower().upper().lower() for c in folded(text))
