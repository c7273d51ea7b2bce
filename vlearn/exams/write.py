"""Writing an exam: every form in every format, rendered by the exporters that are installed, then written as one."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from vlearn.errors import ExportError
from vlearn.exams.exporters import exporter
from vlearn.exams.files import write_together
from vlearn.exams.form import Exporter, Form

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many steps are done, and of how many: a step is a form in a format."""


def write_exam(
    forms: Sequence[Form], formats: Sequence[str], folder: Path, progress: Progress | None = None
) -> tuple[Path, ...]:
    """Render the paper and the key of every form in every format, then write all files into the folder, or none.

    Their names are `TITLE-FORM-paper.SUFFIX` and `TITLE-FORM-key.SUFFIX`. Raises ExportError.
    """
    if not formats:
        raise ExportError("an exam needs at least one format to be written in")
    exporters = {name: exporter(name) for name in formats}
    steps = [(form, name) for form in forms for name in exporters]
    files: dict[str, bytes] = {}
    for done, (form, name) in enumerate(steps):
        if progress:
            progress(done, len(steps))
        for file, content in _render(form, exporters[name]):
            if file in files:
                raise ExportError(
                    f"form {form.name} as {name} would be a second file named {file}; leave out one of them"
                )
            files[file] = content
    written = write_together(folder, files)
    if progress:
        progress(len(steps), len(steps))
    return written


def _render(form: Form, exporter: Exporter) -> list[tuple[str, bytes]]:
    stem = f"{plain(form.title)[:60].strip('-').lower() or 'exam'}-{plain(form.name)}"
    suffix = "." + exporter.SUFFIX.removeprefix(".")
    sides = [(f"{stem}-paper{suffix}", exporter.paper(form.paper))]
    if exporter.key is not None:
        sides.append((f"{stem}-key{suffix}", exporter.key(form)))
    return sides


def plain(text: str) -> str:
    """Text as part of a file name on every system: ASCII letters, digits and hyphens."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^A-Za-z0-9]+", "-", folded).strip("-")
