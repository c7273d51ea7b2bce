"""`vlearn exam grade`: what students answered, graded."""

from pathlib import Path

import click

_PATH = click.Path(path_type=Path)


@click.command(short_help="Grade what students answered.")
@click.argument("responses", type=_PATH, nargs=-1, required=True)
@click.option("--blueprint", help="The exam's blueprint: a file, or a name in the bank.")
@click.option("--seed", type=click.IntRange(0), help="The seed that the papers were made with.")
@click.option("--key", "key_file", type=_PATH, help="A key of `vlearn exam key`, instead of blueprint and seed.")
@click.option("--scoring", type=_PATH, help="Scoring rules, instead of the blueprint's or the key's.")
@click.option("--corrections", type=_PATH, help="Corrections of the key; who changes, and by how much, is reported.")
@click.option(
    "--marks",
    type=_PATH,
    help="For essays and programs: a table with the columns student, question (an id) and marks (a share for each "
    "line of the rubric, such as 1 0.5, or the share that a program earns).",
)
@click.option("--roster", type=_PATH, help="The students there are; responses of anybody else are refused.")
@click.option("--encoding", help="Of all tables, where it is not UTF-8: cp1252, ...")
@click.option("--form-column", default="form", show_default=True, help="The column that names a student's form.")
@click.option("--unreadable", type=click.Choice(["refuse", "zero"]), default="refuse", show_default=True)
@click.option("--run-programs", is_flag=True, help="Run what students wrote on this machine, and grade what it does.")
@click.option("--out", type=_PATH, multiple=True, default=("grades.csv", "grades.html"), show_default=True)
def grade(
    responses: tuple[Path, ...],
    blueprint: str | None,
    seed: int | None,
    key_file: Path | None,
    scoring: Path | None,
    corrections: Path | None,
    marks: Path | None,
    roster: Path | None,
    encoding: str | None,
    form_column: str,
    unreadable: str,
    run_programs: bool,
    out: tuple[Path, ...],
) -> None:
    """Grade RESPONSES: tables with a row a student, responses.json files, or folders of these.

    The columns of a table are student, form and q1, q2, ... in the order of the paper. A cell says B, A C, false C,
    0x1F000 or 1:A 2:C.

    Programs are marked by hand, unless --run-programs: grade those of strangers in a container.
    """
    from vlearn.exams.scoring.key_file import read_key
    from vlearn.exams.scoring.session import checked, grade_exam, make_key, scored_by
    from vlearn.questions.notation import amount, decimal

    if key_file and blueprint is None and seed is None:
        key = read_key(key_file)
        key = scored_by(key, scoring) if scoring else checked(key)
    elif blueprint is not None and seed is not None and key_file is None:
        key = make_key(blueprint, seed, scoring)
    else:
        raise click.UsageError("name the exam: either --blueprint and --seed, or --key")
    graded = grade_exam(
        responses,
        key,
        out,
        form_column=form_column,
        corrections=corrections,
        marks=marks,
        roster=roster,
        encoding=encoding,
        refuse=unreadable == "refuse",
        run_programs=run_programs,
    )
    for path in graded.written:
        click.echo(path)
    for change in graded.changed:
        grades = f", grade {change.grade_before} → {change.grade_after}" if change.grade_after else ""
        click.echo(f"{change.student}: {decimal(change.before)} → {decimal(change.after)} points{grades}")
    by_hand = sum(result.by_hand for result in graded.results)
    students, to_mark = amount(len(graded.results), "student{s}"), amount(by_hand, "response{s}")
    click.echo(f"{students} graded, {to_mark} to mark by hand")
    if unrun := sum(result.unrun for result in graded.results):
        click.echo(f"{amount(unrun, 'program{s}')} not run: mark by hand, or grade with --run-programs", err=True)
