"""Command lines for a container engine, and a machine that has just started to type them on: the run is what it says.

A script is executed whole, on a machine of its own, because an engine whose programs are running cannot be copied.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vlearn.blocks import Block, Code, Text
from vlearn.sim.engine.actions import Action, Run, Wait
from vlearn.sim.engine.answers import Finished, Reply
from vlearn.sim.engine.command_line.console import Console
from vlearn.sim.engine.docker import Docker, settings_of
from vlearn.trace import Event, Step, run


@dataclass(frozen=True, slots=True)
class Typed:
    """A command line, and the action that it comes down to; none for a line that only looks around, or a remark."""

    line: str
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a command line: its exit code, what was printed, and the container that it made."""

    line: str
    code: int
    text: str
    container: str = ""


Screen = tuple[Said, ...]
Script = tuple[Typed, ...]
EMPTY: Screen = ()


def actions_of(script: Iterable[Typed]) -> Iterator[Action]:
    """What the lines of a script do, without those that only look around."""
    return (typed.action for typed in script if typed.action is not None)


def type_in(screen: Screen, script: Script) -> Iterator[Step[Screen]]:
    """A step for each line of a script, on a machine that has just started."""
    docker = Docker.boot()
    for typed in script:
        said = answer(docker, typed)
        screen = (*screen, said)
        text = f"`{said.line}` ends with {said.code}{': ' * bool(said.text)}{said.text.strip()}"
        yield Step(Event("refused" if said.text.startswith("docker: Error") else "typed", text, (said.line,)), screen)


def answer(docker: Docker, typed: Typed) -> Said:
    """What a machine says to one line; one that only looks is read by the model's terminal."""
    if typed.action is None:
        said = Console(docker).type(typed.line)
        return Said(typed.line, said.code, said.text)
    reply: Reply = docker.call(typed.action)
    if reply.error:
        return Said(typed.line, reply.code, f"docker: Error response from daemon: {reply.error}")
    if isinstance(reply.value, Finished):
        return Said(typed.line, reply.value.code or 0, reply.value.text, reply.value.container)
    return Said(typed.line, reply.code, f"{reply.value}\n" if isinstance(typed.action, Wait) else "")


def typed_in(*script: Typed) -> Screen:
    """The screen after a script."""
    return run(type_in, EMPTY, [script]).final


def draw_screen(screen: Screen, _: Event | None = None) -> tuple[Block, ...]:
    """The screen as a console shows it, with the exit code of each line."""
    if not screen:
        return (Text("Nothing has been typed yet."),)
    lines = [
        line for said in screen for line in (f"$ {said.line}", *said.text.splitlines(), f"[exit code {said.code}]")
    ]
    return (Code("\n".join(lines), "console"),)


def docker_run(line: str, image: str, *command: str, detach: bool = False, **settings: object) -> Typed:
    """`docker run`, as `line` writes it; settings take text as after the options."""
    return Typed(f"docker run {line}", Run(settings_of(image, *command, **settings), detach))
