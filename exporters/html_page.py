"""The page around an exam's questions: its policy, its style, its head."""

from functools import cache
from pathlib import Path

from exporters.html_controls import escaped
from exporters.wording import form_name, summary, words_of
from vlearn.exams.form import Paper
from vlearn.exams.printing import Print

_STYLE = Path(__file__).parent / "styles" / "exam.css"
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(paper: Paper, look: Print, kind: str, main: str) -> bytes:
    """The file with `main` below the exam's head; `kind` ends its title."""
    words = words_of(paper)
    name = form_name(paper.form, words)
    return f"""<!DOCTYPE html>
<html lang="{look.language}"{_classes(look)}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(f"{paper.title}, {name}{kind}")}</title>
<style>
{_style()}@page {{ size: {look.size}; margin: 18mm; }}
</style>
</head>
<body>
<a class="skip" href="#questions">{escaped(words.screen.skip)}</a>
<header class="head">
<div><h1 dir="auto">{escaped(paper.title)}</h1>
<p class="quiet">{escaped(f"{name} · {summary(paper)}")}</p></div>
<p class="badge" aria-hidden="true">{escaped(paper.form)}</p>
</header>
<main id="questions">
{main}</main>
</body>
</html>
""".encode()


def _classes(look: Print) -> str:
    """What the style does more than usual."""
    on = {
        "large": look.large,
        "two-columns": look.columns == 2 and not look.large,
        "boxes": look.boxes,
        f"{look.space}-space": look.space != "normal",
    }
    names = " ".join(name for name, wanted in on.items() if wanted)
    return f' class="{names}"' if names else ""


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")
