"""`vlearn exam`: papers and keys."""

from pathlib import Path
from typing import Any

import click

from vlearn.commands.group import Commands, progress_bar
from vlearn.commands.print_options import given, print_options
from vlearn.commands.roster import roster


@click.group(cls=Commands, invoke_without_command=True)
@click.option("--blueprint", default="practice", show_default=True, help="A blueprint's file, or a name in the bank.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True)
@click.option("--format", "formats", multiple=True, help="html, notebook, pdf, ...; default: all that are installed.")
@click.option("--record", is_flag=True, help="Add the exam to the blueprint's ledger, for `not_in_last` of later ones.")
@print_options
@click.pass_context
def exam(
    ctx: click.Context,
    /,
    blueprint: str,
    seed: int,
    out: Path,
    formats: tuple[str, ...],
    record: bool,
    **printed: Any,
) -> None:
    """Write a practice exam: papers and keys."""
    if ctx.invoked_subcommand is None:
        from vlearn.exams.exporters import usable_formats
        from vlearn.exams.session import make_exam

        chosen, left_out = (formats, {}) if formats else usable_formats()
        with progress_bar("Writing") as advance:
            paths = make_exam(blueprint, seed, out, chosen, advance, recorded=record, printed=given(printed))
        for path in paths:
            click.echo(path)
        for name, reason in left_out.items():
            click.echo(f"{name} left out: {reason}", err=True)
        if ctx.get_parameter_source("seed") is click.core.ParameterSource.DEFAULT:
            told = "anybody can make these papers and their keys; name a --seed that nobody knows where an exam counts"
            click.echo(f"seed {seed} is everybody's: {told}", err=True)


exam.add_command(roster)
