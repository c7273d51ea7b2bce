"""Each of Moodle's question types as the fields of one of our kinds. Tags of our exporter tell kinds apart that Moodle
does not: a match that is a classification, embedded answers that are a trace."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from vlearn.questions.importing import cloze, menus
from vlearn.questions.importing.content import Picture, as_html, line
from vlearn.questions.importing.imported import RefusedError
from vlearn.questions.importing.moodle_graders import program, rubric
from vlearn.questions.importing.pairs import matched, right_side
from vlearn.questions.importing.xml import Node
from vlearn.questions.load import Plain
from vlearn.questions.notation import written

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,2})?")
Fields = dict[str, Plain]


@dataclass(frozen=True, slots=True)
class Stated:
    """A question of Moodle: its element, its text as HTML before and after our exporter's mark, tags, pictures."""

    node: Node
    prompt: str
    task: str
    tags: dict[str, str]
    picture: Picture


def _multichoice(stated: Stated) -> Fields:
    shares = [_share(answer) for answer in stated.node.all("answer")]
    many = stated.node.text("single") in ("false", "0")
    if not many and any(0 < share < 100 for share in shares):
        raise RefusedError("an option of this single choice earns part of the points")
    return {
        "kind": "multiple-choice" if many else "single-choice",
        "options": [
            _choice(answer, share > 0, stated.picture)
            for answer, share in zip(stated.node.all("answer"), shares, strict=True)
        ],
    }


def _truefalse(stated: Stated) -> Fields:
    options: list[Plain] = [
        {**_choice(answer, _share(answer) > 0, stated.picture), "text": answer.text("text").capitalize()}
        for answer in stated.node.all("answer")
    ]
    return {"kind": "single-choice", "options": options}


def _shortanswer(stated: Stated) -> Fields:
    accepted = _accepted(stated.node)
    if stated.tags.get("kind") == "numeric":
        return {"kind": "numeric", "value": accepted[0], **_unit(stated)}
    case = {"case_sensitive": "true"} if stated.node.text("usecase") == "1" else {}
    return {"kind": "short-text", "accepted": [cloze.typed(text) for text in accepted], **case}


def _numerical(stated: Stated) -> Fields:
    accepted = [answer for answer in stated.node.all("answer") if _share(answer) > 0]
    if len(accepted) != 1 or _share(accepted[0]) != 100:
        raise RefusedError("it accepts several numbers, or one for part of the points")
    units = stated.node.one("units").all("unit")
    if any(number(unit.text("multiplier") or "1") != 1 for unit in units):
        raise RefusedError("it converts between units")
    value, tolerance = accepted[0].text("text"), accepted[0].text("tolerance") or "0"
    unit: Fields = {"unit": units[0].text("unit_name")} if units else _unit(stated)
    return {"kind": "numeric", "value": written(number(value)), "tolerance": written(number(tolerance)), **unit}


def _match(stated: Stated) -> Fields:
    pairs: list[tuple[str, str]] = []
    unused: list[str] = []
    for node in stated.node.all("subquestion"):
        left, right = line(_html(node)), right_side(node.text("answer", "text"))
        if left:
            pairs.append((left, right))
        elif right not in unused:
            unused.append(right)
    return matched(pairs, unused, stated.tags)


def _ordering(stated: Stated) -> Fields:
    answers = sorted(stated.node.all("answer"), key=lambda answer: _share(answer))
    return {"kind": "ordering", "items": [line(_html(answer)) for answer in answers]}


def _multianswer(stated: Stated) -> Fields:
    marked, gaps = cloze.split(stated.task or stated.prompt)
    if not gaps:
        raise RefusedError("it has no gap that can be read")
    match stated.tags.get("kind"):
        case "true-false":
            return {"kind": "true-false", **cloze.true_false(gaps, stated.picture)}
        case "trace":
            return {"kind": "trace", **cloze.trace(marked, gaps)}
        case _:
            prompt: Fields = {} if stated.task else {"prompt": menus.PROMPT}
            return {"kind": "cloze", **prompt, **cloze.text(marked, gaps, stated.picture)}


def _gapselect(stated: Stated) -> Fields:
    choices = [*stated.node.all("selectoption"), *stated.node.all("dragbox")]
    return menus.cloze(stated.prompt, [(one.text("text"), one.text("group") or "1") for one in choices], stated.picture)


def _essay(stated: Stated) -> Fields:
    node = stated.node
    lines: Fields = {"lines": node.text("responsefieldlines") or "10"}
    info = _html(node.one("graderinfo"))
    if stated.tags.get("kind") == "code":
        return {"kind": "code", **lines, **program(node.text("responsetemplate", "text"), info)}
    return {"kind": "essay", "rubric": rubric(info, stated.picture), **lines}


READERS: dict[str, Callable[[Stated], Fields]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "match": _match,
    "matching": _match,
    "ordering": _ordering,
    "multianswer": _multianswer,
    "cloze": _multianswer,
    "gapselect": _gapselect,
    "ddwtos": _gapselect,
    "essay": _essay,
}
"""By the name of Moodle's type; Moodle itself writes `match` as `matching`, and `multianswer` as `cloze`."""


def number(text: str) -> Fraction:
    """A number as Moodle writes it, perhaps with an exponent."""
    if not (found := _NUMBER.fullmatch(text.strip())):
        raise RefusedError(f"{text[:40]!r} is no number")
    return Fraction(found[0])


def _accepted(node: Node) -> list[str]:
    answers = [answer for answer in node.all("answer") if _share(answer) > 0]
    if any(_share(answer) != 100 for answer in answers):
        raise RefusedError("it accepts a text for part of the points")
    if not answers:
        raise RefusedError("it accepts no text")
    return [" ".join(answer.text("text").split()) for answer in answers]


def _choice(answer: Node, right: bool, picture: Picture) -> Fields:
    feedback = answer.one("feedback")
    return cloze.choice(_html(answer), right, _html(feedback), picture)


def _html(node: Node) -> str:
    return as_html(node.text("text"), node.attributes.get("format", "html"))


def _share(answer: Node) -> float:
    return float(number(answer.attributes.get("fraction", "0") or "0"))


def _unit(stated: Stated) -> Fields:
    return {"unit": unit} if (unit := stated.tags.get("unit", "")) else {}
