"""An exam as PDF: A4, tagged, with its fonts inside, checked against PDF/UA-1 while it is made.

Typst sets it: offline, without the machine's own fonts, and to the same bytes for the same exam. Fonts are loaded
once a process, the compiler once a thread. Where no font can show a student's name, they write it into an empty field.
"""

import json
import re
from functools import cache, lru_cache
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING

from exporters.pdf_data import Data, key_data, paper_data
from vlearn.errors import ExportError
from vlearn.exams.form import Form, Paper

if TYPE_CHECKING:
    import typst

SUFFIX = ".pdf"
_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "typst" / "exam.typ"
_FONTS = _HERE / "fonts"
_NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
_RUST_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def paper(paper: Paper) -> bytes:
    """What students get: room to answer, no answers."""
    return _compiled(paper_data(paper))


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions."""
    return _compiled(key_data(form))


def _compiled(exam: Data) -> bytes:
    compiler = _compiler(get_ident())
    from typst import TypstError

    source = {"exam": json.dumps(exam, ensure_ascii=False)}
    try:
        pdf = compiler.compile(_TEMPLATE, format="pdf", sys_inputs=source, pdf_standards=["ua-1"], timestamp=0)
    except TypstError as error:
        student = exam.get("student", {"name": ""})
        if (missing := _missing(error.diagnostic)) and missing <= set(student["name"]):
            return _compiled(exam | {"student": student | {"name": ""}})
        raise ExportError(_explained(error.diagnostic, exam)) from None
    if not isinstance(pdf, bytes):
        raise ExportError("Typst gave no PDF: this version of the package typst is not one that vlearn knows")
    return pdf


@lru_cache(maxsize=8)
def _compiler(thread: int) -> "typst.Compiler":
    """The compiler of a thread: it serves no two at a time."""
    try:
        import typst
    except ImportError:
        raise ExportError("a PDF needs the package typst: pip install 'vlearn[pdf]'") from None
    return typst.Compiler(root=_TEMPLATE.parent, font_paths=_fonts())


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
        f"question {question['number']}"
        for question in exam["questions"]
        if any(json.dumps(character)[1:-1] in json.dumps(question) for character in missing)
    ] or ["the title, the instructions or the student number" if "student" in exam else "the title or the instructions"]
