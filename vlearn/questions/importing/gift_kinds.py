"""What stands in braces in GIFT, as the fields of one of our kinds; which kind it is, Moodle's rules decide."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from vlearn.questions.importing.cloze import choice, typed
from vlearn.questions.importing.content import as_html, line, svg_named
from vlearn.questions.importing.imported import RefusedError
from vlearn.questions.importing.moodle_kinds import number
from vlearn.questions.importing.pairs import matched, right_side
from vlearn.questions.load import Plain
from vlearn.questions.notation import written

Fields = dict[str, Plain]
HELD = re.compile("[\ue000-\ue07f]")
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d*)?)%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
NO_PICTURE = svg_named({}, "", {})
"""GIFT has none."""


@dataclass(frozen=True, slots=True)
class Key:
    """What stands in braces, with the format of the question, and its tags."""

    text: str
    form: str
    tags: dict[str, str]

    def parts(self, marks: str) -> list[tuple[str, float, str, str]]:
        """Each answer: its mark, its weight in percent, its text and its feedback."""
        found = []
        for part in re.findall(rf"[{marks}][^{marks}]*", self.text):
            weight = _WEIGHT.match(part[1:])
            share = float(weight[1]) if weight else 100.0 if part[0] == "=" else 0.0
            answer, _, feedback = part[1 + (weight.end() if weight else 0) :].partition("#")
            found.append((part[0], share, answer.strip(), feedback.strip()))
        return found


def kind_of(key: str, tags: dict[str, str]) -> Callable[[Key], Fields]:
    """Moodle's rules, in Moodle's order."""
    if not key:
        return _essay
    if key.startswith("#"):
        return _numerical
    if "~" in key:
        return _choice
    if "=" in key and "->" in key:
        return _matching
    if key.partition("#")[0].strip() in _TRUTH:
        return _true_false
    return _hexadecimal if tags.get("kind") == "numeric" else _short_text


def _essay(_: Key) -> Fields:
    return {"kind": "essay", "rubric": [{"text": "Answers the question.", "share": "1"}]}


def _choice(key: Key) -> Fields:
    parts = key.parts("=~")
    many = not any(mark == "=" for mark, _, _, _ in parts)
    if not many and any(0 < share < 100 for _, share, _, _ in parts):
        raise RefusedError("an option of this single choice earns part of the points")
    options: list[Plain] = [
        choice(html(text, key.form), share > 0, html(feedback, key.form), NO_PICTURE)
        for _, share, text, feedback in parts
    ]
    return {"kind": "multiple-choice" if many else "single-choice", "options": options}


def _true_false(key: Key) -> Fields:
    word, *feedback = key.text.split("#", 2)
    wrong, right = (html(text, key.form) for text in [*feedback, "", ""][:2])
    truth = _TRUTH[word.strip()]
    return {
        "kind": "single-choice",
        "options": [
            choice(str(one), one == truth, right if one == truth else wrong, NO_PICTURE) for one in (True, False)
        ],
    }


def _matching(key: Key) -> Fields:
    pairs: list[tuple[str, str]] = []
    unused: list[str] = []
    for part in re.findall("=[^=]*", key.text):
        left, arrow, right = part[1:].partition("->")
        if not arrow:
            raise RefusedError("a pair of the matching has no ->")
        left, right = line(html(left, key.form)), right_side(_restored(right))
        if left:
            pairs.append((left, right))
        else:
            unused.append(right)
    return matched(pairs, unused, key.tags)


def _short_text(key: Key) -> Fields:
    return {"kind": "short-text", "accepted": [typed(text) for text in _accepted(key)]}


def _hexadecimal(key: Key) -> Fields:
    return {"kind": "numeric", "value": _accepted(key)[0], **_unit(key)}


def _accepted(key: Key) -> list[str]:
    parts = key.parts("=") or Key(f"={key.text}", key.form, key.tags).parts("=")
    if any(share != 100 for _, share, _, _ in parts):
        raise RefusedError("it accepts a text for part of the points")
    return [" ".join(_restored(form_of(text, "")[1]).split()) for _, _, text, _ in parts]


def _numerical(key: Key) -> Fields:
    inner = key.text[1:].strip()
    parts = Key(inner if inner.startswith(("=", "~")) else f"={inner}", key.form, key.tags).parts("=~")
    right = [(share, text) for mark, share, text, _ in parts if mark == "=" and share > 0]
    if len(right) != 1 or right[0][0] != 100:
        raise RefusedError("it accepts several numbers, or one for part of the points")
    low, dots, high = right[0][1].partition("..")
    if dots:
        middle = (number(low) + number(high)) / 2
        value, tolerance = middle, number(high) - middle
    else:
        given, _, within = right[0][1].partition(":")
        value, tolerance = number(given), number(within or "0")
    return {"kind": "numeric", "value": written(value), "tolerance": written(tolerance), **_unit(key)}


def _unit(key: Key) -> Fields:
    return {"unit": unit} if (unit := key.tags.get("unit", "")) else {}


def form_of(text: str, otherwise: str) -> tuple[str, str]:
    """The format that a text names, and the text without it."""
    found = _FORMAT.match(text)
    return (found[1], text[found.end() :]) if found else (otherwise, text)


def html(text: str, otherwise: str) -> str:
    """A text as HTML, its escaped characters restored."""
    form, text = form_of(text, otherwise)
    return as_html(_restored(text).strip(), form)


def _restored(text: str) -> str:
    return HELD.sub(lambda held: chr(ord(held[0]) - 0xE000), text)
