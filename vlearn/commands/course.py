"""`vlearn lab` and `vlearn notebooks`: the course on this computer."""

from pathlib import Path

import click

from vlearn.commands.group import progress_bar


@click.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Where the course is, or is copied to.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True)
def lab(folder: Path | None, no_browser: bool, port: int) -> None:
    """Open the course in JupyterLab."""
    from vlearn.course_copy import course_folder
    from vlearn.jupyter import open_lab

    raise SystemExit(open_lab(course_folder(folder), browser=not no_browser, port=port))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--html", is_flag=True, help="Execute them and write pages instead, which need no kernel and no network.")
def notebooks(folder: Path, html: bool) -> None:
    """Copy the course's notebooks into FOLDER. A file that you changed there is kept."""
    if html:
        from vlearn.content import notebooks as originals
        from vlearn.pages import write_pages

        with progress_bar("Executing") as advance:
            paths = write_pages(originals(), folder, advance)
        for path in paths:
            click.echo(path)
        return
    from vlearn.course_copy import copy_course

    copied, kept = copy_course(folder)
    click.echo(f"{len(copied)} notebooks copied to {folder}")
    for path in kept:
        click.echo(f"kept your own {path}")
