"""A new question is sound, says what is still to be written, and overwrites nothing."""

import pytest

from vlearn.course import COURSE, objective
from vlearn.errors import BankError, CourseError
from vlearn.questions.bank import load_bank
from vlearn.questions.lint import lint
from vlearn.questions.model import KINDS
from vlearn.questions.skeleton import new_question, skeleton

AIM = "ch06-count-references"
TO_WRITE = {"unfinished", "near-duplicate", "objective-coverage", "chapter-size"}
"""What the linter may say of skeletons: that they are some, and that a bank of them covers little."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_question_loads_and_lacks_nothing_but_its_words(tmp_path, kind):
    path = new_question(tmp_path, AIM, kind)
    assert path == tmp_path / "06-memory" / f"new-{kind}.yaml"
    bank = load_bank(tmp_path)
    (entry,) = bank
    assert (entry.id, entry.kind, entry.objective) == (f"ch06-new-{kind}", kind, AIM)
    rules = {finding.rule for finding in lint(bank)}
    assert "unfinished" in rules
    assert rules <= TO_WRITE


def test_every_objective_of_the_course_can_head_a_new_question():
    for chapter in COURSE:
        for aim in chapter.objectives:
            assert f"objective: {aim.id}\n" in skeleton(f"{chapter.id}-new", objective(aim.id), "numeric")


def test_a_second_one_gets_an_id_and_a_file_of_its_own(tmp_path):
    first, second, third = (new_question(tmp_path, AIM, "essay") for _ in range(3))
    assert [path.name for path in (first, second, third)] == ["new-essay.yaml", "new-essay-2.yaml", "new-essay-3.yaml"]
    assert {entry.id for entry in load_bank(tmp_path)} == {f"ch06-new-essay{n}" for n in ("", "-2", "-3")}


def test_an_id_counts_as_taken_wherever_it_stands(tmp_path):
    path = new_question(tmp_path, AIM, "essay")
    path.rename(path.with_name("theme.yaml"))
    assert new_question(tmp_path, AIM, "essay").name == "new-essay-2.yaml"


def test_a_file_that_is_there_is_kept(tmp_path):
    path = tmp_path / "06-memory" / "walk.yaml"
    path.parent.mkdir()
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(BankError, match="nothing is overwritten"):
        new_question(tmp_path, AIM, "essay", "ch06-walk")
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("aim", "kind", "id", "error", "told"),
    [
        ("ch06-count-reference", "essay", "", CourseError, "did you mean 'ch06-count-references'"),
        (AIM, "esay", "", BankError, "did you mean 'essay'"),
        (AIM, "essay", "ch07-walk", BankError, "must be ch06- and words"),
        (AIM, "essay", "ch06-../../walk", BankError, "must be ch06- and words"),
        (AIM, "essay", "ch06-new-numeric", BankError, "is taken by 06-memory/new-numeric.yaml:4"),
    ],
)
def test_what_cannot_be_begun_is_refused_in_words(tmp_path, aim, kind, id, error, told):
    new_question(tmp_path, AIM, "numeric")
    with pytest.raises(error, match=told):
        new_question(tmp_path, aim, kind, id)
    assert [path.name for path in tmp_path.rglob("*.yaml")] == ["new-numeric.yaml"]


def test_a_bank_that_is_no_folder_is_refused(tmp_path):
    with pytest.raises(BankError, match="is not a folder"):
        new_question(tmp_path / "missing", AIM, "essay")
