"""`vlearn bank`: looking after the questions. Writing them is in `vlearn.commands.bank_authoring`, and
bringing in those of others in `vlearn.commands.bank_import`."""

from pathlib import Path

import click

from vlearn.commands.bank_authoring import new, preview
from vlearn.commands.bank_import import import_
from vlearn.commands.group import Commands

_FOLDER = click.option(
    "--bank", "folder", type=click.Path(path_type=Path, file_okay=False), help="Default: the course's own."
)
_COURSE = click.option(
    "--course", is_flag=True, help="Ask of --bank too that it covers the course: so many questions of each objective."
)
_SEEDS = click.option(
    "--seeds", type=click.IntRange(1, 1_000_000), default=500, show_default=True, help="Variants of each generator."
)


@click.group(cls=Commands)
def bank() -> None:
    """Look after the question bank."""


bank.add_command(new)
bank.add_command(preview)
bank.add_command(import_)


@bank.command()
@_FOLDER
@_COURSE
@click.option("--stress/--no-stress", default=True, help="Also run every generator with many seeds.")
@_SEEDS
@click.option("-v", "--verbose", is_flag=True, help="Also tell of each generator its variants and their time.")
def lint(folder: Path | None, course: bool, stress: bool, seeds: int, verbose: bool) -> None:
    """Check every question. Exit code 1 where something should be better, 2 where the bank is malformed."""
    from vlearn.content import question_bank
    from vlearn.questions.bank import load_bank
    from vlearn.questions.lint import lint as findings_of
    from vlearn.questions.notation import amount
    from vlearn.questions.stress_all import all_tried

    place = folder or question_bank()
    questions = load_bank(place)
    findings = list(findings_of(questions, covers=course or _is_the_courses(folder)))
    trials = []
    if stress:
        generated = [entry for entry in questions if entry.generator]
        running = all_tried(generated, place, seeds)
        with click.progressbar(running, len(generated), label="Generators", show_eta=False) as bar:
            trials = list(bar)
    for entry, trial in trials:
        findings.extend(trial.findings)
        if verbose:
            each = f"{1000 * trial.seconds / trial.seeds:.2f} ms each, {1000 * trial.slowest:.2f} ms at most"
            click.echo(f"{entry.id}: {trial.seeds} seeds, {trial.variants} variants, {each}")
    for finding in findings:
        click.echo(finding)
    click.echo(f"{amount(len(questions), 'question{s}')}, {amount(len(findings), 'finding{s}')}")
    raise SystemExit(1 if findings else 0)


@bank.command(short_help="Write what the bank covers and how well.")
@_FOLDER
@_COURSE
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("report.html"), show_default=True)
@_SEEDS
def report(folder: Path | None, course: bool, out: Path, seeds: int) -> None:
    """Write what the bank covers and how well: objectives by Bloom level, findings, generators."""
    from vlearn.content import question_bank
    from vlearn.questions.bank import load_bank
    from vlearn.questions.report import generated
    from vlearn.questions.report import report as report_of
    from vlearn.questions.report_html import write_report

    questions = load_bank(folder or question_bank())
    with click.progressbar(length=len(generated(questions)), label="Generators", show_eta=False) as bar:
        covers = course or _is_the_courses(folder)
        made = report_of(questions, seeds, advance=lambda: bar.update(1), covers=covers)
    click.echo(write_report(made, out))


def _is_the_courses(folder: Path | None) -> bool:
    from vlearn import content

    return folder is None or folder.resolve() == content.question_bank().resolve()
