"""The question bank: every question file below a folder, read at once, with every fault in one error."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vlearn import content
from vlearn.course import COURSE, Chapter
from vlearn.errors import BankError, did_you_mean
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Fault
from vlearn.questions.generators import GENERATORS, Generator
from vlearn.questions.notation import amount
from vlearn.questions.question_file import Draft, read_file
from vlearn.questions.read_entry import Known

_NO_QUESTIONS = "blueprints"


@dataclass(frozen=True, slots=True)
class Bank:
    """Entries with distinct ids, in the order of files and lines."""

    entries: tuple[Entry, ...]
    _by_id: dict[str, Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {entry.id: entry for entry in self.entries})

    def __getitem__(self, id: str) -> Entry:
        try:
            return self._by_id[id]
        except KeyError:
            raise BankError(f"the question bank has no question {id!r}{did_you_mean(id, self._by_id)}") from None

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def load_bank(
    folder: Path | None = None,
    *,
    generators: Mapping[str, Generator] = GENERATORS,
    course: tuple[Chapter, ...] = COURSE,
    tries: bool | None = None,
) -> Bank:
    """The bank in a folder, by default the course's own: all `*.yaml` below it but its blueprints.

    With `tries`, each generator poses one question, to see that it takes its parameters; by default only those of a
    folder that is given do, for the course's own are tried by lint and the tests, and some take long. Raises BankError
    with one line for each fault: file, line, question, what is wrong, and what would be right.
    """
    tries = folder is not None if tries is None else tries
    folder = folder or content.question_bank()
    if not (paths := question_files(folder)):
        told = "has no question file" if folder.is_dir() else "is not a folder"
        raise BankError(f"the question bank {folder} {told}; questions live in files such as 06-memory/walks.yaml")
    drafts, faults = read_drafts(folder, paths, generators=generators, course=course, tries=tries)
    if faults:
        head = f"the question bank {folder} has {amount(len(faults), 'fault{s}')}:"
        raise BankError("\n".join((head, *map(str, faults))))
    return Bank(tuple(draft.entry for draft in drafts if draft.entry))


def question_files(folder: Path) -> list[Path]:
    """Every `*.yaml` below the folder but its blueprints."""
    return sorted(
        path
        for path in folder.rglob("*.yaml")
        if path.is_file() and _NO_QUESTIONS not in path.relative_to(folder).parts
    )


def read_drafts(
    folder: Path,
    paths: Iterable[Path],
    *,
    generators: Mapping[str, Generator] = GENERATORS,
    course: tuple[Chapter, ...] = COURSE,
    tries: bool = True,
) -> tuple[list[Draft], list[Fault]]:
    """What the files of a bank in `folder` state, sound or not, and everything that is wrong, sorted by place."""
    faults: list[Fault] = []
    objectives = {objective.id for chapter in course for objective in chapter.objectives}
    known = Known(folder, generators, objectives, tries)
    drafts = [draft for path in paths for draft in read_file(path, known, faults.append)]
    return drafts, sorted((*faults, *across(drafts)))


def across(drafts: list[Draft]) -> Iterator[Fault]:
    """Faults that no question shows by itself: ids that are taken, enemies and needs that cannot be."""
    first: dict[str, Draft] = {}
    for draft in drafts:
        if (taken := first.setdefault(draft.id, draft)) is not draft:
            told = f"this id is taken by {taken.path}:{taken.line}; give one of them another"
            yield Fault(draft.path, draft.line, f"question {draft.id!r}", told)
    for draft in drafts:
        for enemy, line in draft.enemies:
            if enemy not in first:
                told = f"its enemy {enemy!r} does not exist{did_you_mean(enemy, first.keys() - {draft.id})}"
                yield Fault(draft.path, line, f"question {draft.id!r}", told)
        yield from _needs(draft, first)


def _needs(draft: Draft, drafts: Mapping[str, Draft]) -> Iterator[Fault]:
    """What a question needs exists, does not need it in turn, and nothing that it builds on is its enemy."""
    enemies = {enemy for enemy, _ in draft.enemies} | {d.id for d in drafts.values() if draft.id in dict(d.enemies)}
    for need, line in draft.needs:
        reached = {need} | (_below(drafts[need], drafts) if need in drafts else set())
        if need not in drafts:
            told = f"it needs {need!r}, which does not exist{did_you_mean(need, drafts.keys() - {draft.id})}"
        elif draft.id in reached:
            told = f"it needs {need!r}, which needs it in turn" if need != draft.id else "it cannot need itself"
        elif foes := reached & enemies:
            told = f"it needs {need!r}, so it cannot be an enemy of {min(foes)!r}"
        else:
            continue
        yield Fault(draft.path, line, f"question {draft.id!r}", told)


def _below(draft: Draft, drafts: Mapping[str, Draft]) -> set[str]:
    """All that a question builds on, directly or not."""
    below, left = set[str](), [need for need, _ in draft.needs]
    while left:
        if (id := left.pop()) not in below:
            below.add(id)
            left += [need for need, _ in drafts[id].needs] if id in drafts else []
    return below
