"""What a preview shows: the questions of some files as they are on the disk now, and all that is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from vlearn.errors import BankError, did_you_mean
from vlearn.questions.bank import Bank, question_files, read_drafts
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Fault
from vlearn.questions.finding import Finding
from vlearn.questions.lint import lint
from vlearn.questions.question_file import Draft


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The sound questions, what should be better about them, and what keeps others from being read.

    `version` changes with the files.
    """

    version: str
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A bank in `folder`, of which one file, or one question, or everything is shown.

    A file outside the folder is a bank by itself: enemies that it names in the folder's questions count as unknown.
    """

    folder: Path
    file: Path | None = None
    id: str = ""

    def version(self) -> str:
        """A name for the state of the files: it changes when one is written, added or removed."""
        states = []
        for path in self._watched():
            try:
                state = path.stat()
            except OSError:
                continue
            states.append((str(path), state.st_mtime_ns, state.st_size))
        return sha256(repr(states).encode()).hexdigest()[:16]

    def read(self) -> Snapshot:
        """Read the files anew."""
        version = self.version()  # before they are read: a change meanwhile gives another one
        folder, paths = self._bank()
        drafts, faults = read_drafts(folder, paths)
        bank = _sound(drafts)
        shown = self._shown(folder, drafts)
        return Snapshot(
            version,
            tuple(entry for entry in bank if _place(entry.path, folder) in shown and self.id in ("", entry.id)),
            tuple(fault for fault in faults if fault.path in shown),
            tuple(
                finding
                for finding in lint(bank)
                if finding.id in bank and self.id in ("", finding.id) and _place(bank[finding.id].path, folder) in shown
            ),
        )

    def check(self) -> None:
        """Raises BankError where there is nothing of that name to be shown."""
        folder, paths = self._bank()
        drafts, _ = read_drafts(folder, paths)
        ids = [draft.id for draft in drafts]
        if not paths:
            raise BankError(f"the question bank {folder} has no question file")
        if self.id and self.id not in ids:
            raise BankError(f"the question bank has no question {self.id!r}{did_you_mean(self.id, ids)}")

    def _bank(self) -> tuple[Path, list[Path]]:
        folder = self.folder.resolve()
        if self.file and not self.file.resolve().is_relative_to(folder):
            return self.file.resolve().parent, [self.file.resolve()]
        return folder, question_files(folder)

    def _shown(self, folder: Path, drafts: list[Draft]) -> set[str]:
        """The files, as faults name them."""
        if self.file:
            return {_place(self.file.resolve(), folder)}
        paths = {draft.path for draft in drafts if self.id in ("", draft.id)}
        # A file of which nothing can be read has no draft, and is the one to be told of.
        return paths if self.id else paths | {_place(path, folder) for path in question_files(folder)}

    def _watched(self) -> Iterator[Path]:
        folder, paths = self._bank()
        yield from paths
        drawings = folder.glob("*.svg") if self.file and paths == [self.file.resolve()] else folder.rglob("*.svg")
        yield from sorted(drawings)


def _place(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _sound(drafts: list[Draft]) -> Bank:
    """The bank of all that can be asked: the first of each id, and enemies as far as they are there."""
    entries = {draft.id: draft.entry for draft in reversed(drafts) if draft.entry}
    return Bank(
        tuple(
            replace(entry, enemies=tuple(enemy for enemy in entry.enemies if enemy in entries))
            for entry in reversed(entries.values())
        )
    )
