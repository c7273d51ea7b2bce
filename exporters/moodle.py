"""Questions as Moodle XML, each as the type of Moodle's that is nearest to its kind.

- true-false: two menus (type multianswer), half for the verdict, half for the reason. Unlike here, Moodle marks a
  reason after a wrong verdict as well.
- cloze, trace: multianswer. A typed number must be written as the key writes it, where grading here compares values.
- numeric in base 16: shortanswer, with and without `0x`, for Moodle's numbers are decimal.
- matching, classification: match, whose right sides are plain text; unused ones are its distractors.
- ordering: ordering, graded by the longest run in the right order, as here.
- essay, code: essay, marked by hand; the rubric, or the cases and a reference, are the grader's information.

`idnumber` is the question's id, the general feedback its solution and source, and its tags are those of
`exporters.lms_tags`. Enemies have no place.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import partial
from itertools import groupby
from xml.etree import ElementTree as ET

from exporters import moodle_types
from exporters.lms_html import Picture, category, source_note, with_pictures
from exporters.lms_tags import tags
from exporters.moodle_elements import field, text
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.model import Essay, Program, Question, TraceTable, TrueFalse

SUFFIX = ".xml"
_PLUGIN_FILE = "@@PLUGINFILE@@"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """What Moodle's types cannot hold."""
    reasons = ((question.id, moodle_types.reason_against(question)) for question in collection.questions)
    return tuple(LeftOut(id, reason) for id, reason in reasons if reason)


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What is marked in another way than here."""
    return tuple(LeftOut(q.id, why) for q in collection.questions if (why := _change(q)))


def _change(question: Question) -> str:
    match question.answer:
        case Essay():
            return "is marked by hand, with the rubric as information for graders"
        case Program():
            return "is an essay and marked by hand, with its cases as information for graders"
        case TrueFalse():
            return "is two menus, and the reason counts even after a wrong verdict"
        case TraceTable():
            return "takes a cell only as the key writes it, not any way to write the same number"
        case _:
            return ""


def questions(collection: Collection) -> bytes:
    """A category `TITLE/chNN Chapter` for each chapter, with its questions."""
    quiz = ET.Element("quiz")
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
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(quiz, encoding="unicode").encode() + b"\n"


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
