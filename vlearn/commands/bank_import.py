"""`vlearn bank import`: other people's questions."""

from pathlib import Path

import click

_FORMATS = {".xml": "moodle", ".gift": "gift", ".txt": "gift"}


@click.command(name="import", short_help="Bring in questions from Moodle XML or GIFT.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--into", "folder", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option(
    "--format", "name", type=click.Choice(["moodle", "gift"]), help="Default: moodle for .xml, gift for .gift and .txt."
)
@click.option("--objective", default="", help="For questions that name no objective of the course, as an id.")
def import_(file: Path, folder: Path, name: str | None, objective: str) -> None:
    """Bring in questions from Moodle XML or GIFT as a new file of a bank.

    Exit code 1 where a question was not taken. Nothing is ever overwritten.
    """
    from vlearn import course
    from vlearn.errors import BankError
    from vlearn.exams.files import write_together
    from vlearn.questions.importing.gift import read_gift
    from vlearn.questions.importing.imported import LIMIT
    from vlearn.questions.importing.moodle import read_moodle
    from vlearn.questions.importing.store import files
    from vlearn.questions.notation import amount

    if objective:
        course.objective(objective)
    if file.suffix.lower() in (".yaml", ".yml"):
        raise BankError(f"{file}: a question file of ours needs no import: put it into a folder of the bank")
    name = name or _FORMATS.get(file.suffix.lower())
    if not name:
        raise BankError(f"{file}: its name does not say what it is: name the --format, moodle or gift")
    read = read_moodle if name == "moodle" else read_gift
    try:
        with file.open("rb") as opened:
            imported = read(opened.read(LIMIT + 1), objective)
    except BankError as error:
        raise BankError(f"{file}: {error}") from None
    except OSError as error:
        raise BankError(f"{file}: the file cannot be read: {error.strerror}") from None
    for refused in imported.refused:
        click.echo(f"not taken: {file}: {refused}")
    if imported.questions:
        for path in write_together(folder, files(imported, file.stem, folder)):
            click.echo(path)
    click.echo(f"{amount(len(imported.questions), 'question{s}')} taken, {len(imported.refused)} not taken")
    raise SystemExit(1 if imported.refused else 0)
