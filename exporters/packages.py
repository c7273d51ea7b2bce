"""Zip files that come out the same on every machine, and the rule that names in them stay inside them."""

import io
import re
import zipfile
from collections.abc import Mapping
from hashlib import sha256

from vlearn.errors import ExportError
from vlearn.exams.collection import Collection

_DATE = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can state
_ID = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


def package(files: Mapping[str, bytes]) -> bytes:
    """The files in this order, compressed, with one fixed date."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # else it names the system that wrote it
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def check_ids(collection: Collection) -> None:
    """Raise ExportError unless every id is words of letters and digits joined by hyphens, and stands once.

    Ids become file names and XML identifiers, so that a second import knows a question again.
    """
    seen: set[str] = set()
    for question in collection.questions:
        if not _ID.fullmatch(question.id):
            raise ExportError(f"the question id {question.id!r} must be letters and digits joined by single hyphens")
        if question.id in seen:
            raise ExportError(f"two questions have the id {question.id!r}: give one of them another")
        seen.add(question.id)


def stable_id(*words: str) -> str:
    """An identifier for XML that depends on the words alone: a letter and sixteen hexadecimal digits."""
    return "v" + sha256("\0".join(words).encode()).hexdigest()[:16]
