"""The questions of a bank chosen for another system, with so many variants of each that a generator makes."""

from collections.abc import Collection as Ids
from collections.abc import Iterator
from dataclasses import replace

from vlearn.course import chapter
from vlearn.errors import BankError
from vlearn.exams.collection import Collection
from vlearn.exams.order import blocks, with_needs
from vlearn.exams.stream import stream
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.model import Question

DRAWS = 50
"""How often a generator is asked for a variant that is not there yet before there are taken to be no more."""


def collect(
    bank: Bank, title: str, chapters: Ids[str] = (), ids: Ids[str] = (), variants: int = 1, seed: int = 1
) -> Collection:
    """The entries of these chapters and these ids, or all, in the order of the bank, and all that they need.

    What is needed stands directly before what needs it, as far as other questions do not need it too.
    Every variant of a generated question has a random stream of its own, so more of them leave the first as they are.
    Raises CourseError or BankError for a chapter or an id that does not exist, or where nothing is left.
    """
    wanted = {chapter(id).id for id in chapters}
    named = {bank[id].id for id in ids}
    chosen = [e for e in bank if e.chapter in wanted or e.id in named or not (wanted or named)]
    if not chosen:
        raise BankError(f"the question bank has no question of {', '.join(sorted(wanted)) or 'any chapter'}")
    asked = {entry.id for entry in chosen}
    whole = {entry.id: entry for one in chosen for entry in with_needs(one, bank)}
    entries = [entry for block in blocks([e for e in bank if e.id in whole]) for entry in block]
    questions = tuple(question for entry in entries for question in _questions(entry, variants, seed))
    return Collection(title, questions, tuple(id for id in whole if id not in asked))


def _questions(entry: Entry, variants: int, seed: int) -> Iterator[Question]:
    if not entry.generator:
        yield entry.make(stream(seed, entry.id))
        return
    made: list[Question] = []
    for n in range(1, min(variants, entry.variants) + 1):
        rng = stream(seed, entry.id, str(n))
        question = next((new for _ in range(DRAWS) if (new := entry.make(rng)) not in made), None)
        if question is None:
            return
        made.append(question)
        yield replace(question, id=f"{entry.id}-v{n}")
