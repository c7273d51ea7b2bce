"""The table: one row a question, read back by the csv module, and never a formula."""

import csv
import io

import pytest

from exporters import csv_table
from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, collections, missing
from vlearn.exams.collection import Collection


def rows(collection: Collection) -> list[dict[str, str]]:
    content = csv_table.questions(collection)
    assert content.startswith(b"\xef\xbb\xbf"), "spreadsheets know UTF-8 by this mark"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@collections
def test_every_question_is_a_row(collection: Collection) -> None:
    assert csv_table.left_out(collection) == ()
    read = rows(collection)
    assert [row["id"] for row in read] == [q.id for q in collection.questions]
    assert all(list(row) == list(csv_table.COLUMNS) and row["answer"] and row["prompt"] for row in read)


def test_a_row_says_what_is_asked_and_what_is_right() -> None:
    row = rows(PLAIN)[0]
    assert row["task"].splitlines()[:3] == ["Tick one answer.", "", "- A 4, one for each level"]
    assert row["answer"].startswith("B: 24")
    assert "[Figure: CR3 points to the PML4]" in row["prompt"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert csv_table.inert(f"{start}1+1") == f"'{start}1+1"


def test_other_cells_stay_as_they_are() -> None:
    assert [csv_table.inert(cell) for cell in ("", "a=1", "1-1", "'=1")] == ["", "a=1", "1-1", "'=1"]


def test_no_cell_of_hostile_questions_is_a_formula_and_none_loses_text() -> None:
    cells = [cell for row in rows(HOSTILE_COLLECTION) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)
    assert missing("\n".join(cells).replace("\a", "\ufffd")) == []
