"""The folder that a roster's papers are written to, and the manifest by which an interrupted run goes on.

A file takes its place whole, in one move from `.unfinished/`. When a student's files are all in place, the manifest
gets a line with their digests; a file that is missing or that somebody changed is thus found and made again.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vlearn.errors import ExportError

MANIFEST = "manifest.jsonl"
_UNFINISHED = ".unfinished"


class Folder:
    """`finished` is what the manifest says of each student, by id: the digests of the form and of its files."""

    def __init__(self, path: Path, resume: bool) -> None:
        self.path = path
        for name in ("papers", "keys", MANIFEST):
            if (path / name).is_symlink():
                raise ExportError(f"{path / name} is a link, which leads out of the folder; remove it")
        with self.saying_where():
            shutil.rmtree(path / _UNFINISHED, ignore_errors=True)
            (path / _UNFINISHED).mkdir(parents=True)
            if not resume:
                (path / MANIFEST).unlink(missing_ok=True)
            self.finished = {line["student"]: line for line in self._lines()}

    @contextmanager
    def saying_where(self) -> Iterator[None]:
        """Turn what the system says of the folder into an ExportError."""
        try:
            yield
        except OSError as error:
            told = f"the papers cannot be written here ({error.strerror or error})"
            raise ExportError(
                f"{self.path}: {told}; the finished ones are kept: once the folder can be written to and has room, "
                f"the same command makes the rest"
            ) from error

    def known(self, student: str) -> str:
        """The digest of the form whose files are all here as they were written, or nothing."""
        line = self.finished.get(student)
        if not line or any(self._digest(name) != digest for name, digest in line["files"].items()):
            return ""
        return str(line["form"])

    def write(self, name: str, content: bytes) -> None:
        """One file, whole or not at all."""
        with self.saying_where():
            unfinished = self.path / _UNFINISHED / name.replace("/", "-")
            unfinished.write_bytes(content)
            (self.path / name).parent.mkdir(exist_ok=True)
            unfinished.replace(self.path / name)

    def finish(self, student: str, form: str, files: Mapping[str, bytes]) -> None:
        """The files of a student, then the manifest's line."""
        for name, content in files.items():
            self.write(name, content)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        self.finished[student] = line = {"student": student, "form": form, "files": digests}
        with self.saying_where(), (self.path / MANIFEST).open("ab") as manifest:
            manifest.write(b"\n" + _written(line))

    def close(self, students: Iterable[str]) -> None:
        """The manifest in the order of the roster, so that it too is the same however the papers were made."""
        self.write(MANIFEST, b"\n".join(_written(self.finished[student]) for student in students) + b"\n")
        self.tidy()

    def tidy(self) -> None:
        """Leave nothing unfinished behind."""
        shutil.rmtree(self.path / _UNFINISHED, ignore_errors=True)

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self.path / name).read_bytes()).hexdigest()
        except OSError:
            return ""

    def _lines(self) -> Iterator[dict[str, Any]]:
        """The lines that are whole: the last may have been interrupted."""
        if not (manifest := self.path / MANIFEST).exists():
            return
        for written in manifest.read_bytes().splitlines():
            try:
                line = json.loads(written)
            except ValueError:
                continue
            match line:
                case {"student": str(), "form": str(), "files": dict(files)} if all(map(_below, files)):
                    yield line


def _below(name: str) -> bool:
    return name.split("/")[0] in ("papers", "keys") and ".." not in name


def _written(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode()
