"""Imported questions as files: as many as the reader's limit demands, in order, and nothing over what is there."""

import pytest

from vlearn.errors import BankError
from vlearn.exams.files import write_together
from vlearn.questions.bank import load_bank
from vlearn.questions.importing import store
from vlearn.questions.importing.gift import read_gift

OBJECTIVE = "ch06-count-references"
MANY = read_gift("\n\n".join(f"::q{n}:: Question {n}?{{=yes ~no}}" for n in range(30)).encode(), OBJECTIVE)


@pytest.mark.parametrize("limit", [400, 1000, 5000, 1 << 20])
def test_no_file_is_larger_than_can_be_read_and_no_question_is_lost(monkeypatch, tmp_path, limit):
    monkeypatch.setattr(store, "LIMIT", limit)
    files = store.files(MANY, "Class 7", tmp_path)
    assert max(map(len, files.values())) <= limit
    assert list(files)[:2] == ["class-7.yaml", "class-7-2.yaml"][: len(files)]
    if len(files) > 1:
        assert len(files) <= 2 * sum(map(len, files.values())) / limit + 1
    write_together(tmp_path, files)
    assert sorted(entry.id for entry in load_bank(tmp_path)) == sorted(f"q{n}" for n in range(30))


def test_a_question_that_alone_is_too_large_stands_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "LIMIT", 10)
    assert len(store.files(MANY, "x", tmp_path)) == 30


def test_any_of_the_files_that_is_there_already_stops_the_import(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "LIMIT", 1000)
    (tmp_path / "x-2.yaml").write_text("questions: []\n", encoding="utf-8")
    with pytest.raises(BankError, match=r"x-2\.yaml is there already; nothing is overwritten"):
        store.files(MANY, "x", tmp_path)
