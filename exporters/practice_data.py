"""All that the scripts of a practice page know, as JSON: sealed questions, objectives, phrases."""

from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256
from html import escape
from json import dumps
from typing import Any

from msgspec import to_builtins

from exporters.html_controls import labelled
from exporters.key import Verdict, sections, verdicts
from exporters.phrasebook import Phrases
from exporters.practice_locks import locked
from vlearn import course
from vlearn.errors import CourseError
from vlearn.questions.item import item
from vlearn.questions.model import Question
from vlearn.render.html import to_html
from vlearn.render.markdown import to_html_inline


def practice_data(title: str, asked: Sequence[Question], words: Phrases) -> str:
    """JSON that may stand in a script element: nothing in it ends the element or opens a comment.

    Its `page` is the name under which a browser keeps the answers: another for other questions.
    """
    objectives = list(dict.fromkeys(question.objective for question in asked))
    shown = repr((title, [item(question) for question in asked]))
    data = {
        "questions": [_question(title, n, question, objectives, words) for n, question in enumerate(asked)],
        "objectives": [_objective(id, words) for id in objectives],
        "minutes": float(sum((question.minutes for question in asked), Fraction(0))),
        "page": sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "words": spoken(words),
    }
    return dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def spoken(words: Phrases) -> dict[str, Any]:
    """What the scripts say, and how they write a number of points."""
    return {
        **to_builtins(words.practice),
        "points": to_builtins(words.counted.points),
        "decimal_sign": words.decimal_sign,
    }


def _question(title: str, number: int, question: Question, objectives: list[str], words: Phrases) -> dict[str, Any]:
    # Another salt for every question, so that equal answers have unlike keys; made of what is no secret.
    salt = sha256(dumps([title, number, question.id]).encode()).digest()[:16]
    public = {"points": float(question.points), "objective": objectives.index(question.objective)}
    return {**public, **locked(question, salt, _solution(question, words))}


def _solution(question: Question, words: Phrases) -> str:
    options = "".join(_verdict(verdict, words) for verdict in verdicts(question))
    listed = f'<ul class="options">\n{options}</ul>\n' if options else ""
    titled = (
        f"<h4>{escape(title)}</h4>\n{to_html(blocks, words.chart)}" for title, blocks in sections(question, words)
    )
    return listed + "".join(titled)


def _verdict(verdict: Verdict, words: Phrases) -> str:
    style, sign, said = ("right", "✓", words.key.right) if verdict.right else ("wrong", "✗", words.key.wrong)
    feedback = f'<span class="feedback" dir="auto">{to_html_inline(verdict.feedback)}</span>'
    option = f"<div>{labelled(verdict.label, verdict.text)}{feedback}</div>"
    return f'<li class="{style}"><span role="img" aria-label="{escape(said)}">{sign}</span> {option}</li>\n'


def _objective(id: str, words: Phrases) -> dict[str, str]:
    """Its text, and where to read of it; an objective of another course is not named."""
    said = words.practice
    try:
        objective, chapter = course.objective(id), course.chapter(course.chapter_of(id))
    except CourseError:
        return {"text": said.other_objective, "where": ""}
    where = [said.chapter.format(number=chapter.number, title=chapter.title)]
    if objective.sections:
        told = said.sections.one if len(objective.sections) == 1 else said.sections.other
        where.append(told.format(sections=", ".join(objective.sections)))
    return {"text": objective.text, "where": ", ".join(where)}
