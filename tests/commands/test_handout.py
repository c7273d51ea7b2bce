"""`vlearn handout`: chapters become files together, or none does."""

import io

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from tests.exporters.reading import squeezed
from tests.lab.notebook_files import START, write_notebook
from vlearn import content
from vlearn.cli import main
from vlearn.course import COURSE
from vlearn.lab.paper.notebook import printed
from vlearn.render.markdown import to_plain

PREDICTED = "lab.predict('ch01-x', question='Why?', answer='so', choices=['not so'], why='Because of zebras.')"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course whose notebooks are tiny, all of them sound."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for chapter in COURSE:
        write_notebook(folder / f"{chapter.stem}.ipynb", f"md:# {chapter.title}", START, PREDICTED)
    monkeypatch.setattr(content, "notebooks", lambda: folder)
    return folder


def run(*options):
    return CliRunner().invoke(main, ["handout", *map(str, options)])


def text(path):
    return squeezed("".join(page.extract_text() for page in PdfReader(path).pages))


def test_one_chapter_becomes_the_file_that_is_named(course, tmp_path):
    result = run("--chapter", "ch09", "--out", tmp_path / "out" / "nine.pdf")
    assert result.exit_code == 0
    assert "nine.pdf" in result.output
    assert "Prediction1" in text(tmp_path / "out" / "nine.pdf")
    assert "zebras" not in text(tmp_path / "out" / "nine.pdf")


def test_answers_come_only_when_asked_for(course, tmp_path):
    run("--chapter", "ch09", "--answers", "--size", "letter", "--out", tmp_path / "nine.pdf")
    assert "Becauseofzebras." in text(tmp_path / "nine.pdf")
    assert PdfReader(tmp_path / "nine.pdf").pages[0].mediabox.width == 612


def test_several_chapters_go_into_a_folder(course, tmp_path):
    result = run("--chapter", "ch02", "--chapter", "ch01", "--chapter", "ch02", "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "01-virtualization.pdf", "02-hypervisors.pdf",
    ]  # fmt: skip


def test_all_chapters_go_into_a_folder(course, tmp_path):
    assert run("--all", "--out", tmp_path / "out").exit_code == 0
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {chapter.stem for chapter in COURSE}


def test_if_a_cell_fails_nothing_is_written(course, tmp_path):
    write_notebook(course / f"{COURSE[1].stem}.ipynb", "md:# x", "1 / 0")
    result = run("--chapter", "ch01", "--chapter", "ch02", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "02-hypervisors.ipynb does not run" in result.output
    assert "cell 2 fails with ZeroDivisionError" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--chapter", "ch9"], "no chapter 'ch9'; did you mean 'ch09'?"),
        (["--chapter", "memory"], "no chapter 'memory'; there are ch01 to ch15"),
        ([], "say which chapters"),
        (["--all", "--chapter", "ch01"], "say which chapters"),
        (["--chapter", "ch01", "--chapter", "ch02"], "is one file, and these are 2 chapters"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(course, tmp_path, options, why):
    result = run(*options, "--out", tmp_path / "one.pdf")
    assert result.exit_code == 2
    assert why in " ".join(result.output.split())
    assert not (tmp_path / "one.pdf").exists()


def test_a_real_chapter_is_made_twice_to_the_same_bytes_and_without_a_reason_of_its_predictions(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        assert run("--chapter", "ch12", "--out", tmp_path / name).exit_code == 0
    made = (tmp_path / "a.pdf").read_bytes()
    assert made == (tmp_path / "b.pdf").read_bytes()
    shown, answers = printed(content.notebooks() / "12-unionfs.ipynb")
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(made)).pages]
    said = "".join(pages)
    assert squeezed(shown.title) in pages[0]
    assert f"Prediction{len(answers)}" in said
    reasons = [squeezed(to_plain(answer.why)) for answer in answers if answer.why]
    assert reasons
    assert not [reason for reason in reasons if reason in said]
