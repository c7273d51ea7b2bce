"""Question files of ours, from one bank into another: everything is kept, and what a bank would not load stays out."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.exporters.meaning import made, meaning
from vlearn.cli import main
from vlearn.content import question_bank
from vlearn.errors import BankError
from vlearn.questions.bank import Bank, load_bank
from vlearn.questions.importing.ours import read_ours

AIM = "ch06-count-references"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


def question(id: str, more: str = "", aim: str = AIM, prompt: str = "How many?") -> str:
    return f"""
- id: {id}
  objective: {aim}
  kind: numeric
  points: 2
  minutes: 2
  difficulty: 2
  bloom: apply
  prompt: {prompt}
  value: 24
  unit: references
  solution: Count them.
{more}"""


def written(folder: Path, *questions: str, name: str = "mine.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("questions:\n" + "".join(questions), encoding="utf-8")
    return path


def imported(path: Path, into: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["bank", "import", str(path), "--into", str(into), *more])


def state(bank: Bank) -> list[tuple[object, ...]]:
    return [(e.id, e.objective, e.enemies, e.needs, e.generator, e.variants, e.points, e.minutes) for e in bank]


def enmities(bank: Bank) -> set[frozenset[str]]:
    return {frozenset((entry.id, enemy)) for entry in bank for enemy in entry.enemies}


def test_files_of_the_course_arrive_as_they_were(tmp_path: Path) -> None:
    source = question_bank() / "06-memory"
    for path in sorted(source.glob("*.yaml")):
        result = imported(path, tmp_path / "bank")
        assert (result.exit_code, "0 not taken" in result.output) == (0, True), result.output
    there, whole = load_bank(tmp_path / "bank"), load_bank(source)
    # An enemy in a later file is lost, but not the enmity: that file names the first in return.
    assert enmities(there) == enmities(whole)
    assert [row[:2] + row[3:] for row in state(there)] == [row[:2] + row[3:] for row in state(whole)]
    before, after = made(whole), made(there)
    assert [meaning(question) for question in after.values()] == [meaning(question) for question in before.values()]


def test_ids_enemies_and_needs_are_kept(tmp_path: Path) -> None:
    foes = [question(f"ch06-{one}", f"  enemies: [ch06-{other}]\n") for one, other in (("a", "b"), ("b", "a"))]
    path = written(tmp_path / "a", *foes, question("ch06-c", "  needs: [ch06-a]\n"))
    result = imported(path, tmp_path / "b")
    assert result.exit_code == 0, result.output
    assert "3 questions taken, 0 not taken" in result.output
    assert state(load_bank(tmp_path / "b")) == state(load_bank(tmp_path / "a"))


def test_an_enemy_may_be_in_the_bank_already(tmp_path: Path) -> None:
    written(tmp_path / "bank", question("ch06-old"), name="old.yaml")
    path = written(tmp_path / "a", question("ch06-new", "  enemies: [ch06-old]\n"))
    assert imported(path, tmp_path / "bank").exit_code == 0
    assert load_bank(tmp_path / "bank")["ch06-new"].enemies == ("ch06-old",)


def test_what_needs_a_question_that_there_is_not_stays_out_and_so_does_what_needs_it(tmp_path: Path) -> None:
    needing = [question(f"ch06-{one}", f"  needs: [ch06-{other}]\n") for one, other in (("a", "gone"), ("b", "a"))]
    result = imported(written(tmp_path / "a", *needing, question("ch06-c")), tmp_path / "b")
    assert result.exit_code == 1
    assert "line 3: question 'ch06-a': it needs 'ch06-gone', which does not exist" in result.output
    assert "question 'ch06-b': it needs 'ch06-a', which does not exist" in result.output
    assert [entry.id for entry in load_bank(tmp_path / "b")] == ["ch06-c"]


def test_an_enemy_that_is_nowhere_is_left_behind_and_named(tmp_path: Path) -> None:
    foe = question("ch06-a", "  enemies: [ch06-gone, ch06-b]\n")
    result = imported(written(tmp_path / "a", foe, question("ch06-b")), tmp_path / "b")
    assert result.exit_code == 0
    assert "question 'ch06-a': without its enemies ch06-gone, which are neither taken nor in" in result.output
    assert load_bank(tmp_path / "b")["ch06-a"].enemies == ("ch06-b",)


def test_an_unsound_question_is_named_and_the_others_come_in(tmp_path: Path) -> None:
    path = written(tmp_path / "a", question("ch06-one").replace("value: 24", "value: many"), question("ch06-two"),
                   question("ch06-two"), "- just text\n")  # fmt: skip
    imports = read_ours(path, tmp_path / "b")
    assert [question["id"] for question in imports.questions] == ["ch06-two"]
    assert [(refused.line, refused.id) for refused in imports.refused] == [
        (3, "ch06-one"), (27, "ch06-two"), (38, "number 4"),
    ]  # fmt: skip
    assert "this id is taken in line 15" in imports.refused[1].reason


def test_an_id_that_the_bank_has_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    written(tmp_path / "bank", question("ch06-one"), name="old.yaml")
    result = imported(written(tmp_path / "a", question("ch06-one")), tmp_path / "bank")
    assert result.exit_code == 2
    assert "there is a question 'ch06-one' already; nothing is overwritten" in result.output
    assert [path.name for path in (tmp_path / "bank").iterdir()] == ["old.yaml"]


def test_drawings_come_along(tmp_path: Path) -> None:
    prompt = "[{text: How many?}, {figure: {svg: drawings/walk.svg, alt: a walk}}]"
    path = written(tmp_path / "a", question("ch06-one", prompt=prompt))
    (tmp_path / "a" / "drawings").mkdir()
    (tmp_path / "a" / "drawings" / "walk.svg").write_text(SVG, encoding="utf-8")
    assert imported(path, tmp_path / "b").exit_code == 0
    assert (tmp_path / "b" / "ch06-one-1.svg").read_text(encoding="utf-8") == SVG
    assert meaning(made(load_bank(tmp_path / "b"))["ch06-one"]) == meaning(made(load_bank(tmp_path / "a"))["ch06-one"])


def test_a_drawing_outside_the_folder_of_the_file_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text(SVG, encoding="utf-8")
    path = written(tmp_path / "a", question("ch06-one", prompt="[{figure: {svg: ../secret.svg, alt: a walk}}]"))
    (refused,) = read_ours(path, tmp_path / "b").refused
    assert "lies outside the question bank" in refused.reason


def test_questions_of_another_course_are_counted_to_the_objective_that_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a", question("os-1", aim="os-paging"), question("ch06-one"))
    assert "the course has no objective 'os-paging'" in imported(path, tmp_path / "b").output
    assert imported(path, tmp_path / "c", "--objective", "ch06-walk-page-table").exit_code == 0
    assert {entry.id: entry.objective for entry in load_bank(tmp_path / "c")} == {
        "os-1": "ch06-walk-page-table", "ch06-one": AIM,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "line 1: a question file is a mapping"),
        ("questions: 3\n", "line 1: a question file is a mapping"),
        ("title: Quiz\npoints: 3\n", "line 1: a question file is a mapping"),
        ("questions:\n- &a x\n- *a\n", "line 3: aliases such as"),
        ("questions: [\n", "not YAML"),
    ],
)
def test_what_is_no_question_file_is_one_clear_error(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BankError, match=told):
        read_ours(path, tmp_path / "b")
    assert f"{path}: {told}" in imported(path, tmp_path / "b").output or told == "not YAML"
