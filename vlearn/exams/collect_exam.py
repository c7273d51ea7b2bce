"""The questions that a blueprint chooses, as a collection for another system or for practice."""

from dataclasses import replace
from pathlib import Path

from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.collect import collect
from vlearn.exams.collection import Collection
from vlearn.exams.forms import forms
from vlearn.questions.bank import Bank
from vlearn.questions.model import Question


def collect_exam(
    blueprint: str | Path, bank: Bank, title: str | None = None, variants: int = 1, seed: int = 1
) -> Collection:
    """What the exam's first form asks, in its order, with its instructions, its language and its sections' titles.

    The questions are otherwise those of `collect`: options as they were written, ids of their own for variants.
    Raises BlueprintError where the blueprint cannot be read, or the bank cannot meet it.
    """
    sheet = load_blueprint(find_blueprint(blueprint))
    place = {question.id: n for n, question in enumerate(forms(sheet, bank, seed)[0].questions)}
    found = collect(bank, title or sheet.title, ids=place, variants=variants, seed=seed)

    def where(question: Question) -> int:
        return place[question.id if question.id in place else question.id.rpartition("-v")[0]]

    asked = tuple(sorted(found.questions, key=where))
    sections = tuple(section.title for section in sheet.sections)
    told = replace(found, instructions=sheet.instructions, sections=sections, language=sheet.print.language)
    return replace(told, questions=asked)
