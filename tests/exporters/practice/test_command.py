"""Practice as an instructor makes it: `vlearn export practice` and `practice-notebook`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vlearn.cli import main


def export(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


@pytest.mark.parametrize(("name", "suffix"), [("practice", "html"), ("practice-notebook", "ipynb")])
def test_a_blueprint_becomes_a_practice_exam(name: str, suffix: str, tmp_path: Path) -> None:
    result = export(name, "--blueprint", "practice", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    assert " 0 left out" in result.output
    content = (tmp_path / f"questions-{name}.{suffix}").read_text(encoding="utf-8")
    assert "Practice exam: memory virtualization" in content


def test_a_notebook_of_another_seed_says_that_its_numbers_are_others_and_names_no_seed(tmp_path: Path) -> None:
    chosen = ("--id", "ch06-gen-count-references", "--seed", 5)
    result = export("practice-notebook", *chosen, "--out", tmp_path / "p.ipynb")
    assert result.exit_code == 0, result.output
    assert "is asked with the numbers of the default seed" in result.output
    assert "seed" not in json.dumps(json.loads((tmp_path / "p.ipynb").read_bytes()))


def test_a_blueprint_and_a_choice_of_chapters_are_one_clear_error(tmp_path: Path) -> None:
    result = export("practice", "--blueprint", "practice", "--chapter", "ch06", "--out", tmp_path / "new")
    assert result.exit_code == 2
    assert "a blueprint chooses the questions itself" in result.output
    assert not (tmp_path / "new").exists()
