"""A report on the bank as one HTML page that loads nothing. A shade repeats what the number in a cell says."""

from collections.abc import Container, Iterable, Sequence
from fractions import Fraction
from html import escape
from math import ceil, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

from vlearn.course import Chapter
from vlearn.errors import ContentError
from vlearn.questions.entry import Entry
from vlearn.questions.finding import Finding
from vlearn.questions.lint_bank import LEVELS, PER_OBJECTIVE
from vlearn.questions.notation import amount
from vlearn.questions.report import Counts, Report, Row
from vlearn.questions.stress import Trial

SHADES = 4
"""How many shades a cell may have, besides that of nothing."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(report: Report) -> bytes:
    """The whole page."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Question bank: coverage and quality</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
<header>
<h1>Question bank</h1>
<p class="quiet">{_summary(report)}</p>
<nav aria-label="Parts of this report"><ul>
<li><a href="#overall">Chapters</a></li>
<li><a href="#objectives">Objectives</a></li>
<li><a href="#findings">Findings</a></li>
<li><a href="#generators">Generators</a></li>
</ul></nav>
</header>
<main id="report">
<section aria-labelledby="overall"><h2 id="overall">Chapters</h2>
<p class="quiet">Each cell states a number of questions; the more there are, the stronger its shade.</p>
{"".join(_heat(counts, link=True) for counts in report.overall)}</section>
<section aria-labelledby="objectives"><h2 id="objectives">Objectives by Bloom level</h2>
<p class="quiet">A chapter that has a notebook has {PER_OBJECTIVE} questions at {LEVELS} Bloom levels for each of its
objectives; the last column says what is missing of that.</p>
{"".join(_chapter(chapter, counts) for chapter, counts in report.chapters)}</section>
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
{_findings(report.findings)}</section>
<section aria-labelledby="generators"><h2 id="generators">Generators</h2>
{_trials(report.trials)}</section>
</main>
</body>
</html>
""".encode()


def write_report(report: Report, path: Path) -> Path:
    """Write the page to a file, in a folder that is made if need be; the whole file or none. Raises ContentError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".vlearn-", dir=path.parent) as staging:
            fresh = Path(staging) / path.name
            fresh.write_bytes(page(report))
            fresh.replace(path)
    except OSError as error:
        raise ContentError(f"{path}: the report cannot be written here ({error.strerror})") from error
    return path


def _summary(report: Report) -> str:
    points = sum((entry.points for entry in report.bank), Fraction(0))
    minutes = sum((entry.minutes for entry in report.bank), Fraction(0))
    asked = {entry.objective for entry in report.bank}
    aims = [objective.id for chapter, _ in report.chapters for objective in chapter.objectives]
    covered = f"{sum(id in asked for id in aims)} of {len(aims)} objectives covered"
    much = (amount(len(report.bank), "question{s}"), amount(points, "point{s}"), amount(minutes, "minute{s}"))
    return _text(" · ".join((*much, covered, amount(len(report.findings), "finding{s}"))))


def _chapter(chapter: Chapter, counts: Counts) -> str:
    return f'<h3 id="{chapter.id}">{chapter.number}. {_text(chapter.title)}</h3>\n{_heat(counts, wanted=True)}'


def _heat(counts: Counts, *, link: bool = False, wanted: bool = False) -> str:
    most = max((count for row in counts.rows for count in row.counts), default=0)

    def line(row: Row) -> str:
        name = f'<a href="#{row.about}">{row.about}</a>' if link else f"<code>{row.about}</code>"
        cells = "".join(f'<td class="n s{_shade(count, most)}">{count}</td>' for count in row.counts)
        missing = f"<td>{row.wanted}</td>" if wanted else ""
        about = f'<th scope="row">{name} <span>{_text(row.text)}</span></th>'
        return f'{about}{cells}<td class="n total">{sum(row.counts)}</td>{missing}'

    sums = [sum(row.counts[n] for row in counts.rows) for n in range(len(counts.columns))]
    totals = "".join(f'<td class="n total">{total}</td>' for total in (*sums, sum(sums)))
    foot = f'<tr><th scope="row">All</th>{totals}{"<td></td>" if wanted else ""}</tr>'
    titles = ("Objective" if wanted else "Chapter", *counts.columns, "all", *["wanted"] * wanted)
    head = _head(titles, range(1, len(counts.columns) + 2))
    return _table(counts.caption, head, map(line, counts.rows), foot)


def _shade(count: int, most: int) -> int:
    """From 0 for none to `SHADES` for the most in the table, as its square root, so that few are told apart too."""
    return ceil(SHADES * sqrt(count / most)) if count else 0


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return "<p>Every question lints clean, and so does the bank.</p>\n"
    lines = (
        f'<th scope="row"><code>{_text(finding.id)}</code></th><td>{_text(finding.message)}</td>'
        f"<td><code>{finding.rule}</code></td><td>{_text(finding.path.name)}:{finding.line}</td>"
        for finding in findings
    )
    head = _head(("Question", "What should be better", "Rule", "Place"))
    return _table("Questions that do not lint clean", head, lines)


def _trials(trials: Sequence[tuple[Entry, Trial]]) -> str:
    if not trials:
        return "<p>No question is generated.</p>\n"

    def line(entry: Entry, trial: Trial) -> str:
        mean = trial.seconds / max(trial.seeds, 1)
        numbers = (
            str(trial.seeds),
            str(trial.variants),
            str(entry.variants),
            f"{mean * 1000:.2f}",
            f"{trial.slowest * 1000:.2f}",
            str(len(trial.findings)),
        )
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
        return f'<th scope="row"><code>{entry.id}</code></th><td>{_text(entry.generator)}</td>{cells}'

    titles = ("Question", "Generator", "seeds", "variants", "wanted", "ms each", "slowest, ms", "findings")
    head = _head(titles, range(2, len(titles)))
    caption = "Distinct variants over so many seeds, and the time that making them took"
    return _table(caption, head, (line(entry, trial) for entry, trial in trials))


def _head(titles: Iterable[str], numbers: Container[int] = ()) -> str:
    """Header cells; those at the places `numbers` stand over numbers."""
    cells = ((' class="n"' if n in numbers else "", title) for n, title in enumerate(titles))
    return "".join(f'<th scope="col"{of_numbers}>{title}</th>' for of_numbers, title in cells)


def _table(caption: str, head: str, lines: Iterable[str], foot: str = "") -> str:
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    footer = f"<tfoot>{foot}</tfoot>\n" if foot else ""
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0">\n'
        f"<table><caption>{_text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n{footer}</table></div>\n"
    )


def _text(text: str) -> str:
    return escape(text, quote=False)
