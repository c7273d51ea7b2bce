"""What the commands of `vlearn` share: the group that they hang in, and the bar of a long one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar, as a function that is told how many steps are done, and of how many."""
    with click.progressbar(length=1, label=label, show_eta=False) as bar:

        def advance(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield advance
