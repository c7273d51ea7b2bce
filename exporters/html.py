"""An exam as one HTML file that loads nothing: a form to fill in and print, or a key to grade by.

A policy in the page forbids scripts and every request; text is escaped and drawings are sanitised besides. Large print
is large on the screen too; size, columns, boxes, room to answer and a cover's page of its own are for the printer. A
key is printed on the same size of sheet and heeds nothing else but language and what a key says.
"""

from html import escape

from exporters.html_controls import escaped, labelled
from exporters.html_page import page
from exporters.html_tasks import controls
from exporters.key import Verdict, about, prompt, sections, verdicts
from exporters.marks import marks, short_key
from exporters.parts import Part, parts
from exporters.phrasebook import Phrases
from exporters.wording import key_note, minutes, points, question_name, words_of
from vlearn.exams.form import Form, Paper
from vlearn.exams.printing import Print
from vlearn.questions.item import Item
from vlearn.questions.model import Question
from vlearn.render.html import to_html
from vlearn.render.markdown import to_html as text_to_html
from vlearn.render.markdown import to_html_inline

SUFFIX = ".html"


def paper(paper: Paper) -> bytes:
    """What students get: every question with its form controls, and no grading."""
    who, words = paper.student, words_of(paper)
    told = words.paper
    fields = (
        _field("name", told.name, who.name if who else "")
        + _field("student", told.student, who.id if who else "")
        + _field("date", told.date)
    )
    head = f'<div class="who">\n{fields}</div>\n{_told(paper.instructions)}'
    if paper.print.cover:
        head = f'<div class="cover">\n{head}{to_html(marks(paper))}</div>\n'
    level = 3 if paper.sections else 2
    listed = (
        _part(part, words, "".join(_item(item, n, level, words) for n, item in part.numbered))
        for part in parts(paper.sections, paper.items)
    )
    asked = f'<div class="questions">\n{"".join(listed)}</div>\n'
    return page(paper, paper.print, "", f'<form autocomplete="off">\n{head}{asked}</form>\n')


def _field(name: str, label: str, known: str = "") -> str:
    value = f' value="{escape(known)}" readonly dir="auto"' if known else ""
    return f'<label>{escaped(label)}<input type="text" name="{name}"{value}></label>\n'


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions; or a table of the answers alone."""
    words, short = words_of(form), form.print.key == "answers"
    note = f'<p class="note">{escaped(key_note(form))}</p>\n'
    if form.student:
        note += f'<p dir="auto"><b>{escaped(form.student.id)}</b> · {escaped(form.student.name)}</p>\n'
    level = 3 if form.sections else 2
    listed = (
        _part(part, words, to_html((short_key(part, words),)))
        if short
        else _part(part, words, "".join(_answered(question, n, level, words) for n, question in part.numbered))
        for part in parts(form.sections, form.questions)
    )
    told = "" if short else _told(form.instructions)
    look = Print(size=form.print.size, language=form.print.language)
    return page(form.paper, look, f", {words.key.kind}", f"{note}{told}{''.join(listed)}")


def _told(instructions: str) -> str:
    told = text_to_html(instructions)
    return f'<div class="instructions">\n{told}</div>\n' if told else ""


def _part(part: Part[Item] | Part[Question], words: Phrases, content: str) -> str:
    if part.section is None:
        return content
    name = f"part-{part.section.first}-{len(part.numbered)}"
    return (
        f'<section class="part" aria-labelledby="{name}">\n'
        f'<header><h2 id="{name}" dir="auto">{escaped(part.section.title)}</h2>'
        f'<p class="worth">{escaped(part.worth(words))}</p></header>\n'
        f"{text_to_html(part.section.instructions)}{content}</section>\n"
    )


def _item(item: Item, number: int, level: int, words: Phrases) -> str:
    content = to_html(item.prompt, words.chart) + controls(item.task, f"q{number}", words)
    return _question(number, level, _worth(item, words), content, words)


def _answered(question: Question, number: int, level: int, words: Phrases) -> str:
    options = "".join(_verdict(verdict, words) for verdict in verdicts(question))
    listed = f'<ul class="options">\n{options}</ul>\n' if options else ""
    answers = "".join(
        f'<div class="answer"><h{level + 1}>{escaped(title)}</h{level + 1}>\n{to_html(blocks, words.chart)}</div>\n'
        for title, blocks in sections(question, words)
    )
    source = f'<p class="quiet">{escaped(about(question, words))}</p>\n'
    content = f"{to_html(prompt(question), words.chart)}{listed}{answers}{source}"
    return _question(number, level, _worth(question, words), content, words)


def _worth(question: Item | Question, words: Phrases) -> str:
    return f"<b>{escaped(points(question.points, words))}</b> · {escaped(minutes(question.minutes, words))}"


def _question(number: int, level: int, worth: str, content: str, words: Phrases) -> str:
    title = escaped(question_name(number, words))
    return (
        f'<section class="question" aria-labelledby="question-{number}">\n'
        f'<header><h{level} id="question-{number}">{title}</h{level}><p class="worth">{worth}</p></header>\n'
        f"{content}</section>\n"
    )


def _verdict(verdict: Verdict, words: Phrases) -> str:
    mark, kind, said = ("✓", "right", words.key.right) if verdict.right else ("✗", "wrong", words.key.wrong)
    feedback = to_html_inline(verdict.feedback)
    why = f'<span class="feedback" dir="auto">{feedback}</span>' if feedback else ""
    option = labelled(verdict.label, verdict.text)
    return (
        f'<li class="{kind}"><span role="img" aria-label="{escape(said)}">{mark}</span> <div>{option}{why}</div></li>\n'
    )
