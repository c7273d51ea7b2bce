"""Gaps in Moodle's embedded answers ("Cloze") read into ours: `{1:SHORTANSWER:=guest~%50%host#nearly}`."""

import re
from dataclasses import dataclass
from html import unescape

from vlearn.questions.importing.content import Picture, content, line, plain
from vlearn.questions.importing.imported import RefusedError
from vlearn.questions.importing.markup import characters, read_html
from vlearn.questions.load import Plain

TYPED = frozenset(["SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"])
MENU = frozenset(f"{name}{layout}" for name, mark in (("MULTICHOICE", "_"), ("MC", "")) for layout in ("", *(
    f"{mark}{letters}" for letters in ("V", "H", "S", "VS", "HS"))))  # fmt: skip
NUMBER = frozenset(["NUMERICAL", "NM"])
_BEGIN = re.compile(r"\{\d{0,9}:([A-Z_]{1,20}):")
_REST = re.compile(r"((?:\\.|[^\\}])*)\}", re.DOTALL)
_ALTERNATIVE = re.compile(r"(=|%(-?\d+(?:\.\d*)?)%)?((?:\\.|&#|[^\\#])*)(?:#(.*))?", re.DOTALL)
_MARK = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One answer of a gap: its share of the points in percent; text and feedback as HTML, or typed text."""

    share: float
    text: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """A gap: the type that Moodle gives it, and its answers."""

    type: str
    alternatives: tuple[Alternative, ...]


def split(html: str) -> tuple[str, tuple[Embedded, ...]]:
    """The HTML with a mark in place of each gap, and the gaps."""
    if "\ue000" in html:
        raise RefusedError("it has a character of the private use area, U+E000")
    gaps: list[Embedded] = []
    pieces: list[str] = []
    end = 0
    while (begin := _BEGIN.search(html, end)) and (rest := _REST.match(html, begin.end())):
        gaps.append(Embedded(begin[1], tuple(map(_alternative, _parts(rest[1])))))
        pieces += [html[end : begin.start()], f"\ue000{len(gaps)}\ue001"]
        end = rest.end()
    return "".join((*pieces, html[end:])), tuple(gaps)


def gap(embedded: Embedded) -> Plain:
    """A gap as a question file states it."""
    right = [one for one in embedded.alternatives if one.share == 100]
    if any(0 < one.share < 100 for one in embedded.alternatives):
        raise RefusedError("a gap gives part of the points for an answer")
    if embedded.type in MENU:
        choices: list[Plain] = [plain(one.text) for one in embedded.alternatives]
        return {"accepted": [plain(one.text) for one in right], "choices": choices}
    if embedded.type in TYPED:
        return {"accepted": [typed(one.text) for one in right]}
    if embedded.type in NUMBER:
        numbers = [one.text.partition(":") for one in right]
        if any(tolerance.strip(" 0.") for _, _, tolerance in numbers):
            raise RefusedError("a gap takes numbers within a tolerance, which ours cannot")
        return {"accepted": [number.strip() for number, _, _ in numbers]}
    raise RefusedError(f"a gap has the type {embedded.type}, which has no counterpart")


def typed(text: str) -> str:
    """An accepted answer, in which an asterisk must not stand for anything."""
    if "*" in text.replace("\\*", ""):
        raise RefusedError(f"it accepts the pattern {text[:40]!r}; ours accept texts")
    return text.replace("\\*", "*")


def true_false(gaps: tuple[Embedded, ...], picture: Picture) -> dict[str, Plain]:
    """The fields of a true-false question from the two menus that our exporter writes."""
    if len(gaps) != 2:
        raise RefusedError("a true-false question needs two menus, for the verdict and the reason")
    verdicts = {plain(one.text).lower(): one.share == 100 for one in gaps[0].alternatives}
    reasons: list[Plain] = [choice(one.text, one.share == 100, one.feedback, picture) for one in gaps[1].alternatives]
    return {"truth": "true" if verdicts.get("true") else "false", "reasons": reasons}


def choice(html: str, right: bool, feedback: str, picture: Picture) -> dict[str, Plain]:
    """An option; its feedback is text alone."""
    option: dict[str, Plain] = {"text": line(html)}
    if right:
        option["correct"] = "true"
    match content(feedback, picture):
        case str(text):
            return {**option, "feedback": text} if text else option
        case _:
            raise RefusedError("the feedback of an option has more than text: code, a table or a picture")


def trace(marked: str, gaps: tuple[Embedded, ...]) -> dict[str, Plain]:
    """The fields of a trace from a table whose blank cells are gaps."""
    table = next(read_html(marked).elements("table"), None)
    rows = [] if table is None else [list(row.elements("th", "td")) for row in table.elements("tr")]
    if not rows:
        raise RefusedError("it has no table to fill in")
    header = [" ".join(cell.text().split()) for cell in rows[0]]
    blanks: dict[str, Plain] = {}
    filled: list[Plain] = []
    for n, row in enumerate(rows[1:], 1):
        cells: list[Plain] = []
        for column, cell in zip(header, (" ".join(cell.text().split()) for cell in row), strict=False):
            if (found := _MARK.fullmatch(cell)) and (given := gap(gaps[int(found[1]) - 1])):
                known = blanks.setdefault(column, [])
                assert isinstance(known, list)
                assert isinstance(given, dict)
                known.append(str(n))
                accepted = given["accepted"]
                assert isinstance(accepted, list)
                cells.append(accepted[0] if accepted else "")
            else:
                cells.append(cell)
        filled.append(cells)
    return {"header": list(header), "rows": filled, "blanks": blanks}


def text(marked: str, gaps: tuple[Embedded, ...], picture: Picture) -> dict[str, Plain]:
    """The fields of a cloze."""
    match content(marked, picture):
        case str(markdown):
            pass
        case parts:
            # A text with gaps is one Markdown text, so code in it becomes indented lines.
            markdown = "\n\n".join(map(_as_markdown, parts))
    return {"text": _MARK.sub(r"[[\1]]", markdown), "gaps": [gap(one) for one in gaps]}


def _as_markdown(block: Plain) -> str:
    match block:
        case {"text": str(markdown)}:
            return markdown
        case {"code": str(source)}:
            return "\n".join(f"    {row}" for row in source.split("\n"))
        case _:
            raise RefusedError("its text with gaps has a table or a picture")


def _parts(alternatives: str) -> list[str]:
    return re.split(r"(?<!\\)~", alternatives)


def _alternative(part: str) -> Alternative:
    found = _ALTERNATIVE.fullmatch(part)
    if found is None:
        raise RefusedError("one of its gaps cannot be read")
    share = 100.0 if found[1] == "=" else float(found[2] or 0)
    return Alternative(share, _undone(found[3]), _undone(found[4] or ""))


def _undone(text: str) -> str:
    return re.sub(r"\\([#}])", r"\1", unescape(characters(text).replace("\\~", "~"))).strip()
