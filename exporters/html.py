"""An exam as one HTML file that loads nothing: a form to fill in and print, or a key to grade by.

A policy in the page forbids scripts and every request; text is escaped and drawings are sanitised besides.
"""

from functools import cache
from html import escape
from pathlib import Path

from exporters.html_tasks import controls, labelled
from exporters.key import Verdict, about, prompt, sections, verdicts
from exporters.wording import form_name, key_note, minutes, points, summary
from vlearn.exams.form import Form, Paper
from vlearn.questions.item import Item
from vlearn.questions.model import Question
from vlearn.render.html import to_html
from vlearn.render.markdown import to_html as text_to_html
from vlearn.render.markdown import to_html_inline

SUFFIX = ".html"
_STYLE = Path(__file__).parent / "styles" / "exam.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def paper(paper: Paper) -> bytes:
    """What students get: every question with its form controls, and no grading."""
    who = paper.student
    fields = (
        _field("name", "Name", who.name if who else "")
        + _field("student", "Student number", who.id if who else "")
        + _field("date", "Date")
    )
    questions = "".join(_item(item, n) for n, item in enumerate(paper.items, 1))
    filled_in = f'<div class="who">\n{fields}</div>\n{_told(paper)}{questions}'
    return _page(paper, "", f'<form autocomplete="off">\n{filled_in}</form>\n')


def _field(name: str, label: str, known: str = "") -> str:
    value = f' value="{escape(known)}" readonly dir="auto"' if known else ""
    return f'<label>{label}<input type="text" name="{name}"{value}></label>\n'


def key(form: Form) -> bytes:
    """The same questions with answers, feedback on every option, and solutions."""
    note = f'<p class="note">{_text(key_note(form))}</p>\n'
    if form.student:
        note += f'<p dir="auto"><b>{_text(form.student.id)}</b> · {_text(form.student.name)}</p>\n'
    questions = "".join(_answered(question, n) for n, question in enumerate(form.questions, 1))
    return _page(form.paper, ", answer key", f"{note}{_told(form.paper)}{questions}")


def _page(paper: Paper, kind: str, main: str) -> bytes:
    name = form_name(paper.form)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(f"{paper.title}, {name}{kind}")}</title>
<style>
{_style()}</style>
</head>
<body>
<a class="skip" href="#questions">Skip to the questions</a>
<header class="head">
<div><h1 dir="auto">{_text(paper.title)}</h1>
<p class="quiet">{_text(f"{name} · {summary(paper)}")}</p></div>
<p class="badge" aria-hidden="true">{_text(paper.form)}</p>
</header>
<main id="questions">
{main}</main>
</body>
</html>
""".encode()


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


def _told(paper: Paper) -> str:
    told = text_to_html(paper.instructions)
    return f'<div class="instructions">\n{told}</div>\n' if told else ""


def _item(item: Item, number: int) -> str:
    worth = f"<b>{points(item.points)}</b> · {minutes(item.minutes)}"
    return _section(number, worth, to_html(item.prompt) + controls(item.task, f"q{number}"))


def _answered(question: Question, number: int) -> str:
    options = "".join(_verdict(verdict) for verdict in verdicts(question))
    listed = f'<ul class="options">\n{options}</ul>\n' if options else ""
    parts = "".join(
        f'<div class="answer"><h3>{title}</h3>\n{to_html(blocks)}</div>\n' for title, blocks in sections(question)
    )
    worth = f"<b>{points(question.points)}</b> · {minutes(question.minutes)}"
    source = f'<p class="quiet">{_text(about(question))}</p>\n'
    return _section(number, worth, to_html(prompt(question)) + listed + parts + source)


def _section(number: int, worth: str, content: str) -> str:
    return (
        f'<section class="question" aria-labelledby="question-{number}">\n'
        f'<header><h2 id="question-{number}">Question {number}</h2><p class="worth">{worth}</p></header>\n'
        f"{content}</section>\n"
    )


def _verdict(verdict: Verdict) -> str:
    mark, word = ("✓", "right") if verdict.right else ("✗", "wrong")
    feedback = to_html_inline(verdict.feedback)
    why = f'<span class="feedback" dir="auto">{feedback}</span>' if feedback else ""
    option = labelled(verdict.label, verdict.text)
    return f'<li class="{word}"><span role="img" aria-label="{word}">{mark}</span> <div>{option}{why}</div></li>\n'


def _text(text: str) -> str:
    return escape(text, quote=False)
