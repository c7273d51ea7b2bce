"""`vlearn exam` as an instructor types it."""

import pytest
from click.testing import CliRunner

from vlearn.cli import main


@pytest.mark.parametrize(("seed", "told"), [((), True), (("--seed", "1"), False), (("--seed", "7"), False)])
def test_who_names_no_seed_is_told_that_it_is_everybodys(tmp_path, seed, told):
    quiz = tmp_path / "quiz.yaml"
    quiz.write_text("title: Quiz\npoints: 10\n", encoding="utf-8")
    result = CliRunner().invoke(
        main, ["exam", "--blueprint", str(quiz), *seed, "--format", "html", "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 0, result.output
    assert ("seed 1 is everybody's: anybody can make these papers and their keys" in result.stderr) == told
    assert "seed" not in result.stdout.replace(str(tmp_path), "")
