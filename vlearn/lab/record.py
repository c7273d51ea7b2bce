"""The student's record: predictions, checks, answers and practice exams, kept in one local JSON file, nowhere else.

The file is `$VLEARN_PROGRESS` if that is set, else `vlearn/progress.json` in the user's data folder: `$XDG_DATA_HOME`
or `~/.local/share` on Linux, `~/Library/Application Support` on macOS, `%APPDATA%` on Windows. It is replaced as a
whole, never edited, under a lock; what another notebook wrote meanwhile is merged. Nothing in here raises on a bad
file or folder: a student's lesson goes on in memory, and a notice says why.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias
from uuid import uuid4

import msgspec

from vlearn.lab.lock import locked

VERSION = 2
"""Version 2 added the activity `practice`, which a reader of version 1 would take for damage. A file of version 1 is
read as it is, and the next write makes it one of version 2."""
Activity: TypeAlias = Literal["prediction", "check", "question", "practice"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer, or a whole practice exam, whose `answer` says which. `when` is UTC, ISO 8601.

    `score` runs from 0 to 1, or is None where a person must grade.
    """

    activity: Activity
    id: str
    objective: str
    answer: str
    score: float | None
    when: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    uid: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class _File:
    attempts: list[Attempt]
    version: int = VERSION


class _NewerError(Exception):
    """The file was written by a later version of vlearn."""


def record_path(env: Mapping[str, str] = os.environ, platform: str = sys.platform, home: Path | None = None) -> Path:
    """Where the record is kept; an empty variable counts as unset."""
    if chosen := env.get("VLEARN_PROGRESS"):
        return Path(chosen).expanduser()
    home = home or Path.home()
    folder = {
        "win32": Path(env.get("APPDATA") or home / "AppData" / "Roaming"),
        "darwin": home / "Library" / "Application Support",
    }.get(platform, Path(env.get("XDG_DATA_HOME") or home / ".local" / "share"))
    return folder / "vlearn" / "progress.json"


class Record:
    """The attempts in a file and of this session. Read them with `attempts()`, add one with `add()`."""

    def __init__(self, path: Path):
        self.path = path
        self._lock = path.with_suffix(".lock")
        self._ours: dict[str, Attempt] = {}  # what this session added: merged into every write, so no write loses it
        self._notices: list[str] = []
        self._said: set[str] = set()

    def attempts(self) -> tuple[Attempt, ...]:
        """Every attempt in the order it was made, those of other notebooks included."""
        stored: dict[str, Attempt] = {}
        try:
            with locked(self._lock):
                stored = self._read()
        except (OSError, _NewerError) as error:
            self._keep_in_memory(error)
        return tuple(sorted({**stored, **self._ours}.values(), key=lambda attempt: attempt.when))

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt: on disk when this returns, or in memory with a notice."""
        self._ours[attempt.uid] = attempt
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._lock):
                self._write({**self._read(), **self._ours})
        except (OSError, _NewerError) as error:
            self._keep_in_memory(error)

    def reset(self) -> Path | None:
        """Begin anew. The old file becomes `progress.backup-N.json`, whose path is returned; None if there was none."""
        self._ours.clear()
        try:
            with locked(self._lock):
                return self._set_aside("backup") if self.path.exists() else None
        except OSError as error:
            self._keep_in_memory(error)
            return None

    def take_notices(self) -> tuple[str, ...]:
        """What the student should know and has not been told yet."""
        notices, self._notices = tuple(self._notices), []
        return notices

    def _read(self) -> dict[str, Attempt]:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            if msgspec.json.decode(content, type=dict)["version"] > VERSION:
                raise _NewerError
            return {attempt.uid: attempt for attempt in msgspec.json.decode(content, type=_File).attempts}
        except (msgspec.DecodeError, KeyError, TypeError):
            aside = self._set_aside("damaged")
            self._notices.append(
                f"Your progress file {self.path} could not be read: it is damaged. It was set aside, unchanged, as "
                f"{aside.name} in the same folder, and a new one begins now. Nothing was deleted."
            )
            return {}

    def _write(self, attempts: dict[str, Attempt]) -> None:
        content = msgspec.json.format(msgspec.json.encode(_File(list(attempts.values()))), indent=1)
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=".progress-", suffix=".json")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _set_aside(self, why: Literal["damaged", "backup"]) -> Path:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.{why}-{number}{self.path.suffix}")).exists():
            number += 1
        return self.path.rename(aside)

    def _keep_in_memory(self, error: OSError | _NewerError) -> None:
        if isinstance(error, _NewerError):
            why = f"{self.path} was written by a newer vlearn: update vlearn to go on with it"
        else:
            why = f"{self.path} cannot be used ({error.strerror or error}): set VLEARN_PROGRESS to a file you can write"
        if why not in self._said:  # once a session: the next attempt tries again in silence
            self._said.add(why)
            self._notices.append(f"Your progress is kept in memory only, until this kernel stops. {why}.")


@cache
def _open(path: Path) -> Record:
    return Record(path)


def student_record() -> Record:
    """The record of whoever runs this kernel."""
    return _open(record_path())


@contextmanager
def no_record() -> Iterator[None]:
    """Meanwhile nobody's progress is shown or added to, here and in kernels started here: for pages and paper."""
    former = os.environ.get("VLEARN_PROGRESS")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VLEARN_PROGRESS"] = str(Path(folder) / "progress.json")
        try:
            yield
        finally:
            if former is None:
                del os.environ["VLEARN_PROGRESS"]
            else:
                os.environ["VLEARN_PROGRESS"] = former
