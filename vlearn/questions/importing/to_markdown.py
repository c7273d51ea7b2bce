"""HTML elements as Markdown that shows the same: our renderers give it the same words again."""

import re
from collections.abc import Iterable

from vlearn.questions.importing.markup import Element
from vlearn.questions.load import Plain
from vlearn.render.markdown import escaped, verbatim

_MEANT_BY_MARKDOWN = re.compile(r"[\\`*_\[\]<>#|~]|&(?=#?\w+;)|!(?=\[)")
_OPENS_A_BLOCK = re.compile(r"^(?:(\d{1,9})(?=[.)])|(?=[-+=:]))(.)")
_FENCED = re.compile("`{3,}|~{3,}")
BLOCKS = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "pre",
        "blockquote",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "figure",
        "figcaption",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "details",
        "summary",
        "dl",
        "dt",
        "dd",
        "center",
    ]
)


def grid(table: Element) -> dict[str, Plain] | None:
    """A table as a block of a question file; None if it has no cells."""
    rows = [[" ".join(cell.text().split()) for cell in row.elements("td", "th")] for row in table.elements("tr")]
    rows = [row for row in rows if row]
    if not rows:
        return None
    width = max(map(len, rows))
    header, *body = ([*row, *[""] * (width - len(row))] for row in rows)
    caption = " ".join(" ".join(one.text() for one in table.elements("caption")).split())
    made: dict[str, Plain] = {"header": list(header), "rows": [list(row) for row in body]}
    return {**made, "caption": caption} if caption else made


def markdown(element: Element) -> str:
    """A block element."""
    match element.tag:
        case "ul":
            return "\n".join(f"- {_indented(_inside(item), '  ')}" for item in element.elements("li"))
        case "ol":
            start = element.attributes.get("start", "1")
            first = int(start) if start.isascii() and start.isdecimal() and len(start) < 8 else 1
            items = enumerate(element.elements("li"), first)
            return "\n".join(f"{n}. {_indented(_inside(item), '   ')}" for n, item in items)
        case "blockquote":
            return f"> {_indented(_inside(element), '> ')}"
        case "hr":
            return "***"
        case "pre":
            source = element.text().strip("\n")
            fence = "`" * max(3, 1 + max(map(len, _FENCED.findall(source)), default=0))
            return f"{fence}\n{source}\n{fence}"
        case "table":
            cells = grid(element) or {}
            rows = [cells.get("header", []), *cells.get("rows", [])]
            return "\n\n".join(escaped(" | ".join(map(str, row))) for row in rows)
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            text = paragraph(element.children)
            return text if not text or "**" in text else f"**{text}**"
        case _:
            return _inside(element)


def _inside(element: Element) -> str:
    """Everything in an element, as Markdown."""
    parts: list[str] = []
    run: list[Element | str] = []
    for child in [*element.children, Element("hr")]:
        if isinstance(child, Element) and child.tag in BLOCKS:
            parts.append(paragraph(run))
            run = []
            parts.append(markdown(child))
        else:
            run.append(child)
    return "\n\n".join(filter(None, parts[:-1]))


def paragraph(children: Iterable[Element | str]) -> str:
    """A run of text, in which `<br>` is a hard break."""
    rows = [row.strip(" \t") for row in spans(children).strip().split("\n")]
    while rows and rows[-1] in ("", "\\"):
        rows.pop()
    return "\n".join(map(line_start, rows)).strip("\n").removesuffix("\\") if rows else ""


def spans(children: Iterable[Element | str]) -> str:
    """Text with what stands in a line."""
    shown: list[str] = []
    address = ""
    for child in children:
        if isinstance(child, str):
            # Our own exporters print the address of a link behind it.
            text = child.removeprefix(f" ({address})") if address else child
            shown.append(_MEANT_BY_MARKDOWN.sub(r"\\\g<0>", re.sub(r"\s+", " ", text)))
            address = ""
        else:
            shown.append(_span(child))
            address = child.attributes.get("href", "") if child.tag == "a" else ""
    return "".join(shown)


def _span(element: Element) -> str:
    inner = spans(element.children)
    around = inner.strip()
    match element.tag:
        case "br":
            return "\\\n"
        case "code" | "tt" | "kbd" | "samp":
            text = element.text()
            return verbatim(text) if text.strip() else " "
        case "em" | "i" if around:
            return inner.replace(around, f"*{around}*", 1)
        case "strong" | "b" if around:
            return inner.replace(around, f"**{around}**", 1)
        case "sup" if around:
            return f"^{around}"
        case "sub" if around:
            return f"\\_{around}"
        case "a" if around and re.fullmatch(r"(https?://|mailto:)[^\s<>()\\]+", element.attributes.get("href", "")):
            return f"[{around}]({element.attributes['href']})"
        case "pre":
            return verbatim(element.text()) if around else ""
        case tag if tag in BLOCKS:
            return f" {inner} "
        case _:
            return inner


def line_start(text: str) -> str:
    """A line's first character must not open a list or a heading."""
    return _OPENS_A_BLOCK.sub(lambda opening: f"{opening[1] or ''}\\{opening[2]}", text.strip())


def _indented(text: str, margin: str) -> str:
    first, *rest = text.split("\n")
    return "\n".join([first, *(margin + row if row else margin.rstrip() for row in rest)])
