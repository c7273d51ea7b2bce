"""An exam as PDF: tagged, with its fonts inside, checked against PDF/UA-1 while it is made.

Typst sets it: offline, without the machine's own fonts, and to the same bytes for the same exam. Fonts are loaded
once a process, the compiler once a thread. Where no font can show a student's name, they write it into an empty field.
A paper heeds every option of `Print`, and large print has one column; a key heeds its size, language and what a key
says. In two columns, a drawing that is wider than its column is scaled down, and so are the letters of a wide table or
program; in large print, where letters keep their size, long lines and words are broken.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any

from exporters.pdf_blocks import Data, line
from exporters.pdf_data import key_data, paper_data
from vlearn.errors import ExportError
from vlearn.exams.form import Form, Paper

if TYPE_CHECKING:
    import typst

SUFFIX = ".pdf"
_HERE = Path(__file__).parent
_TEMPLATES = _HERE / "typst"
_FONTS = _HERE / "fonts"
_SHARED = ("print", "words", "sectioned")
"""What all papers of an exam have in common."""
_STANDARD: dict[str, Any] = {"format": "pdf", "pdf_standards": ["ua-1"], "timestamp": 0}
_LONG = 40
"""The characters of a word that the template breaks."""
_NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_RUST_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def paper(paper: Paper) -> bytes:
    """What students get: room to answer, no answers."""
    return compiled(paper_data(paper))


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions; or a table of the answers alone."""
    return compiled(key_data(form))


def unshown(names: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that no font can show, whose fields are therefore empty."""
    compiler = _compiler(get_ident())
    from typst import TypstError

    content = json.dumps(json.dumps(list(map(line, names))))
    try:
        compiler.compile(f'#import "names.typ": list-of\n#list-of(json(bytes({content})))'.encode("ascii"), **_STANDARD)
    except TypstError as error:
        if not _missing(error.diagnostic):
            raise ExportError(_explained(error.diagnostic, {"parts": ()})) from None
        middle = len(names) // 2
        return (*unshown(names[:middle]), *unshown(names[middle:])) if middle else tuple(names)
    return ()


def compiled(exam: Data, template: str = "exam.typ") -> bytes:
    """The PDF that a template's `document` makes of data. Raises ExportError: Typst is missing, or a letter is."""
    compiler = _compiler(get_ident())
    from typst import TypstError

    look = {"look": json.dumps({name: exam[name] for name in _SHARED})}
    try:
        pdf = compiler.compile(_source(exam, template), sys_inputs=look, **_STANDARD)
    except TypstError as error:
        student = exam.get("student", {"name": ""})
        if (missing := _missing(error.diagnostic)) and missing <= set(student["name"]):
            return compiled(exam | {"student": student | {"name": ""}}, template)
        raise ExportError(_explained(error.diagnostic, exam)) from None
    if not isinstance(pdf, bytes):
        raise ExportError("Typst gave no PDF: this version of the package typst is not one that vlearn knows")
    return pdf


def _source(exam: Data, template: str) -> bytes:
    """The call of the template with the exam as a string in JSON: ASCII, with each quote and backslash escaped.

    So JSON writes a string, and Typst reads it so. As an input of the compiler the exam would cost Typst the memory of
    all that it has read before.
    """
    content = json.dumps({name: value for name, value in exam.items() if name not in _SHARED})
    long = "true" if any(len(word) >= _LONG for word in content.split()) else "false"
    return f'#import "{template}": document\n#document(json(bytes({json.dumps(content)})), long: {long})'.encode(
        "ascii"
    )


@lru_cache(maxsize=8)
def _compiler(thread: int) -> "typst.Compiler":
    """The compiler of a thread: it serves no two at a time."""
    try:
        import typst
    except ImportError:
        raise ExportError("a PDF needs the package typst: pip install 'vlearn[pdf]'") from None
    return typst.Compiler(root=_TEMPLATES, font_paths=_fonts())


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_FONTS])


def _explained(diagnostic: str, exam: Data) -> str:
    """Typst's complaint in the words of an exam: which characters no font has, and where they stand."""
    missing = sorted(_missing(diagnostic))
    if not missing:
        return f"the PDF could not be made: {diagnostic.strip()}"
    named = ", ".join(f"{c} (U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in missing)
    places = " and ".join(_places(exam, missing))
    return f"no font of the PDF has the characters {named}, which stand in {places}: remove them, or add a font"


def _missing(diagnostic: str) -> set[str]:
    return {c for shown in _NO_GLYPH.findall(diagnostic) for c in _RUST_ESCAPE.sub(_unescaped, shown)}


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else _RUST_LETTERS.get(escape[2], escape[2])


def _places(exam: Data, missing: list[str]) -> list[str]:
    """The questions that hold one of the characters, or else the exam's head."""
    return [
        place
        for place, content in _contents(exam)
        if any(json.dumps(character)[1:-1] in json.dumps(content) for character in missing)
    ] or ["the title, the instructions or the student number" if "student" in exam else "the title or the instructions"]


def _contents(exam: Data) -> Iterator[tuple[str, Any]]:
    for part in exam["parts"]:
        if "place" in part:
            yield part["place"], part
        if "section" in part:
            yield f"the section {part['section']['title']!r}", part["section"]
        yield from ((f"question {question['number']}", question) for question in part.get("questions", ()))
        yield from ((f"the answer to question {row[0]}", row) for row in part.get("answers", {"rows": ()})["rows"])
