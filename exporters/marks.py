"""Tables of an exam as blocks: the points that a marker fills in on a cover, and a key of answers alone."""

from exporters.key import short_answer
from exporters.parts import Part, parts
from exporters.phrasebook import Phrases
from exporters.wording import number, words_of
from vlearn.blocks import Table
from vlearn.exams.form import Paper
from vlearn.questions.model import Question


def marks(paper: Paper, on_a_line: int = 10) -> tuple[Table, ...]:
    """Points and empty cells for what was earned: a row for each section, or a column for each question."""
    words = words_of(paper)
    told, total = words.paper, number(paper.points, words)
    if paper.sections:
        rows = [
            (part.section.title, str(len(part.numbered)), number(part.points, words), "")
            for part in parts(paper.sections, paper.items)
            if part.section
        ]
        header = (told.section, told.questions, told.points, told.earned)
        return (Table(header, (*rows, (told.total, str(len(paper.items)), total, ""))),)
    columns = [(str(n), number(item.points, words)) for n, item in enumerate(paper.items, 1)] + [(told.total, total)]
    lines = (columns[n : n + on_a_line] for n in range(0, len(columns), on_a_line))
    return tuple(_line(line, words) for line in lines)


def _line(columns: list[tuple[str, str]], words: Phrases) -> Table:
    names, points = zip(*columns, strict=True)
    told = words.paper
    return Table((told.number, *names), ((told.points, *points), (told.earned, *[""] * len(names))))


def short_key(part: Part[Question], words: Phrases) -> Table:
    """A row for each question: its number, its answer, its points."""
    rows = ((str(n), short_answer(q, words), number(q.points, words)) for n, q in part.numbered)
    return Table((words.paper.number, words.key.answer, words.paper.points), tuple(rows))
