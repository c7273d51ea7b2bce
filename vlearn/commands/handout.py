"""`vlearn handout`: chapters on paper."""

from pathlib import Path
from typing import Any

import click

from vlearn.commands.group import progress_bar
from vlearn.commands.print_options import OPTIONS


@click.command(short_help="Write chapters as PDF to print.")
@click.option("--chapter", "chapters", multiple=True, help="Such as ch09. May be repeated.")
@click.option("--all", "every", is_flag=True, help="All chapters.")
@OPTIONS["size"]
@OPTIONS["large"]
@click.option("--answers", is_flag=True, help="Append the answers to the predictions: not for students.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A file for one chapter, or a folder.")
def handout(
    chapters: tuple[str, ...], every: bool, size: str | None, large: bool | None, answers: bool, out: Path
) -> None:
    """Execute the notebooks of chapters, and write them as PDF with pictures in place of what moves.

    Predictions have boxes to tick, exercises lines to write on. If a cell fails, nothing is written.
    """
    from vlearn import course
    from vlearn.content import notebooks
    from vlearn.errors import ExportError
    from vlearn.exams.exporters import handout_exporter
    from vlearn.exams.files import write_together
    from vlearn.exams.printing import Print
    from vlearn.lab.paper.notebook import printed

    if every == bool(chapters):
        raise ExportError("say which chapters: either --chapter, such as --chapter ch09, or --all")
    wanted = course.COURSE if every else tuple(map(course.chapter, dict.fromkeys(chapters)))
    if (one := bool(out.suffix) and not out.is_dir()) and len(wanted) > 1:
        raise ExportError(f"{out} is one file, and these are {len(wanted)} chapters: name a folder")
    exporter = handout_exporter("pdf")
    look: dict[str, Any] = {"size": size or "a4", "large": bool(large)}
    files: dict[str, bytes] = {}
    with progress_bar("Printing") as advance:
        for done, chapter in enumerate(wanted):
            advance(done, len(wanted))
            notebook = f"{chapter.stem}.ipynb"
            shown, keys = printed(notebooks() / notebook)
            name = out.name if one else f"{chapter.stem}{exporter.SUFFIX}"
            files[name] = exporter.handout(shown, notebook, Print(**look), keys if answers else ())
        advance(len(wanted), len(wanted))
    for path in write_together(out.parent if one else out, files):
        click.echo(path)
