"""The parts of an item of QTI 2.1: declarations, interactions, and the rules that score a response."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree as ET

from exporters.xml_tree import element, from_html
from vlearn.questions.labels import letter, number
from vlearn.render.markdown import to_html_inline

NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
SOLUTION = "solution"
"""The feedback that everybody sees."""

_PLAIN = "p strong em code pre ul ol li blockquote br hr table caption thead tbody tr td"
_WITH = {"th": "scope", "a": "href", "img": "src alt", "gap": "n"}
_ALLOWED = {tag: frozenset(names.split()) for tag, names in (dict.fromkeys(_PLAIN.split(" "), "") | _WITH).items()}


@dataclass(slots=True)
class Task:
    """What a kind adds to an item: declarations of its responses, the end of its body, the rules that score."""

    declarations: list[ET.Element]
    body: list[ET.Element]
    scoring: list[ET.Element]


def placeholder(n: int) -> str:
    """Where `flow` puts field n, counted from 1."""
    return f'<gap n="{n}">'


def flow(html: str, fields: Sequence[ET.Element] = ()) -> list[ET.Element]:
    """Our HTML in the subset that QTI takes over from XHTML."""
    root = element("div", {}, from_html(html, _ALLOWED))
    for parent in list(root.iter()):
        if parent.tag == "table" and parent.find("tr") is not None:
            rows = parent.findall("tr")
            for row in rows:
                parent.remove(row)
            parent.append(element("tbody", {}, rows))
        if parent.tag == "gap":
            field, after = fields[int(parent.attrib["n"]) - 1], parent.tail
            parent.tag, parent.text, parent.attrib = field.tag, field.text, dict(field.attrib)
            parent.extend(field)
            parent.tail = after
    return list(root)


def paragraph(markdown: str) -> ET.Element:
    """A text that stands inside a line."""
    return flow(f"<p>{to_html_inline(markdown)}</p>")[0]


def entry(name: str) -> ET.Element:
    """A field of one line."""
    return element("textEntryInteraction", {"responseIdentifier": name, "expectedLength": "20"})


def menu(name: str, choices: Sequence[str]) -> ET.Element:
    """A drop-down."""
    listed = [element("inlineChoice", {"identifier": letter(n)}, choice) for n, choice in enumerate(choices)]
    return element("inlineChoiceInteraction", {"responseIdentifier": name, "shuffle": "false"}, listed)


def matching(name: str, left: Sequence[str], right: Sequence[str], key: Sequence[int], points: Fraction) -> Task:
    """Each left side with one right side, each of which may serve several."""
    pairs = [f"L{number(n)} {letter(index)}" for n, index in enumerate(key)]
    worth = dict.fromkeys(pairs, points / len(left))
    sets = (
        element("simpleMatchSet", {}, [_associable(f"L{number(n)}", 1, text) for n, text in enumerate(left)]),
        element("simpleMatchSet", {}, [_associable(letter(n), 0, text) for n, text in enumerate(right)]),
    )
    attributes = {"responseIdentifier": name, "shuffle": "false", "maxAssociations": str(len(left))}
    declared = declaration(name, "multiple", "directedPair", pairs, worth)
    return Task([declared], [element("matchInteraction", attributes, *sets)], [add_mapped(name)])


def _associable(identifier: str, most: int, text: str) -> ET.Element:
    attributes = {"identifier": identifier, "matchMax": str(most)}
    return element("simpleAssociableChoice", attributes, paragraph(text))


def declaration(
    name: str,
    cardinality: str,
    base: str,
    correct: Iterable[str] = (),
    worth: Mapping[str, Fraction] | None = None,
    case_sensitive: bool = True,
) -> ET.Element:
    """A response, the right one, and what each is worth."""
    made = element("responseDeclaration", {"identifier": name, "cardinality": cardinality, "baseType": base})
    if values := [element("value", {}, value) for value in correct]:
        made.append(element("correctResponse", {}, values))
    if worth:
        case = {"caseSensitive": "true" if case_sensitive else "false"} if base == "string" else {}
        entries = [
            element("mapEntry", {"mapKey": key, "mappedValue": decimal(value)} | case) for key, value in worth.items()
        ]
        made.append(element("mapping", {"lowerBound": "0", "defaultValue": "0"}, entries))
    return made


def outcomes(points: Fraction) -> list[ET.Element]:
    """The score in points, and which feedback is shown."""
    single = {"cardinality": "single", "baseType": "float"}
    score = {"identifier": "SCORE", "normalMaximum": decimal(points)} | single
    return [
        element("outcomeDeclaration", score, element("defaultValue", {}, element("value", {}, "0"))),
        element("outcomeDeclaration", {"identifier": "FEEDBACK", "cardinality": "multiple", "baseType": "identifier"}),
    ]


def add_mapped(name: str) -> ET.Element:
    """Add what the response is worth."""
    return _add(element("mapResponse", {"identifier": name}))


def if_correct(name: str, points: Fraction, *more: ET.Element) -> ET.Element:
    """Add the points, and do more, if the response is the right one."""
    test = element("match", {}, _variable(name), element("correct", {"identifier": name}))
    return _if(test, _add(_float(points)), *more)


def if_equal(name: str, tolerance: Fraction, points: Fraction) -> ET.Element:
    """Add the points if the number is within its tolerance."""
    how = {"toleranceMode": "exact"}
    if tolerance:
        how = {"toleranceMode": "absolute", "tolerance": f"{decimal(tolerance)} {decimal(tolerance)}"}
    test = element("equal", how, _variable(name), element("correct", {"identifier": name}))
    return _if(test, _add(_float(points)))


def processing(scoring: Iterable[ET.Element], chosen: str) -> ET.Element:
    """The rules, and then the feedback: that of what was chosen in this response, if any, and the solution."""
    shown = [_variable(chosen)] if chosen else []
    solution = element("baseValue", {"baseType": "identifier"}, SOLUTION)
    feedback = element("setOutcomeValue", {"identifier": "FEEDBACK"}, element("multiple", {}, shown, solution))
    return element("responseProcessing", {}, scoring, feedback)


def feedback(name: str, html: str) -> ET.Element:
    """A comment that is shown when FEEDBACK names it."""
    attributes = {"outcomeIdentifier": "FEEDBACK", "identifier": name, "showHide": "show"}
    return element("modalFeedback", attributes, flow(html))


def decimal(value: Fraction) -> str:
    """The number as QTI writes it: the shortest decimal of the nearest floating-point number, so that shares of the
    points add up to them again."""
    return repr(float(value)).removesuffix(".0")


def _add(value: ET.Element) -> ET.Element:
    return element("setOutcomeValue", {"identifier": "SCORE"}, element("sum", {}, _variable("SCORE"), value))


def _if(test: ET.Element, *then: ET.Element) -> ET.Element:
    return element("responseCondition", {}, element("responseIf", {}, test, *then))


def _variable(name: str) -> ET.Element:
    return element("variable", {"identifier": name})


def _float(value: Fraction) -> ET.Element:
    return element("baseValue", {"baseType": "float"}, decimal(value))
