"""`vlearn exam key`: an exam's key as a file to grade by."""

from pathlib import Path

import click


@click.command()
@click.option("--blueprint", required=True, help="The exam's blueprint: a file, or a name in the bank.")
@click.option("--seed", type=click.IntRange(0), required=True, help="The seed that the papers were made with.")
@click.option("--scoring", type=click.Path(path_type=Path), help="Scoring rules, instead of the blueprint's.")
@click.option("--roster", type=click.Path(path_type=Path), help="The key of the papers of `vlearn exam roster`.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("key.json"), show_default=True)
def key(blueprint: str, seed: int, scoring: Path | None, roster: Path | None, out: Path) -> None:
    """Write the key of an exam as JSON. Not for students."""
    from vlearn.exams.files import write_together
    from vlearn.exams.scoring.key_file import write_key
    from vlearn.exams.scoring.session import make_key

    made = make_key(blueprint, seed, scoring, roster)
    for path in write_together(out.parent, {out.name: write_key(made)}):
        click.echo(path)
