"""The course's whole bank goes out and comes in again, with all that the format can hold."""

from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from exporters import gift, moodle
from tests.exporters.meaning import made, meaning, stored
from vlearn.blocks import Chart, Figure
from vlearn.exams.collection import Collection
from vlearn.questions.bank import load_bank
from vlearn.questions.importing.gift import read_gift
from vlearn.questions.importing.moodle import read_moodle
from vlearn.questions.model import Essay, Question

READERS = {moodle: read_moodle, gift: read_gift}


@pytest.fixture(scope="module")
def bank() -> Collection:
    return Collection("The course", tuple(entry.make(Random(1)) for entry in load_bank()))


@pytest.mark.parametrize("exporter", [moodle, gift], ids=["moodle", "gift"])
def test_every_question_that_a_format_holds_keeps_its_meaning(
    exporter: ModuleType, bank: Collection, tmp_path: Path
) -> None:
    out = {missing.id for missing in exporter.left_out(bank)}
    imported = READERS[exporter](exporter.questions(bank))
    assert imported.refused == ()
    back = made(stored(imported, tmp_path))
    assert back.keys() == {question.id for question in bank.questions} - out
    for question in bank.questions:
        if question.id in back:
            assert kept(back[question.id], exporter) == kept(question, exporter)


def kept(question: Question, exporter: ModuleType) -> tuple[object, ...]:
    """What the format has a place for: GIFT none for a rubric; a chart comes in as its drawing and its table."""
    *told, key = meaning(question)
    if any(isinstance(block, Figure | Chart) for block in (*question.prompt, *question.solution)):
        told = told[:-2]
    return tuple(told) if exporter is gift and isinstance(question.answer, Essay) else (*told, key)
