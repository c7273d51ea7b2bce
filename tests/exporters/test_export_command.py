"""`vlearn export` and `vlearn bank import` as an instructor types them."""

from pathlib import Path
from shutil import copytree
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from tests.exporters.meaning import made, meaning
from vlearn.cli import main
from vlearn.content import question_bank
from vlearn.exams.collect import collect
from vlearn.questions.bank import load_bank


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's bank for chapter 6, whose questions are of every kind, some of them generated."""
    folder = tmp_path_factory.mktemp("bank")
    copytree(question_bank() / "06-memory", folder / "06-memory")
    return folder


def vlearn(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def exported(bank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "memory.xml"
    result = vlearn("export", "moodle", "--variants", 2, "--bank", bank, "--out", out)
    assert result.exit_code == 0, result.output
    assert " questions written, 0 left out" in result.output
    assert "changed: ch06-contiguous-guest-memory: " in result.output
    return out


def test_a_bank_comes_back_from_moodle_as_it_was(bank: Path, exported: Path, tmp_path: Path) -> None:
    result = vlearn("bank", "import", exported, "--into", tmp_path / "new")
    assert result.exit_code == 0, result.output
    back = made(load_bank(tmp_path / "new"))
    asked = collect(load_bank(bank), "vlearn", variants=2).questions
    assert list(map(meaning, (back[question.id] for question in asked))) == list(map(meaning, asked))


def test_variants_of_a_generated_question_have_ids_of_their_own(exported: Path) -> None:
    ids = [id.text or "" for id in ET.parse(exported).iter("idnumber")]
    assert len(ids) == len(set(ids))
    firsts = {id.removesuffix("-v1") for id in ids if id.endswith("-v1")}
    assert firsts
    assert firsts == {id.removesuffix("-v2") for id in ids if id.endswith("-v2")}


def test_more_variants_leave_the_first_as_they_are(bank: Path) -> None:
    loaded = load_bank(bank)
    two = {q.id: q for q in collect(loaded, "x", variants=2).questions}
    three = {q.id: q for q in collect(loaded, "x", variants=3).questions}
    assert two.items() < three.items()
    assert {q.id: q for q in collect(loaded, "x", variants=2, seed=2).questions} != two


def test_a_format_names_what_it_leaves_out(bank: Path, tmp_path: Path) -> None:
    result = vlearn("export", "aiken", "--id", "ch06-unchecked-frame-number", "--id", "ch06-sort-addresses",
                    "--bank", bank, "--out", tmp_path)  # fmt: skip
    assert result.exit_code == 1
    assert "left out: ch06-sort-addresses: Aiken holds only single choices" in result.output
    assert "1 question written, 1 left out" in result.output
    assert (tmp_path / "questions-aiken.txt").read_text(encoding="utf-8").endswith("ANSWER: B\n")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("gitf",), "did you mean 'gift'"),
        (("gift", "--chapter", "ch99"), "no chapter 'ch99'"),
        (("gift", "--chapter", "ch01"), "no question of ch01"),
        (("gift", "--id", "ch06-nothing"), "no question 'ch06-nothing'"),
        (("aiken", "--id", "ch06-sort-addresses"), "can hold none"),
    ],
)
def test_what_cannot_be_exported_is_one_clear_error(
    arguments: tuple[str, ...], why: str, bank: Path, tmp_path: Path
) -> None:
    result = vlearn("export", *arguments, "--bank", bank, "--out", tmp_path / "new")
    assert result.exit_code == 2
    assert why in result.output
    assert not (tmp_path / "new").exists()


GIFT = "::one:: What?{=a ~b}\n\n::two:: Only a text.\n"


def test_an_import_takes_what_it_can_and_names_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "my bank.gift"
    file.write_text(GIFT, encoding="utf-8")
    result = vlearn("bank", "import", file, "--into", tmp_path / "new", "--objective", "ch06-count-references")
    assert result.exit_code == 1
    assert f"not taken: {file}: line 3: question 'two': it is a text that asks nothing" in result.output
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["my-bank.yaml"]
    assert [entry.id for entry in load_bank(tmp_path / "new")] == ["one"]


def test_an_import_never_overwrites(tmp_path: Path) -> None:
    file = tmp_path / "one.gift"
    file.write_text(GIFT, encoding="utf-8")
    arguments = ("bank", "import", file, "--into", tmp_path / "new", "--objective", "ch06-count-references")
    vlearn(*arguments)
    written = (tmp_path / "new" / "one.yaml").read_bytes()
    again = vlearn(*arguments)
    assert again.exit_code == 2
    assert "there is a question 'one' already" in again.output
    file.write_text("::three:: What?{=a ~b}", encoding="utf-8")
    other = vlearn(*arguments)
    assert other.exit_code == 2
    assert "one.yaml is there already" in other.output
    assert (tmp_path / "new" / "one.yaml").read_bytes() == written


def test_an_import_of_no_bank_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_text("<html/>", encoding="utf-8")
    result = vlearn("bank", "import", tmp_path / "x.xml", "--into", tmp_path / "new")
    assert result.exit_code == 2
    assert "x.xml: line 1: the file is no Moodle XML" in result.output


def test_an_import_for_an_unknown_objective_says_so_once(tmp_path: Path) -> None:
    file = tmp_path / "one.gift"
    file.write_text(GIFT, encoding="utf-8")
    result = vlearn("bank", "import", file, "--into", tmp_path / "new", "--objective", "ch06-count-reference")
    assert result.exit_code == 2
    assert "did you mean 'ch06-count-references'?" in result.output
    assert "not taken" not in result.output
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "told"), [("bank.yaml", "a question file is a mapping"), ("bank.json", "name the --format")]
)
def test_a_file_that_is_not_named_as_gift_is_not_read_as_gift(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_text(GIFT, encoding="utf-8")
    result = vlearn("bank", "import", tmp_path / name, "--into", tmp_path / "new")
    assert result.exit_code == 2
    assert f"{name}: " in result.output
    assert told in result.output
