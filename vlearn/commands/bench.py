"""`vlearn bench`: the benchmarks of the checkout."""

from pathlib import Path

import click


@click.command()
@click.option("--json", "path", type=click.Path(path_type=Path), default=Path("out/bench.json"), show_default=True)
@click.option("--only", help="Run the benchmarks whose name contains this.")
def bench(path: Path, only: str | None) -> None:
    """Measure vlearn on this machine: a table, and the same as JSON."""
    from vlearn.bench import run_benchmarks

    click.echo(run_benchmarks(path, only))
