"""The notebooks keep the style, and every rule of it has a notebook that breaks it."""

import re
from copy import deepcopy

import pytest

from tests.notebooks import style
from tests.notebooks.page import Page
from tests.notebooks.style import CHAPTERS, EVERY_NOTEBOOK, complaints
from vlearn.content import notebooks
from vlearn.course import chapter

NOTEBOOKS = sorted(notebooks().glob("*.ipynb"))
MEMORY = chapter("ch06")
EXERCISE = ("ch06-first", "ch06-second", "ch06-third")
"""The exercises that the miniature may check."""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_the_style(path):
    assert "\n".join(complaints(Page.read(path))) == ""


def test_the_start_page_shows_the_chapters_and_your_progress():
    start = Page.read(notebooks() / "00-start-here.ipynb")
    assert start.calls("chapters")
    assert start.calls("progress")
    assert any("](practice-exam.ipynb)" in cell.source for cell in start.prose)


def test_the_practice_exam_can_be_chosen_repeated_and_reviewed():
    exam = Page.read(notebooks() / "practice-exam.ipynb")
    assert exam.chapter is None
    assert all(exam.calls(name) for name in ("choose_practice", "practice", "review", "practice_history"))


def test_a_numbered_notebook_is_a_chapter_of_the_course():
    numbered = {path.stem for path in NOTEBOOKS if path.stem[:2].isdigit()} - {"00-start-here"}
    assert numbered
    assert all(Page.of(stem, {"cells": []}).chapter for stem in numbered), numbered


@pytest.fixture
def exercises(monkeypatch):
    monkeypatch.setattr(style, "EXERCISES", dict.fromkeys(EXERCISE))


def prose(*lines):
    return {"cell_type": "markdown", "metadata": {}, "source": "\n".join(lines)}


def code(*lines):
    return {"cell_type": "code", "metadata": {}, "source": "\n".join(lines), "outputs": [], "execution_count": None}


def miniature():
    """A chapter with everything a chapter needs, and nothing more."""
    objectives = [f"- {objective.text} (`{objective.id}`)" for objective in MEMORY.objectives[:3]]
    between = prose("Say what happens next, *before* you look.")
    tasks = ["lab.play(walk, draw)", "lab.predict('ch06-a', walk, 1)", "lab.study(show, levels=(2, 5))"] * 2
    tasks[4] = "lab.predict('ch06-b', walk, 2)"
    checks = [f"lab.check({id!r}, None)" for id in EXERCISE]
    cells = [
        prose(f"# 6. {MEMORY.title}", "", "You can, after this chapter:", *objectives),
        code("from vlearn import lab"),
        *(cell for task in [*tasks, *checks, "lab.quiz('ch06')"] for cell in (code(task), between)),
        prose("> **The notes say** twenty; in fact it is twenty-four. ![A walk](walk.svg)"),
        prose("## Summary", "", "Every walk has its price."),
        prose("## Sources", "", "- The manual."),
    ]
    cells = [{**deepcopy(cell), "id": f"c{n}"} for n, cell in enumerate(cells)]
    return {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}


def page(*changes):
    """The miniature after the changes, each a function of its JSON."""
    notebook = miniature()
    for change in changes:
        change(notebook)
    return Page.of(MEMORY.stem, notebook)


def cell(number, **values):
    return lambda notebook: notebook["cells"][number - 1].update(values)


def source(number, text):
    return cell(number, source=text)


def without(text):
    """Every cell that has the text loses it."""

    def change(notebook):
        for cell in notebook["cells"]:
            cell["source"] = cell["source"].replace(text, "")

    return change


def metadata(**values):
    return lambda notebook: notebook["metadata"].update(values)


def every_prose_cell(text):
    return lambda notebook: [c.update(source=c["source"] + text) for c in notebook["cells"] if "outputs" not in c]


def every_code_cell(text):
    return lambda notebook: [c.update(source=c["source"] + text) for c in notebook["cells"] if "outputs" in c]


