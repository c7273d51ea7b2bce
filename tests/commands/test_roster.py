"""`vlearn exam roster` as an instructor types it."""

from click.testing import CliRunner

from vlearn.cli import main
from vlearn.exams.roster import session


def test_an_interruption_says_what_is_kept_and_how_to_go_on(monkeypatch, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "make_papers", interrupted)
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["exam", "roster", "class.csv", "--seed", "1", "--out", str(out)])
    assert result.exit_code == 2
    assert f"vlearn: {out}: interrupted; finished papers are kept: the same command makes the others" in result.output


def test_students_whose_name_no_font_can_show_are_told_and_nothing_fails(tmp_path):
    roster, quiz = tmp_path / "class.csv", tmp_path / "quiz.yaml"
    roster.write_text("id,name\n1,Ada\n2,王小明\n3,प्रिया शर्मा\n", encoding="utf-8")
    quiz.write_text("title: Quiz\npoints: 10\n", encoding="utf-8")
    command = ["exam", "roster", str(roster), "--blueprint", str(quiz), "--seed", "1", "--jobs", "1"]
    result = CliRunner().invoke(main, [*command, "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    told = f"{roster}:3: no font has all letters of the name '王小明' of student '2': its field is empty"
    assert told in result.stderr
    assert result.stderr.count("no font") == 1
    again = CliRunner().invoke(main, [*command, "--format", "html", "--out", str(tmp_path / "pages")])
    assert (again.exit_code, "no font" in again.output) == (0, False)
