"""What the ledger bars from the next exam, and how an exam gets into it."""

import json
import os

import pytest
from click.testing import CliRunner
from msgspec import structs

from tests.exams.banks import bank, blueprint, entry
from vlearn.cli import main
from vlearn.errors import BlueprintError, ExportError
from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Pick
from vlearn.exams.ledger import Given, read_ledger, record, without_recent
from vlearn.exams.scoring.session import make_key
from vlearn.exams.session import make_exam

BANK = bank(*(entry(f"q{n}") for n in range(6)))


@pytest.fixture
def sheet(tmp_path):
    """A blueprint of two questions with a ledger beside it."""

    def make(title="Quiz", last=1, **fields):
        path = str(tmp_path / "quiz.yaml")
        return structs.replace(blueprint(4, ledger="exams.jsonl", not_in_last=last, path=path, **fields), title=title)

    return make


def held(wanted, seed):
    """Hold an exam: assemble it, then record it."""
    chosen = frozenset(e.id for e in assemble(without_recent(wanted, seed), BANK, seed))
    record(wanted, seed, chosen)
    return chosen


def test_no_question_is_in_two_exams_of_the_last_ones(sheet):
    exams = [held(sheet(last=2), seed) for seed in range(9)]
    for n, exam in enumerate(exams):
        assert exam.isdisjoint(frozenset().union(*exams[max(0, n - 2) : n]))
    assert len(set(exams)) == 3  # a bank of three times two questions leaves no other choice


def test_an_exam_that_is_made_again_is_the_same_and_recorded_once(sheet, tmp_path):
    exams = [held(sheet(), seed) for seed in range(4)]
    stored = (tmp_path / "exams.jsonl").read_bytes()
    assert [held(sheet(), seed) for seed in range(4)] == exams
    assert (tmp_path / "exams.jsonl").read_bytes() == stored
    assert [given.seed for given in read_ledger(tmp_path / "exams.jsonl")] == [0, 1, 2, 3]


def test_an_exam_recorded_with_other_questions_keeps_its_place(sheet, tmp_path):
    for seed in (1, 2):
        record(sheet(), seed, ["q0"])
    path = record(sheet(), 1, ["q3", "q2"])
    assert read_ledger(path) == (Given("Quiz", 1, ("q2", "q3")), Given("Quiz", 2, ("q0",)))
    assert [file.name for file in tmp_path.iterdir()] == ["exams.jsonl"]


def test_exams_of_other_titles_count_and_the_same_seed_is_another_exam(sheet):
    record(sheet("Midterm"), 1, ["q0", "q1"])
    assert without_recent(sheet("Final"), 1).used == {"q0": "Midterm", "q1": "Midterm"}
    assert without_recent(sheet("Midterm"), 1).used == {}


def test_a_ledger_that_is_not_there_bars_nothing(sheet):
    assert without_recent(sheet(), 1).used == {}
    assert without_recent(blueprint(4), 1) == blueprint(4)


def test_an_instructor_is_told_what_the_ledger_bars(sheet):
    record(sheet("Midterm"), 1, ["q0", "q1", "q2", "q3", "q4"])
    with pytest.raises(
        BlueprintError, match=r"^the blueprint wants 4 points; the bank has 2, apart from what the ledge"
    ):
        assemble(without_recent(sheet(), 1), BANK, 1)
    with pytest.raises(BlueprintError, match=r"apart from what must_not names and what the ledger bars \(5\)$"):
        assemble(without_recent(sheet(must_not=("q5",)), 1), BANK, 1)
    with pytest.raises(
        BlueprintError, match=r"must_have names 'q2', which the ledger bars: 'Midterm' had it, and `not_"
    ):
        assemble(without_recent(sheet(must_have=("q2",)), 1), BANK, 1)
    with pytest.raises(
        BlueprintError, match="1 question out of q0, q1; the bank has 0, apart from what the ledger bars"
    ):
        assemble(without_recent(sheet(pick=(Pick(("q0", "q1"), 1),)), 1), BANK, 1)


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        '{"exam": "x", "seed": 1}',
        '{"exam": "x", "seed": "1", "questions": []}',
        '{"exam": "x", "seed": 1, "questions": [1]}',
        "[" * 10**5,
        "\xff",
    ],
    ids=range(7),
)
def test_a_line_that_is_no_exam_is_told(sheet, tmp_path, line):
    path = record(sheet(), 1, ["q0"])
    path.write_bytes(path.read_bytes() + b"\n" + line.encode("latin-1") + b"\n")
    stored = path.read_bytes()
    for use in (without_recent, lambda wanted, seed: record(wanted, seed, ["q1"])):
        with pytest.raises(BlueprintError, match=r"exams.jsonl:3: a line of the ledger is a JSON object such as"):
            use(sheet(), 2)
    assert path.read_bytes() == stored


def test_a_ledger_that_cannot_be_written_stays_as_it_was(sheet, tmp_path, monkeypatch):
    path = record(sheet(), 1, ["q0"])
    stored = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match=r"not recorded \(No space left on device\), and the ledger is as it was"):
        record(sheet(), 2, ["q1"])
    assert path.read_bytes() == stored
    assert [file.name for file in tmp_path.iterdir()] == ["exams.jsonl"]
    path.unlink()
    path.mkdir()
    with pytest.raises(BlueprintError, match="the ledger cannot be read"):
        read_ledger(path)


def test_the_command_records_and_its_key_is_of_the_same_exam(tmp_path):
    quiz = tmp_path / "quiz.yaml"
    quiz.write_text(
        "title: Quiz\npoints: 10\nchapters: [ch06]\nledger: exams.jsonl\nnot_in_last: 1\n", encoding="utf-8"
    )
    given = []
    for seed in ("1", "2"):
        command = ["exam", "--blueprint", str(quiz), "--seed", seed, "--out", str(tmp_path / seed), "--format", "html"]
        ran = CliRunner().invoke(main, [*command, "--record"])
        assert ran.exit_code == 0, ran.output
        assert ran.output.splitlines()[-1] == str(tmp_path / "exams.jsonl")
    given = [
        set(json.loads(line)["questions"])
        for line in (tmp_path / "exams.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(given) == 2
    assert given[0].isdisjoint(given[1])
    for seed, ids in zip((1, 2), given, strict=True):
        assert {q.id for q in make_key(quiz, seed).forms["A"]} == ids


def test_an_exam_without_a_ledger_cannot_be_recorded_and_is_not_written(tmp_path):
    with pytest.raises(BlueprintError, match="there is no ledger to record the exam in; add `ledger: "):
        make_exam("practice", 1, tmp_path / "out", ["html"], recorded=True)
    assert not (tmp_path / "out").exists()
