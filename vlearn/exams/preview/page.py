"""The page of a preview: faults and findings, a list of questions, and one of them as its paper and its key show it."""

from collections import defaultdict
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from vlearn.exams.form import Form
from vlearn.exams.preview.source import Snapshot
from vlearn.exams.stream import stream
from vlearn.questions.entry import Entry
from vlearn.questions.shuffle import shuffled

FORM = "A"
"""The form of the exam whose variant and order of options are shown."""


def page(snapshot: Snapshot, id: str, seed: int) -> str:
    """The page with the question of this id, or with the first, if there is any."""
    entry = chosen(snapshot, id)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(entry.id if entry else "Preview")}</title>
<link rel="stylesheet" href="preview.css">
<script src="preview.js"></script>
</head>
<body>
<a class="skip" href="#question">Skip to the question</a>
<p id="status" role="status"></p>
<div id="content" data-version="{snapshot.version}">
{_faults(snapshot)}<div class="columns">
{_list(snapshot, entry)}<main id="question">
{_question(snapshot, entry, seed) if entry else "<p>There is no sound question to show.</p>"}
</main>
</div>
</div>
</body>
</html>
"""


def chosen(snapshot: Snapshot, id: str) -> Entry | None:
    """The entry of this id, or the first."""
    return next((entry for entry in snapshot.entries if entry.id == id), next(iter(snapshot.entries), None))


def form(entry: Entry, seed: int) -> Form:
    """An exam of this question alone, with the variant and the order that form A of any exam with the seed has."""
    question = entry.make(stream(seed, FORM, entry.id, "variant"))
    return Form("Preview", FORM, "", (shuffled(question, stream(seed, FORM, entry.id, "options")),), seed)


def _faults(snapshot: Snapshot) -> str:
    if not snapshot.faults:
        return ""
    faults = "".join(f"<li>{_text(str(fault))}</li>\n" for fault in snapshot.faults)
    return f'<section class="faults" aria-label="Faults"><h2>Cannot be read</h2>\n<ul>\n{faults}</ul></section>\n'


def _list(snapshot: Snapshot, shown: Entry | None) -> str:
    if len(snapshot.entries) < 2:
        return ""
    told = {finding.id for finding in snapshot.findings}
    files: defaultdict[Path, list[Entry]] = defaultdict(list)
    for entry in snapshot.entries:
        files[entry.path].append(entry)

    def link(entry: Entry) -> str:
        current = ' aria-current="page"' if entry is shown else ""
        mark = ' <span class="mark">finding</span>' if entry.id in told else ""
        return f'<li><a href="{_address("./", entry)}"{current}>{_text(entry.id)}</a>{mark}</li>\n'

    lists = "".join(
        f"<details{' open' if shown in entries else ''}><summary>{_text(f'{path.parent.name}/{path.name}')}</summary>\n"
        f"<ul>\n{''.join(map(link, entries))}</ul></details>\n"
        for path, entries in files.items()
    )
    return f'<nav aria-label="Questions">\n{lists}</nav>\n'


def _question(snapshot: Snapshot, entry: Entry, seed: int) -> str:
    findings = "".join(
        f"<li>{_text(finding.message)} <code>{finding.rule}</code></li>\n"
        for finding in snapshot.findings
        if finding.id == entry.id
    )
    told = f"<ul>\n{findings}</ul>" if findings else "<p>The linter finds nothing to better.</p>"
    another = f'<a href="{_address("./", entry, seed + 1)}">{"another variant" if entry.generator else "reshuffle"}</a>'
    return f"""<h1>{_text(entry.id)}</h1>
<p class="quiet">{_text(f"{entry.path.name}, line {entry.line}")} · seed {seed} · {another}</p>
<section class="findings" aria-label="Findings">{told}</section>
<div class="sides">
{_side("paper", "Paper", entry, seed)}{_side("key", "Key", entry, seed)}</div>"""


def _side(name: str, title: str, entry: Entry, seed: int) -> str:
    # Without scripts of their own, and of the same origin, so that the page can make the frames as high as they need.
    frame = f'<iframe title="{title}" sandbox="allow-same-origin" src="{_address(name, entry, seed)}"></iframe>'
    return f"<section><h2>{title}</h2>\n{frame}</section>\n"


def _address(page: str, entry: Entry, seed: int | None = None) -> str:
    query = {"id": entry.id} | ({} if seed is None else {"seed": str(seed)})
    return escape(f"{page}?{urlencode(query)}")


def _text(text: str) -> str:
    return escape(text, quote=False)
