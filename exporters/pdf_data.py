"""An exam as the JSON that the Typst template reads, its fixed phrases in the exam's language."""

from msgspec import to_builtins

from exporters.key import about, prompt, sections, verdicts
from exporters.marks import marks, short_key
from exporters.parts import Part, parts
from exporters.pdf_blocks import Data, blocks, inline, line, nodes
from exporters.pdf_tasks import task_data
from exporters.phrasebook import Phrases
from exporters.wording import (
    ask,
    form_name,
    key_note,
    minutes,
    points,
    question_name,
    summary,
    words_of,
)
from vlearn.blocks import Table
from vlearn.exams.form import Form, Paper
from vlearn.exams.printing import Print
from vlearn.questions.item import Item
from vlearn.questions.model import Question
from vlearn.render.tree import parse


def paper_data(paper: Paper) -> Data:
    """The student's side."""
    words, asked = words_of(paper), parts(paper.sections, paper.items)
    shown = [
        _section(part, words) | {"questions": [_item(item, n, words) for n, item in part.numbered]} for part in asked
    ]
    cover = {"cover": list(map(_table, marks(paper, 5 if paper.print.large else 10)))} if paper.print.cover else {}
    return _head(paper, paper.print) | {"parts": shown} | cover


def key_data(form: Form) -> Data:
    """The instructor's side: in one column, without a cover, and never in large print, which is a student's."""
    words, short = words_of(form), form.print.key == "answers"
    shown = [
        _section(part, words, told=not short)
        | (
            {"answers": _table(short_key(part, words))}
            if short
            else {"questions": [_answered(question, n, words) for n, question in part.numbered]}
        )
        for part in parts(form.sections, form.questions)
    ]
    look = Print(size=form.print.size, language=form.print.language)
    head = _head(form.paper, look) | {"note": key_note(form), "parts": shown}
    return head | {"instructions": []} if short else head


def _head(paper: Paper, look: Print) -> Data:
    words = words_of(paper)
    shared = {name: to_builtins(words)["answer"][name] for name in ("true", "false", "because")}
    return {
        "title": line(paper.title),
        "form": line(form_name(paper.form, words)),
        "badge": line(paper.form),
        "summary": summary(paper),
        "instructions": nodes(parse(paper.instructions)),
        "print": to_builtins(look),
        "words": to_builtins(words.paper) | shared,
        "sectioned": bool(paper.sections),
    } | ({"student": {"id": line(paper.student.id), "name": line(paper.student.name)}} if paper.student else {})


def _section(part: Part[Item] | Part[Question], words: Phrases, *, told: bool = True) -> Data:
    if part.section is None:
        return {}
    instructions = nodes(parse(part.section.instructions)) if told else []
    return {"section": {"title": line(part.section.title), "told": instructions, "worth": part.worth(words)}}


def _table(table: Table) -> Data:
    return {"header": list(map(line, table.header)), "rows": [list(map(line, row)) for row in table.rows]}


def _item(item: Item, number: int, words: Phrases) -> Data:
    return {
        "number": number,
        "title": question_name(number, words),
        "points": points(item.points, words),
        "minutes": minutes(item.minutes, words),
        "prompt": blocks(item.prompt, words.chart),
        "ask": ask(item.task, words),
        "task": task_data(item.task, words),
    }


def _answered(question: Question, number: int, words: Phrases) -> Data:
    judged = [
        {"label": v.label, "right": v.right, "text": inline(v.text), "feedback": inline(v.feedback)}
        for v in verdicts(question)
    ]
    return {
        "number": number,
        "title": question_name(number, words),
        "points": points(question.points, words),
        "minutes": minutes(question.minutes, words),
        "about": line(about(question, words)),
        "prompt": blocks(prompt(question), words.chart),
        "verdicts": judged,
        "sections": [
            {"title": title, "blocks": blocks(content, words.chart)} for title, content in sections(question, words)
        ],
    }
