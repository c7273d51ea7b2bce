"""HTML of another system as our content: Markdown, code, tables and drawings, in the shape of a question file.

Mathematics stays the characters it is written in, sounds and films are dropped, and a link keeps its address.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from html import escape
from urllib.parse import unquote

from vlearn.errors import ExportError
from vlearn.questions.importing.imported import RefusedError
from vlearn.questions.importing.markup import Element, read_html
from vlearn.questions.importing.to_markdown import BLOCKS, grid, line_start, markdown, paragraph, spans
from vlearn.questions.load import Plain
from vlearn.render import raster
from vlearn.render.markdown import to_html
from vlearn.render.svg import parse_svg

Picture = Callable[[str], str]
"""The name of the drawing that an address stands for; RefusedError if there is none."""

_END = Element("end")


def as_html(text: str, form: str) -> str:
    """A text of Moodle's other formats as HTML."""
    if form == "markdown":
        return to_html(text)
    if form in ("plain_text", "plain"):
        text = escape(text, quote=False)
    elif form not in ("moodle_auto_format", "moodle"):
        return text
    return re.sub(r"\r?\n", "<br>", re.sub(r"\r?\n(?:[ \t]*\r?\n)+", "<p>", text.strip()))


def content(html: str, picture: Picture) -> str | list[Plain]:
    """A prompt or a solution: Markdown if that is all there is, else a list of blocks."""
    blocks: list[Plain] = []
    for block in _top(read_html(html), picture):
        if blocks and isinstance(last := blocks[-1], dict) and "text" in last and "text" in block:
            last["text"] = f"{last['text']}\n\n{block['text']}"
        else:
            blocks.append(block)
    if not blocks:
        return ""
    match blocks:
        case [{"text": str(text)}]:
            return text
        case _:
            return blocks


def line(html: str) -> str:
    """Markdown on one line, for an option or a label."""
    root = read_html(html)
    if next(root.elements("img"), None):
        raise RefusedError("it has a picture within an option or a label, where only text can be")
    return line_start(" ".join(spans(root.children).replace("\\\n", " ").split()))


def plain(html: str) -> str:
    """The characters that a reader sees, on one line."""
    return " ".join(read_html(html).text().split())


def svg_named(files: Mapping[str, str], name: str, drawings: dict[str, str]) -> Picture:
    """Pictures from base64 files or addresses that hold them, which become drawings `NAME-1.svg`, ... in `drawings`.

    Taken are SVG, PNG and JPEG; a drawing around them holds the latter two.
    """

    def picture(address: str) -> str:
        file = unquote(address.removeprefix("@@PLUGINFILE@@")).lstrip("/")
        shown = file[:60]
        try:
            if file in files:
                data = base64.b64decode(files[file].encode("ascii"))
                svg = raster.drawing(data) if data.startswith(raster.BEGINNINGS) else data.decode("utf-8")
            elif held := raster.embedded(address):
                svg = raster.drawing(held)
            else:
                raise RefusedError(f"its picture {address[:60]!r} is not in the file")
            parse_svg(svg, file)
        except (UnicodeError, binascii.Error):
            raise RefusedError(f"its picture {shown!r} is no SVG, PNG or JPEG") from None
        except ValueError as error:
            raise RefusedError(f"its picture {shown!r}: {error}") from None
        except ExportError as error:
            raise RefusedError(str(error)) from None
        drawings[drawing := f"{name}-{len(drawings) + 1}.svg"] = svg
        return drawing

    return picture


def _top(element: Element, picture: Picture) -> Iterator[dict[str, Plain]]:
    """The blocks of an element whose text may be broken up by code, tables and pictures."""
    run: list[Element | str] = []
    for child in [*element.children, _END]:
        if isinstance(child, str) or _stands_in_a_line(child):
            run.append(child)
            continue
        if text := paragraph(run):
            yield {"text": text}
        run = []
        yield from _block(child, picture)


def _stands_in_a_line(element: Element) -> bool:
    broken = element.tag in BLOCKS or element.tag in ("img", _END.tag)
    return not broken and next(element.elements("img", *BLOCKS), None) is None


def _block(element: Element, picture: Picture) -> Iterator[dict[str, Plain]]:
    match element.tag:
        case _END.tag:
            return
        case "img":
            alt = " ".join(element.attributes.get("alt", "").split())
            yield {"figure": {"svg": picture(element.attributes.get("src", "")), "alt": alt}}
        case "pre":
            language = element.attributes.get("data-language", "")
            source = element.text().strip("\n")
            if source.strip():
                yield {"code": source, "language": language} if language else {"code": source}
        case "table" if rows := grid(element):
            if next(element.elements("img"), None):
                raise RefusedError("it has a picture within a table")
            yield {"table": rows}
        case "ul" | "ol" | "blockquote" | "hr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if not _has_picture(element):
            if text := markdown(element):
                yield {"text": text}
        case _:
            yield from _top(element, picture)


def _has_picture(element: Element) -> bool:
    return next(element.elements("img"), None) is not None
