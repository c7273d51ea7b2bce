"""An exam in one call: a blueprint and a seed in, files out. This is what `vlearn exam` does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from vlearn.exams.blueprint import printed_as
from vlearn.exams.blueprint_file import find_blueprint, load_blueprint
from vlearn.exams.exporters import exporter
from vlearn.exams.forms import forms
from vlearn.exams.ledger import ledger_of, record, without_recent
from vlearn.exams.write import Progress, write_exam
from vlearn.questions.bank import load_bank


def make_exam(
    blueprint: str | Path,
    seed: int,
    folder: Path,
    formats: Sequence[str],
    progress: Progress | None = None,
    *,
    recorded: bool = False,
    printed: Mapping[str, object] = MappingProxyType({}),
) -> tuple[Path, ...]:
    """Write the exam of a blueprint, which is a file or the name of one in the bank. Returns the files written.

    `printed` are fields of its `print` that are to be other than it says. If it is to be recorded, the last file is the
    blueprint's ledger. Raises a VlearnError that says what is wrong with a format, the blueprint, the bank, the ledger
    or the folder.
    """
    for name in formats:
        exporter(name)
    sheet = printed_as(load_blueprint(find_blueprint(blueprint)), printed)
    if recorded:
        ledger_of(sheet)
    made = forms(without_recent(sheet, seed), load_bank(), seed)
    written = write_exam(made, formats, folder, progress)
    return (*written, record(sheet, seed, {q.id for form in made for q in form.questions})) if recorded else written
