"""Questions and exams as Word documents (OOXML), to edit, print or import where nothing else is taken.

A paper and a key as every exporter of exams makes them, and a collection as its questions with their answers. Nothing
is left out. Headings are real headings, tables have header rows, and pictures have alternative texts. A paper heeds
every option of `Print`, and large print has one column; a key heeds its size, language and what a key says. Word itself
breaks what is too wide for a column.
"""

import io
from zipfile import ZipFile

from vlearn.errors import ExportError

try:
    from docx.document import Document as DocxDocument
except ModuleNotFoundError:  # whose name is not that of its package
    raise ExportError("a Word document needs the package python-docx: pip install 'vlearn[lms]'") from None

from exporters.docx_blocks import write_blocks, write_inline, write_line
from exporters.docx_page import body, head_and_foot, sheet
from exporters.key import about, prompt, sections, verdicts
from exporters.marks import marks, short_key
from exporters.packages import package
from exporters.parts import Part, parts
from exporters.phrasebook import Phrases, phrases
from exporters.task_blocks import task_blocks
from exporters.wording import form_name, key_note, minutes, points, question_name, summary, words_of
from exporters.xml_tree import legal
from vlearn.blocks import Block, Text
from vlearn.exams.collection import Collection, LeftOut
from vlearn.exams.form import Form, Paper
from vlearn.exams.printing import Print
from vlearn.questions.item import Item, Task, Write, WriteCode, task
from vlearn.questions.model import Cloze, Question

SUFFIX = ".docx"
INSTRUCTIONS = "the first paragraphs"


def paper(paper: Paper) -> bytes:
    """What students get: questions and lines to write on."""
    words, look, student = words_of(paper), paper.print, paper.student
    document = _begun(paper, look)
    told = words.paper
    name, id = (student.name, student.id) if student else ("_" * 20, "_" * 20)
    write_line(document, f"{told.name}: {name}  {told.student}: {id}  {told.date}: {'_' * 14}")
    write_blocks(document, [Text(paper.instructions)])
    if look.cover:
        write_blocks(document, marks(paper, 5 if look.large else 10))
    body(document, look)
    for part in parts(paper.sections, paper.items):
        _section(document, part, words)
        for n, item in part.numbered:
            box = "_____ / " if look.boxes else ""
            _heading(document, question_name(n, words), box + _worth(item, words))
            write_blocks(document, (*item.prompt, *task_blocks(item.task, words)), words.chart)
            for _ in range(_room(item.task, look)):
                write_line(document, "_" * _line_length(look))
    return _saved(document)


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions; or a table of the answers alone."""
    words, short = words_of(form), form.print.key == "answers"
    document = _begun(form.paper, Print(size=form.print.size, language=form.print.language))
    write_line(document, key_note(form))
    if form.student:
        write_line(document, f"{form.student.id} · {form.student.name}")
    if not short:
        write_blocks(document, [Text(form.instructions)])
    for part in parts(form.sections, form.questions):
        _section(document, part, words)
        if short:
            write_blocks(document, [short_key(part, words)])
        else:
            for n, question in part.numbered:
                _answered(document, n, question, prompt(question), words)
    return _saved(document)


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Nothing."""
    return ()


def questions(collection: Collection) -> bytes:
    """Every question as it is asked, and then its answer."""
    words = phrases(collection.language)
    document = _titled(collection.title, Print(language=collection.language))
    write_blocks(document, [Text(collection.instructions)] if collection.instructions else [])
    for n, question in enumerate(collection.questions, 1):
        asked = question.prompt if isinstance(question.answer, Cloze) else prompt(question)
        _answered(document, n, question, (*asked, *task_blocks(task(question), words)), words)
    return _saved(document)


def _room(task: Task, look: Print) -> int:
    """How many lines there are to answer on."""
    lines = task.lines if isinstance(task, Write | WriteCode) else 1
    return {"none": 0, "normal": lines, "generous": lines + (lines + 1) // 2}[look.space]


def _line_length(look: Print) -> int:
    """How many underscores fit into a line."""
    return 44 if look.large else 36 if look.columns == 2 else 60


def _begun(paper: Paper, look: Print) -> DocxDocument:
    words = words_of(paper)
    document = _titled(paper.title, look)
    form = form_name(paper.form, words)
    who = f" · {paper.student.id} · {paper.student.name}" if paper.student else ""
    head_and_foot(document, f"{' '.join(paper.title.split())} · {form}", f"{form}{who}", words)
    write_line(document, f"{form} · {summary(paper)}")
    return document


def _titled(title: str, look: Print) -> DocxDocument:
    title = " ".join(title.split())
    document = sheet(title, look)
    document.add_heading(legal(title), 0)
    return document


def _section(document: DocxDocument, part: Part[Item] | Part[Question], words: Phrases) -> None:
    if part.section:
        document.add_heading(legal(" ".join(part.section.title.split())), 1)
        write_line(document, part.worth(words))
        write_blocks(document, [Text(part.section.instructions)])


def _heading(document: DocxDocument, title: str, worth: str) -> None:
    document.add_heading(title, 2)
    write_line(document, worth)


def _worth(question: Item | Question, words: Phrases) -> str:
    return f"{points(question.points, words)} · {minutes(question.minutes, words)}"


def _answered(document: DocxDocument, n: int, question: Question, asked: tuple[Block, ...], words: Phrases) -> None:
    _heading(document, question_name(n, words), _worth(question, words))
    write_blocks(document, asked, words.chart)
    told = words.key
    for verdict in verdicts(question):
        mark = f"{f'✓ {told.right}' if verdict.right else f'✗ {told.wrong}'} {verdict.label} "
        write_inline(document, verdict.text, mark)
        if verdict.feedback:
            write_inline(document, verdict.feedback, f"{told.feedback} ")
    for title, blocks in sections(question, words):
        document.add_heading(title, 3)
        write_blocks(document, blocks, words.chart)
    write_line(document, about(question, words))


def _saved(document: DocxDocument) -> bytes:
    """The file with fixed dates inside, for python-docx packs it with the time of day."""
    packed = io.BytesIO()
    document.save(packed)
    with ZipFile(packed) as archive:
        return package({name: archive.read(name) for name in archive.namelist()})
