"""Notebooks as pages: executed, whole, and asking nobody for anything."""

import json
import os
import re

import pytest

from vlearn.errors import ContentError
from vlearn.pages import write_pages

NOTEBOOK = {
    "cells": [],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
PLAY = """\
from vlearn import lab
from vlearn.lab.exercises.ch06 import ADDRESS, PUZZLE
from vlearn.sim.memory import Access, machine, translate
from vlearn.trace import run
from vlearn.views.memory_walk import draw_walk
lab.play(run(translate, machine(PUZZLE), [Access(ADDRESS)]), draw_walk, "A walk")"""


def notebook(folder, name, *sources):
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for n, source in enumerate(sources)
    ]
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "Next: [there](06-memory.ipynb)."}
    document = {**NOTEBOOK, "cells": [text, *cells]}
    (folder / name).write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


def test_a_page_has_its_players_and_no_script_from_elsewhere(sources, tmp_path, monkeypatch):
    monkeypatch.setenv("VLEARN_PROGRESS", "somebody's own")
    notebook(sources, "a.ipynb", PLAY)
    (path,) = write_pages(sources, tmp_path / "pages")
    page = path.read_text(encoding="utf-8")
    assert "data-vlearn-player" in page
    assert re.findall(r"<(?:script|img|iframe)[^>]*\bsrc=\"(?!data:)[^\"]*\"", page) == []
    assert 'href="06-memory.html"' in page
    assert os.environ["VLEARN_PROGRESS"] == "somebody's own"


def test_a_failing_cell_is_named_and_no_page_is_written(sources, tmp_path):
    notebook(sources, "a.ipynb", "1")
    notebook(sources, "b.ipynb", "1 / 0")
    with pytest.raises(ContentError, match=r"b\.ipynb does not run.*division by zero"):
        write_pages(sources, tmp_path / "pages")
    assert not (tmp_path / "pages").exists()
