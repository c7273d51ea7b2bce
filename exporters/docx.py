"""Questions and exams as Word documents (OOXML), to edit, print or import where nothing else is taken.

A paper and a key as every exporter of exams makes them, and a collection as its questions with their answers. Nothing
is left out. Headings are real headings, tables have header rows, and pictures have alternative texts.
"""

import io
from zipfile import ZipFile

from vlearn.errors import ExportError

try:
    from docx import Document
    from docx.document import Document as DocxDocument
except ModuleNotFoundError:  # whose name is not that of its package
    raise ExportError("a Word document needs the package python-docx: pip install 'vlearn[lms]'") from None

from exporters.docx_blocks import write_blocks, write_inline, write_line
from exporters.key import about, prompt, sections, verdicts
from exporters.packages import package
from exporters.task_blocks import task_blocks
from exporters.wording import form_name, key_note, minutes, points, summary
from exporters.xml_tree import legal
from vlearn.blocks import Block, Text
from vlearn.exams.collection import Collection, LeftOut
from vlearn.exams.form import Form, Paper
from vlearn.questions.item import Task, Write, WriteCode, task
from vlearn.questions.model import Cloze, Question

SUFFIX = ".docx"
_LINE = "_" * 60


def paper(paper: Paper) -> bytes:
    """What students get: questions and lines to write on."""
    document = _begun(paper)
    write_line(document, "Name: ____________________  Student number: ____________________  Date: ______________")
    write_blocks(document, [Text(paper.instructions)])
    for n, item in enumerate(paper.items, 1):
        _heading(document, n, f"{points(item.points)} · {minutes(item.minutes)}")
        write_blocks(document, (*item.prompt, *task_blocks(item.task)))
        for _ in range(_room(item.task)):
            write_line(document, _LINE)
    return _saved(document)


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions."""
    document = _begun(form.paper)
    write_line(document, key_note(form))
    write_blocks(document, [Text(form.instructions)])
    for n, question in enumerate(form.questions, 1):
        _answered(document, n, question, prompt(question))
    return _saved(document)


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Nothing."""
    return ()


def questions(collection: Collection) -> bytes:
    """Every question as it is asked, and then its answer."""
    document = _titled(collection.title)
    for n, question in enumerate(collection.questions, 1):
        asked = question.prompt if isinstance(question.answer, Cloze) else prompt(question)
        _answered(document, n, question, (*asked, *task_blocks(task(question))))
    return _saved(document)


def _room(task: Task) -> int:
    """How many lines there are to answer on."""
    match task:
        case Write(lines) | WriteCode(_, lines):
            return lines
        case _:
            return 1


def _begun(paper: Paper) -> DocxDocument:
    document = _titled(paper.title)
    write_line(document, f"{form_name(paper.form)} · {summary(paper)}")
    return document


def _titled(title: str) -> DocxDocument:
    document = Document()
    document.core_properties.title = legal(" ".join(title.split()))[:255]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.add_heading(legal(" ".join(title.split())), 0)
    return document


def _heading(document: DocxDocument, n: int, worth: str) -> None:
    document.add_heading(f"Question {n}", 2)
    write_line(document, worth)


def _answered(document: DocxDocument, n: int, question: Question, asked: tuple[Block, ...]) -> None:
    _heading(document, n, f"{points(question.points)} · {minutes(question.minutes)}")
    write_blocks(document, asked)
    for verdict in verdicts(question):
        mark = f"{'✓ right' if verdict.right else '✗ wrong'} {verdict.label} "
        write_inline(document, verdict.text, mark)
        if verdict.feedback:
            write_inline(document, verdict.feedback, "Feedback: ")
    for title, blocks in sections(question):
        document.add_heading(title, 3)
        write_blocks(document, blocks)
    write_line(document, about(question))


def _saved(document: DocxDocument) -> bytes:
    """The file with fixed dates inside, for python-docx packs it with the time of day."""
    packed = io.BytesIO()
    document.save(packed)
    with ZipFile(packed) as archive:
        return package({name: archive.read(name) for name in archive.namelist()})
