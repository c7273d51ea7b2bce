"""`vlearn bank`: looking after the questions."""

from pathlib import Path

import click

from vlearn.commands.group import Commands


@click.group(cls=Commands)
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
