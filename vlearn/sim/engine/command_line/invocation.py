"""One call of a docker command: what was given, where, and where it prints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from vlearn.sim.engine.actions import Action
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.command_line.command import Command
from vlearn.sim.engine.command_line.flags import Given
from vlearn.sim.engine.command_line.place import Place
from vlearn.sim.engine.command_line.said import Printer
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.state import Engine

PATIENCE = 60.0
"""Seconds of the model after which whoever follows something that goes on presses Ctrl-C."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """`called` is the name that was typed: `container ls` for `ps`."""

    docker: Docker
    command: Command
    called: str
    given: Given
    place: Place
    to: Printer = field(default_factory=Printer)

    @property
    def engine(self) -> Engine:
        """The newest engine."""
        return self.docker.engine

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments."""
        return self.given.arguments

    def ask(self, action: Action) -> Any:
        """Do something; the reply's value. Raises DaemonError."""
        return self.docker.ask(action)

    def each(self, names: Iterable[str], do: Callable[[str], object], *, missing: bool = True) -> tuple[str, ...]:
        """Do something to each; print the name of each that it was done to, then why others were refused: their names.

        Without `missing` it is no failure that there is none.
        """
        refused: dict[str, str] = {}
        for name in names:
            try:
                do(name)
            except DaemonError as error:
                refused[name] = str(error)
                self.to.code = 1 if missing or error.status != 404 else self.to.code
            else:
                self.to.out(name)
        self.to.err(*refused.values())
        return tuple(refused)


Handler: TypeAlias = Callable[[Invocation], None]
