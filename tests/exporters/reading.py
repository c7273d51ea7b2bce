"""Reading exported files back: what a reader sees of them, and everything that is in them."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from types import ModuleType

import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader
from pypdf.generic import ByteStringObject, StreamObject, TextStringObject

from exporters import docx, html, notebook, pdf


class Shown(HTMLParser):
    """The text of a page, with the names of its controls and pictures, and the tags it uses."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "".join(f" {value} " for name, value in attrs if name in ("aria-label", "alt"))


def squeezed(text: str) -> str:
    """Without white space and the invisible marks at which long words may be broken."""
    return re.sub(r"[\s\u200b]", "", text)


def shown_by_html(content: bytes) -> str:
    page = Shown()
    page.feed(content.decode())
    page.close()
    assert not page.tags & {"script", "img", "e"}
    return page.text


def shown_by_notebook(content: bytes) -> str:
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    page, code = Shown(), []
    for cell in json.loads(content)["cells"]:
        if cell["cell_type"] == "code":
            code.append(cell["source"])
        else:
            page.feed(reader.render(cell["source"]) + " ")
    page.close()
    assert not page.tags & {"script", "e"}
    return page.text + "\n".join(code)


def shown_by_pdf(content: bytes) -> str:
    """The pages without their heads and feet, and all alternative texts."""
    reader = PdfReader(io.BytesIO(content))
    pages = [squeezed(page.extract_text()) for page in reader.pages]
    foot = re.compile(r"(FormA|Answerkey\.Notforstudents\.Seed\d+\.)Page\d+of\d+$")
    head = re.compile(r"^.*?FormA", re.DOTALL)
    bodies = [foot.sub("", page) for page in pages]
    return "".join((bodies[0], *(head.sub("", body, count=1) for body in bodies[1:]), *alternatives(reader)))


def objects(reader: PdfReader) -> Iterator[object]:
    for number in range(1, reader.trailer["/Size"]):
        yield reader.get_object(number)


def alternatives(reader: PdfReader) -> list[str]:
    return [str(one["/Alt"]) for one in objects(reader) if isinstance(one, dict) and "/Alt" in one]


def all_of_html(content: bytes) -> str:
    return content.decode()


def all_of_notebook(content: bytes) -> str:
    """The file, and the drawings that are encoded in it."""
    text = content.decode()
    inside = (base64.b64decode(data).decode() for data in re.findall(r"base64,([A-Za-z0-9+/=]+)", text))
    return "\n".join((text, *inside))


def all_of_pdf(content: bytes) -> str:
    """Pages, metadata, every string and every stream decompressed, and the raw bytes."""
    reader = PdfReader(io.BytesIO(content))
    pages = [page.extract_text() for page in reader.pages]
    found = [text for one in objects(reader) for text in _strings(one)]
    return "\n".join((*pages, *found, str(reader.metadata), content.decode("latin-1")))


def _strings(value: object) -> list[str]:
    """Text in an object, in every encoding that could spell a word."""
    if isinstance(value, StreamObject):
        data = value.get_data()
        return [data.decode("latin-1"), data.decode("utf-16-be", "ignore"), *_strings(dict(value))]
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in (str(key), *_strings(one))]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one)]
    return [str(value)] if isinstance(value, TextStringObject | ByteStringObject) else []


_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def shown_by_docx(content: bytes) -> str:
    """The text of paragraphs and tables in order, and alternative texts."""
    from docx import Document

    body = Document(io.BytesIO(content)).element.body
    return "".join(f"{e.text or ''}" if e.tag == f"{_WORD}t" else f" {e.get('descr') or ''} " for e in body.iter())


def all_of_docx(content: bytes) -> str:
    """What is shown, and every file inside."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = [archive.read(name).decode("latin-1") for name in archive.namelist()]
    return "\n".join((shown_by_docx(content), *inside))


@dataclass(frozen=True)
class Format:
    """An exporter, and how its files are read back: what a reader is shown, and all that is in them."""

    exporter: ModuleType
    shown: Callable[[bytes], str]
    everything: Callable[[bytes], str]


FORMATS = (
    Format(docx, shown_by_docx, all_of_docx),
    Format(html, shown_by_html, all_of_html),
    Format(notebook, shown_by_notebook, all_of_notebook),
    Format(pdf, shown_by_pdf, all_of_pdf),
)
"""Every format of ours. A new one is added here: hostile text, leaks and same bytes are then looked for in it too."""

in_every_format = pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.exporter.__name__)
