"""Questions as Moodle XML, each as the type of Moodle's that is nearest to its kind.

- true-false: two menus (type multianswer), half for the verdict, half for the reason. Unlike here, Moodle marks a
  reason after a wrong verdict as well.
- cloze, trace: multianswer. A typed number must be written as the key writes it, where grading here compares values.
  Moodle adds the points of a multianswer up from its gaps, in whole numbers.
- numeric in base 16: shortanswer, with and without `0x`, for Moodle's numbers are decimal.
- matching, classification: match, whose right sides are plain text; unused ones are its distractors.
- ordering: ordering, graded by the longest subsequence in the right order: L of n items earn L/n (nothing for L = 1),
  where here they earn (L - 1)/(n - 1).
- essay, code: essay, marked by hand; the rubric, or the cases and a reference, are the grader's information.

`idnumber` is the question's id, the general feedback its solution and source, and its tags are those of
`exporters.lms_tags`. Enemies have no place. Moodle's import never updates: a second one adds copies, without their
idnumbers where the category has them already (`importprocess` in `question/format.php`).

Texts with markup stand in CDATA sections, as Moodle itself writes them: its reader (`lib/xmlize.php`) gets a text in
pieces that end at each character reference, and drops those that are but white space, so that `&lt;/b&gt; &lt;i&gt;`
would lose its space.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import partial
from html import unescape
from itertools import groupby
from xml.etree import ElementTree as ET

from exporters import moodle_cloze, moodle_types
from exporters.lms_html import Picture, category, paragraphs, source_note, with_pictures
from exporters.lms_tags import tags
from exporters.moodle_elements import field, text
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.model import Essay, Numeric, Ordering, Program, Question, TraceTable, TrueFalse
from vlearn.questions.notation import written

SUFFIX = ".xml"
INSTRUCTIONS = "the description of the category, which teachers see: copy them into the quiz"
_PLUGIN_FILE = "@@PLUGINFILE@@"
_WITH_REFERENCES = re.compile(r"(?<=<text>)[^<]*&[^<]*(?=</text>)")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """What Moodle's types cannot hold."""
    reasons = ((question.id, moodle_types.reason_against(question)) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in reasons if reason)


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What is marked in another way than here."""
    return tuple(LeftOut(q.id, "; ".join(why)) for q in collection.questions if (why := list(_changes(q))))


def _changes(question: Question) -> Iterator[str]:
    match question.answer:
        case Essay():
            yield "is marked by hand, with the rubric as information for graders"
        case Program():
            yield "is an essay and marked by hand, with its cases as information for graders"
        case TrueFalse():
            yield "is two menus, and the reason counts even after a wrong verdict"
        case Numeric(base=16):
            yield moodle_types.AS_TEXT
        case Ordering():
            yield "earns a little more for an order that is partly right"
        case TraceTable():
            yield "takes a cell only as the key writes it, not any way to write the same number"
        case _:
            pass
    if (gaps := moodle_cloze.gap_count(question)) and gaps * moodle_cloze.weight(question) != question.points:
        yield f"is worth {gaps} points until a quiz sets {written(question.points)}, for Moodle counts one for each gap"


def questions(collection: Collection) -> bytes:
    """A category `TITLE/chNN Chapter` for each chapter, with its questions; instructions are the info of `TITLE`."""
    quiz = ET.Element("quiz")
    if told := paragraphs(collection.instructions):
        top = ET.SubElement(quiz, "question", type="category")
        text(ET.SubElement(top, "category"), category(collection.title))
        field(top, "info", told, "html")
    place = partial(category, collection.title)
    held = [question for question in collection.questions if not moodle_types.reason_against(question)]
    for name, within in groupby(sorted(held, key=place), key=place):
        text(ET.SubElement(ET.SubElement(quiz, "question", type="category"), "category"), name)
        for question in within:
            _question(quiz, question)
    for element in quiz.iter():
        element.text = element.text and _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", element.text)
        for attribute, value in element.attrib.items():
            element.set(attribute, _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value))
    ET.indent(quiz)
    written_out = _WITH_REFERENCES.sub(_as_cdata, ET.tostring(quiz, encoding="unicode"))
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written_out.encode() + b"\n"


def _as_cdata(found: re.Match[str]) -> str:
    return f"<![CDATA[{unescape(found[0]).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _question(quiz: ET.Element, question: Question) -> None:
    kind, task = moodle_types.type_and_task(question)
    element = ET.SubElement(quiz, "question", type=kind)
    field(element, "name", question.id)
    prompt, pictures = with_pictures(question.prompt, question.id, _PLUGIN_FILE)
    prompt = moodle_types.shielded(prompt, kind)
    _files(field(element, "questiontext", prompt + task, "html"), pictures)
    solution, pictures = with_pictures(question.solution, f"{question.id}-solution", _PLUGIN_FILE)
    _files(field(element, "generalfeedback", solution + source_note(question), "html"), pictures)
    for name, value in (
        ("defaultgrade", f"{float(question.points):.7f}"),
        ("penalty", "0.3333333"),
        ("hidden", "0"),
        ("idnumber", question.id),
    ):
        ET.SubElement(element, name).text = value
    moodle_types.answer(element, question)
    tagged = ET.SubElement(element, "tags")
    for tag in tags(question):
        field(tagged, "tag", tag)


def _files(element: ET.Element, pictures: Iterable[Picture]) -> None:
    for picture in pictures:
        file = ET.SubElement(element, "file", name=picture.name, path="/", encoding="base64")
        file.text = b64encode(picture.svg).decode()
