"""Gaps in the notation of Moodle's embedded answers ("Cloze"), for every kind that Moodle has no type of its own for.

Moodle looks for the gaps in the HTML, undoes character references in each alternative and takes the result as HTML
(a menu) or as plain text (typed). So braces of the text are references, and alternatives are escaped once more.
A gap begins with its weight, a whole number; the question is worth the sum of its weights, whatever its grade says
(`question/type/multianswer/questiontype.php`).
"""

import re
from collections.abc import Iterable
from html import escape

from exporters.lms_html import inline, paragraphs, without_mathematics
from exporters.phrasebook import ENGLISH
from vlearn.questions.model import Cloze, Gap, Question, TraceTable, TrueFalse
from vlearn.render.markdown import html_of
from vlearn.render.tree import parse, with_gaps

_SPECIAL = str.maketrans({special: f"&#{ord(special)};" for special in "&<>\"'~#{}\\/=%"})


def without_gaps(html: str) -> str:
    """HTML in which nothing can be taken for a gap."""
    return html.replace("{", "&#123;").replace("}", "&#125;")


def wildcards_escaped(text: str) -> str:
    """An answer to be typed: in Moodle an asterisk stands for anything, unless a backslash precedes it."""
    return " ".join(text.split()).replace("*", "\\*")


def gap_count(question: Question) -> int:
    """How many gaps stand for the question's answer; 0 for a kind that has none."""
    match question.answer:
        case Cloze(_, gaps):
            return len(gaps)
        case TraceTable(blanks=blanks):
            return len(blanks)
        case TrueFalse():
            return 2
        case _:
            return 0


def weight(question: Question) -> int:
    """What each gap counts: its share of the points where that is a whole number, and 1 elsewhere."""
    share = question.points / gap_count(question)
    return share.numerator if share.denominator == 1 else 1


def cloze(answer: Cloze, weight: int) -> str:
    """The text with its gaps."""
    gaps = [_gap(gap, weight) for gap in answer.gaps]
    html = without_mathematics(html_of(with_gaps(parse(answer.text), len(gaps)), lambda n: f"\0{n}\0"))
    pieces = without_gaps(html).split("\0")
    return "".join(gaps[int(piece) - 1] if n % 2 else piece for n, piece in enumerate(pieces))


def trace(answer: TraceTable, weight: int) -> str:
    """A table with a field in each blank cell."""
    head = "".join(f'<th scope="col">{_plain(cell)}</th>' for cell in answer.header)
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{_typed((cell,), weight) if (r, c) in answer.blanks else _plain(cell)}</td>"
            for c, cell in enumerate(row)
        )
        + "</tr>\n"
        for r, row in enumerate(answer.rows)
    )
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"


def true_false(answer: TrueFalse, weight: int) -> str:
    """Two menus, for the verdict and the reason, each worth half; Moodle marks a reason whatever the verdict."""
    verdict = _menu(
        "MULTICHOICE_H", ((answer.truth is truth, ENGLISH.answer.verdict(truth), "") for truth in (True, False)), weight
    )
    stated = (
        (n == answer.correct, inline(reason.text), paragraphs(reason.feedback))
        for n, reason in enumerate(answer.reasons)
    )
    reasons = _menu("MULTICHOICE_V", stated, weight)
    return f"<p>True or false? {verdict}</p>\n<p>And why? {reasons}</p>\n"


def _gap(gap: Gap, weight: int) -> str:
    if gap.choices:
        return _menu("MULTICHOICE", ((choice in gap.accepted, _plain(choice), "") for choice in gap.choices), weight)
    return _typed(gap.accepted, weight)


def _typed(accepted: Iterable[str], weight: int) -> str:
    texts = "~".join(f"={_escaped(wildcards_escaped(text))}" for text in accepted)
    return f"{{{weight}:SHORTANSWER:{texts}}}"


def _menu(kind: str, alternatives: Iterable[tuple[bool, str, str]], weight: int) -> str:
    shown = (
        ("=" if right else "%0%") + _escaped(html) + (f"#{_escaped(feedback)}" if feedback else "")
        for right, html, feedback in alternatives
    )
    return f"{{{weight}:{kind}:{'~'.join(shown)}}}"


def _escaped(text: str) -> str:
    # Once the references are undone, Moodle takes a backslash away before } and #.
    return re.sub(r"\\(?=[}#])", r"\\\\", " ".join(text.split())).translate(_SPECIAL)


def _plain(text: str) -> str:
    return without_gaps(without_mathematics(escape(text, quote=False)))
