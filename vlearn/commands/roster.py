"""`vlearn exam roster`: a paper of their own for every student."""

from pathlib import Path
from typing import Any

import click

from vlearn.commands.group import progress_bar
from vlearn.commands.print_options import given, print_options


@click.command(short_help="Write a paper and a key for every student in a list.")
@click.argument("roster", type=click.Path(path_type=Path))
@click.option("--blueprint", default="practice", show_default=True, help="A blueprint's file, or a name in the bank.")
@click.option("--seed", type=click.IntRange(0), required=True, help="Same seed, same bytes. Who knows it has all keys.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option(
    "--format", "formats", multiple=True, default=("pdf",), show_default=True, help="pdf, html, notebook, ..."
)
@click.option("--own-questions", is_flag=True, help="Choose the questions anew for every student.")
@click.option("--encoding", help="Of the roster, where it is not UTF-8: cp1252, ...")
@click.option("--jobs", type=click.IntRange(1), help="Processes; default: one for each core.")
@click.option(
    "--dask", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.1:8786, to work on its machines."
)
@click.option("--resume/--no-resume", default=True, show_default=True, help="Keep papers that are finished and right.")
@click.option("--record", is_flag=True, help="Add the exam to the blueprint's ledger once all papers are there.")
@print_options
def roster(
    roster: Path,
    blueprint: str,
    seed: int,
    out: Path,
    formats: tuple[str, ...],
    own_questions: bool,
    encoding: str | None,
    jobs: int | None,
    dask: str | None,
    resume: bool,
    record: bool,
    **printed: Any,
) -> None:
    """Write a paper and a key for every student in ROSTER, a CSV file with the columns id and name.

    Each has the same questions in an order of its own, with numbers of its own, and a printed code; codes.csv tells
    whose code it is. After an interruption the same command makes what is missing. Where a column print says large,
    the student gets large print.
    """
    from vlearn.errors import ExportError
    from vlearn.exams.roster.session import make_papers, unshown_names
    from vlearn.questions.notation import amount

    try:
        with progress_bar("Papers", show_eta=True) as advance:
            count = make_papers(
                roster,
                blueprint,
                seed,
                out,
                formats,
                own_questions=own_questions,
                encoding=encoding,
                jobs=jobs,
                dask=dask,
                resume=resume,
                recorded=record,
                printed=given(printed),
                progress=advance,
            )
    except KeyboardInterrupt:
        raise ExportError(f"{out}: interrupted; finished papers are kept: the same command makes the others") from None
    for one in unshown_names(roster, formats, encoding):
        told = f"no font has all letters of the name {one.student.name!r} of student {one.student.id!r}"
        click.echo(f"{roster}:{one.line}: {told}: its field is empty, to be filled in by hand", err=True)
    papers = amount(count, "paper{s}")
    click.echo(f"{papers} with keys in {out}; {out / 'codes.csv'} tells whose they are")
