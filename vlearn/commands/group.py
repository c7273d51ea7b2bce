"""The group that every command of `vlearn` hangs in."""

from typing import Any

import click

from vlearn.errors import VlearnError


class Commands(click.Group):
    """A group whose commands fail with one paragraph and exit code 2 when vlearn says what was wrong."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except VlearnError as problem:
            click.echo(f"vlearn: {problem}", err=True)
            ctx.exit(2)
