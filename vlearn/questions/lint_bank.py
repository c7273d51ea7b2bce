"""Rules over the whole bank: even keys, symmetric enemies, and chapters that are covered."""

from collections.abc import Callable, Iterator, Mapping
from math import sqrt
from typing import TypeAlias

from vlearn.content import written_chapters
from vlearn.course import Chapter
from vlearn.questions.bank import Bank
from vlearn.questions.duplicates import near_duplicates
from vlearn.questions.entry import Entry
from vlearn.questions.evenness import JUDGED, uneven_places
from vlearn.questions.model import Question, SingleChoice
from vlearn.questions.notation import amount
from vlearn.questions.substance import substance

ITEMS, KINDS, GENERATORS = 24, 6, 3
"""What a chapter of the bank has at least."""

PER_OBJECTIVE, LEVELS = 3, 2
"""How many questions each objective has at least, at how many Bloom levels."""

_Told: TypeAlias = tuple[Entry, str, str]
_Rule: TypeAlias = Callable[[Bank, Mapping[str, Question], tuple[Chapter, ...]], Iterator[_Told]]


def _enemies(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    for entry in bank:
        for enemy in entry.enemies:
            if entry.id not in bank[enemy].enemies:
                yield bank[enemy], enemy, f"{entry.id} names it as an enemy: name {entry.id} in return"


def _folder(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    stems = {chapter.id: chapter.stem for chapter in course}
    for entry in bank:
        folder, wanted = entry.path.parent.name, stems.get(entry.chapter)
        if folder in stems.values() and folder != wanted:
            yield entry, entry.id, f"its objective is of {entry.chapter}: it belongs into the folder {wanted}"


def _single_choices(bank: Bank, questions: Mapping[str, Question]) -> list[SingleChoice]:
    return [answer for entry in bank if isinstance(answer := questions[entry.id].answer, SingleChoice)]


def _positions(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    if shown := uneven_places(_single_choices(bank, questions)):
        yield bank.entries[0], "the bank", f"the keys of single choices stand unevenly ({shown}): move some"


def _duplicates(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    """Enemies may be alike, and so may entries of one generator, unless they pose the very same."""
    for pair in near_duplicates(questions):
        first, second = bank[pair.first], bank[pair.second]
        if second.id in first.enemies or first.id in second.enemies:
            continue
        ours, theirs = questions[first.id], questions[second.id]
        if not first.generator or first.generator != second.generator or substance(ours) == substance(theirs):
            told = f"reads much like {first.id} ({pair.likeness:.0%} alike): drop one, tell them apart, or name them"
            yield second, second.id, f"{told} as enemies of each other"


def _longest(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    """How often the right option is the longest, against chance and three standard deviations."""
    answers = _single_choices(bank, questions)
    if len(answers) < JUDGED:
        return
    count = 0
    for answer in answers:
        lengths = [len(option.text) for option in answer.options]
        right = lengths.pop(answer.correct)
        count += right > max(lengths)
    chances = [1 / len(answer.options) for answer in answers]
    if count > sum(chances) + 3 * sqrt(sum(p * (1 - p) for p in chances)):
        told = f"in {count} of {len(answers)} single choices the right option is the longest: even out their lengths"
        yield bank.entries[0], "the bank", told


def _covered(bank: Bank, course: tuple[Chapter, ...]) -> Iterator[tuple[Chapter, list[Entry]]]:
    """The chapters that the bank must cover: those with a notebook. Others may have a first few questions."""
    written = written_chapters()
    for chapter in course:
        if chapter.stem in written and (entries := [entry for entry in bank if entry.chapter == chapter.id]):
            yield chapter, entries


def _objectives(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    for chapter, entries in _covered(bank, course):
        for objective in chapter.objectives:
            asking = [entry for entry in entries if entry.objective == objective.id]
            levels = {entry.bloom for entry in asking}
            if len(asking) < PER_OBJECTIVE or len(levels) < LEVELS:
                has = f"{amount(len(asking), 'question{s}')} at {amount(len(levels), 'Bloom level{s}')}"
                yield entries[0], objective.id, f"has {has}; {PER_OBJECTIVE} at {LEVELS} levels are wanted"


def _chapters(bank: Bank, questions: Mapping[str, Question], course: tuple[Chapter, ...]) -> Iterator[_Told]:
    for chapter, entries in _covered(bank, course):
        kinds = {entry.kind for entry in entries}
        generated = {entry.generator for entry in entries} - {""}
        for count, least, what in (
            (len(entries), ITEMS, "question{s}"),
            (len(kinds), KINDS, "kind{s} of question"),
            (len(generated), GENERATORS, "generator{s}"),
        ):
            if count < least:
                yield entries[0], chapter.id, f"has {amount(count, what)}; at least {least} are wanted"


BANK_RULES: Mapping[str, _Rule] = {
    "enemies": _enemies,
    "folder": _folder,
    "key-position": _positions,
    "longest-key": _longest,
    "near-duplicate": _duplicates,
}
"""Each yields an entry to look at, the id that is concerned, and what should be better."""

COURSE_RULES: Mapping[str, _Rule] = {
    "objective-coverage": _objectives,
    "chapter-size": _chapters,
}
"""Likewise, of a bank that is to cover the course; one of somebody's own may be small."""
