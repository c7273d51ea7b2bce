import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from exporters import notebook
from vlearn.exams.form import Form
from vlearn.questions.grade import grade
from vlearn.questions.model import KINDS

Cells = dict[str, dict[str, Any]]


def cells(content: bytes) -> Cells:
    return {cell["id"]: cell for cell in json.loads(content)["cells"]}


@pytest.fixture(scope="module")
def paper(form: Form) -> Cells:
    return cells(notebook.paper(form.paper))


def run(paper: Cells, folder: Path, monkeypatch: pytest.MonkeyPatch, **filled: str) -> tuple[dict[str, Any], str]:
    """Run all code cells in order as a kernel does, some of them filled in; what is handed in, and what is printed."""
    printed: list[str] = []
    names: dict[str, Any] = {"In": [""], "print": lambda *words: printed.append(" ".join(words))}
    monkeypatch.chdir(folder)
    for name, cell in paper.items():
        if cell["cell_type"] == "code":
            source = filled.get(name, cell["source"])
            names["In"].append(source)
            exec(compile(source, name, "exec"), names)
    return json.loads((folder / "responses.json").read_text(encoding="utf-8")), "\n".join(printed)


def test_papers_and_keys_are_valid_notebooks(form: Form) -> None:
    nbformat = pytest.importorskip("nbformat")
    for content in (notebook.paper(form.paper), notebook.key(form)):
        nbformat.validate(json.loads(content))
        assert nbformat.reads(content.decode(), as_version=4).nbformat_minor == 5


def test_every_question_has_a_text_cell_and_an_answer_cell(paper: Cells) -> None:
    questions = [name for n in range(1, len(KINDS) + 1) for name in (f"q{n}", f"q{n}-answer")]
    assert list(paper) == ["head", "who", *questions, "hand-in"]
    assert all(paper[name]["cell_type"] == "code" for name in questions if name.endswith("answer"))


def test_the_code_of_a_paper_fits_the_screen_and_its_comments_are_sentences(paper: Cells) -> None:
    lines = [line for cell in paper.values() if cell["cell_type"] == "code" for line in cell["source"].splitlines()]
    assert max(map(len, lines)) <= 100
    assert not [line for line in lines if "...." in line]


def test_an_unanswered_paper_runs_and_says_so(paper: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed_in, printed = run(paper, tmp_path, monkeypatch)
    assert handed_in["exam"] == "Nested paging"
    assert handed_in["form"] == "A"
    assert list(handed_in["answers"]) == [str(n) for n in range(1, len(KINDS) + 1)]
    assert "Not answered yet: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11" in printed


ANSWERS = {
    "single-choice": '"B"',
    "multiple-choice": '{"A", "C"}',
    "true-false": '(True, "A")',
    "numeric": "918273645",
    "short-text": '"EPT violation"',
    "matching": '["A", "C", "B"]',
    "ordering": '["B", "A", "D", "C"]',
    "cloze": '["guest", "hypervisor", "rax"]',
    "classification": '["A", "B", "A"]',
    "essay": '"""Both,\nand why: ünïcode 🙂"""',
    "trace": '["0x1000", "PDPTE", "0x3010"]',
}


def test_answers_in_the_form_that_the_cells_ask_for_earn_all_points(
    form: Form, paper: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled = {f"q{n}-answer": f"q{n} = {ANSWERS[kind]}" for n, kind in enumerate(KINDS, 1) if kind in ANSWERS}
    starter = paper[f"q{len(KINDS)}-answer"]["source"]
    filled[f"q{len(KINDS)}-answer"] = starter.replace("    ...", "    return (guest + 1) * (host + 1) - 1")
    handed_in, printed = run(paper, tmp_path, monkeypatch, **filled)
    assert "Every question has an answer." in printed
    for question, response in zip(form.questions, handed_in["answers"].values(), strict=True):
        expected = Fraction(0) if question.kind == "essay" else question.points
        assert grade(question, response).points == expected, question.kind
    assert handed_in["answers"]["10"] == "Both,\nand why: ünïcode 🙂"


def test_no_text_of_a_question_becomes_code(make_form: Callable[..., Form]) -> None:
    form = make_form(say=lambda t: f"{t}\nimport evil", write=lambda t: t if "def" in t else f"{t}\r\nimport evil")
    for name, cell in cells(notebook.paper(form.paper)).items():
        if cell["cell_type"] == "code":
            assert not re.search(r"^\s*import evil", cell["source"], re.MULTILINE), name


@pytest.mark.parametrize("starter", ["", "def f(:", "def f():", "if x:\n    def f(a):\n        ", "x = 1\r\n"])
def test_any_starter_stands_in_its_cell(make_form: Callable[..., Form], starter: str) -> None:
    form = make_form(write=lambda text: starter if text.startswith("def references") else text)
    source = cells(notebook.paper(form.paper))["q12-answer"]["source"]
    assert source.startswith(starter.rstrip())
    if starter != "def f(:":
        compile(source, "q12", "exec")


def test_a_key_is_text_alone_and_tells_everything(form: Form) -> None:
    key = cells(notebook.key(form))
    assert {cell["cell_type"] for cell in key.values()} == {"markdown"}
    text = "\n".join(cell["source"] for cell in key.values())
    assert "Not for students" in text
    assert "- ✓ **B** 24:" in text
    assert "Adds the levels instead of multiplying them." in text
    assert text.count("reads <em>each</em> level once.") == len(KINDS)
