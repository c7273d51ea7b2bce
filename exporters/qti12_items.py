"""One question as an item of Canvas's QTI 1.2.

- a choice, a number and an essay are Canvas's own kinds; the rubric stands in the feedback, for Canvas imports none.
- a hexadecimal number and a short text are "fill in the blank", where letter case never counts.
- matching, classification and ordering (a place for each item) are "matching".
- cloze and trace are "fill in multiple blanks", or "multiple drop-downs" where every gap has a menu with one right
  choice. Numbers written in another way than the key's (0x01000 for 0x1000) do not count there.
- true or false with a reason is two drop-downs.
"""

from collections.abc import Sequence
from html import escape, unescape
from typing import assert_never
from xml.etree import ElementTree as ET

from exporters import qti12_parts as parts
from exporters.gapped import trace_html
from exporters.key import verdicts
from exporters.lms_html import Picture, inline, paragraphs, source_note, with_pictures, without_mathematics
from exporters.phrasebook import ENGLISH
from exporters.qti_limits import menus_alone, not_in_canvas
from exporters.xml_tree import element
from vlearn.questions.answer_key import answer_blocks
from vlearn.questions.labels import number
from vlearn.questions.model import (
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
from vlearn.questions.notation import written
from vlearn.render.html import to_html
from vlearn.render.markdown import html_of, to_plain_inline
from vlearn.render.tree import parse, with_gaps

_FOLDER = "%24IMS-CC-FILEBASE%24/images"
_LONGEST = 16_384  # characters of a prompt, beyond which Canvas drops it


def reason_left_out(question: Question) -> str:
    """Why Canvas cannot hold the question; empty if it can."""
    too_long = f"Canvas drops a prompt of more than {_LONGEST} characters of HTML"
    return not_in_canvas(question) or (too_long if len(_body(question)[0]) > _LONGEST else "")


def item(question: Question) -> tuple[ET.Element, tuple[Picture, ...]]:
    """The item, and the drawings that it refers to."""
    body, pictures, name = _body(question)
    kind, task = _kind(question, name)
    comments, drawn = _comments(question)
    made = element("item", {"ident": question.id, "title": question.id})
    made.append(parts.metadata(kind, question.points, task.answers))
    made.append(
        element(
            "presentation",
            {},
            parts.material(f"<div>{without_mathematics(body) if name else body}</div>"),
            task.responses,
        )
    )
    feedback = {"general_fb": comments, **{f"{ident}_fb": html for ident, html in task.feedback.items()}}
    shown = {name: html for name, html in feedback.items() if html}
    made.append(parts.processing(task, "general_fb" in shown))
    made.extend(parts.feedback(name, html) for name, html in shown.items())
    return made, (*pictures, *drawn)


def _comments(question: Question) -> tuple[str, tuple[Picture, ...]]:
    rubric = to_html(answer_blocks(question)) if isinstance(question.answer, Essay) else ""
    html, pictures = with_pictures(question.solution, f"{question.id}-solution", _FOLDER)
    return html + rubric + source_note(question), pictures


def _body(question: Question) -> tuple[str, tuple[Picture, ...], str]:
    """The prompt with what the kind adds to it, its drawings, and how its gaps are called."""
    html, pictures = with_pictures(question.prompt, question.id, _FOLDER)
    match question.answer:
        case Numeric(_, _, unit, base):
            asked = ENGLISH.system.hexadecimal if base == 16 else ""
            asked += f" {ENGLISH.task.unit.format(unit=escape(unit, quote=False))}" if unit else ""
            return html + (f'<p dir="auto">{asked.strip()}</p>' if asked else ""), pictures, ""
        case Cloze(text, gaps):
            name = _unused(html + text + "".join(choice for gap in gaps for choice in gap.choices))
            menus = menus_alone(question.answer)
            nodes = with_gaps(parse(text), len(gaps))
            return (
                html + html_of(nodes, lambda n: _blank(name, n, () if menus else gaps[n - 1].choices)),
                pictures,
                name,
            )
        case TraceTable():
            name = _unused(html + "".join(map(str, (question.answer.header, question.answer.rows))))
            return html + trace_html(question.answer, lambda n: _blank(name, n, ())), pictures, name
        case TrueFalse():
            name = _unused(html)
            return f"{html}<p>True or false? [{name}1] And why? [{name}2]</p>", pictures, name
        case _:
            return html, pictures, ""


def _kind(question: Question, name: str) -> tuple[str, parts.Task]:
    answer = question.answer
    match answer:
        case SingleChoice() | MultipleChoice():
            many = isinstance(answer, MultipleChoice)
            options = [(inline(v.text), v.right, paragraphs(v.feedback)) for v in verdicts(question)]
            return f"multiple_{'answers' if many else 'choice'}_question", parts.choice(options, many)
        case Numeric(value, tolerance, _, base):
            if base == 16:
                return "short_answer_question", parts.typed((written(value, 16), f"{value.numerator:X}"))
            return "numerical_question", parts.number(value, tolerance)
        case ShortText(accepted):
            return "short_answer_question", parts.typed(accepted)
        case Matching(left, right, key):
            return "matching_question", _matching(left, right, key)
        case Classification(categories, items, key):
            return "matching_question", _matching(items, categories, key)
        case Ordering(items, key):
            places = [f"Place {number(n)}" for n in range(len(items))]
            return "matching_question", _matching(places, items, key)
        case Cloze(_, gaps):
            if menus_alone(answer):
                menus = [[(choice, choice == gap.accepted[0], "") for choice in gap.choices] for gap in gaps]
                return "multiple_dropdowns_question", parts.blanks(name, menus)
            return "fill_in_multiple_blanks_question", _typed_blanks(name, [gap.accepted for gap in gaps])
        case TraceTable(_, rows, blanks):
            return "fill_in_multiple_blanks_question", _typed_blanks(name, [(rows[r][c],) for r, c in blanks])
        case TrueFalse(truth):
            words = [(str(said), said is truth, "") for said in (True, False)]
            reasons = [(to_plain_inline(v.text), v.right, paragraphs(v.feedback)) for v in verdicts(question)]
            return "multiple_dropdowns_question", parts.blanks(name, [words, reasons])
        case Essay():
            return "essay_question", parts.essay()
        case Program():
            raise AssertionError("a program is left out")
        case never:
            assert_never(never)


def _matching(left: Sequence[str], right: Sequence[str], key: Sequence[int]) -> parts.Task:
    """Right sides that read the same are one."""
    texts = [to_plain_inline(text) for text in right]
    distinct = list(dict.fromkeys(texts))
    return parts.matching([inline(text) for text in left], distinct, [distinct.index(texts[index]) for index in key])


def _typed_blanks(name: str, accepted: Sequence[Sequence[str]]) -> parts.Task:
    return parts.blanks(name, [[(text, True, "") for text in texts] for texts in accepted])


def _blank(name: str, n: int, choices: Sequence[str]) -> str:
    listed = f" ({escape(' / '.join(choices), quote=False)})" if choices else ""
    return f"[{name}{n}]{listed}"


def _unused(shown: str) -> str:
    """A name for gaps that the text does not use itself: Canvas puts a gap wherever it finds `[gap1]` first."""
    text, name = unescape(shown), "gap"
    while f"[{name}" in text:
        name += "p"
    return name
