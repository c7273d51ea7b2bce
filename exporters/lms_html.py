"""Question text as the HTML that learning-management systems take: inert markup, and drawings as files beside it."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from html import escape

from vlearn.blocks import Block, Chart, Figure, Text
from vlearn.course import chapter, chapter_of
from vlearn.errors import CourseError
from vlearn.questions.model import Question
from vlearn.render.chart_svg import to_svg
from vlearn.render.chart_table import table_of
from vlearn.render.chart_words import describe
from vlearn.render.html import to_html
from vlearn.render.markdown import to_html_inline
from vlearn.render.svg import parse_svg, write_svg

TASK = '<div class="vlearn-task">'
"""Begins what an exporter adds below the prompt, such as the unit of a number or the text of a cloze; `</div>` ends
it. An importer tells the two apart by it."""

SOURCE = '<p class="vlearn-source">'
"""Begins the paragraph below a solution that says where the facts come from."""

RUBRIC = '<table class="vlearn-rubric">'
"""Begins the rubric in what only graders see."""

_TAG = re.compile(r"(<[^>]*>)")
_OPENS_MATHEMATICS = re.compile(r"\$(?=\$)|\\(?=[(\[])")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as a file; the HTML refers to its name."""

    name: str
    svg: bytes


def with_pictures(blocks: Iterable[Block], name: str, folder: str) -> tuple[str, tuple[Picture, ...]]:
    """HTML whose drawings are `FOLDER/NAME-1.svg`, `-2`, ... Raises ExportError for a drawing that is not SVG."""
    parts: list[str] = []
    pictures: list[Picture] = []

    def picture(svg: str, alt: str) -> str:
        file = f"{name}-{len(pictures) + 1}.svg"
        pictures.append(Picture(file, write_svg(parse_svg(svg, alt)).encode()))
        return f'<p><img src="{folder}/{file}" alt="{escape(alt)}"></p>\n'

    for block in blocks:
        match block:
            case Figure(svg, alt, caption):
                parts.append(picture(svg, alt))
                if caption:
                    parts.append(f'<p dir="auto">{escape(caption, quote=False)}</p>\n')
            case Chart():
                parts.append(picture(to_svg(block), describe(block)) + to_html((table_of(block),)))
            case _:
                parts.append(to_html((block,)))
    return without_mathematics("".join(parts)), tuple(pictures)


def inline(markdown: str) -> str:
    """An option, a label or a cell."""
    return without_mathematics(to_html_inline(markdown))


def paragraphs(markdown: str) -> str:
    """A text of its own, such as feedback; empty if there is none."""
    return without_mathematics(to_html((Text(markdown),))) if markdown else ""


def without_mathematics(html: str) -> str:
    """The same HTML where MathJax, which Moodle runs over every text, finds no `$$` or `\\\\(` to typeset."""
    pieces = _TAG.split(html)
    pieces[::2] = (_OPENS_MATHEMATICS.sub(r"<span>\g<0></span>", piece) for piece in pieces[::2])
    return "".join(pieces)


def source_note(question: Question) -> str:
    """The paragraph below the solution; empty where the author names no source."""
    return f"{SOURCE}{escape(question.source, quote=False)}</p>\n" if question.source else ""


def category(title: str, question: Question | None = None) -> str:
    """Where Moodle files a question: `$course$/top/TITLE/ch06 Memory`; without one, what all of them are in.

    A slash in a name is doubled, and parted from the separator by a space (`assemble_category_path` in
    `question/format.php`).
    """
    if question is None:
        return "/".join(("$course$", "top", _path_part(title)))
    of = chapter_of(question.objective)
    with suppress(CourseError):  # a bank of another course
        of = f"{of} {chapter(of).title}"
    return "/".join(("$course$", "top", *map(_path_part, (title, of))))


def _path_part(name: str) -> str:
    doubled = " ".join(name.split()).replace("/", "//")
    return f"{' ' * doubled.startswith('/')}{doubled}{' ' * doubled.endswith('/')}"
