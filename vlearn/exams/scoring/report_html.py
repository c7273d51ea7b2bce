"""Grades as one HTML page that loads nothing: everybody's grades, the questions' statistics, each student's reasons.

A policy in the page forbids scripts and every request, and all text is escaped.
"""

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from vlearn.exams.scoring.analysis import Item, analyse
from vlearn.exams.scoring.gradebook import Change, Result, Scored
from vlearn.questions.labels import number
from vlearn.questions.notation import decimal
from vlearn.questions.responses import shortened
from vlearn.render.markdown import to_html_inline

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = Path(__file__).with_name("report.css")


def report(title: str, results: Sequence[Result], changed: Sequence[Change] = ()) -> bytes:
    """The whole report, for the instructor; a student's own section is one page in print."""
    students = "".join(_student(result, n) for n, result in enumerate(results))
    main = f"{_grades(results)}{_changes(changed) if changed else ''}{_items(analyse(results))}{students}"
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}, grades</title>
<style>
{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<main>
<h1 dir="auto">{_text(title)}, grades</h1>
{main}</main>
</body>
</html>
"""
    return page.encode("utf-8", "backslashreplace")


def _grades(results: Sequence[Result]) -> str:
    rows = (
        (
            _cell(f'<a href="#student-{n}">{_text(r.student)}</a>'),
            *(_cell(_text(text)) for text in (r.name, r.form)),
            *(_number(decimal(value, 2)) for value in (r.points, r.out_of, r.percent)),
            _cell(_text(r.grade)),
            _number(str(r.by_hand)),
        )
        for n, r in enumerate(results)
    )
    return _table("Grades", ("Student", "Name", "Form", "Points", "Of", "Percent", "Grade", "To mark by hand"), rows)


def _changes(changed: Sequence[Change]) -> str:
    rows = (
        (
            *(_cell(_text(text)) for text in (c.student, c.name)),
            *(_number(decimal(value, 2)) for value in (c.before, c.after, c.after - c.before)),
            *(_cell(_text(text)) for text in (c.grade_before, c.grade_after, ", ".join(c.questions))),
        )
        for c in changed
    )
    head = ("Student", "Name", "Before", "After", "Difference", "Grade before", "Grade after", "Questions")
    return _table("What the corrections changed", head, rows)


def _items(items: Sequence[Item]) -> str:
    rows = (
        (
            *(_cell(_text(text)) for text in (item.id, item.kind)),
            _number(str(item.answered)),
            _number(decimal(item.facility, 2)),
            _number("–" if item.discrimination is None else f"{item.discrimination:.2f}"),
            _cell(_listed(f"{o.text}{' (right)' if o.right else ''}: {o.count}" for o in item.options)),
        )
        for item in items
    )
    return _table(
        "Questions: facility is the mean share of the points, discrimination the correlation with all other points",
        ("Question", "Kind", "Answered", "Facility", "Discrimination", "Chosen"),
        rows,
    )


def _student(result: Result, n: int) -> str:
    rows = (_response(one, k) for k, one in enumerate(result.scored))
    sums = f"{decimal(result.points, 2)} of {decimal(result.out_of, 2)} points, {decimal(result.percent, 2)} percent"
    grade = f", grade {result.grade}" if result.grade else ""
    name = f"{result.student} {result.name}".strip()
    table = _table("Responses", ("No.", "Question", "Response", "Points", "Of", "Why"), rows)
    return (
        f'<section aria-labelledby="student-{n}">\n<h2 id="student-{n}" dir="auto">{_text(name)}</h2>\n'
        f"<p>{_text(f'Form {result.form}: {sums}{grade}')}</p>\n{table}</section>\n"
    )


def _response(one: Scored, index: int) -> tuple[str, ...]:
    why = "".join(f"<li>{decimal(r.points, 2)}: {to_html_inline(r.text)}</li>" for r in one.grade.reasons)
    by_hand = "<li>to be marked by hand</li>" if one.grade.by_hand else ""
    return (
        _number(number(index)),
        _cell(_text(one.question.id)),
        _cell(_text(shortened(one.response, 400))),
        _number(decimal(one.grade.points, 2)),
        _number(decimal(one.grade.out_of, 2)),
        _cell(f"<ul>{why}{by_hand}</ul>"),
    )


def _table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(row)}</tr>\n" for row in rows)
    return (
        f'<div class="wide"><table><caption>{_text(caption)}</caption>\n<thead><tr>{names}</tr></thead>\n'
        f"<tbody>\n{body}</tbody></table></div>\n"
    )


def _listed(texts: Iterable[str]) -> str:
    items = "".join(f'<li dir="auto">{_text(text)}</li>' for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _cell(html: str) -> str:
    return f'<td dir="auto">{html}</td>'


def _number(text: str) -> str:
    return f'<td class="number">{text}</td>'


def _text(text: str) -> str:
    return escape(text, quote=False)
