"""Our own question files, brought from another bank: ids, enemies, needs and generators stay as they are.

Drawings come along under names of their own. Comments and line breaks of the file do not.
"""

from dataclasses import replace
from pathlib import Path

from vlearn.course import COURSE
from vlearn.errors import BankError
from vlearn.questions.bank import across, question_files, read_drafts
from vlearn.questions.drawing import read_drawing
from vlearn.questions.faults import Where
from vlearn.questions.generators import GENERATORS
from vlearn.questions.importing.imported import Imported, Refused
from vlearn.questions.load import Document, Plain, load
from vlearn.questions.question_file import BEGIN, Draft, ids_of
from vlearn.questions.read_entry import Known, read_entry

_OBJECTIVES = frozenset(objective.id for chapter in COURSE for objective in chapter.objectives)


def read_ours(path: Path, folder: Path, objective: str = "") -> Imported:
    """The questions of a file that may stand in the bank `folder`; those of another course are counted to `objective`.

    BankError if the file is no question file. A question that a bank would not load, or that needs what is neither in
    the file nor in the bank, is named in `refused`; one whose enemies are in neither loses these, and is in `changed`.
    """
    document = load(path)
    faults = [f"line {line}: {message}" for _, line, message in document.faults]
    match document.value:
        case {"questions": list(questions)} if not faults:
            pass
        case _:
            raise BankError("\n".join(faults) or f"line 1: {BEGIN}")
    known = Known(path.parent, GENERATORS, _OBJECTIVES)
    refused: list[Refused] = []
    taken: dict[str, tuple[Draft, dict[str, Plain]]] = {}
    for n, raw in enumerate(questions):
        line, id = document.line(("questions", n)), f"number {n + 1}"
        told: list[str] = []
        if isinstance(raw, dict):
            id = str(raw.get("id", id))
            if objective and raw.get("objective") not in _OBJECTIVES:
                raw = {**raw, "objective": objective}
        if id in taken:
            told.append(f"this id is taken in line {taken[id][0].line}; give one of them another")
        elif (draft := _draft(document, n, raw, path, known, told)) and isinstance(raw, dict):
            taken[id] = draft, raw
        refused += [Refused(line, id, "; ".join(told))] * bool(told)
    kept, unfit = _settled([draft for draft, _ in taken.values()], folder)
    drawings: dict[str, str] = {}
    changed: list[Refused] = []
    made: list[dict[str, Plain]] = []
    for draft in kept:
        stated, raw = taken[draft.id]
        if lost := [id for id, _ in stated.enemies if id not in dict(draft.enemies)]:
            told_of = f"without its enemies {', '.join(lost)}, which are neither taken nor in the bank"
            changed.append(Refused(draft.line, draft.id, told_of))
            raw = {**raw, "enemies": [id for id, _ in draft.enemies]}
        made.append(_with_drawings(raw, path, drawings))
    refused = sorted((*refused, *unfit), key=lambda one: one.line)
    return Imported(tuple(made), drawings, tuple(refused), tuple(changed))


def _draft(document: Document, n: int, raw: Plain, path: Path, known: Known, told: list[str]) -> Draft | None:
    def complain(_: Where, message: str) -> None:
        told.append(message)

    line = document.line(("questions", n))
    entry = read_entry(raw, path, line, known, complain)
    if entry is None or not isinstance(raw, dict):
        return None
    enemies, needs = (tuple(ids_of(document, n, raw, field)) for field in ("enemies", "needs"))
    return Draft(path.name, line, entry.id, enemies, needs, entry)


def _settled(drafts: list[Draft], folder: Path) -> tuple[list[Draft], list[Refused]]:
    """Those that can stand in the bank, without enemies that cannot, and the others. Ids it has are for `store`."""
    ours = {draft.id for draft in drafts}
    there, _ = read_drafts(folder, question_files(folder), tries=False) if folder.is_dir() else ([], [])
    there = [draft for draft in there if draft.id not in ours]
    refused: list[Refused] = []
    while True:
        ids = {draft.id for draft in (*there, *drafts)}
        drafts = [
            replace(draft, enemies=tuple(enemy for enemy in draft.enemies if enemy[0] in ids)) for draft in drafts
        ]
        found = {fault.question: fault.message for fault in across([*there, *drafts])}
        unfit = [draft for draft in drafts if f"question {draft.id!r}" in found]
        if not unfit:
            return drafts, refused
        refused += [Refused(draft.line, draft.id, found[f"question {draft.id!r}"]) for draft in unfit]
        drafts = [draft for draft in drafts if draft not in unfit]


def _with_drawings(raw: dict[str, Plain], path: Path, drawings: dict[str, str]) -> dict[str, Plain]:
    """The question with its drawings in `drawings`, under names made from its id."""
    named = 0

    def moved(block: Plain) -> Plain:
        nonlocal named
        match block:
            case {"figure": dict(figure)} if isinstance(svg := figure.get("svg"), str):
                named += 1
                name = f"{raw['id']}-{named}.svg"
                drawings[name] = read_drawing(svg, path, path.parent)
                return {"figure": {**figure, "svg": name}}
            case _:
                return block

    return {
        field: list(map(moved, value)) if field in ("prompt", "solution") and isinstance(value, list) else value
        for field, value in raw.items()
    }
