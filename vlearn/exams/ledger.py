"""The ledger of exams that were given, by which the next one leaves out what students have seen.

A file of JSON lines in the order of recording, one `{"exam": TITLE, "seed": SEED, "questions": [ID, ...]}` an exam; a
file that is not there holds none. An exam is known by its title and its seed: to make it again is to leave out what it
left out the first time, namely what the exams recorded before it had. Not for students: who knows a seed has all keys.
Left out: a lock. Of two commands that record at the same moment, one may undo what the other recorded.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import structs

from vlearn.errors import BlueprintError, ExportError
from vlearn.exams.blueprint import Blueprint


@dataclass(frozen=True, slots=True)
class Given:
    """An exam that was given, and its questions by their ids."""

    title: str
    seed: int
    questions: tuple[str, ...]

    def is_of(self, blueprint: Blueprint, seed: int) -> bool:
        """Whether it was made of this blueprint and seed."""
        return (self.title, self.seed) == (blueprint.title, seed)


def ledger_of(blueprint: Blueprint) -> Path:
    """The blueprint's ledger, beside its own file. Raises BlueprintError where it has none."""
    if not blueprint.ledger:
        of = blueprint.path or f"the blueprint {blueprint.title!r}"
        raise BlueprintError(f"{of}: there is no ledger to record the exam in; add `ledger: exams.jsonl`")
    return Path(blueprint.path).parent / blueprint.ledger


def without_recent(blueprint: Blueprint, seed: int) -> Blueprint:
    """The blueprint, told which questions the last `not_in_last` exams in its ledger had. Raises BlueprintError."""
    if blueprint.not_in_last is None:
        return blueprint
    before = list[Given]()
    for given in read_ledger(ledger_of(blueprint)):
        if given.is_of(blueprint, seed):
            break
        before.append(given)
    recent = before[-blueprint.not_in_last :]
    return structs.replace(blueprint, used={id: given.title for given in recent for id in given.questions})


def record(blueprint: Blueprint, seed: int, questions: Iterable[str]) -> Path:
    """Record an exam in the blueprint's ledger, whole or not at all; once, in its first place, if it is there already.

    Returns the ledger. Raises BlueprintError for one that is malformed and ExportError for one that cannot be written.
    """
    path, exam = ledger_of(blueprint), Given(blueprint.title, seed, tuple(sorted(questions)))
    before = read_ledger(path)
    known = any(given.is_of(blueprint, seed) for given in before)
    after = tuple(exam if given.is_of(blueprint, seed) else given for given in before) + (() if known else (exam,))
    if after != before:
        _write(path, after)
    return path


def read_ledger(path: Path) -> tuple[Given, ...]:
    """The exams in a ledger, the oldest first. Raises BlueprintError with the line that is none."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BlueprintError(f"{path}: the ledger cannot be read: {error.strerror or error}") from error
    return tuple(_given(path, lines))


def _given(path: Path, lines: Sequence[bytes]) -> Iterator[Given]:
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        match value:
            case {"exam": str(title), "seed": int(seed), "questions": list(ids)} if all(
                isinstance(i, str) for i in ids
            ):
                yield Given(title, seed, tuple(ids))
            case _:
                wanted = '{"exam": "Midterm", "seed": 7, "questions": ["ch06-a", "ch06-b"]}'
                raise BlueprintError(f"{path}:{n}: a line of the ledger is a JSON object such as {wanted}")


def _write(path: Path, exams: Iterable[Given]) -> None:
    stated = ({"exam": exam.title, "seed": exam.seed, "questions": exam.questions} for exam in exams)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in stated)
    try:
        with TemporaryDirectory(prefix=".vlearn-", dir=path.parent, ignore_cleanup_errors=True) as staging:
            with (fresh := Path(staging) / path.name).open("wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
    except OSError as error:
        raise ExportError(
            f"{path}: the exam is written but not recorded ({error.strerror or error}), and the ledger is as it was; "
            f"once it can be written, the same command records it"
        ) from error
