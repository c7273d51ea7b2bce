"""One question as an item of QTI 2.1, graded by the rules of `vlearn.questions.credit` as far as QTI can state them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never
from xml.etree import ElementTree as ET

from exporters import qti21_parts as parts
from exporters.gapped import trace_html
from exporters.key import verdicts
from exporters.lms_html import Picture, source_note, with_pictures
from exporters.phrasebook import ENGLISH
from exporters.xml_tree import element
from vlearn.questions.answer_key import answer_blocks
from vlearn.questions.labels import letter
from vlearn.questions.model import (
    Classification,
    Cloze,
    Essay,
    Gap,
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
from vlearn.render.markdown import html_of, to_html_inline
from vlearn.render.tree import parse, with_gaps

_FOLDER = "../images"
_RESPONSE = "RESPONSE"


def item(question: Question) -> tuple[ET.Element, tuple[Picture, ...]]:
    """The item, and the drawings that it refers to."""
    prompt, pictures = with_pictures(question.prompt, question.id, _FOLDER)
    solution, drawn = with_pictures(question.solution, f"{question.id}-solution", _FOLDER)
    task = _task(question)
    body = element("itemBody", {}, parts.flow(prompt), task.body)
    if isinstance(question.answer, Essay):
        body.append(element("rubricBlock", {"view": "scorer"}, parts.flow(to_html(answer_blocks(question)))))
    feedback = {parts.SOLUTION: solution + source_note(question)}
    feedback |= {v.label: f"<p>{to_html_inline(v.feedback)}</p>" for v in verdicts(question) if v.feedback}
    said = {"xmlns": parts.NAMESPACE, "identifier": f"q-{question.id}", "title": question.id}
    made = element(
        "assessmentItem",
        said | {"adaptive": "false", "timeDependent": "false"},
        task.declarations,
        parts.outcomes(question.points),
        body,
        parts.processing(task.scoring, _RESPONSE if verdicts(question) else ""),
        [parts.feedback(name, html) for name, html in feedback.items() if html],
    )
    return made, (*pictures, *drawn)


def _task(question: Question) -> parts.Task:
    answer, points = question.answer, question.points
    match answer:
        case SingleChoice() | MultipleChoice():
            return _choice(question, isinstance(answer, MultipleChoice))
        case TrueFalse(truth, _, correct):
            return _true_false(question, truth, correct)
        case Numeric():
            return _numeric(answer, points)
        case ShortText(accepted, case_sensitive):
            declared = _text(_RESPONSE, accepted, points, case_sensitive)
            body = element("p", {}, parts.entry(_RESPONSE))
            return parts.Task([declared], [body], [parts.add_mapped(_RESPONSE)])
        case Matching(left, right, key):
            return parts.matching(_RESPONSE, left, right, key, points)
        case Classification(categories, items, key):
            return parts.matching(_RESPONSE, items, categories, key, points)
        case Ordering(items, key):
            body = element("orderInteraction", {"responseIdentifier": _RESPONSE, "shuffle": "false"}, _options(items))
            declared = parts.declaration(_RESPONSE, "ordered", "identifier", map(letter, key))
            return parts.Task([declared], [body], [parts.if_correct(_RESPONSE, points)])
        case Cloze(text, gaps):
            html = html_of(with_gaps(parse(text), len(gaps)), parts.placeholder)
            return _gaps(html, gaps, points)
        case TraceTable(_, rows, blanks):
            return _gaps(trace_html(answer, parts.placeholder), [Gap((rows[r][c],)) for r, c in blanks], points)
        case Essay(_, lines):
            said = {"responseIdentifier": _RESPONSE, "expectedLines": str(lines)}
            declared = parts.declaration(_RESPONSE, "single", "string")
            return parts.Task([declared], [element("extendedTextInteraction", said)], [])
        case Program():
            raise AssertionError("a program is left out")
        case never:
            assert_never(never)


def _choice(question: Question, many: bool) -> parts.Task:
    judged = verdicts(question)
    right = [v.label for v in judged if v.right]
    share = question.points / len(right)
    worth = {v.label: share if v.right else -share for v in judged if v.right or many}
    declared = parts.declaration(_RESPONSE, "multiple" if many else "single", "identifier", right, worth)
    body = _choices(_RESPONSE, [v.text for v in judged], many)
    return parts.Task([declared], [body], [parts.add_mapped(_RESPONSE)])


def _true_false(question: Question, truth: bool, correct: int) -> parts.Task:
    half = question.points / 2
    said = parts.declaration("VERDICT", "single", "identifier", ["true" if truth else "false"])
    why = parts.declaration(_RESPONSE, "single", "identifier", [letter(correct)], {letter(correct): half})
    said_of = (("true", ENGLISH.answer.true), ("false", ENGLISH.answer.false))
    options = [element("simpleChoice", {"identifier": name}, word) for name, word in said_of]
    attributes = {"responseIdentifier": "VERDICT", "shuffle": "false", "maxChoices": "1"}
    body = [
        element("choiceInteraction", attributes, element("prompt", {}, ENGLISH.system.true_or_false), options),
        _choices(_RESPONSE, [v.text for v in verdicts(question)], False, element("prompt", {}, ENGLISH.system.why)),
    ]
    return parts.Task([said, why], body, [parts.if_correct("VERDICT", half, parts.add_mapped(_RESPONSE))])


def _numeric(answer: Numeric, points: Fraction) -> parts.Task:
    body = element("p", {}, "0x " * (answer.base == 16), parts.entry(_RESPONSE), f" {answer.unit}")
    if answer.base == 16:
        texts = (written(answer.value, 16), f"{answer.value.numerator:X}")
        return parts.Task([_text(_RESPONSE, texts, points)], [body], [parts.add_mapped(_RESPONSE)])
    value = written(answer.value)
    declared = parts.declaration(_RESPONSE, "single", "float", [parts.decimal(answer.value) if "/" in value else value])
    return parts.Task([declared], [body], [parts.if_equal(_RESPONSE, answer.tolerance, points)])


def _text(name: str, accepted: Sequence[str], points: Fraction, case_sensitive: bool = False) -> ET.Element:
    """The declaration of a typed text that may be any of these."""
    texts = list(dict.fromkeys(" ".join(text.split()) for text in accepted))
    return parts.declaration(name, "single", "string", texts[:1], dict.fromkeys(texts, points), case_sensitive)


def _gaps(html: str, gaps: Sequence[Gap], points: Fraction) -> parts.Task:
    share, declarations, fields = points / len(gaps), list[ET.Element](), list[ET.Element]()
    for n, gap in enumerate(gaps, 1):
        name = f"{_RESPONSE}{n}"
        if gap.choices:
            right = [letter(index) for index, choice in enumerate(gap.choices) if choice in gap.accepted]
            worth = dict.fromkeys(right, share)
            declarations.append(parts.declaration(name, "single", "identifier", right[:1], worth))
            fields.append(parts.menu(name, gap.choices))
        else:
            declarations.append(_text(name, gap.accepted, share))
            fields.append(parts.entry(name))
    scoring = [parts.add_mapped(f"{_RESPONSE}{n}") for n in range(1, len(gaps) + 1)]
    return parts.Task(declarations, parts.flow(html, fields), scoring)


def _choices(name: str, texts: Sequence[str], many: bool, *before: ET.Element) -> ET.Element:
    attributes = {"responseIdentifier": name, "shuffle": "false", "maxChoices": "0" if many else "1"}
    return element("choiceInteraction", attributes, *before, _options(texts))


def _options(texts: Sequence[str]) -> list[ET.Element]:
    return [element("simpleChoice", {"identifier": letter(n)}, parts.paragraph(text)) for n, text in enumerate(texts)]
