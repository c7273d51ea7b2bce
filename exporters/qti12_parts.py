"""The parts of an item that Canvas's kinds of question have in common: responses, scoring and feedback.

Ids of answers are numbers, unique in an item, because Canvas takes the digits of an id for the id.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import unescape
from math import ceil, floor
from xml.etree import ElementTree as ET

from exporters.xml_tree import element
from vlearn.questions.notation import written

_ONE = "response1"
_PLACES = 10**9


@dataclass(slots=True)
class Task:
    """The responses of an item, its answers' ids, the conditions that score, and the feedback of answers."""

    responses: list[ET.Element] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    scoring: list[ET.Element] = field(default_factory=list)
    feedback: dict[str, str] = field(default_factory=dict)
    respond: dict[str, str] = field(default_factory=dict)
    """Which response an answer belongs to."""


Choice = tuple[str, bool, str]
"""Its text, whether it is right, and its feedback as HTML."""


def choice(options: Sequence[Choice], many: bool) -> Task:
    """Options as HTML."""
    task = Task(answers=[str(1001 + n) for n in range(len(options))])
    labels = [_label(ident, html) for ident, (html, _, _) in zip(task.answers, options, strict=True)]
    cardinality = "Multiple" if many else "Single"
    task.responses = [_lid(_ONE, cardinality, labels)]
    equal = [(_equal(_ONE, ident), right) for ident, (_, right, _) in zip(task.answers, options, strict=True)]
    if many:
        exactly = element("and", {}, [test if right else element("not", {}, test) for test, right in equal])
        task.scoring = [_condition([exactly], "Set", "100")]
    else:
        task.scoring = [_condition([test], "Set", "100") for test, right in equal if right]
    for ident, (_, _, html) in zip(task.answers, options, strict=True):
        task.feedback[ident], task.respond[ident] = html, _ONE
    return task


def typed(accepted: Sequence[str]) -> Task:
    """One line of text, any of these."""
    texts = [" ".join(text.split()) for text in accepted]
    fib = element("render_fib", {}, element("response_label", {"ident": "answer1", "rshuffle": "No"}))
    tests = [element("varequal", {"respident": _ONE}, text) for text in texts]
    answers = [str(1001 + n) for n in range(len(texts))]
    return Task([_str(fib)], answers, [_condition(tests, "Set", "100")])


def number(value: Fraction, tolerance: Fraction) -> Task:
    """A number; where its bounds are no decimals, the nearest that lie within them."""
    low, high = (
        written(Fraction(r((value + t) * _PLACES), _PLACES)) for r, t in ((ceil, -tolerance), (floor, tolerance))
    )
    between = [element(name, {"respident": _ONE}, bound) for name, bound in (("vargte", low), ("varlte", high))]
    exact = written(value)
    if "/" not in exact:
        equal = element("varequal", {"respident": _ONE}, exact)
        between = [element("or", {}, equal, element("and", {}, between))]
    fib = element("render_fib", {"fibtype": "Decimal"}, element("response_label", {"ident": "answer1"}))
    return Task([_str(fib)], ["1001"], [_condition(between, "Set", "100")])


def matching(left: Sequence[str], right: Sequence[str], key: Sequence[int]) -> Task:
    """Left sides as HTML, right sides as plain text."""
    task = Task(answers=[str(1001 + n) for n in range(len(left))])
    for ident, html, index in zip(task.answers, left, key, strict=True):
        labels = [_label(str(2001 + n), text, plain=True) for n, text in enumerate(right)]
        response = f"response_{ident}"
        task.responses.append(_lid(response, "Single", labels, material(html)))
        task.scoring.append(_condition([_equal(response, str(2001 + index))], "Add", f"{100 / len(left):.2f}"))
    return task


def blanks(name: str, gaps: Sequence[Sequence[Choice]]) -> Task:
    """Gaps called NAME1, NAME2, ..., each with plain texts: all that are accepted, or a menu with one right choice."""
    task = Task()
    for n, choices in enumerate(gaps, 1):
        response, labels = f"response_{name}{n}", []
        for place, (text, right, html) in enumerate(choices, 1):
            ident = str(1000 * n + place)
            labels.append(_label(ident, " ".join(text.split()), plain=True))
            task.answers.append(ident)
            task.feedback[ident], task.respond[ident] = html, response
            if right:
                task.scoring.append(_condition([_equal(response, ident)], "Add", f"{100 / len(gaps):.2f}"))
        called = element("material", {}, element("mattext", {"texttype": "text/plain"}, f"{name}{n}"))
        task.responses.append(_lid(response, "Single", labels, called))
    return task


def essay() -> Task:
    """Free text, graded by a person."""
    fib = element("render_fib", {}, element("response_label", {"ident": "answer1", "rshuffle": "No"}))
    other = element("conditionvar", {}, element("other"))
    return Task([_str(fib)], [], [element("respcondition", {"continue": "No"}, other)])


def metadata(kind: str, points: Fraction, answers: Iterable[str]) -> ET.Element:
    """What Canvas goes by."""
    said = {"question_type": kind, "points_possible": f"{float(points):g}", "original_answer_ids": ",".join(answers)}
    fields = [
        element("qtimetadatafield", {}, element("fieldlabel", {}, name), element("fieldentry", {}, value))
        for name, value in said.items()
    ]
    return element("itemmetadata", {}, element("qtimetadata", {}, fields))


def processing(task: Task, general: bool) -> ET.Element:
    """What is shown, then what is scored."""
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    shown = [_shows(element("other"), "general_fb")] if general else []
    shown += [_shows(_equal(task.respond[a], a), f"{a}_fb") for a, html in task.feedback.items() if html]
    return element("resprocessing", {}, element("outcomes", {}, element("decvar", score)), shown, task.scoring)


def feedback(name: str, html: str) -> ET.Element:
    """A comment, for the student to see afterwards."""
    return element("itemfeedback", {"ident": name}, element("flow_mat", {}, material(html)))


def material(html: str) -> ET.Element:
    """HTML as text; where it is but words, the words, for Canvas would show the references of such HTML."""
    kind, text = ("text/html", html) if "<" in html else ("text/plain", unescape(html))
    return element("material", {}, element("mattext", {"texttype": kind}, text))


def _label(ident: str, text: str, plain: bool = False) -> ET.Element:
    shown = element("material", {}, element("mattext", {"texttype": "text/plain"}, text)) if plain else material(text)
    return element("response_label", {"ident": ident}, shown)


def _lid(ident: str, cardinality: str, labels: Iterable[ET.Element], *before: ET.Element) -> ET.Element:
    return element(
        "response_lid", {"ident": ident, "rcardinality": cardinality}, *before, element("render_choice", {}, labels)
    )


def _str(render: ET.Element) -> ET.Element:
    return element("response_str", {"ident": _ONE, "rcardinality": "Single"}, render)


def _equal(response: str, answer: str) -> ET.Element:
    return element("varequal", {"respident": response}, answer)


def _condition(tests: Iterable[ET.Element], action: str, score: str) -> ET.Element:
    scored = element("setvar", {"action": action, "varname": "SCORE"}, score)
    return element(
        "respcondition", {"continue": "Yes" if action == "Add" else "No"}, element("conditionvar", {}, tests), scored
    )


def _shows(test: ET.Element, name: str) -> ET.Element:
    link = element("displayfeedback", {"feedbacktype": "Response", "linkrefid": name})
    return element("respcondition", {"continue": "Yes"}, element("conditionvar", {}, test), link)
