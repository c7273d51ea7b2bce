"""The command line: thin, and quick to start, so every command imports what it needs when it runs."""

from pathlib import Path
from typing import Any

import click

from vlearn import __version__
from vlearn.errors import VlearnError


class _Commands(click.Group):
    """A group whose commands fail with one paragraph and exit code 2 when vlearn says what was wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except VlearnError as problem:
            click.echo(f"vlearn: {problem}", err=True)
            ctx.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """A course on virtualization, containers and Kubernetes, and a generator of practice exams."""


@main.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Where the course is, or is copied to.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8888, show_default=True)
def lab(folder: Path | None, no_browser: bool, port: int) -> None:
    """Open the course in JupyterLab."""
    from vlearn.course_copy import course_folder
    from vlearn.jupyter import open_lab

    raise SystemExit(open_lab(course_folder(folder), browser=not no_browser, port=port))


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def notebooks(folder: Path) -> None:
    """Copy the course's notebooks into FOLDER; a file that you changed there is kept."""
    from vlearn.course_copy import copy_course

    copied, kept = copy_course(folder)
    click.echo(f"{len(copied)} notebooks copied to {folder}")
    for path in kept:
        click.echo(f"kept your own {path}")


@main.group(cls=_Commands, invoke_without_command=True)
@click.option("--blueprint", default="practice", show_default=True, help="A blueprint's file, or a name in the bank.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option("--format", "formats", multiple=True, help="html, notebook, pdf, ...; default: all that are installed.")
@click.pass_context
def exam(ctx: click.Context, blueprint: str, seed: int, out: Path, formats: tuple[str, ...]) -> None:
    """Write a practice exam: papers and keys."""
    if ctx.invoked_subcommand is None:
        from vlearn.exams.session import make_exam, usable_formats

        chosen, left_out = (formats, {}) if formats else usable_formats()
        with click.progressbar(length=1, label="Writing", show_eta=False) as bar:

            def advance(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            paths = make_exam(blueprint, seed, out, chosen, advance)
        for path in paths:
            click.echo(path)
        for name, reason in left_out.items():
            click.echo(f"{name} left out: {reason}", err=True)


@main.group(cls=_Commands)
def bank() -> None:
    """Look after the question bank."""


@bank.command()
@click.option("--bank", "folder", type=click.Path(path_type=Path, file_okay=False), help="Default: the course's own.")
@click.option("--stress/--no-stress", default=True, help="Also run every generator with many seeds.")
def lint(folder: Path | None, stress: bool) -> None:
    """Check every question; exit code 1 where something should be better, 2 where the bank is malformed."""
    from vlearn.questions.bank import load_bank
    from vlearn.questions.lint import lint as findings_of
    from vlearn.questions.stress import stress as stress_entry

    questions = load_bank(folder)
    findings = list(findings_of(questions))
    if stress:
        generated = [entry for entry in questions if entry.generator]
        with click.progressbar(generated, label="Generators", show_eta=False) as bar:
            for entry in bar:
                findings.extend(stress_entry(entry))
    for finding in findings:
        click.echo(finding)
    click.echo(f"{len(questions)} questions, {len(findings)} findings")
    raise SystemExit(1 if findings else 0)


@main.command()
@click.option("--json", "path", type=click.Path(path_type=Path), default=Path("out/bench.json"), show_default=True)
@click.option("--only", help="Run the benchmarks whose name contains this.")
def bench(path: Path, only: str | None) -> None:
    """Measure vlearn on this machine: a table, and the same as JSON."""
    from vlearn.bench import run_benchmarks

    click.echo(run_benchmarks(path, only))
