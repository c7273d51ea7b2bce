"""`vlearn bank new` and `vlearn bank preview`: writing a question, and seeing it while it is written."""

from pathlib import Path

import click

_BANK = click.option(
    "--bank", "folder", type=click.Path(path_type=Path, file_okay=False), help="Default: the course's own."
)


@click.command(short_help="Begin a question in a file of its own.")
@_BANK
@click.option("--objective", help="The id of the objective it tests, such as ch06-count-references.")
@click.option("--chapter", "chapter_id", help="Its chapter, such as ch06; alone, lists that chapter's objectives.")
@click.option("--kind", help="single-choice, numeric, matching, ...")
@click.option("--id", "id", default="", help="Its id; default: chNN-new-KIND.")
def new(folder: Path | None, objective: str | None, chapter_id: str | None, kind: str | None, id: str) -> None:
    """Begin a question: a sound one whose words are still to be written, in a file of its own."""
    from vlearn import content
    from vlearn.course import chapter, chapter_of
    from vlearn.questions.model import KINDS
    from vlearn.questions.skeleton import new_question

    home = chapter(chapter_id) if chapter_id else None
    if not objective:
        listed = (
            [f"  {aim.id}: {aim.text}" for aim in home.objectives] if home else ["  (name a --chapter to see them)"]
        )
        raise click.UsageError("\n".join(("name an --objective, one of", *listed)))
    if home and chapter_of(objective) != home.id:
        raise click.UsageError(f"the objective {objective!r} is not one of --chapter {home.id}")
    if not kind:
        raise click.UsageError(f"name a --kind, one of {', '.join(KINDS)}")
    path = new_question(folder or content.question_bank(), objective, kind, id)
    click.echo(path)


@click.command(short_help="Show questions as papers and keys show them.")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_BANK
@click.option("--id", "id", default="", help="Show this question alone.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; no other is served.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any that is free.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
def preview(file: Path | None, folder: Path | None, id: str, host: str, port: int, no_browser: bool) -> None:
    """Show questions as papers and keys show them, anew whenever a file changes. Only this computer can see it."""
    from vlearn import content
    from vlearn.exams.preview.server import PreviewServer
    from vlearn.exams.preview.source import Source

    if file and id:
        raise click.UsageError("name a FILE or an --id, not both")
    source = Source(folder or content.question_bank(), file, id)
    source.check()
    with PreviewServer(source, host, port) as server:
        click.echo(f"{server.url}\nCtrl+C ends the preview.")
        if not no_browser:
            click.launch(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("Ended.")
