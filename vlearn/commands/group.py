"""What the commands of `vlearn` share: the group that they hang in, and the bar of a long one."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
def progress_bar(label: str, show_eta: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar, as a function that is told how many steps are done, and of how many; not shown until it is told."""
    with ExitStack() as shown:
        bar: Any = None  # click names the type of its bars in a private module

        def advance(done: int, total: int) -> None:
            nonlocal bar
            if bar is None:
                bar = shown.enter_context(click.progressbar(length=total, label=label, show_eta=show_eta))
            bar.length = total
            bar.update(done - bar.pos)

        yield advance
