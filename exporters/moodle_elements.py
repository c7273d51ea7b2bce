"""The elements of Moodle XML in which a key is written, one function for each of Moodle's types."""

import re
from collections.abc import Sequence
from fractions import Fraction
from html import escape
from itertools import chain
from xml.etree import ElementTree as ET

from exporters.lms_html import inline, paragraphs
from exporters.moodle_cloze import wildcards_escaped
from vlearn.questions.model import Option
from vlearn.questions.notation import written
from vlearn.render.markdown import to_plain_inline

_LINES = (2, 3, 5, 10, 15, 20, 25, 30, 35, 40)
_LONGEST_UNIT = 50
_TAKEN_FOR_MARKUP = re.compile(r"<|&(?=[A-Za-z0-9#]{1,8};)")


def text(parent: ET.Element, content: str) -> None:
    """A `<text>` with these characters."""
    ET.SubElement(parent, "text").text = content


def field(parent: ET.Element, name: str, content: str, form: str = "") -> ET.Element:
    """An element that holds a text, of the format `html` where that is said."""
    element = ET.SubElement(parent, name, {"format": form} if form else {})
    text(element, content)
    return element


def _settings(element: ET.Element, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(element, name).text = value


def _key(element: ET.Element, content: str, fraction: str, feedback: str = "", form: str = "html") -> ET.Element:
    key = field(element, "answer", content, form)
    key.set("fraction", fraction)
    field(key, "feedback", paragraphs(feedback), "html")
    return key


def choice(element: ET.Element, options: Sequence[Option], fractions: Sequence[str], single: str) -> None:
    """Options with their grades."""
    _settings(element, single=single, shuffleanswers="true", answernumbering="ABCD")
    for option, fraction in zip(options, fractions, strict=True):
        _key(element, inline(option.text), fraction, option.feedback)


def typed(element: ET.Element, accepted: Sequence[str], case_sensitive: bool) -> None:
    """Texts that are accepted; none is a pattern."""
    _settings(element, usecase="1" if case_sensitive else "0")
    for one in accepted:
        _key(element, wildcards_escaped(one), "100", form="moodle_auto_format")


def numerical(element: ET.Element, value: Fraction, tolerance: Fraction, unit: str) -> None:
    """A number, its tolerance, and a unit that may be left away."""
    key = _key(element, written(value), "100", form="moodle_auto_format")
    ET.SubElement(key, "tolerance").text = written(tolerance)
    if unit and len(unit) <= _LONGEST_UNIT:
        _settings(ET.SubElement(ET.SubElement(element, "units"), "unit"), multiplier="1", unit_name=unit)
    # Type 0: the unit may be written or left away, and earns nothing by itself.
    _settings(element, unitgradingtype="0", unitpenalty="0.1", showunits="0" if unit else "3", unitsleft="0")


def match_pairs(element: ET.Element, left: Sequence[str], right: Sequence[str], key: Sequence[int]) -> None:
    """Pairs, then the right sides that belong to none."""
    _settings(element, shuffleanswers="true")
    pairs = ((inline(one), right[index]) for one, index in zip(left, key, strict=True))
    unused = (("", side) for index, side in enumerate(right) if index not in key)
    for one, side in chain(pairs, unused):
        field(field(element, "subquestion", one, "html"), "answer", right_side(side))


def right_side(markdown: str) -> str:
    """The words of a right side. Moodle takes what looks like a tag away before it shows them, and undoes references
    (`format_choices` in `question/type/match/renderer.php`), so these two are references here."""
    return _TAKEN_FOR_MARKUP.sub(lambda found: escape(found[0]), to_plain_inline(markdown))


def ordering(element: ET.Element, items: Sequence[str]) -> None:
    """Items in the right order."""
    _settings(
        element, layouttype="VERTICAL", selecttype="ALL", selectcount="0", gradingtype="LONGEST_ORDERED_SUBSET",
        showgrading="SHOW", numberingstyle="none",
    )  # fmt: skip
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        field(element, name, "", "html")
    _settings(element, shownumcorrect="1")  # without it, the import of the whole file ends in a database error
    for place, item in enumerate(items, 1):
        _key(element, inline(item), str(place))


def essay(element: ET.Element, form: str, lines: int, info: str, template: str) -> None:
    """Space for an answer, and what graders see."""
    space = next((known for known in _LINES if known >= lines), _LINES[-1])
    _settings(element, responseformat=form, responserequired="1", responsefieldlines=str(space), attachments="0")
    field(element, "graderinfo", info, "html")
    field(element, "responsetemplate", template, "plain_text")
