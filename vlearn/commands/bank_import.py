"""`vlearn bank import`: other people's questions."""

from pathlib import Path

import click

_FORMATS = {".xml": "moodle", ".gift": "gift", ".txt": "gift", ".yaml": "vlearn", ".yml": "vlearn"}


@click.command(name="import", short_help="Bring in questions from Moodle XML, GIFT or another bank.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", "folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option(
    "--format",
    "name",
    type=click.Choice(["moodle", "gift", "vlearn"]),
    help="Default: moodle for .xml, gift for .gift and .txt, vlearn for .yaml.",
)
@click.option("--objective", default="", help="For questions that name no objective of the course, as an id.")
def import_(file: Path, folder: Path, name: str | None, objective: str) -> None:
    """Bring in questions from Moodle XML, GIFT or a question file of another bank as a new file of a bank.

    Exit code 1 where a question was not taken. Nothing is ever overwritten.
    """
    from vlearn import course
    from vlearn.errors import BankError
    from vlearn.exams.files import write_together
    from vlearn.questions.importing.gift import read_gift
    from vlearn.questions.importing.imported import LIMIT
    from vlearn.questions.importing.moodle import read_moodle
    from vlearn.questions.importing.ours import read_ours
    from vlearn.questions.importing.store import files
    from vlearn.questions.notation import amount

    if objective:
        course.objective(objective)
    name = name or _FORMATS.get(file.suffix.lower())
    if not name:
        raise BankError(f"{file}: its name does not say what it is: name the --format, moodle, gift or vlearn")
    read = read_moodle if name == "moodle" else read_gift
    try:
        if name == "vlearn":
            imported = read_ours(file, folder, objective)
        else:
            with file.open("rb") as opened:
                imported = read(opened.read(LIMIT + 1), objective)
    except BankError as error:
        raise BankError(f"{file}: {error}") from None
    except OSError as error:
        raise BankError(f"{file}: the file cannot be read: {error.strerror}") from None
    for refused in imported.refused:
        click.echo(f"not taken: {file}: {refused}")
    for changed in imported.changed:
        click.echo(f"changed: {file}: {changed}")
    if imported.questions:
        for path in write_together(folder, files(imported, file.stem, folder)):
            click.echo(path)
    click.echo(f"{amount(len(imported.questions), 'question{s}')} taken, {len(imported.refused)} not taken")
    raise SystemExit(1 if imported.refused else 0)
