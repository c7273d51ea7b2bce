"""Questions as one HTML page that grades itself: for practice, never for marks.

It loads nothing, works from a file without a network, keeps answers in the browser where it may, and prints. A policy
in the page allows its own script by hash and nothing else. What an answer earns is sealed under that answer
(`exporters.practice_locks`), so neither a look at the source nor a search in it shows a key, feedback or a solution. It
keeps nothing from somebody who runs a program: that can try every option, and open what the page opens for a student
who gives up. Essays and code are compared with the solution by the student.
"""

from base64 import b64encode
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path

from exporters.html_controls import escaped
from exporters.html_tasks import controls
from exporters.phrasebook import Phrases, phrases
from exporters.practice_data import practice_data
from exporters.wording import minutes, points, question_name
from exporters.wording import questions as count_of
from vlearn.exams.collection import Collection, LeftOut
from vlearn.exams.practice import in_practice_order
from vlearn.questions.item import task
from vlearn.questions.model import Essay, Program, Question
from vlearn.render.html import to_html

SUFFIX = ".html"
SCRIPTS = ("data", "sha256", "sealing", "texts", "numbers", "grading", "fields", "store", "score", "clock", "practice")
"""In this order they make one script."""

_HERE = Path(__file__).parent


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Nothing: every kind has its place."""
    return ()


def changed(collection: Collection) -> tuple[LeftOut, ...]:
    """What the page cannot grade."""
    why = "the page shows the solution, and the student judges"
    return tuple(LeftOut(q.id, why) for q in collection.questions if isinstance(q.answer, Essay | Program))


def questions(collection: Collection) -> bytes:
    """The page."""
    asked = [in_practice_order(question) for question in collection.questions]
    words = phrases(collection.language)
    said = words.practice
    data = practice_data(collection.title, asked, words)
    body = "".join(_question(question, n, words) for n, question in enumerate(asked, 1))
    total, time = sum((q.points for q in asked), Fraction(0)), sum((q.minutes for q in asked), Fraction(0))
    facts = " · ".join((said.kind, count_of(len(asked), words), points(total, words), minutes(time, words)))
    script = _script()
    return f"""<!DOCTYPE html>
<html lang="{collection.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(said.titled.format(title=collection.title))}</title>
<style>
{_style()}</style>
</head>
<body>
<a class="skip" href="#questions">{escaped(words.screen.skip)}</a>
<header class="head">
<div><h1 dir="auto">{escaped(collection.title)}</h1>
<p class="quiet">{escaped(facts)}</p></div>
</header>
<main id="questions">
<p class="instructions">{escaped(said.note)} <span id="kept"></span></p>
<noscript><p class="note">{escaped(said.no_script)}</p></noscript>
<p id="clock" class="bar"></p>
{body}<section id="end" class="question" aria-labelledby="score">
<h2 id="score" tabindex="-1">{escaped(said.score)}</h2>
<div class="bar"><button type="button" id="finish">{escaped(said.finish)}</button>
<button type="button" id="again" class="second">{escaped(said.again)}</button>
<span role="status" id="progress"></span></div>
<div id="result"></div>
</section>
</main>
<script type="application/json" id="data">{data}</script>
<script>
{script}</script>
</body>
</html>
""".encode()


def _question(question: Question, number: int, words: Phrases) -> str:
    said, title = words.practice, escaped(question_name(number, words))
    worth = f"<b>{escaped(points(question.points, words))}</b> · {escaped(minutes(question.minutes, words))}"
    check = escaped(said.compare if isinstance(question.answer, Essay | Program) else said.check)
    show = f'<button type="button" class="second" data-show hidden>{escaped(said.show)}</button>'
    return (
        f'<section class="question" aria-labelledby="question-{number}">\n'
        f'<header><h2 id="question-{number}">{title}</h2><p class="worth">{worth}</p></header>\n'
        f'<form autocomplete="off" novalidate data-question="{number - 1}">\n'
        f"{to_html(question.prompt, words.chart)}{controls(task(question), f'q{number}', words)}"
        f'<div class="bar"><button type="submit">{check}</button> {show}</div>\n'
        '<div class="verdict" role="status"></div>\n<div class="solution"></div>\n</form>\n</section>\n'
    )


def _policy(script: str) -> str:
    digest = b64encode(sha256(f"\n{script}".encode()).digest()).decode()
    return (
        f"default-src 'none'; img-src data:; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; base-uri 'none'; "
        "form-action 'none'"
    )


@cache
def _script() -> str:
    parts = ((_HERE / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    return '"use strict";\n{\n' + "\n".join(parts) + "}\n"  # in a block, so that nothing of the window is overwritten


@cache
def _style() -> str:
    return "".join((_HERE / "styles" / name).read_text(encoding="utf-8") for name in ("exam.css", "practice.css"))
