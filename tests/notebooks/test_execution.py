"""Every notebook runs from top to bottom in a fresh kernel: no error, no warning, no network, within its budget."""

import json
import re

import pytest

from tests.notebooks.page import Page
from vlearn.content import notebooks

resource = pytest.importorskip("resource", reason="this system does not count the CPU seconds of its children")
NOTEBOOKS = sorted(notebooks().glob("*.ipynb"))
CPU_SECONDS = 30


def faults(page):
    """What goes wrong before the eyes of somebody who runs the notebook, a sentence each."""
    for cell in page.code:
        outputs = cell.raw["outputs"]
        errors = [output for output in outputs if output["output_type"] == "error"]
        pages = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
        players = [name for name, _ in cell.calls].count("play")
        if cell.raw["execution_count"] is None:
            yield f"cell {cell.number} did not run"
        for error in errors:
            yield f"cell {cell.number} raised {error['ename']}: {error['evalue']}"
        for output in outputs:
            if output.get("name") == "stderr":
                yield f"cell {cell.number} wrote to stderr: {output['text'].strip()}"
        if not errors and players > pages.count("<div data-vlearn-player="):
            yield f"cell {cell.number} plays a run and shows no player that works without a kernel"


def executed(nb_regression, path):
    """The notebook as it is after it ran, and what pytest-notebook found changed in it apart from its outputs."""
    result = nb_regression.check(str(path), raise_errors=False)
    return Page.of(path.stem, result.nb_final), result.diff_filtered


def test_the_course_has_its_start_page_and_chapter_6():
    assert {"00-start-here", "06-memory"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, nb_regression, record_property):
    stored, before = path.read_bytes(), resource.getrusage(resource.RUSAGE_CHILDREN)
    page, changes = executed(nb_regression, path)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    record_property("cpu_seconds", round(seconds, 1))
    assert "\n".join(faults(page)) == ""
    assert changes == []
    assert path.read_bytes() == stored
    assert seconds < CPU_SECONDS, "a chapter runs in half a minute on a small machine"


RAN = {
    "import sys, jsonschema; assert 'rfc3987_syntax' not in sys.modules": None,
    "1 / 0": "cell 2 raised ZeroDivisionError: division by zero",
    "import warnings; warnings.warn('old')": "cell 3 wrote to stderr: .*UserWarning: old",
    "import socket; socket.create_connection(('192.0.2.1', 80), 1)": "cell 4 raised PermissionError: .*192.0.2.1",
    "import socket; socket.getaddrinfo('example.org', 80)": "cell 5 raised PermissionError: .*example.org",
    "import urllib.request; urllib.request.urlopen('http://example.org')": "cell 6 raised URLError: .*refused",
    "class lab: play = print\nlab.play('a run')": "cell 7 plays a run and shows no player",
    "import os; assert not os.listdir('.')": None,
}
"""Code, and the fault that running it is."""


def test_a_fault_in_any_cell_is_found(nb_regression, tmp_path):
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for n, source in enumerate(RAN)
    ]
    path = tmp_path / "broken.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    page, changes = executed(nb_regression, path)
    expected = [pattern for pattern in RAN.values() if pattern]
    found = list(faults(page))
    assert len(found) == len(expected), found
    for fault, pattern in zip(found, expected, strict=True):
        assert re.match(pattern, fault, re.DOTALL)
    assert changes == []
    assert next(faults(Page.read(path))) == "cell 1 did not run"
