"""Every test has a record of its own, and a run to play."""

import pytest

from vlearn.blocks import Figure, Text
from vlearn.lab import record
from vlearn.trace import Event, Step, Trace


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    """No test reads or writes the progress of whoever runs the tests."""
    monkeypatch.setenv("VLEARN_PROGRESS", str(tmp_path / "progress.json"))
    yield tmp_path / "progress.json"
    record._open.cache_clear()


@pytest.fixture
def trace():
    """Five steps; their texts hold what HTML and Markdown would misread."""
    texts = ["reads <entry> 1 & more", "reads entry_2_of_3", "misses `x`", "</script> stays text", "finds $x$"]
    kinds = ["read", "read", "miss", "read", "hit"]
    steps = (Step(Event(kind, text), n) for n, (kind, text) in enumerate(zip(kinds, texts, strict=True), 1))
    return Trace(0, tuple(steps))


@pytest.fixture
def draw():
    """A bar that grows with the state, and a sentence that is not there at the start."""

    def blocks(state, event):
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 10" width="600"><rect width="60" height="10"'
            f' fill="#eee"/><rect width="{state * 12}" height="10" fill="#0072B2"/></svg>'
        )
        figure = Figure(svg, f"{state} of 5 parts are done")
        return (figure, Text(f"State **{state}**")) if event else (figure,)

    return blocks


@pytest.fixture
def open_page(browser, tmp_path):
    """Opens HTML from a file. Afterwards: nothing was asked of any server, and the console stayed silent."""
    complaints = []
    page = browser.new_page()
    page.set_default_timeout(5000)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))

    def opened(html):
        file = tmp_path / "page.html"
        file.write_text(
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Run</title>{html}', encoding="utf-8"
        )
        page.goto(file.as_uri())
        return page

    yield opened
    page.close()
    assert complaints == []
