"""The command line as a user types it."""

import json

import pytest
from click.testing import CliRunner

from vlearn.cli import main
from vlearn.content import notebooks
from vlearn.course_copy import copy_course


def vlearn(*arguments):
    return CliRunner().invoke(main, arguments)


def test_help_names_every_command():
    result = vlearn("--help")
    assert result.exit_code == 0
    for command in ("lab", "exam", "bank", "notebooks", "bench"):
        assert command in result.output


@pytest.mark.parametrize("group", [[], ["bank"], ["exam"]])
def test_what_a_command_does_is_told_in_one_line(group):
    _, _, listed = vlearn(*group, "--help").output.partition("Commands:\n")
    lines = listed.splitlines()
    assert lines
    assert [line for line in lines if not line.endswith(".") or line.endswith("...")] == []


def test_notebooks_copies_the_whole_course(tmp_path):
    result = vlearn("notebooks", str(tmp_path / "course"))
    assert result.exit_code == 0, result.output
    assert {p.name for p in (tmp_path / "course").glob("*.ipynb")} == {p.name for p in notebooks().glob("*.ipynb")}


def test_a_second_copy_keeps_what_the_student_changed_and_renews_the_rest(tmp_path):
    copied, _ = copy_course(tmp_path)
    mine = copied[0]
    mine.write_text(json.dumps({"cells": ["my own"]}), encoding="utf-8")
    again, kept = copy_course(tmp_path)
    assert kept == (mine,)
    assert "my own" in mine.read_text(encoding="utf-8")
    assert len(again) == len(copied) - 1


def test_an_exam_without_a_bank_question_is_refused_in_words(tmp_path):
    result = vlearn("exam", "--blueprint", "no-such-blueprint", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "no-such-blueprint" in result.output
    assert "Writing" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", ["a file", "a file/below"])
def test_a_course_cannot_be_copied_over_a_file(tmp_path, target):
    (tmp_path / "a file").write_text("mine", encoding="utf-8")
    result = vlearn("notebooks", str(tmp_path / target))
    assert result.exit_code == 2
    assert "cannot be copied" in result.output
    assert (tmp_path / "a file").read_text(encoding="utf-8") == "mine"
