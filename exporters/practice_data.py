"""All that the scripts of a practice page know, as JSON: sealed questions, objectives, phrases."""

from collections.abc import Sequence
from fractions import Fraction
from hashlib import sha256
from html import escape
from json import dumps
from typing import Any

from exporters.html_controls import labelled
from exporters.key import Verdict, sections, verdicts
from exporters.phrasebook import ENGLISH
from exporters.practice_locks import locked
from exporters.practice_words import PHRASES
from vlearn import course
from vlearn.errors import CourseError
from vlearn.questions.item import item
from vlearn.questions.model import Question
from vlearn.render.html import to_html
from vlearn.render.markdown import to_html_inline


def practice_data(title: str, asked: Sequence[Question]) -> str:
    """JSON that may stand in a script element: nothing in it ends the element or opens a comment.

    Its `page` is the name under which a browser keeps the answers: another for other questions.
    """
    objectives = list(dict.fromkeys(question.objective for question in asked))
    shown = repr((title, [item(question) for question in asked]))
    data = {
        "questions": [_question(title, n, question, objectives) for n, question in enumerate(asked)],
        "objectives": list(map(_objective, objectives)),
        "minutes": float(sum((question.minutes for question in asked), Fraction(0))),
        "page": sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "words": PHRASES,
    }
    return dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _question(title: str, number: int, question: Question, objectives: list[str]) -> dict[str, Any]:
    # Another salt for every question, so that equal answers have unlike keys; made of what is no secret.
    salt = sha256(dumps([title, number, question.id]).encode()).digest()[:16]
    public = {"points": float(question.points), "objective": objectives.index(question.objective)}
    return {**public, **locked(question, salt, _solution(question))}


def _solution(question: Question) -> str:
    options = "".join(map(_verdict, verdicts(question)))
    listed = f'<ul class="options">\n{options}</ul>\n' if options else ""
    titled = (f"<h4>{escape(title)}</h4>\n{to_html(blocks)}" for title, blocks in sections(question))
    return listed + "".join(titled)


def _verdict(verdict: Verdict) -> str:
    style, sign, said = ("right", "✓", ENGLISH.key.right) if verdict.right else ("wrong", "✗", ENGLISH.key.wrong)
    feedback = f'<span class="feedback" dir="auto">{to_html_inline(verdict.feedback)}</span>'
    option = f"<div>{labelled(verdict.label, verdict.text)}{feedback}</div>"
    return f'<li class="{style}"><span role="img" aria-label="{said}">{sign}</span> {option}</li>\n'


def _objective(id: str) -> dict[str, str]:
    """Its text, and where to read of it; an objective of another course is not named."""
    try:
        objective, chapter = course.objective(id), course.chapter(course.chapter_of(id))
    except CourseError:
        return {"text": PHRASES["other_objective"], "where": ""}
    said = PHRASES["one_section" if len(objective.sections) == 1 else "many_sections"]
    where = said.format(sections=", ".join(objective.sections)) if objective.sections else ""
    return {
        "text": objective.text,
        "where": PHRASES["chapter"].format(number=chapter.number, title=chapter.title) + where,
    }
