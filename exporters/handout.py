"""A chapter's notebook as PDF to print: tagged, offline, the same bytes for the same notebook, as exams are.

It is given the answers to its predictions apart, or not at all. Its phrases are English, as the notebooks are, unless
the look says otherwise.
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

from msgspec import to_builtins

from exporters.pdf import compiled
from exporters.pdf_blocks import Data, blocks, inline, line, longest, nodes
from exporters.pdf_tasks import task_data
from exporters.phrasebook import Phrases, phrases
from vlearn.blocks import Table
from vlearn.exams.printing import Print
from vlearn.lab.paper.parts import (
    Answer,
    Asked,
    Note,
    Part,
    Played,
    Predicted,
    Printed,
    Program,
    Prose,
    Shows,
    Studied,
)
from vlearn.questions.item import Choose
from vlearn.questions.labels import letter
from vlearn.render.tree import parse

SUFFIX = ".pdf"


def handout(printed: Printed, name: str, look: Print, answers: Sequence[Answer] = ()) -> bytes:
    """The notebook of this file name on paper. Raises ExportError: Typst is missing, or no font has a letter."""
    words = phrases(look.language)
    told = words.handout
    outline = _Outline()
    cells = [
        {"place": f"cell {cell.number}", "items": [_part(part, words, outline) for part in cell.parts]}
        for cell in printed.cells
        if cell.parts
    ]
    keys = {"place": "the answers", "items": [], "keys": [_answer(one) for one in answers]}
    return compiled(
        {
            "title": line(printed.title),
            "form": told.name,
            "about": told.about.format(name=line(name)),
            "print": to_builtins(look),
            "words": to_builtins(words.paper) | to_builtins(told),
            "sectioned": False,
            "parts": [*cells, keys] if answers else cells,
        }
        | ({"note": told.with_answers} if answers else {}),
        "handout.typ",
    )


class _Outline:
    """Levels of headings, none of which is more than one below the last: PDF/UA allows no other."""

    def __init__(self) -> None:
        self._last = 1

    def level(self, written: str) -> int:
        self._last = max(2, min(int(written), self._last + 1))
        return self._last


def _part(part: Part, words: Phrases, outline: _Outline) -> Data:
    told = words.handout
    match part:
        case Prose(markdown):
            return {"kind": "prose", "nodes": list(_prose(markdown, outline))}
        case Program(source):
            return {"kind": "program", "source": source, "longest": longest(source)}
        case Shows(shown):
            return {"kind": "shows", "blocks": blocks(shown, words.chart)}
        case Played():
            return _played(part, words)
        case Studied(question, settings, shown):
            rows = tuple((one.name, one.may_be, one.is_now) for one in settings)
            table = Table((told.setting, told.may_be, told.is_now), rows)
            return {
                "kind": "studied",
                "question": nodes(parse(question)),
                "blocks": blocks((table, *shown), words.chart),
            }
        case Predicted(number, prompt, question, choices):
            return {
                "kind": "predicted",
                "name": told.prediction.format(number=number),
                "prompt": blocks(prompt, words.chart),
                "question": nodes(parse(question)),
                "task": task_data(Choose(choices, many=True), words),
            }
        case Asked(expected, lines):
            return {"kind": "asked", "nodes": nodes(parse(told.expected.format(asks=expected))), "lines": lines}
        case Note(markdown):
            return {"kind": "note", "nodes": nodes(parse(markdown))}
        case never:
            assert_never(never)


def _prose(markdown: str, outline: _Outline) -> Iterator[Data | str]:
    parsed = parse(markdown)
    for node, data in zip(parsed, nodes(parsed), strict=True):
        if node.kind == "heading" and isinstance(data, dict):
            yield data | {"kind": "section", "level": outline.level(node.info)}
        else:
            yield data


def _played(run: Played, words: Phrases) -> Data:
    told = words.handout
    frames = [
        {
            "moment": told.moment.format(number=one.moment, count=run.steps) if one.moment else told.start,
            "told": inline(one.told),
            "blocks": blocks(one.blocks, words.chart),
        }
        for one in run.frames
    ]
    return {"kind": "played", "title": line(run.title), "run": told.run.format(count=run.steps), "frames": frames}


def _answer(answer: Answer) -> Data:
    return {
        "number": str(answer.number),
        "letter": letter(answer.place),
        "text": inline(answer.text),
        "why": nodes(parse(answer.why)),
    }
