"""`vlearn export`: questions for other systems."""

from dataclasses import replace
from pathlib import Path

import click

from vlearn.commands.print_options import OPTIONS


@click.command(short_help="Write questions with their answers for another system.")
@click.argument("name", metavar="FORMAT")
@click.option("--chapter", "chapters", multiple=True, help="Such as ch06; default: all. May be repeated.")
@click.option("--id", "ids", multiple=True, help="The id of a question. May be repeated.")
@click.option("--blueprint", help="Let a blueprint choose: its file, or a name in the bank.")
@click.option("--variants", type=click.IntRange(1, 1000), default=1, show_default=True, help="Of a generated question.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--bank", "folder", type=click.Path(path_type=Path, file_okay=False), help="Default: the course's own.")
@click.option("--title", help="What the other system calls them; default: vlearn, or what the blueprint says.")
@OPTIONS["language"]
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A file, or a folder for FORMAT's file.")
def export(
    name: str,
    chapters: tuple[str, ...],
    ids: tuple[str, ...],
    blueprint: str | None,
    variants: int,
    seed: int,
    folder: Path | None,
    title: str | None,
    language: str | None,
    out: Path,
) -> None:
    """Write questions with their answers for another system, and say what it cannot hold.

    FORMAT is one of those installed, such as moodle, gift or aiken. Exit code 1 where something was left out.
    Practice pages, practice notebooks and Word documents have their fixed phrases in the language, all else in English.
    """
    from vlearn.errors import ExportError
    from vlearn.exams.collect import collect
    from vlearn.exams.collect_exam import collect_exam
    from vlearn.exams.exporters import question_exporter
    from vlearn.exams.files import write_together
    from vlearn.questions.bank import load_bank
    from vlearn.questions.notation import amount

    exporter = question_exporter(name)
    if blueprint and (chapters or ids):
        raise ExportError("a blueprint chooses the questions itself: leave out --blueprint, or --chapter and --id")
    bank = load_bank(folder)
    if blueprint:
        collection = collect_exam(blueprint, bank, title, variants, seed)
    else:
        collection = collect(bank, title or "vlearn", chapters, ids, variants, seed)
    if language:
        collection = replace(collection, language=language)
    for id in collection.brought:
        click.echo(f"brought along: {id}: others of these questions need it")
    left_out = exporter.left_out(collection)
    for missing in left_out:
        click.echo(f"left out: {missing.id}: {missing.reason}")
    # An exporter may also say what it holds in another way than it was.
    for other in getattr(exporter, "changed", lambda _: ())(collection):
        click.echo(f"changed: {other.id}: {other.reason}")
    if collection.instructions:
        place = getattr(exporter, "INSTRUCTIONS", "")
        told = f"are in {place}" if place else "have no place in this format: tell them to students in another way"
        click.echo(f"changed: the instructions {told}")
    if collection.sections:
        click.echo("changed: the sections are left out, with their instructions; the questions are in their order")
    count = len(collection.questions) - len(left_out)
    if not count:
        raise ExportError(f"{name} can hold none of these {len(left_out)} questions, so nothing was written")
    suffix = "." + exporter.SUFFIX.removeprefix(".")
    target = out / f"questions-{name}{suffix}" if out.is_dir() or not out.suffix else out
    for path in write_together(target.parent, {target.name: exporter.questions(collection)}):
        click.echo(path)
    click.echo(f"{amount(count, 'question{s}')} written, {len(left_out)} left out")
    raise SystemExit(1 if left_out else 0)
