"""An exam as the JSON that the Typst template reads: text is data there, so none of it is ever Typst code."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import count
from typing import Any, assert_never
from unicodedata import bidirectional

from exporters.key import about, prompt, sections, verdicts
from exporters.wording import ask, form_name, key_note, minutes, points, summary
from vlearn.blocks import Block, Chart, Code, Figure, Table, Text
from vlearn.exams.form import Form, Paper
from vlearn.questions.item import (
    Arrange,
    Choose,
    Complete,
    Enter,
    Fill,
    Item,
    Judge,
    Match,
    Sort,
    Task,
    Write,
    WriteCode,
)
from vlearn.questions.labels import letter, number
from vlearn.questions.model import Question
from vlearn.render.chart_svg import to_svg
from vlearn.render.chart_words import describe
from vlearn.render.svg import parse_svg, write_svg
from vlearn.render.tree import Node, address, parse, parse_inline, plain, with_gaps

Data = dict[str, Any]
_remembered = lru_cache(maxsize=2048)
"""For what stands on the papers of a whole class; nobody changes what it returns."""

_FAMILIES = {
    "sans-serif": "IBM Plex Sans",
    "system-ui": "IBM Plex Sans",
    "monospace": "DejaVu Sans Mono",
    "serif": "Libertinus Serif",
}


def paper_data(paper: Paper) -> Data:
    """The student's side."""
    return _head(paper) | {"questions": [_item(item, n) for n, item in enumerate(paper.items, 1)]}


def key_data(form: Form) -> Data:
    """The instructor's side."""
    paper = form.paper
    return _head(paper) | {
        "note": key_note(form),
        "questions": [_answered(question, n) for n, question in enumerate(form.questions, 1)],
    }


def _head(paper: Paper) -> Data:
    return {
        "title": _line(paper.title),
        "form": _line(form_name(paper.form)),
        "badge": _line(paper.form),
        "summary": summary(paper),
        "instructions": _nodes(parse(paper.instructions)),
    } | ({"student": {"id": _line(paper.student.id), "name": _line(paper.student.name)}} if paper.student else {})


def _item(item: Item, number: int) -> Data:
    return {
        "number": number,
        "points": points(item.points),
        "minutes": minutes(item.minutes),
        "prompt": blocks(item.prompt),
        "ask": ask(item.task),
        "task": _task(item.task),
    }


def _answered(question: Question, number: int) -> Data:
    return {
        "number": number,
        "points": points(question.points),
        "minutes": minutes(question.minutes),
        "about": _line(about(question)),
        "prompt": blocks(prompt(question)),
        "verdicts": [
            {"label": v.label, "right": v.right, "text": _inline(v.text), "feedback": _inline(v.feedback)}
            for v in verdicts(question)
        ],
        "sections": [{"title": title, "blocks": blocks(content)} for title, content in sections(question)],
    }


def _task(task: Task) -> Data:
    match task:
        case Choose(options, many):
            return {"kind": "choose", "many": many, "options": _lettered(options)}
        case Judge(reasons):
            return {"kind": "judge", "reasons": _lettered(reasons)}
        case Enter(unit, base):
            return {"kind": "enter", "unit": _line(unit), "prefix": "0x" if base == 16 else ""}
        case Write(lines):
            return {"kind": "write", "lines": lines}
        case Match(left, right):
            return {"kind": "match", "left": _numbered(left), "right": _lettered(right)}
        case Arrange(items):
            return {"kind": "arrange", "items": _lettered(items)}
        case Fill(text, choices):
            chosen = [{"gap": n, "choices": list(map(_line, given))} for n, given in enumerate(choices, 1) if given]
            return {"kind": "fill", "nodes": _nodes(with_gaps(parse(text), len(choices))), "choices": chosen}
        case Sort(categories, items):
            return {"kind": "sort", "categories": _lettered(categories), "items": _numbered(items)}
        case Complete(header, rows):
            blank = count()
            cells = [[{"gap": number(next(blank))} if cell is None else _line(cell) for cell in row] for row in rows]
            return {"kind": "complete", "header": list(map(_line, header)), "rows": cells}
        case WriteCode(starter, lines):
            return {"kind": "code", "starter": starter, "lines": lines}
        case never:
            assert_never(never)


def _lettered(texts: Iterable[str]) -> list[Data]:
    return [{"label": letter(n), "text": _inline(text)} for n, text in enumerate(texts)]


def _numbered(texts: Iterable[str]) -> list[Data]:
    return [{"label": number(n), "text": _inline(text)} for n, text in enumerate(texts)]


def blocks(given: Iterable[Block]) -> list[Data]:
    """Blocks, each with the name of its kind."""
    return [_block(block) for block in given]


@_remembered
def _block(block: Block) -> Data:
    match block:
        case Text(markdown):
            return {"kind": "text", "nodes": _nodes(parse(markdown))}
        case Code(source):
            return {"kind": "code", "source": source}
        case Table(header, rows, caption):
            cells = [[_line(cell) for cell in row] for row in rows]
            return {"kind": "table", "header": list(map(_line, header)), "rows": cells, "caption": _line(caption)}
        case Figure(svg, alt, caption):
            return _figure(svg, alt, _line(caption))
        case Chart():
            return _figure(to_svg(block), describe(block), "") | {"chart": True}
        case never:
            assert_never(never)


def _figure(svg: str, alt: str, caption: str) -> Data:
    """The drawing with the fonts that the PDF has in place of a browser's generic families."""
    root = parse_svg(svg, alt)
    for element in root.iter():
        if family := element.get("font-family"):
            element.set("font-family", ", ".join(_FAMILIES.get(name.strip(), name) for name in family.split(",")))
    return {"kind": "figure", "svg": write_svg(root), "alt": alt, "caption": caption, "chart": False}


@_remembered
def _inline(markdown: str) -> Data:
    nodes = parse_inline(markdown)
    return {"nodes": _nodes(nodes), "rtl": _right_to_left(plain(nodes))}


def _nodes(nodes: Iterable[Node]) -> list[Data]:
    return [_node(node) for node in nodes]


def _node(node: Node) -> Data:
    if node.kind in ("text", "code"):
        return {"kind": node.kind, "text": _line(node.text)}
    data: Data = {"kind": node.kind, "text": node.text, "info": node.info, "children": _nodes(node.children)}
    if node.kind == "link":
        data["address"] = address(node)
    data["rtl"] = _right_to_left(plain(node.children))
    return data


def _line(text: str) -> str:
    return re.sub(r"[\t\n\v\f\r]+", " ", text)


def _right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs to the left, as HTML's dir="auto" decides."""
    directions = (bidirectional(character) for character in text)
    return next((d for d in directions if d in ("L", "R", "AL")), "L") != "L"