BROKEN = {
    "stored_without_outputs": [
        (cell(2, outputs=[{"output_type": "stream"}]), "cell 2 is stored with its output"),
        (cell(2, execution_count=1), "cell 2 is stored with its output"),
    ],
    "stored_with_no_more_than_it_needs": [
        (metadata(widgets={}), "the metadata hold widgets"),
        (metadata(kernelspec={"name": "vlearn-env"}), "the kernel is 'vlearn-env'"),
        (cell(3, metadata={"execution": {}}), "cell 3 has the metadata execution"),
    ],
    "cells_have_their_own_ids": [
        (cell(3, id="c0"), "cell 3 has no id of its own"),
        (lambda notebook: notebook["cells"][2].pop("id"), "cell 3 has no id of its own"),
    ],
    "opens_with_its_title": [
        (source(1, "Memory"), "the first cell is not the title"),
        (source(1, "# Something else"), "the title is not the one in the table"),
    ],
    "code_is_plain_python": [
        (source(2, "!pip install vlearn"), "cell 2 is not plain Python"),
        (source(2, "%matplotlib inline"), "cell 2 is not plain Python"),
        (source(2, "get_ipython().system('ls')"), "cell 2 is not plain Python"),
    ],
    "names_are_imported_one_by_one": [(source(2, "from vlearn.lab import *"), r"cell 2 imports \*")],
    "no_class_is_defined": [(source(2, "class Walk: ..."), "cell 2 defines the class Walk")],
    "code_cells_are_small": [
        (source(2, "x = 1\n" * 16), "cell 2 has 16 lines"),
        (source(2, "x = 1\n\n" * 8), "cell 2 has 16 lines"),
        (every_code_cell("\na = 1\nb = 2\nc = 3"), "half of the code cells have 4 lines"),
    ],
    "code_lines_fit_the_screen": [(source(2, f"x = '{'x' * 96}'"), "cell 2 has a line of 102 characters")],
    "prose_stands_between_code": [(lambda notebook: notebook["cells"].pop(3), "cell 4 is code right after code")],
    "prose_is_short": [(every_prose_cell(" and so on" * 20), "half of the prose cells have 6[0-9] words")],
    "images_have_words": [
        (source(4, "![](walk.png)"), "cell 4 has an image without"),
        (source(4, '<img src="walk.png">'), "cell 4 has an image without"),
        (source(4, '<img src="walk.png" alt="">'), "cell 4 has an image without"),
    ],
    "no_path_of_a_machine": [
        (source(2, "open('/home/ada/notes.txt')"), "cell 2 names a path of somebody's machine: /home/ada"),
        (source(4, r"See C:\Users\ada."), "cell 4 names a path"),
    ],
    "cited_ids_exist": [(source(4, "It is `ch06-no-such-thing`."), "cell 4 cites ch06-no-such-thing")],
    "exercises_exist": [(source(3, "lab.check('ch06-none', 1)"), "lab.check.'ch06-none'.*no such exercise")],
    "opening_states_objectives": [
        (source(1, f"# {MEMORY.title}"), "the opening lists 0 objectives"),
        (every_prose_cell(f" `{chapter('ch07').objectives[0].id}`"), "the opening lists ch07-.* of another chapter"),
    ],
    "questions_keep_the_pace": [(without("lab."), "up to cell 15, more than 7 code cells ask")],
    "things_to_do_are_enough": [
        (without("lab.play"), "0 calls of lab.play; at least 2"),
        (without("lab.study"), "0 calls of lab.study"),
        (without("lab.predict"), "0 calls of lab.predict"),
        (without("lab.quiz"), "0 calls of lab.quiz"),
        (source(15, f"lab.check({EXERCISE[1]!r}, None)"), "2 checked exercises; at least 3"),
    ],
    "predictions_are_told_apart": [
        (source(11, "lab.predict('ch06-a', walk, 3)"), "2 predictions have the id 'ch06-a'")
    ],
    "landmarks_stand": [
        (without("The notes say"), "there is no box that says what 'The notes say'"),
        (without("## Summary"), "there is no heading for the summary"),
        (without("## Sources"), "there is no heading for the sources"),
    ],
}
"""For every rule, changes that spoil the miniature, each with the complaint that it must bring."""


@pytest.mark.usefixtures("exercises")
def test_the_miniature_keeps_the_style():
    assert complaints(page()) == []


def test_every_rule_has_a_notebook_that_breaks_it():
    assert list(BROKEN) == [rule.__name__ for rule in EVERY_NOTEBOOK + CHAPTERS]


@pytest.mark.usefixtures("exercises")
@pytest.mark.parametrize(
    ("rule", "change", "complaint"),
    [
        pytest.param(rule, change, complaint, id=f"{rule.__name__}: {complaint}")
        for rule in EVERY_NOTEBOOK + CHAPTERS
        for change, complaint in BROKEN.get(rule.__name__, ())
    ],
)
def test_a_broken_notebook_is_complained_about(rule, change, complaint):
    assert any(re.match(complaint, said) for said in rule(page(change)))


def test_only_a_chapter_must_be_a_whole_chapter():
    start_page = {**miniature(), "cells": miniature()["cells"][:4]}
    assert complaints(Page.of("00-start-here", start_page)) == []
    assert "0 checked exercises; at least 3" in complaints(Page.of(MEMORY.stem, start_page))
