"""The practice notebook: it reads well as it lies there, runs from top to bottom, and holds nothing of a key."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from exporters import practice_notebook
from exporters.practice_notebook import changed, left_out, questions
from tests.exporters.reading import all_of_notebook, shown_by_notebook
from tests.questions.samples import entry_of
from vlearn.exams.collect import collect
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.questions.bank import Bank, load_bank
from vlearn.questions.model import KINDS, Question

CANARY = "Zqxjkv"

Install = Callable[[tuple[Question, ...]], Collection]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes questions the course's own bank, and a collection of them."""

    def installed(asked: tuple[Question, ...]) -> Collection:
        written = tuple(replace(q, id=f"ch06-{kind}", generator="") for q, kind in zip(asked, KINDS, strict=True))
        monkeypatch.setattr(practice_notebook, "course_bank", lambda: Bank(tuple(map(entry_of, written))))
        return Collection("Nested & <paging>", written)

    return installed


def sources(content: bytes, kind: str) -> list[str]:
    return [cell["source"] for cell in json.loads(content)["cells"] if cell["cell_type"] == kind]


def test_every_question_is_asked_in_a_text_and_answered_below_it(install: Install, form: Form) -> None:
    content = questions(install(form.questions))
    assert sources(content, "code")[1:3] == ['lab.answer("ch06-single-choice")', 'lab.answer("ch06-multiple-choice")']
    assert len(sources(content, "code")) == len(KINDS) + 2
    text = shown_by_notebook(content)
    assert "Question 12" in text
    assert "Leaves out" not in text
    assert all(said in text for said in ("4, one for each level", "root of the EPT", "PML4E", "CR3 points to the PML4"))


def test_nothing_that_is_hidden_can_be_read(install: Install, make_form: Callable[..., Form]) -> None:
    count = iter(range(1000))
    secret = make_form(hide=lambda text: f"{CANARY}{next(count)}")
    text = all_of_notebook(questions(install(secret.questions)))
    assert "Question 12" in text, "the reader reads"
    for known in (CANARY, "918273645", "20261", "ch06-walk", "difficulty", "Because", "seed"):
        assert known not in text, known


def test_same_questions_same_bytes(install: Install, form: Form) -> None:
    collection = install(form.questions)
    assert questions(collection) == questions(collection)


def test_what_the_installed_bank_does_not_ask_is_left_out(install: Install, form: Form) -> None:
    collection = install(form.questions)
    first, second, *others = collection.questions
    asked = (replace(first, id="ch06-unknown"), replace(second, solution=()), *others)
    other = replace(collection, questions=asked)
    assert [(one.id, one.reason.split(", ")[-1]) for one in left_out(other)] == [
        ("ch06-unknown", "has no such question"),
        ("ch06-multiple-choice", "has another question of this id"),
    ]
    assert "ch06-multiple-choice" not in questions(other).decode()


@pytest.fixture(scope="module")
def bank() -> Bank:
    return load_bank()


def test_no_seed_is_named_so_another_seed_is_told_to_change_the_numbers(bank: Bank) -> None:
    generated = [entry.id for entry in bank if entry.generator][:2]
    own, other = (collect(bank, "x", ids=generated, variants=2, seed=seed) for seed in (1, 7))
    assert left_out(own) == left_out(other) == ()
    assert changed(own) == ()
    assert changed(other)
    assert questions(own) == questions(other)


def test_the_notebook_runs_from_top_to_bottom(bank: Bank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason="the package nbclient is not installed")
    import nbformat

    monkeypatch.setenv("VLEARN_PROGRESS", str(tmp_path / "progress.json"))
    by_kind = {(entry.kind, bool(entry.generator)): entry.id for entry in bank}
    content = questions(collect(bank, "All kinds", ids=set(by_kind.values())))
    notebook = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) == len(by_kind) + 2
    assert not [output for cell in cells for output in cell.outputs if output.output_type in ("error", "stream")]
    forms = [output.data["text/html"] for cell in cells[1:-1] for output in cell.outputs]
    assert len(forms) == len(by_kind)
    assert all("<fieldset" in form for form in forms)
