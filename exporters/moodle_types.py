"""What each kind of question becomes in Moodle: the name of the type, what is added to the prompt, its own elements."""

from fractions import Fraction
from html import escape
from typing import assert_never
from xml.etree import ElementTree as ET

from exporters import moodle_cloze
from exporters import moodle_elements as elements
from exporters.lms_html import RUBRIC, TASK, inline
from exporters.phrasebook import ENGLISH
from exporters.wording import ask
from vlearn.blocks import Code, Table, Text
from vlearn.questions.item import task
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

SHARES = {1: "100", 2: "50", 3: "33.33333", 4: "25", 5: "20", 6: "16.66667", 7: "14.28571", 8: "12.5", 9: "11.11111",
          10: "10"}  # fmt: skip
"""The grade that Moodle offers for each of so many right options: it refuses every grade that is not on its list."""

AS_TEXT = "is a text: leading zeros make it wrong"
"""How Moodle marks a hexadecimal number."""

_LONGEST_RIGHT_SIDE = 255
_TYPES: dict[type, str] = {
    SingleChoice: "multichoice", MultipleChoice: "multichoice", TrueFalse: "multianswer", ShortText: "shortanswer",
    Matching: "match", Classification: "match", Ordering: "ordering", Cloze: "multianswer", TraceTable: "multianswer",
    Essay: "essay", Program: "essay",
}  # fmt: skip


def reason_against(question: Question) -> str:
    """Why Moodle cannot hold the question; empty if it can."""
    match question.answer:
        case MultipleChoice(_, right) if len(right) not in SHARES:
            return f"Moodle offers no grade of 1/{len(right)}: give it at most {max(SHARES)} right options"
        case Numeric(tolerance=tolerance, base=16) if tolerance:
            return "Moodle has no hexadecimal numbers with a tolerance: ask for the exact address"
        case Numeric(value, tolerance, _, 10) if not (_float(value) and _float(tolerance)):
            return "Moodle's numbers are decimals of 15 digits: state fewer, with a tolerance"
        case Ordering(items) if len(set(map(inline, items))) < len(items):
            return "Moodle tells things to order apart by their text, and two of these read the same"
        case Matching(right=right) | Classification(categories=right):
            plain = [elements.right_side(side) for side in right]
            if len(set(plain)) < len(plain):
                return "two of its right sides are the same as plain text, which is all that Moodle shows of them"
            if any(len(side) > _LONGEST_RIGHT_SIDE for side in plain):
                return f"Moodle cuts right sides at {_LONGEST_RIGHT_SIDE} characters"
    return ""


def type_and_task(question: Question) -> tuple[str, str]:
    """Moodle's type, and the HTML that follows the prompt."""
    match question.answer:
        case Numeric(unit=unit, base=base):
            in_unit = f" in <code>{escape(unit, quote=False)}</code>." if unit else "."
            asked = ask(task(question)).removesuffix(".") + in_unit
            return "shortanswer" if base == 16 else "numerical", f"{TASK}<p>{asked}</p></div>\n"
        case Cloze():
            inner = moodle_cloze.cloze(question.answer, moodle_cloze.weight(question))
        case TraceTable():
            inner = moodle_cloze.trace(question.answer, moodle_cloze.weight(question))
        case TrueFalse():
            inner = moodle_cloze.true_false(question.answer, moodle_cloze.weight(question))
        case _:
            return _TYPES[type(question.answer)], ""
    return "multianswer", f"{TASK}{inner}</div>\n"


def shielded(html: str, kind: str) -> str:
    """The prompt's HTML; nothing in it may be taken for a gap."""
    return moodle_cloze.without_gaps(html) if kind == "multianswer" else html


def answer(element: ET.Element, question: Question) -> None:
    """The elements with the key."""
    match question.answer:
        case SingleChoice(options, correct):
            elements.choice(element, options, ["100" if n == correct else "0" for n in range(len(options))], "true")
        case MultipleChoice(options, right):
            share = SHARES[len(right)]
            elements.choice(
                element, options, [share if n in right else f"-{share}" for n in range(len(options))], "false"
            )
        case Numeric(value, _, _, 16):
            digits = written(value, 16)
            elements.typed(element, (digits, digits.removeprefix("0x")), case_sensitive=False)
        case Numeric(value, tolerance, unit):
            elements.numerical(element, value, tolerance, unit)
        case ShortText(accepted, case_sensitive):
            elements.typed(element, accepted, case_sensitive)
        case Matching(left, right, key):
            elements.match_pairs(element, left, right, key)
        case Classification(categories, items, key):
            elements.match_pairs(element, items, categories, key)
        case Ordering(items, key):
            elements.ordering(element, [items[index] for index in key])
        case Essay(rubric, lines):
            table = "".join(
                f"<tr><td>{criterion.share}</td><td>{inline(criterion.text)}</td></tr>\n" for criterion in rubric
            )
            elements.essay(element, "editor", lines, f"{RUBRIC}\n{table}</table>\n", "")
        case Program(starter, cases, lines, reference):
            said = ENGLISH.system
            calls = Table(
                (ENGLISH.answer.call, ENGLISH.answer.result), tuple((case.call, case.expected) for case in cases)
            )
            info = to_html((Text(said.cases), calls, Text(said.program), Code(reference, "python")))
            elements.essay(element, "monospaced", lines, info, starter)
        case TrueFalse() | Cloze() | TraceTable():
            pass  # Moodle reads the key from the question's text.
        case never:
            assert_never(never)


def _float(number: Fraction) -> bool:
    """A decimal that a floating-point number tells apart from its neighbours."""
    return "/" not in (digits := written(number)) and len(digits.lstrip("-0.").replace(".", "")) <= 15
